/** What a live decision allows: who shapes it, who scores, when scores are shown, how it ends. */
import { hasRole } from "../../access.ts";
import type { Context, DomainEvent } from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import { leads } from "../../sessions/decide.ts";
import type { SessionState } from "../../sessions/session.ts";
import { demandSight, hasVoice } from "../../sessions/voice.ts";
import {
  demandCells,
  demandFits,
  demandKnown,
  demandScores,
  weightsAfter,
} from "./checks.ts";
import { analysisJson, analysisOf, MAX_KEPT_ANALYSIS } from "./analysis.ts";
import {
  decisionChanged,
  decisionClosed,
  decisionOpened,
  type DecisionSettings,
  type Scores,
  scoresGiven,
  sealedSheet,
  settingsJson,
  sheetSealed,
  type WeightsById,
  weightsChanged,
} from "./events.ts";
import {
  type DecisionState,
  evolve,
  type LiveDecision,
  mergedScores,
} from "./live_decision.ts";
import { revealing } from "./revealing.ts";
import type { SealedSheets } from "./sealed.ts";

export type DecisionCommand =
  | ({
    readonly command: "open_decision";
    readonly decisionId: string;
    readonly sessionId: string | null;
    readonly template: string | null;
    readonly blind: boolean;
  } & DecisionSettings)
  | ({ readonly command: "change_decision" } & Partial<DecisionSettings>)
  | { readonly command: "set_weights"; readonly weights: WeightsById }
  | { readonly command: "give_scores"; readonly scores: Scores }
  | { readonly command: "reveal_scores" }
  | {
    readonly command: "close_decision";
    readonly chosen: string | null;
    readonly reason: string | null;
  };

/** What its decisions rest on besides its own state. */
export interface DecisionSurroundings {
  /** Absent for one that belongs to no session. */
  readonly session?: SessionState;
  readonly sealed: SealedSheets;
}

type Surrounded = Context<DecisionSurroundings>;

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: DecisionState,
  command: DecisionCommand,
  context: Surrounded,
): readonly DomainEvent[] {
  const events = decided(state, command, context);
  demandFits(
    events,
    command.command === "give_scores" ? "scores" : "alternatives",
  );
  return events;
}

function decided(
  state: DecisionState,
  command: DecisionCommand,
  context: Surrounded,
): readonly DomainEvent[] {
  const { user, also: { session } } = context;
  demandSight(session, user);
  if (command.command === "open_decision") return open(state, command, context);
  if (state.status === "none") throw new Refusal("decision_not_found");
  if (state.status === "closed") throw new Refusal("decision_closed");
  if (session?.status === "closed" && command.command !== "close_decision") {
    throw new Refusal("session_closed");
  }
  switch (command.command) {
    case "change_decision":
      demandShaper(state, context);
      return change(state, command, context);
    case "set_weights":
      demandVoice(context);
      return setWeights(state, command.weights, context);
    case "give_scores":
      demandVoice(context);
      return give(state, command.scores, context);
    case "reveal_scores":
      demandShaper(state, context);
      return state.revealed ? [] : revealing(state, context.also.sealed);
    case "close_decision":
      demandShaper(state, context);
      return close(state, command, context);
  }
}

function open(
  state: DecisionState,
  { command: _, ...opening }: Extract<
    DecisionCommand,
    { command: "open_decision" }
  >,
  { user, also: { session } }: Surrounded,
): readonly DomainEvent[] {
  if (session?.status === "closed") throw new Refusal("session_closed");
  const allowed = session && session.status !== "none"
    ? leads(session, user)
    : hasRole(user, "member");
  if (!allowed) throw new Refusal("not_allowed");
  if (state.status !== "none") throw new Refusal("decision_exists");
  return [decisionOpened(opening, user)];
}

function change(
  state: LiveDecision,
  { command: _, ...changes }: Extract<
    DecisionCommand,
    { command: "change_decision" }
  >,
  { user }: Surrounded,
): readonly DomainEvent[] {
  const { decisionId, title, description, method, params } = state;
  const { aggregation, alternatives, criteria } = state;
  const before = { title, description, method, params, aggregation };
  const now = { ...before, alternatives, criteria };
  const settings = { ...now, ...given(changes) };
  demandCells(settings);
  const people = state.sheets.size;
  demandScores(settings, { people, path: "alternatives" });
  return JSON.stringify(settingsJson(settings)) ===
      JSON.stringify(settingsJson(now))
    ? []
    : [decisionChanged(decisionId, settings, user)];
}

/** Without what was left out. */
function given(changes: Partial<DecisionSettings>): Partial<DecisionSettings> {
  return Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  );
}

function setWeights(
  state: LiveDecision,
  weights: WeightsById,
  { user }: Surrounded,
): readonly DomainEvent[] {
  const after = weightsAfter(state, weights);
  const isSame = state.criteria.every(({ weight }, i) => weight === after[i]);
  return isSame ? [] : [weightsChanged(state.decisionId, weights, user)];
}

function give(
  state: LiveDecision,
  scores: Scores,
  { user, also: { sealed }, seal }: Surrounded,
): readonly DomainEvent[] {
  demandKnown(Object.keys(scores), state.alternatives, "scores");
  for (const [id, row] of Object.entries(scores)) {
    demandKnown(Object.keys(row), state.criteria, `scores.${id}`);
  }
  const { decisionId, sheets } = state;
  const { userId, name } = user;
  if (!sheets.has(userId)) {
    demandScores(state, { people: sheets.size + 1, path: "scores" });
  }
  if (state.revealed) return [scoresGiven(decisionId, { scores }, user)];
  const before = sealed.get(userId)?.scores ?? null;
  const sheet = { decisionId, userId, scores: mergedScores(before, scores) };
  const { salt, commitment } = seal(sealedSheet(sheet));
  return [
    sheetSealed({ ...sheet, name, salt }),
    scoresGiven(decisionId, { commitment }, user),
  ];
}

function close(
  state: LiveDecision,
  { chosen, reason }: { chosen: string | null; reason: string | null },
  { user, also, now }: Surrounded,
): readonly DomainEvent[] {
  if (chosen !== null) demandKnown([chosen], state.alternatives, "chosen");
  const shown = state.revealed ? [] : revealing(state, also.sealed);
  const after = shown.reduce<DecisionState>(
    (folded, event) =>
      evolve(folded, {
        ...event,
        channel: "",
        offset: 0,
        at: now,
        sender: user.userId,
      }),
    state,
  );
  const analysis = after.status === "none"
    ? null
    : analysisJson(analysisOf(after), MAX_KEPT_ANALYSIS);
  const { decisionId, title } = state;
  const closing = { title, chosen, reason, analysis };
  return [...shown, decisionClosed(decisionId, closing, user)];
}

/** Who opened it, and who leads the session or the house. */
function demandShaper(
  { openedBy }: LiveDecision,
  { user, also: { session } }: Surrounded,
): void {
  const leading = session && session.status !== "none"
    ? leads(session, user)
    : hasRole(user, "facilitator") || openedBy === user.userId;
  if (!leading) throw new Refusal("not_allowed");
}

function demandVoice({ user, also: { session } }: Surrounded): void {
  if (!hasVoice(user, session)) throw new Refusal("not_allowed");
}
