/** First choices, counted exactly: a ballot that puts several first is split evenly among them. */
import { gcd, quotient } from "./units.ts";

/** Whom a ballot puts first. Nobody: it does not count. */
export interface FirstChoice {
  readonly among: readonly number[];
  readonly units: number;
}

export interface Shares {
  /** What each candidate has, as a whole number of parts. */
  readonly parts: readonly bigint[];
  /** Parts of all that counted. */
  readonly counted: bigint;
  /** Parts in one vote. */
  readonly perVote: bigint;
}

/** @param perVote Units in one vote. */
export function countFirstChoices(
  choices: Iterable<FirstChoice>,
  { size, perVote }: { readonly size: number; readonly perVote: number },
): Shares {
  // Thirds of a vote have no exact number: sum by size of the split, then go to one denominator.
  const unitsBySplit = new Map<number, Float64Array>();
  for (const { among, units } of choices) {
    if (among.length === 0) continue;
    let sums = unitsBySplit.get(among.length);
    if (sums === undefined) {
      sums = new Float64Array(size);
      unitsBySplit.set(among.length, sums);
    }
    for (const one of among) sums[one] += units;
  }
  let denominator = 1n;
  for (const split of unitsBySplit.keys()) {
    const step = BigInt(split);
    denominator = denominator / gcd(denominator, step) * step;
  }
  const parts = Array.from({ length: size }, () => 0n);
  for (const [split, sums] of unitsBySplit) {
    const factor = denominator / BigInt(split);
    sums.forEach((units, one) => parts[one] += BigInt(units) * factor);
  }
  const counted = parts.reduce((sum, part) => sum + part, 0n);
  return { parts, counted, perVote: denominator * BigInt(perVote) };
}

/** Votes of one candidate, for showing; comparing is done on the parts. */
export function votesOf({ parts, perVote }: Shares, candidate: number): number {
  return quotient(parts[candidate], perVote);
}

/** Most parts first. */
export function byParts({ parts }: Shares) {
  return (a: number, b: number) =>
    parts[a] === parts[b] ? 0 : parts[a] > parts[b] ? -1 : 1;
}
