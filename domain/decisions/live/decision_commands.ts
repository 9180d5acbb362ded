/** The commands of a live decision, declared once: roles, routes, results. Rules are in `decide.ts`. */
import type { Area, CommandDeclaration, Json, Place } from "../../decider.ts";
import { sessionChannel, type SessionState } from "../../sessions/session.ts";
import { sessionPlace } from "../../sessions/session_place.ts";
import {
  decide,
  type DecisionCommand,
  type DecisionSurroundings,
} from "./decide.ts";
import {
  ChangeDecision,
  CloseDecision,
  GiveScores,
  InDecision,
  OpenDecision,
  SetWeights,
} from "./live_input.ts";
import { answeredJson } from "./decision_json.ts";
import { type DecisionState, evolve, initial } from "./live_decision.ts";
import { notices } from "./notices.ts";
import {
  SEALED_SHEETS_SUBJECT,
  sealedSheets,
  sealedSheetsChannel,
} from "./sealed.ts";
import { index } from "./view.ts";

export const decisions: Area<
  DecisionState,
  DecisionCommand,
  DecisionSurroundings
> = {
  name: "decisions",
  initial,
  evolve,
  decide,
  index,
  notices,
};

/** Carries every decision that belongs to no session. */
export const DECISIONS_CHANNEL = "decisions";
/** What the subjects of decisions begin with. */
export const DECISION_SUBJECT = "decision:";

export function decisionSubject(decisionId: string): string {
  return DECISION_SUBJECT + decisionId;
}

export function decisionChannel(sessionId: string | null | undefined): string {
  return sessionId ? sessionChannel(sessionId) : DECISIONS_CHANNEL;
}

type Declaration<Input> = CommandDeclaration<
  Input,
  DecisionState,
  DecisionCommand,
  DecisionSurroundings
>;

const openDecision: Declaration<OpenDecision> = {
  ...inDecision({
    name: "open_decision",
    summary: "Open a decision, in a session or for the whole house",
    input: OpenDecision,
    http: { method: "POST", path: "/decisions", status: 201 },
    command: ({ id = "", ...input }) => ({
      command: "open_decision",
      decisionId: id,
      sessionId: input.sessionId ?? null,
      template: input.template ?? null,
      title: input.title,
      description: input.description ?? null,
      method: input.method ?? "topsis",
      params: paramsOf(input.params) ?? {},
      aggregation: input.aggregation ?? "median",
      blind: input.blind ?? false,
      alternatives: input.alternatives,
      criteria: input.criteria.map(withUnit),
    }),
    result: withDecision,
  }),
  scope: "decisions",
  complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
  subject: ({ id = "" }) => decisionSubject(id),
  also: ({ sessionId, id = "" }) => surroundings(sessionId, id),
};

const changeDecision = inDecision({
  name: "change_decision",
  summary: "Change title, method, alternatives or criteria while it is open",
  input: ChangeDecision,
  http: { method: "PATCH", path: "/decisions/{decisionId}", status: 200 },
  command: ({ decisionId: _, sessionId: __, params, criteria, ...input }) => ({
    command: "change_decision",
    ...input,
    params: paramsOf(params),
    criteria: criteria?.map(withUnit),
  }),
  result: withDecision,
});

const setWeights = inDecision({
  name: "set_weights",
  summary: "Set the weights of criteria; those not named keep theirs",
  input: SetWeights,
  http: {
    method: "POST",
    path: "/decisions/{decisionId}/weights",
    status: 200,
  },
  command: ({ weights }) => ({ command: "set_weights", weights }),
});

const giveScores = inDecision({
  name: "give_scores",
  summary: "Give one's own scores; null takes one back",
  input: GiveScores,
  http: {
    method: "POST",
    path: "/decisions/{decisionId}/scores",
    status: 201,
  },
  command: ({ scores }) => ({ command: "give_scores", scores }),
  // Offset and hash stand beside it as the position of the command's own channel.
  result: (state) =>
    state.status === "none"
      ? null
      : { receipt: { decisionId: state.decisionId } },
});

const revealScores = inDecision({
  name: "reveal_scores",
  summary: "Show everyone's scores in a blind decision",
  input: InDecision,
  http: {
    method: "POST",
    path: "/decisions/{decisionId}/reveal",
    status: 200,
  },
  command: () => ({ command: "reveal_scores" }),
  result: withDecision,
});

const closeDecision = inDecision({
  name: "close_decision",
  summary: "Close a decision with what was chosen, and store its analysis",
  input: CloseDecision,
  http: {
    method: "POST",
    path: "/decisions/{decisionId}/close",
    status: 200,
  },
  command: ({ chosen, reason }) => ({
    command: "close_decision",
    chosen: chosen ?? null,
    reason: reason ?? null,
  }),
  result: withDecision,
});

export const decisionCommands = [
  openDecision,
  changeDecision,
  setWeights,
  giveScores,
  revealScores,
  closeDecision,
] as const;

function withDecision(state: DecisionState): Json {
  return state.status === "none" ? null : { decision: answeredJson(state) };
}

function withUnit(criterion: OpenDecision["criteria"][number]) {
  return { ...criterion, unit: criterion.unit ?? null };
}

/** Only what was given: the log keeps no undefined. */
function paramsOf(
  params: object | undefined,
): { readonly [name: string]: Json } | undefined {
  return params && JSON.parse(JSON.stringify(params));
}

export function surroundings(
  sessionId: string | undefined,
  decisionId: string,
): {
  readonly session?: Place<SessionState>;
  readonly sealed: Place<ReturnType<typeof sealedSheets.initial>>;
} {
  const sealed = {
    area: sealedSheets,
    channel: sealedSheetsChannel(decisionId),
    subject: SEALED_SHEETS_SUBJECT,
  };
  return sessionId === undefined
    ? { sealed }
    : { session: sessionPlace(sessionId), sealed };
}

type InDecisionDeclaration<Input> = Pick<
  Declaration<Input>,
  "name" | "summary" | "input" | "http" | "command" | "result"
>;

/** Inside a session its own roles count, so every signed-in user may ask. */
function inDecision<
  Input extends { readonly sessionId?: string; readonly decisionId?: string },
>(declaration: InDecisionDeclaration<Input>): Declaration<Input> {
  return {
    ...declaration,
    role: "observer",
    area: decisions,
    channel: ({ sessionId }) => decisionChannel(sessionId),
    subject: ({ decisionId = "" }) => decisionSubject(decisionId),
    also: ({ sessionId, decisionId = "" }) =>
      surroundings(sessionId, decisionId),
  };
}
