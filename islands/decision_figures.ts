/** What is shown of a decision's analysis: plain data, made by `decision_engine.ts` on either side. */
import type { Method } from "../domain/decisions/methods.ts";
import type { Dominated } from "../domain/decisions/dominance.ts";

/** The weight nearest to a criterion's own at which somebody else leads. */
export interface Flip {
  /** Of all weights together, 0 to 1; null where no weight of it changes who leads. */
  readonly share: number | null;
  /** Who then leads, as indices of alternatives. */
  readonly winners: readonly number[];
  /** Whether the weight has to grow for it. */
  readonly side: "above" | "below";
}

/** VIKOR's verdict on its best. */
export interface Compromise {
  readonly set: readonly number[];
  /** Least advantage that counts as one. */
  readonly needed: number;
  readonly acceptableAdvantage: boolean;
  readonly acceptableStability: boolean;
}

/** How flips were found; `none` where there are none to find, or too many cells to search. */
export type FlipsBy = "exact" | "search" | "none";

export interface Figures {
  readonly state: "ready" | "incomplete" | "impossible";
  readonly mistakes: readonly string[];
  readonly method: Method;
  readonly best: "highest" | "lowest";
  /** By alternative; empty unless ready. */
  readonly scores: readonly number[];
  readonly ranks: readonly number[];
  /** What each criterion adds to a score, by alternative; null where scores are no sums. */
  readonly parts: readonly (readonly number[])[] | null;
  readonly dominated: readonly Dominated[];
  readonly compromise: Compromise | null;
  /** By criterion; empty unless they were looked for. */
  readonly flips: readonly Flip[];
  readonly flipsBy: FlipsBy;
}

/** Alternatives by rank, equals in the order they are listed. */
export function rankedOrder(ranks: readonly number[]): readonly number[] {
  return ranks.map((_, one) => one).sort((a, b) =>
    ranks[a] - ranks[b] || a - b
  );
}
