/** Measures of agreement: published values, bounds, and what they say when they say nothing. */
import fc from "fast-check";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import {
  agreement,
  type AgreementInput,
} from "../../../domain/consensus/agreement.ts";
import { DISTANCES } from "../../../domain/consensus/krippendorff.ts";

function valueOf(input: AgreementInput): number {
  const { value } = agreement(input);
  assert(value !== null);
  return value;
}

/** Krippendorff 2011, section C: four observers, twelve units. */
const OBSERVERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
  [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
];

/** Fleiss 1971: 14 raters, 10 items, 5 categories. */
const FLEISS = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
];

Deno.test("[C1] Krippendorff's alpha has the published values", () => {
  const published = {
    nominal: 0.743,
    ordinal: 0.815,
    interval: 0.849,
    ratio: 0.797,
  };
  for (const metric of DISTANCES) {
    assertAlmostEquals(
      valueOf({
        metric: "krippendorff_alpha",
        data: OBSERVERS,
        params: { metric },
      }),
      published[metric],
      0.0005,
    );
  }
});

Deno.test("[C1] nominal alpha reads names", () => {
  const data = OBSERVERS.map((row) =>
    row.map((rating) => rating === null ? null : `category ${rating}`)
  );
  assertAlmostEquals(
    valueOf({
      metric: "krippendorff_alpha",
      data,
      params: { metric: "nominal" },
    }),
    0.743,
    0.0005,
  );
});

Deno.test("[C1] Fleiss' kappa has the published value", () => {
  assertAlmostEquals(
    valueOf({ metric: "fleiss_kappa", data: FLEISS }),
    0.21,
    0.0005,
  );
});

Deno.test("[C1] Kendall's W is the mean of all rank correlations, where nobody ties", () => {
  const table = fc.integer({ min: 2, max: 6 }).chain((items) =>
    fc.array(
      fc.shuffledSubarray(Array.from({ length: items }, (_, i) => i + 1), {
        minLength: items,
      }),
      { minLength: 2, maxLength: 5 },
    )
  );
  fc.assert(fc.property(table, (data) => {
    const [m, n] = [data.length, data[0].length];
    const correlations = data.flatMap((a, i) =>
      data.slice(i + 1).map((b) => {
        const squares = a.reduce((sum, rank, k) => sum + (rank - b[k]) ** 2, 0);
        return 1 - 6 * squares / (n ** 3 - n);
      })
    );
    const mean = correlations.reduce((a, b) => a + b) / correlations.length;
    assertAlmostEquals(
      valueOf({ metric: "kendall_w", data }),
      (mean * (m - 1) + 1) / m,
      1e-12,
    );
  }));
});

Deno.test("[C1] consensus on grades is 1 where all are alike and 0 at both ends", () => {
  const valueIn = (data: number[]) =>
    valueOf({ metric: "tastle_wierman", data });
  assertEquals(valueIn([0, 7, 0, 0, 0]), 1);
  assertEquals(valueIn([4, 0, 0, 0, 4]), 0);
  assert(valueIn([1e9, 0, 0, 0, 1]) > 0.99);
});

Deno.test("[C1] the range of the middle half interpolates, and consensus is at most 1 wide", () => {
  assertEquals(agreement({ metric: "iqr", data: [4, 1, 2, 3] }), {
    value: 1.5,
    details: { q1: 1.75, median: 2.5, q3: 3.25, consensus: false },
  });
  assertEquals(
    agreement({ metric: "iqr", data: [1, 4, 2, 3], params: { maxIqr: 1.5 } })
      .details.consensus,
    true,
  );
});

