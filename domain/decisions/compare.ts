/** Comparison: one problem by several methods, how far they agree, and what one less would change. */
import { kendallW } from "../consensus/kendall_w.ts";
import {
  type Analysis,
  analyze,
  type Method,
  type MethodParams,
  type WeightedProblem,
} from "./analyze.ts";
import { mistakesIn } from "./mistakes.ts";
import { winnersOf } from "./ranks.ts";

/** Parameters for all methods, and by a method's name for that one alone. */
export type ComparedParams =
  & MethodParams
  & { readonly [M in Method]?: MethodParams };

export interface ComparisonInput extends Omit<WeightedProblem, "params"> {
  readonly methods: readonly Method[];
  readonly params?: ComparedParams;
}

export interface Comparison {
  /** In the order of `methods`. */
  readonly results: readonly Analysis[];
  readonly agreement: {
    /** Among the rankings: 1 if all are the same; null where it says nothing, with the reason. */
    readonly kendallW: number | null;
    readonly reason?: string;
  };
  /** Everyone ranked first, by method in the same order. */
  readonly winners: readonly (readonly number[])[];
}

/** Pairs that change places when the last alternative is left out. */
// Not an interface: it travels as JSON.
export type RankReversal = {
  /** The last alternative, which is left out. */
  readonly without: number;
  /** Ranks of those who are left. */
  readonly ranks: readonly number[];
  readonly reversed: boolean;
  /** The first was better, and is worse without the last. */
  readonly pairs: readonly (readonly [number, number])[];
};

export function compare(input: ComparisonInput): Comparison {
  const results = input.methods.map((method) => {
    const one = { ...input, method, params: paramsFor(method, input.params) };
    const analysis = analyze(one);
    const rankReversal = reversalOf(analysis, one);
    return { ...analysis, details: { ...analysis.details, rankReversal } };
  });
  const { value, details } = kendallW(
    results.map(({ ranks }) => ({ values: ranks, weight: 1 })),
  );
  const reason = typeof details.reason === "string"
    ? { reason: details.reason }
    : {};
  return {
    results,
    agreement: { kendallW: value, ...reason },
    winners: results.map(({ ranks }) => winnersOf(ranks)),
  };
}

/** What was said to one method goes before what was said to all. */
export function paramsFor(
  method: Method,
  params: ComparedParams = {},
): MethodParams {
  return { ...params, ...params[method] };
}

/** Null where nobody would be left, or the method could not be applied to them. */
function reversalOf(
  { ranks }: Analysis,
  input: WeightedProblem & { readonly method: Method },
): RankReversal | null {
  const without = input.matrix.length - 1;
  if (without === 0) return null;
  const less = { ...input, matrix: input.matrix.slice(0, without) };
  if (mistakesIn(input.method, less).length > 0) return null;
  const left = analyze(less).ranks;
  const pairs = left.flatMap((_, a) =>
    left.flatMap((_, b) =>
      ranks[a] < ranks[b] && left[a] > left[b] ? [[a, b] as const] : []
    )
  );
  return { without, ranks: left, reversed: pairs.length > 0, pairs };
}
