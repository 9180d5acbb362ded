/** What must hold of every method and weighting, whatever is decided. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  analyze,
  type WeightedProblem,
} from "../../../domain/decisions/analyze.ts";
import { mistakesIn } from "../../../domain/decisions/mistakes.ts";
import { mistakesInWeighing } from "../../../domain/decisions/mistakes_in_weighing.ts";
import { weigh } from "../../../domain/decisions/weigh.ts";
import { assertClose } from "./close.ts";
import {
  MAX_SIZE,
  orderOf,
  problems,
  VARIANTS,
  wildProblems,
} from "./arbitrary.ts";

const numRuns = 60;
const keys = fc.array(fc.nat(1000), {
  minLength: MAX_SIZE,
  maxLength: MAX_SIZE,
});

/** Ranks are compared where the scores are clearly apart: rounding may part or join the rest. */
function assertSameOrder(
  one: { scores: readonly number[]; ranks: readonly number[] },
  ranks: readonly number[],
): void {
  for (const [a, score] of one.scores.entries()) {
    for (const [b, other] of one.scores.entries()) {
      const apart = Math.abs(score - other) >
        1e-9 * Math.max(1, Math.abs(score), Math.abs(other));
      if (!apart) continue;
      assertEquals(ranks[a] < ranks[b], one.ranks[a] < one.ranks[b]);
    }
  }
}

for (const { method, params } of VARIANTS) {
  const name = `${method}${params ? ` ${JSON.stringify(params)}` : ""}`;
  const run = (problem: WeightedProblem) =>
    analyze({ ...problem, method, params });

  Deno.test(`[D3] ${name}: the order of alternatives changes nothing`, () => {
    fc.assert(
      fc.property(problems(), keys, (problem, keys) => {
        const order = orderOf(problem.matrix.length, keys);
        const first = run(problem);
        const matrix = order.map((one) => problem.matrix[one]);
        const { scores, ranks } = run({ ...problem, matrix });
        assertClose(scores, order.map((one) => first.scores[one]), 1e-9);
        const back = order.map((_, one) => ranks[order.indexOf(one)]);
        assertSameOrder(first, back);
      }),
      { numRuns },
    );
  });

  Deno.test(`[D3] ${name}: the order of criteria changes nothing`, () => {
    fc.assert(
      fc.property(problems(), keys, (problem, keys) => {
        const order = orderOf(problem.weights.length, keys);
        const turned = <T>(row: readonly T[]) => order.map((j) => row[j]);
        const first = run(problem);
        const { scores } = run({
          matrix: problem.matrix.map(turned),
          weights: turned(problem.weights),
          directions: turned(problem.directions),
        });
        for (const [one, score] of scores.entries()) {
          const size = Math.max(1, Math.abs(score));
          assertClose(score, first.scores[one], 1e-9 * size);
        }
      }),
      { numRuns },
    );
  });

  Deno.test(`[D5] ${name}: a constant criterion changes no rank`, () => {
    const constant = fc.constantFrom(0, 1, 7.3);
    fc.assert(
      fc.property(problems(), constant, (problem, value) => {
        const first = run(problem);
        for (const direction of ["benefit", "cost"] as const) {
          const { ranks } = run({
            matrix: problem.matrix.map((row) => [...row, value]),
            weights: [...problem.weights, 2],
            directions: [...problem.directions, direction],
          });
          assertSameOrder(first, ranks);
        }
      }),
      { numRuns },
    );
  });

  Deno.test(`[D6] ${name}: whoever is dominated is not ranked above`, () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const { details, ranks } = run(problem);
        for (const { alternative, by } of details.dominated) {
          for (const better of by) {
            assert(ranks[better] <= ranks[alternative]);
          }
        }
      }),
      { numRuns },
    );
  });

  Deno.test(`[D11] ${name}: answers are numbers, whatever is asked`, () => {
    fc.assert(
      fc.property(wildProblems(), (problem) => {
        if (mistakesIn(method, { ...problem, params }).length > 0) return;
        assertFinite(run(problem));
      }),
      { numRuns: 200 },
    );
  });
}

/** Sums of values as given, thresholds and ranges in units are what units change. */
const UNITLESS = VARIANTS.filter(({ method, params }) =>
  params?.normalization !== "none" && params?.preference === undefined &&
  (method !== "wsm" || params !== undefined) && method !== "electre2"
);

for (const { method, params } of UNITLESS) {
  const name = `${method}${params ? ` ${JSON.stringify(params)}` : ""}`;
  Deno.test(`[D4] ${name}: the unit of a criterion changes no rank`, () => {
    const unit = fc.constantFrom(0.001, 0.5, 2, 1000);
    fc.assert(
      fc.property(problems(), unit, fc.nat(), (problem, unit, nat) => {
        const j = nat % problem.weights.length;
        const first = analyze({ ...problem, method, params });
        const matrix = problem.matrix.map((row) => row.with(j, row[j] * unit));
        const { ranks } = analyze({ ...problem, matrix, method, params });
        assertSameOrder(first, ranks);
      }),
      { numRuns },
    );
  });
}

for (const method of ["equal", "entropy", "critic", "std", "merec"] as const) {
  Deno.test(`[D2] ${method}: weights add up to 1, and a constant criterion has none`, () => {
    fc.assert(
      fc.property(wildProblems(), ({ matrix, directions }) => {
        const input = { method, matrix, directions };
        if (mistakesInWeighing(input).length > 0) return;
        const { weights, details } = weigh(input);
        assertFinite({ weights, details });
        assertClose(weights.reduce((a, b) => a + b), 1, 1e-12);
        const constant = weights.map((_, j) =>
          matrix.every((row) => row[j] === matrix[0][j])
        );
        if (method === "equal" || constant.every((one) => one)) return;
        weights.forEach((weight, j) => {
          if (constant[j]) assertEquals(weight, 0);
          assert(weight >= 0);
        });
      }),
      { numRuns: 200 },
    );
  });
}

function assertFinite(value: unknown, path = ""): void {
  if (typeof value === "number") {
    assert(Number.isFinite(value), `${path} is ${value}`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      assertFinite(item, `${path}.${key}`);
    }
  }
}