const SILENT: Readonly<Record<string, AgreementInput>> = {
  "one rater": { metric: "kendall_w", data: [[1, 2, 3]] },
  "one item": { metric: "kendall_w", data: [[1], [1]] },
  "raters who tie all": { metric: "kendall_w", data: [[1, 1], [2, 2]] },
  "one rating an item": { metric: "fleiss_kappa", data: [[1, 0], [0, 1]] },
  "one category": { metric: "fleiss_kappa", data: [[3, 0], [3, 0]] },
  "one cell": { metric: "cohen_kappa", data: [[0, 0], [0, 9]] },
  "no items": { metric: "cohen_kappa", data: [[0, 0], [0, 0]] },
  "no pairs": {
    metric: "krippendorff_alpha",
    data: [[1, null], [null, 2]],
    params: { metric: "interval" },
  },
  "constant ratings": {
    metric: "krippendorff_alpha",
    data: [[3, 3], [3, 3]],
    params: { metric: "ratio" },
  },
  "no grades": { metric: "tastle_wierman", data: [0, 0] },
  "no counts": { metric: "entropy", data: [0, 0] },
};

for (const [what, input] of Object.entries(SILENT)) {
  Deno.test(`[C9] ${input.metric} of ${what} is null, with the reason`, () => {
    const { value, details } = agreement(input);
    assertEquals(value, null);
    assertEquals(typeof details.reason, "string");
  });
}

const cell = fc.oneof(
  fc.nat(4),
  fc.constantFrom(0.1, 1e-300, 1e15, 1e15 - 1),
);

function tables<Cell>(of: fc.Arbitrary<Cell>): fc.Arbitrary<Cell[][]> {
  return fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.array(fc.array(of, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 5,
    })
  );
}

/** Turns each row into how often it has each of four values: equal sums. */
const counts = tables(fc.nat(3)).map((rows) =>
  rows.map((row) =>
    [0, 1, 2, 3].map((value) => row.filter((one) => one === value).length)
  )
);

const inputs: fc.Arbitrary<AgreementInput> = fc.oneof(
  tables(cell).map((data) => ({ metric: "kendall_w" as const, data })),
  counts.map((data) => ({ metric: "fleiss_kappa" as const, data })),
  fc.tuple(tables(fc.option(cell)), fc.constantFrom(...DISTANCES)).map((
    [data, metric],
  ) => ({ metric: "krippendorff_alpha" as const, data, params: { metric } })),
  fc.array(fc.nat(9), { minLength: 2, maxLength: 6 }).map((data) => ({
    metric: "tastle_wierman" as const,
    data,
  })),
  fc.array(fc.nat(9), { minLength: 2, maxLength: 6 }).map((data) => ({
    metric: "entropy" as const,
    data,
  })),
  fc.array(cell, { minLength: 1 }).map((data) => ({
    metric: "iqr" as const,
    data,
  })),
);

Deno.test("[C9] every measure is a number within its bounds, or null", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { value } = agreement(input);
      if (value === null) return;
      assert(Number.isFinite(value));
      if (input.metric === "iqr") return assert(value >= 0);
      assert(value <= 1, `${value}`);
      if (/^(kendall_w|tastle_wierman|entropy)$/.test(input.metric)) {
        assert(value >= 0);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("[C9] nobody's place in the data changes a measure", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const before = agreement(input).value;
      const after = agreement(reversed(input)).value;
      if (before === null) return assertEquals(after, null);
      assert(after !== null);
      assertAlmostEquals(after, before, 1e-9 * Math.max(1, Math.abs(before)));
    }),
    { numRuns: 2000 },
  );
});

/** The same people, or grades, or ratings, listed from the other end. */
function reversed(input: AgreementInput): AgreementInput {
  switch (input.metric) {
    case "kendall_w":
    case "fleiss_kappa":
    case "cohen_kappa":
      return { ...input, data: input.data.toReversed() };
    case "krippendorff_alpha":
      return { ...input, data: input.data.toReversed() };
    default:
      return { ...input, data: input.data.toReversed() };
  }
}

Deno.test("[C10] ratings without a distance are refused", () => {
  const alpha = (data: (string | number)[][], metric: "interval" | "ratio") =>
    agreement({ metric: "krippendorff_alpha", data, params: { metric } });
  assertThrows(() => alpha([["a"], ["b"]], "interval"), RangeError, "number");
  assertThrows(() => alpha([[-1], [1]], "ratio"), RangeError, "below 0");
});
