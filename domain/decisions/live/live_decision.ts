/**
 * A decision that people make together: alternatives by criteria, everyone's scores and the
 * weights, until it is closed. The browser folds with this same file, so nothing here may
 * import a schema at run time.
 */
import type { Json, RecordedEvent } from "../../decider.ts";
import { listOf, recordOf, textOf } from "../../read_json.ts";
import {
  DECISION_ANALYSIS_RESULT,
  type DecisionSettings,
  type Scores,
} from "./events.ts";
import { readScores, readSettings, readWeights } from "./read_events.ts";

/** One person's scores. */
export interface Sheet {
  readonly name: string;
  /** Null while it is sealed. */
  readonly scores: Scores | null;
  /** SHA-256 of the sealed sheet; null when it was given in the open. */
  readonly commitment: string | null;
  /** Shown with the scores at the reveal. */
  readonly salt: string | null;
  readonly offset: number;
}

export interface LiveDecision extends DecisionSettings {
  readonly status: "open" | "closed";
  readonly decisionId: string;
  /** Null for one that belongs to no session. */
  readonly sessionId: string | null;
  readonly template: string | null;
  /** Nobody sees another's scores before the reveal. */
  readonly blind: boolean;
  readonly revealed: boolean;
  readonly openedBy: string;
  readonly openedByName: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly changedAt: number;
  /** By user id, in the order they first scored. */
  readonly sheets: ReadonlyMap<string, Sheet>;
  readonly chosen: string | null;
  /** Why, in the words of who closed it. */
  readonly reason: string | null;
  /** What the choice rested on, as it was stored; never computed again. */
  readonly analysis: Json;
}

/** `none`: nothing was ever opened under this id. */
export type DecisionState = LiveDecision | { readonly status: "none" };

type Body = NonNullable<RecordedEvent["body"]>;

export function initial(): DecisionState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(
  state: DecisionState,
  event: RecordedEvent,
): DecisionState {
  const { type, v, body, at } = event;
  if (type !== DECISION_ANALYSIS_RESULT || v !== 1 || body === null) {
    return state;
  }
  if (state.status === "none") {
    return body.event === "decision_opened" ? opened(event, body) : state;
  }
  if (body.decisionId !== state.decisionId || state.status === "closed") {
    return state;
  }
  const changed = changedBy(state, event, body);
  return changed === state ? state : { ...changed, changedAt: at };
}

/** Everyone's scores that can be seen. */
export function visibleSheets(
  { sheets }: LiveDecision,
): readonly Scores[] {
  return [...sheets.values()].flatMap(({ scores }) =>
    scores === null ? [] : [scores]
  );
}

function changedBy(
  state: LiveDecision,
  event: RecordedEvent,
  body: Body,
): LiveDecision {
  switch (body.event) {
    case "decision_changed": {
      const settings = readSettings(body);
      return settings === null ? state : { ...state, ...settings };
    }
    case "weights_changed":
      return withWeights(state, readWeights(body.weights));
    case "scores_given":
      return withScores(state, event, body);
    case "scores_revealed":
      return withRevealed(state, body);
    case "decision_closed":
      return {
        ...state,
        status: "closed",
        closedAt: event.at,
        chosen: textOf(body.chosen),
        reason: textOf(body.reason),
        analysis: body.analysis ?? null,
      };
    default:
      return state;
  }
}

function opened(event: RecordedEvent, body: Body): DecisionState {
  const settings = readSettings(body);
  const decisionId = textOf(body.decisionId);
  if (settings === null || decisionId === null) return initial();
  const blind = body.blind === true;
  const openedBy = textOf(body.openedBy) ?? event.sender ?? "";
  return {
    ...settings,
    status: "open",
    decisionId,
    sessionId: textOf(body.sessionId),
    template: textOf(body.template),
    blind,
    revealed: !blind,
    openedBy,
    openedByName: textOf(body.name) ?? openedBy,
    openedAt: event.at,
    closedAt: null,
    changedAt: event.at,
    sheets: new Map(),
    chosen: null,
    reason: null,
    analysis: null,
  };
}

/** The same with other weights; criteria that are not named keep theirs. */
export function withWeights(
  state: LiveDecision,
  weights: { readonly [criterion: string]: number },
): LiveDecision {
  const criteria = state.criteria.map((criterion) =>
    Object.hasOwn(weights, criterion.id)
      ? { ...criterion, weight: weights[criterion.id] }
      : criterion
  );
  return { ...state, criteria };
}

/** A sheet with what changed in it; null takes a score back. */
export function mergedScores(before: Scores | null, changes: Scores): Scores {
  // A map, not an object: a stored id may be the name of something every object has.
  const merged = new Map(Object.entries(before ?? {}));
  for (const [alternative, row] of Object.entries(changes)) {
    const kept = Object.entries({ ...merged.get(alternative), ...row })
      .filter(([, value]) => value !== null);
    merged.set(alternative, Object.fromEntries(kept));
  }
  return Object.fromEntries(merged);
}

function withScores(
  state: LiveDecision,
  { offset }: RecordedEvent,
  body: Body,
): LiveDecision {
  const userId = textOf(body.userId);
  if (userId === null) return state;
  const before = state.sheets.get(userId);
  const commitment = textOf(body.commitment);
  const scores = commitment === null
    ? mergedScores(before?.scores ?? null, readScores(body.scores))
    : null;
  const name = textOf(body.name) ?? userId;
  const sheet = { name, scores, commitment, salt: null, offset };
  return { ...state, sheets: new Map(state.sheets).set(userId, sheet) };
}

function withRevealed(state: LiveDecision, body: Body): LiveDecision {
  const sheets = new Map(state.sheets);
  for (const one of listOf(body.sheets)) {
    const record = recordOf(one);
    const userId = textOf(record?.userId);
    const sealed = userId === null ? undefined : sheets.get(userId);
    if (record === null || userId === null || sealed === undefined) continue;
    // A long sheet comes in several pieces.
    const scores = mergedScores(sealed.scores, readScores(record.scores));
    sheets.set(userId, { ...sealed, scores, salt: textOf(record.salt) });
  }
  const revealed = state.revealed || body.part === body.parts;
  return { ...state, sheets, revealed };
}
