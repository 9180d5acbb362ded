/** What is computed in a quick way: bit for bit what the plain formula gives. */
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import type { Problem } from "../../../domain/decisions/decision.ts";
import { dominated } from "../../../domain/decisions/dominance.ts";
import { ascendingOrder } from "../../../domain/decisions/order.ts";
import { pairsOf } from "../../../domain/decisions/outranking.ts";
import {
  type Preference,
  preferenceOf,
  PREFERENCES,
} from "../../../domain/decisions/preference.ts";
import { promethee2 } from "../../../domain/decisions/promethee.ts";
import { isSame, ranksOf } from "../../../domain/decisions/ranks.ts";

const numRuns = 100;
/** Ties, values that only rounding parts, and values far apart. */
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2 + 1e-15, 2 - 1e-15, 0.1 + 0.2, 0.3, -0, 1e100, -1e100),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
);

/** More than eight criteria, so that they do not fit one part, and more than one run of values. */
const problems: fc.Arbitrary<Problem & { weights: number[] }> = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 18 }))
  .chain(([alternatives, criteria]) => {
    const list = <T>(item: fc.Arbitrary<T>, length: number) =>
      fc.array(item, { minLength: length, maxLength: length });
    return fc.record({
      matrix: list(list(value, criteria), alternatives),
      directions: list(
        fc.constantFrom("benefit" as const, "cost" as const),
        criteria,
      ),
      // Sums of quarters round nothing, in whatever order.
      weights: list(fc.constantFrom(0, 0.25, 0.5, 2), criteria),
    });
  });

function columnsOf({ matrix, directions }: Problem) {
  return directions.map((direction, j) => {
    const sign = direction === "cost" ? -1 : 1;
    return matrix.map((row) => sign * row[j]);
  });
}

function forAll(check: (problem: Problem & { weights: number[] }) => void) {
  fc.assert(fc.property(problems, check), { numRuns });
}

Deno.test("[D7] the order of values is that of a stable sort", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), (values) => {
      const plain = values.map((_, one) => one)
        .sort((a, b) => values[a] - values[b]);
      assertEquals([...ascendingOrder(values)], plain);
    }),
    { numRuns },
  );
});

Deno.test("[D1] concordance is the share of the weights that speak for a over b", () => {
  forAll((problem) => {
    const { size, at } = pairsOf(problem).concordance(problem.weights);
    const columns = columnsOf(problem);
    const counts = columns.map((column) => {
      const [least, most] = [Math.min(...column), Math.max(...column)];
      return !isSame(least, most);
    });
    const ranks = columns.map((column) => ranksOf(column, "highest"));
    const weigh = (speaks: (j: number) => boolean) =>
      problem.weights.reduce(
        (sum, weight, j) => counts[j] && speaks(j) ? sum + weight : sum,
        0,
      );
    const total = weigh(() => true);
    const plain = Array.from({ length: size * size }, (_, pair) => {
      const [a, b] = [Math.floor(pair / size), pair % size];
      if (a === b || total === 0) return 1;
      return weigh((j) => ranks[j][a] <= ranks[j][b]) / total;
    });
    assertEquals([...at], plain);
  });
});

Deno.test("[D1] discordance is the largest lead of b over a, by the largest range", () => {
  forAll((problem) => {
    const { size, at } = pairsOf(problem).discordance;
    const columns = columnsOf(problem);
    const lead = (a: number, b: number) =>
      columns.reduce((most, one) => Math.max(most, one[b] - one[a]), 0);
    const pairs = Array.from(
      { length: size * size },
      (_, pair) => lead(Math.floor(pair / size), pair % size),
    );
    const largest = Math.max(...pairs);
    assertEquals(
      [...at],
      pairs.map((one) => largest > 0 ? one / largest : 0),
    );
  });
});

Deno.test("[D6] whoever is dominated is found among all pairs", () => {
  forAll((problem) => {
    const columns = columnsOf(problem);
    const everyone = problem.matrix.map((_, one) => one);
    const plain = everyone.flatMap((alternative) => {
      const by = everyone.filter((one) =>
        columns.every((column) => column[one] >= column[alternative]) &&
        columns.some((column) => column[one] > column[alternative])
      );
      return by.length > 0 ? [{ alternative, by }] : [];
    });
    assertEquals(dominated(problem), plain);
  });
});

/** Adds in the order of the field's definition: pair by pair, the best first. */
function plainFlows(column: readonly number[], shape: Preference) {
  const order = column.map((_, one) => one)
    .sort((a, b) => column[b] - column[a]);
  const positive = column.map(() => 0);
  const negative = column.map(() => 0);
  for (const a of order) {
    for (const b of order) {
      const difference = column[a] - column[b];
      const preference = preferenceOf(difference, shape, THRESHOLDS);
      positive[a] += preference;
      negative[b] += preference;
    }
  }
  const others = Math.max(column.length - 1, 1);
  return column.map((_, one) =>
    positive[one] / others - negative[one] / others
  );
}

const THRESHOLDS = { q: 0.3, p: 2, s: 1.5 };

for (const preference of PREFERENCES) {
  Deno.test(`[D1] PROMETHEE, ${preference}: net flows are those of all pairs`, () => {
    forAll((problem) => {
      const params = { preference, ...THRESHOLDS };
      const { netByCriterion } = promethee2(problem, params)
        .details(problem.directions.map(() => 1));
      const columns = columnsOf(problem)
        .map((column) => plainFlows(column, preference));
      const plain = problem.matrix.map((_, i) => columns.map((one) => one[i]));
      assertEquals(netByCriterion, plain);
    });
  });
}
