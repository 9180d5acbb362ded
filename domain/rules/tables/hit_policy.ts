/** Hit policies: what several matching rules, or none, come to (DMN 1.5, 8.2.10). */
import type { Budget } from "./feel/budget.ts";
import { CannotEvaluate } from "./feel/cannot.ts";
import { equals, kindOf, order } from "./feel/values.ts";

export const HIT_POLICIES = [
  "U",
  "A",
  "P",
  "F",
  "R",
  "O",
  "C",
  "C+",
  "C<",
  "C>",
  "C#",
] as const;
export type HitPolicy = typeof HIT_POLICIES[number];

const LONG_NAMES: Readonly<Record<string, HitPolicy>> = {
  UNIQUE: "U",
  ANY: "A",
  PRIORITY: "P",
  FIRST: "F",
  "RULE ORDER": "R",
  "OUTPUT ORDER": "O",
  COLLECT: "C",
};

const AGGREGATIONS: Readonly<Record<string, HitPolicy>> = {
  "": "C",
  LIST: "C",
  SUM: "C+",
  MIN: "C<",
  MAX: "C>",
  COUNT: "C#",
};

/** Reads `U`, `UNIQUE`, `C+`, or `COLLECT` with `SUM`; `undefined` if there is no such policy. */
export function readHitPolicy(
  name: string | null | undefined,
  aggregation: string | null | undefined,
): HitPolicy | undefined {
  const written = (name ?? "U").trim().toUpperCase().replaceAll("_", " ");
  const policy = HIT_POLICIES.find((policy) => policy === written) ??
    (Object.hasOwn(LONG_NAMES, written) ? LONG_NAMES[written] : undefined);
  const how = (aggregation ?? "").trim().toUpperCase();
  if (how === "") return policy;
  if (policy !== "C") return undefined;
  return Object.hasOwn(AGGREGATIONS, how) ? AGGREGATIONS[how] : undefined;
}

/** A rule that matched, with what it answers. */
export interface Hit {
  readonly rule: number;
  /** One per output. */
  readonly outputs: readonly unknown[];
  /** Of each output that has allowed values, the place of this one among them. */
  readonly ranks: readonly number[];
}

/** Several rules matched where the policy takes one, or they differ where they must agree. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/**
 * What the hits come to, in the form of one hit's `outputs` or a list of these.
 *
 * @param hits At least one, in the order of the rules.
 * @throws {Disagreement} Under `U` for several, under `A` for several that differ.
 * @throws {CannotEvaluate} If what is to be added or compared cannot be.
 */
export function settle(
  policy: HitPolicy,
  hits: readonly Hit[],
  { budget, valueOf }: {
    readonly budget: Budget;
    /** The value of a hit: its output, or an object of several. */
    readonly valueOf: (hit: Hit) => unknown;
  },
): unknown {
  const [first] = hits;
  switch (policy) {
    case "U":
      if (hits.length === 1) return valueOf(first);
      throw new Disagreement(`Several rules match, one may: ${listed(hits)}`);
    case "A": {
      const other = hits.find((hit) =>
        hit.outputs.some((output, index) =>
          equals(output, first.outputs[index], budget) !== true
        )
      );
      if (other === undefined) return valueOf(first);
      throw new Disagreement(
        `Rules match that differ: ${listed([first, other])}`,
      );
    }
    case "F":
      return valueOf(first);
    case "P":
      return valueOf(hits.toSorted(byRank)[0]);
    case "O":
      return hits.toSorted(byRank).map(valueOf);
    case "R":
    case "C":
      return hits.map(valueOf);
    case "C#":
      return hits.length;
    default:
      return aggregate(policy, hits.map(({ outputs }) => outputs[0]));
  }
}

function listed(hits: readonly Hit[]): string {
  const shown = hits.slice(0, 10).map(({ rule }) => `rules.${rule}`).join(", ");
  return hits.length > 10 ? `${shown}, …` : shown;
}

function byRank(a: Hit, b: Hit): number {
  const place = a.ranks.findIndex((rank, index) => rank !== b.ranks[index]);
  return place < 0 ? 0 : a.ranks[place] - b.ranks[place];
}

function aggregate(
  policy: "C+" | "C<" | "C>",
  values: readonly unknown[],
): unknown {
  if (policy === "C+") return sum(values);
  const direction = policy === "C>" ? 1 : -1;
  return values.reduce((best, value) => {
    const place = order(value, best);
    if (place === undefined) {
      throw new CannotEvaluate(
        `Cannot compare ${kindOf(value)} with ${kindOf(best)}`,
      );
    }
    return place * direction > 0 ? value : best;
  });
}

function sum(values: readonly unknown[]): number {
  let total = 0;
  for (const value of values) {
    if (typeof value !== "number") {
      throw new CannotEvaluate(`Cannot add a ${kindOf(value)}`);
    }
    total += value;
  }
  if (Number.isFinite(total)) return total;
  throw new CannotEvaluate("Cannot add these: the sum is too large");
}
