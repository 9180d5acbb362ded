/** Polls made up by chance, small enough that ties, cycles and gaps are common. */
import fc from "fast-check";
import type { RankedBallot } from "../../../domain/consensus/profile.ts";
import {
  RANKED_METHODS,
  type Tally,
  type TallyInput,
} from "../../../domain/consensus/tally.ts";

export interface Poll {
  readonly candidates: readonly string[];
  readonly ballots: readonly RankedBallot[];
}

/** Every method that counts rankings. */
export const METHODS = [...RANKED_METHODS, "kemeny", "supermajority"] as const;
export type Method = typeof METHODS[number];

const LETTERS = ["a", "b", "c", "d", "e"];

/** Weights that no sum of floating point numbers would add up the same in every order. */
const WEIGHTS = [0.1, 0.2, 0.3, 0.7, 1, 2, 3, 1.000001];

/** Rankings with ties and gaps. */
export function polls(
  weight: fc.Arbitrary<number> = fc.constantFrom(...WEIGHTS),
): fc.Arbitrary<Poll> {
  return fc.integer({ min: 1, max: LETTERS.length }).chain((size) => {
    const candidates = LETTERS.slice(0, size);
    // A level per candidate, 0 being none: equal levels are ties.
    const levels = fc.array(fc.nat(size), { minLength: size, maxLength: size });
    const ballot = fc.record({
      ranking: levels.map((level) => groupsOf(candidates, level)),
      count: weight,
    });
    return fc.array(ballot, { minLength: 1, maxLength: 7 })
      .map((ballots) => ({ candidates, ballots }));
  });
}

/** Everyone ranks everyone, without ties. */
export function strictPolls(): fc.Arbitrary<Poll> {
  return fc.integer({ min: 1, max: LETTERS.length }).chain((size) => {
    const candidates = LETTERS.slice(0, size);
    const order = fc.shuffledSubarray(candidates, { minLength: size });
    const ballot = fc.record({
      ranking: order.map((names) => names.map((name) => [name])),
      count: fc.integer({ min: 1, max: 9 }),
    });
    return fc.array(ballot, { minLength: 1, maxLength: 7 })
      .map((ballots) => ({ candidates, ballots }));
  });
}

export function inputOf(
  method: Method,
  { candidates, ballots }: Poll,
): TallyInput {
  return { method, candidates, ballots };
}

/** A result as sets: who is listed first among equals says nothing. */
export function asSets({ winners, ranking }: Tally) {
  return {
    winners: [...winners].sort(),
    ranking: ranking.map((group) => [...group].sort()),
  };
}

function groupsOf(candidates: readonly string[], levels: readonly number[]) {
  return [...new Set(levels)].filter((level) => level > 0).sort().map((level) =>
    candidates.filter((_, index) => levels[index] === level)
  );
}
