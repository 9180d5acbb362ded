/** Weights as shares, and where they flip the lead. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type AnalysisInput, analyze } from "../../domain/decisions/analyze.ts";
import { winnersOf } from "../../domain/decisions/ranks.ts";
import { flipsOf } from "../../islands/decision_flips.ts";
import {
  movedCriterion,
  sharesOf,
  weightsById,
  weightsWithShare,
} from "../../islands/decision_weights.ts";

Deno.test("a moved weight takes its share from the others in their proportions", () => {
  assertEquals(weightsWithShare([50, 30, 20], 1, 0.65), [25, 65, 10]);
});

Deno.test("a weight that leaves everything gives it to the others in equal parts", () => {
  assertEquals(weightsWithShare([10, 0, 0], 0, 0.4), [4, 3, 3]);
});

Deno.test("weights that are all 0 count as equal", () => {
  assertEquals(sharesOf([0, 0]), [0.5, 0.5]);
});

Deno.test("the only weight keeps everything", () => {
  assertEquals(weightsWithShare([3], 0, 0.2), [3]);
});

Deno.test("shares always come to 1, whatever is moved where", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100 }), {
        minLength: 2,
        maxLength: 8,
      }),
      fc.nat(7),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (weights, at, share) => {
        const moved = weightsWithShare(weights, at % weights.length, share);
        const shares = sharesOf(moved);
        const sum = shares.reduce((a, b) => a + b, 0);
        assert(Math.abs(sum - 1) < 1e-9, `${sum}`);
        assert(Math.abs(shares[at % weights.length] - share) < 1e-9);
      },
    ),
    { numRuns: 200 },
  );
});

const CRITERIA = [
  { id: "cost", weight: 50 },
  { id: "fit", weight: 30 },
  { id: "time", weight: 20 },
];

Deno.test("who watches can tell which weight is moved", () => {
  const moved = weightsById(CRITERIA, weightsWithShare([50, 30, 20], 1, 0.9));
  assertEquals(movedCriterion(CRITERIA, moved), "fit");
});

Deno.test("of two weights nobody can tell which one is moved", () => {
  const two = CRITERIA.slice(0, 2);
  const moved = weightsById(two, weightsWithShare([50, 30], 1, 0.9));
  assertEquals(movedCriterion(two, moved), undefined);
});

const VENDORS: AnalysisInput = {
  method: "wsm",
  matrix: [[1, 0], [0, 1]],
  weights: [0.7, 0.3],
  directions: ["benefit", "benefit"],
};

Deno.test("the flip of a weighted sum is exact", () => {
  assertEquals(flipsOf(VENDORS), {
    flipsBy: "exact",
    flips: [
      { share: 0.5, winners: [1], side: "below" },
      { share: 0.5, winners: [1], side: "above" },
    ],
  });
});

Deno.test("an alternative that nothing can overtake flips nowhere", () => {
  const [flip] = flipsOf({ ...VENDORS, matrix: [[2, 2], [1, 1]] }).flips;
  assertEquals(flip.share, null);
});

Deno.test("one alternative has nobody to be overtaken by", () => {
  assertEquals(flipsOf({ ...VENDORS, matrix: [[1, 0]] }).flipsBy, "none");
});

Deno.test("what is too large to be searched is not", () => {
  const matrix = Array.from(
    { length: 200 },
    (_, i) => Array.from({ length: 20 }, (_, j) => 1 + (i * 7 + j * 3) % 11),
  );
  const row = matrix[0];
  assertEquals(
    flipsOf({
      method: "electre2",
      matrix,
      weights: row.map(() => 1),
      directions: row.map(() => "benefit"),
    }),
    { flips: [], flipsBy: "none" },
  );
});

Deno.test("beside a searched flip others lead than on this side of it", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.integer({ min: 1, max: 9 }), {
          minLength: 3,
          maxLength: 3,
        }),
        { minLength: 2, maxLength: 5 },
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
      fc.constantFrom("topsis", "vikor", "promethee2", "edas"),
      (matrix, weights, method) => {
        const directions = weights.map(() => "benefit" as const);
        const input: AnalysisInput = { method, matrix, weights, directions };
        const leadersAt = (criterion: number, share: number) =>
          winnersOf(
            analyze({
              ...input,
              weights: weightsWithShare(weights, criterion, share),
            }).ranks,
          ).join();
        flipsOf(input).flips.forEach(({ share, side }, criterion) => {
          if (share === null) return;
          const now = winnersOf(analyze(input).ranks).join();
          assert(leadersAt(criterion, share) !== now);
          // On this side, by more than the search is exact, nothing has changed yet.
          const back = share + (side === "above" ? -2e-4 : 2e-4);
          const current = sharesOf(weights)[criterion];
          if (side === "above" ? back > current : back < current) {
            assertEquals(leadersAt(criterion, back), now);
          }
        });
      },
    ),
    { numRuns: 60 },
  );
});
