/** Orders with ties: equals stand together, and none is before another for being listed first. */
import type { Json } from "../decider.ts";

/** Candidates by their numbers, best first, equals together. */
export type Groups = readonly (readonly number[])[];

/** What a method makes of the ballots. */
export interface Count {
  readonly groups: Groups;
  /** @default the first group */
  readonly winners?: readonly number[];
  readonly details: { readonly [name: string]: Json };
}

/** @param compare As for `sort`, best first; 0 is a tie. */
export function groupsBy(
  size: number,
  compare: (a: number, b: number) => number,
): Groups {
  const sorted = numbersTo(size).sort(compare);
  const groups: number[][] = [];
  for (const one of sorted) {
    const group = groups.at(-1);
    if (group !== undefined && compare(group[0], one) === 0) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

/**
 * Layers of a strict partial order: first all that nobody beats, then all that
 * only those beat, and so on.
 */
export function layersOf(
  size: number,
  beats: (a: number, b: number) => boolean,
): Groups {
  let remaining = numbersTo(size);
  const beaten = remaining.map((one) =>
    remaining.filter((other) => beats(other, one)).length
  );
  const layers: number[][] = [];
  while (remaining.length > 0) {
    const top = remaining.filter((one) => beaten[one] === 0);
    if (top.length === 0) throw new RangeError("Cannot order: it is a cycle");
    remaining = remaining.filter((one) => beaten[one] > 0);
    for (const one of remaining) {
      beaten[one] -= top.filter((other) => beats(other, one)).length;
    }
    layers.push(top);
  }
  return layers;
}

/** 0, 1 … up to but without `size`. */
export function numbersTo(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** An object by candidate, whatever the candidates are called. */
export function byCandidate<Value extends Json>(
  candidates: readonly string[],
  valueOf: (candidate: number) => Value,
): { readonly [candidate: string]: Value } {
  // fromEntries makes own keys of every name; an assignment would not.
  return Object.fromEntries(
    candidates.map((name, one) => [name, valueOf(one)]),
  );
}
