/** What happens to a decision that people make together, as stored: version 1 of every body. */
import type { DomainEvent, Json } from "../../decider.ts";
import type { Method } from "../analyze.ts";
import type { Direction } from "../decision.ts";
import type { Aggregation } from "./aggregate.ts";

/** Message type all of them travel as. */
export const DECISION_ANALYSIS_RESULT = "DECISION_ANALYSIS_RESULT";

export type DecisionEventName =
  | "decision_opened"
  | "decision_changed"
  | "weights_changed"
  | "scores_given"
  | "scores_revealed"
  | "decision_closed"
  | "analysis_recorded";

export interface Alternative {
  readonly id: string;
  readonly label: string;
}

export interface Criterion {
  readonly id: string;
  readonly label: string;
  /** Of what is scored: `EUR`, `days`, `1–10`. */
  readonly unit: string | null;
  readonly direction: Direction;
  /** Not negative; only proportions count where a method scales them. */
  readonly weight: number;
}

/** Parameters of a method, as JSON; which mean what is the engine's to say. */
export type Params = { readonly [name: string]: Json };

/** What can be changed while a decision is open. */
export interface DecisionSettings {
  readonly title: string;
  readonly description: string | null;
  readonly method: Method;
  readonly params: Params;
  readonly aggregation: Aggregation;
  readonly alternatives: readonly Alternative[];
  readonly criteria: readonly Criterion[];
}

/** One person's scores: by alternative, by criterion; null takes one back. */
export type Scores = {
  readonly [alternative: string]: {
    readonly [criterion: string]: number | null;
  };
};

/** Weights by criterion. */
export type WeightsById = { readonly [criterion: string]: number };

export interface Person {
  readonly userId: string;
  readonly name: string;
}

export function decisionOpened(
  opening: DecisionSettings & {
    readonly decisionId: string;
    readonly sessionId: string | null;
    readonly template: string | null;
    readonly blind: boolean;
  },
  by: Person,
): DomainEvent {
  const { decisionId, ...rest } = opening;
  return happened("decision_opened", decisionId, {
    ...rest,
    ...settingsJson(opening),
    openedBy: by.userId,
    name: by.name,
  });
}

export function decisionChanged(
  decisionId: string,
  settings: DecisionSettings,
  { userId, name }: Person,
): DomainEvent {
  const changed = settingsJson(settings);
  return happened("decision_changed", decisionId, { ...changed, userId, name });
}

export function weightsChanged(
  decisionId: string,
  weights: WeightsById,
  { userId, name }: Person,
): DomainEvent {
  const changed = { weights: { ...weights } };
  return happened("weights_changed", decisionId, { ...changed, userId, name });
}

/** With the scores that changed, or while blind with the commitment to all of them. */
export function scoresGiven(
  decisionId: string,
  said: { readonly scores: Scores } | { readonly commitment: string },
  { userId, name }: Person,
): DomainEvent {
  return happened(
    "scores_given",
    decisionId,
    "scores" in said
      ? { userId, name, scores: scoresJson(said.scores) }
      : { userId, name, commitment: said.commitment },
  );
}

export interface RevealedSheet extends Person {
  readonly scores: Scores;
  readonly salt: string;
}

/** One of several parts: an entry must fit into what a connection may hold unsent. */
export function scoresRevealed(
  decisionId: string,
  shown: {
    readonly part: number;
    readonly parts: number;
    readonly sheets: readonly RevealedSheet[];
  },
): DomainEvent {
  return happened("scores_revealed", decisionId, {
    ...shown,
    sheets: shown.sheets.map((sheet) => ({
      ...sheet,
      scores: scoresJson(sheet.scores),
    })),
  });
}

export function decisionClosed(
  decisionId: string,
  closing: {
    readonly title: string;
    readonly chosen: string | null;
    readonly reason: string | null;
    /** The analysis it rested on, with its input; null where scores were missing. */
    readonly analysis: Json;
  },
  { userId, name }: Person,
): DomainEvent {
  return happened("decision_closed", decisionId, { ...closing, userId, name });
}

/** A whole sheet of scores, for the server alone until the reveal. */
export function sheetSealed(sealed: {
  readonly decisionId: string;
  readonly userId: string;
  readonly name: string;
  readonly scores: Scores;
  readonly salt: string;
}): DomainEvent {
  const { decisionId, scores, ...rest } = sealed;
  const body = { ...rest, scores: scoresJson(scores) };
  return { ...happened("sheet_sealed", decisionId, body), on: "sealed" };
}

/** What a commitment commits to: nobody can pass another's off as their own. */
export function sealedSheet(sealed: {
  readonly decisionId: string;
  readonly userId: string;
  readonly scores: Scores;
}) {
  const { decisionId, userId, scores } = sealed;
  return { decisionId, userId, scores: scoresJson(scores) } satisfies Json;
}

export function scoresJson(scores: Scores) {
  return Object.fromEntries(
    Object.entries(scores).map(([id, row]) => [id, { ...row }]),
  ) satisfies Json;
}

export function settingsJson(settings: DecisionSettings) {
  const { title, description, method, params, aggregation } = settings;
  return {
    title,
    description,
    method,
    params,
    aggregation,
    // By name: equal settings then read the same, letter by letter.
    alternatives: settings.alternatives.map(({ id, label }) => ({ id, label })),
    criteria: settings.criteria.map((
      { id, label, unit, direction, weight },
    ) => ({ id, label, unit, direction, weight })),
  } satisfies Json;
}

export function happened(
  event: DecisionEventName | "sheet_sealed",
  decisionId: string,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return {
    type: DECISION_ANALYSIS_RESULT,
    v: 1,
    body: { event, ...body, decisionId },
  };
}
