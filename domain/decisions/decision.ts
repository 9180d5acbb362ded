/** A decision as numbers: alternatives by criteria, and what every method makes of them. */
import type { Json } from "../decider.ts";

export const DIRECTIONS = ["benefit", "cost"] as const;
/** Whether more of a criterion is better, or less. */
export type Direction = typeof DIRECTIONS[number];

/** A row per alternative, a column per criterion. */
export type Matrix = readonly (readonly number[])[];

/** A method's working, by name. Indices are 0-based. */
export type Details = { readonly [name: string]: Json };

export interface Problem {
  readonly matrix: Matrix;
  /** One per criterion. */
  readonly directions: readonly Direction[];
}

/** A method applied to a problem: all that does not depend on weights is done already. */
export interface Scorer {
  readonly best: "highest" | "lowest";
  /** A score per alternative. Never NaN for weights that are finite, not negative, and not all 0. */
  scores(weights: readonly number[]): readonly number[];
  /** The working, for people to follow. */
  details(weights: readonly number[]): Details;
  /**
   * The size of what scores are differences of: rounding leaves them that far apart, where
   * they are equal. 0 where nothing cancels out.
   */
  magnitude(weights: readonly number[]): number;
}
