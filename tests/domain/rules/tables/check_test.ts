/** Checks: gaps and overlaps are real, complete where the check says so, and found by trying too. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { checkTables } from "../../../../domain/rules/tables/check.ts";
import type { DecisionTable } from "../../../../domain/rules/tables/table.ts";
import { compileTables } from "../../../../domain/rules/tables/tables.ts";

function rowsOf(
  rows: readonly (readonly string[])[],
  rest: Partial<DecisionTable> = {},
): DecisionTable {
  return {
    hitPolicy: "U",
    inputs: rows[0].map((_, column) => ({ expression: `x${column}` })),
    outputs: [{}],
    rules: rows.map((cells, row) => ({ in: cells, out: [String(row)] })),
    ...rest,
  };
}

function coverageOf(table: DecisionTable) {
  const { mistakes, coverage: [only] } = checkTables([table]);
  assertEquals(mistakes, []);
  return only;
}

Deno.test("[T14] neighbouring intervals leave no gap, and share no case", () => {
  assertEquals(coverageOf(rowsOf([["< 18"], ["[18..65)"], [">= 65"]])), {
    gaps: [],
    overlaps: [],
    complete: true,
  });
});

Deno.test("[T14] a point between intervals is a gap, a point in both an overlap", () => {
  assertEquals(coverageOf(rowsOf([["< 18"], ["> 18"]])).gaps, [["18"]]);
  assertEquals(coverageOf(rowsOf([["<= 18"], [">= 18"]])).overlaps, [
    { rules: [0, 1], where: ["18"] },
  ]);
});

Deno.test("[T14] gaps are said in few rows, as cells would say them", () => {
  const rows = rowsOf([["< 5", '"a"'], ["[7..9]", '"b", "c"']]);
  assertEquals(coverageOf(rows).gaps, [
    ["< 5", 'not("a")'],
    ["[5..7), > 9", "-"],
    ["[7..9]", 'not("b", "c")'],
  ]);
});

Deno.test("[T14] allowed values are all there are", () => {
  const inputs = [{ expression: "x0", allowed: '"a", "b"' }];
  assertEquals(coverageOf(rowsOf([['"a"']], { inputs })).gaps, [['"b"']]);
  assertEquals(coverageOf(rowsOf([['"a"'], ['"b"']], { inputs })).gaps, []);
});

Deno.test("[T14] a default leaves no gap, and only U and A mind overlaps", () => {
  const outputs = [{ default: "0" }];
  assertEquals(coverageOf(rowsOf([["> 1"]], { outputs })).gaps, []);
  const both = [["> 1"], ["> 2"]];
  assertEquals(coverageOf(rowsOf(both, { hitPolicy: "C" })).overlaps, []);
  assertEquals(coverageOf(rowsOf(both, { hitPolicy: "A" })).overlaps.length, 1);
  const same = both.map((cells) => ({ in: cells, out: ["1"] }));
  const agreeing = rowsOf(both, { hitPolicy: "A", rules: same });
  assertEquals(coverageOf(agreeing).overlaps, []);
});

Deno.test("[T14] cells nobody can tell make the check say it is not complete", () => {
  const table = rowsOf([["? * 2 > 4"], ["< 1"]]);
  assertEquals(coverageOf(table), { gaps: [], overlaps: [], complete: false });
});

Deno.test("[T14] with an example of facts, unknown names are mistakes", () => {
  const { mistakes } = checkTables([rowsOf([["> limt"]])], {
    facts: { x0: 1, limit: 2 },
  });
  assertEquals(mistakes, [{
    path: [0, "rules", 0, "in", 0],
    position: { from: 2, to: 6 },
    message: "Unknown fact: limt",
  }]);
});

Deno.test("[T14] an answer the table does not allow is a mistake", () => {
  const table = rowsOf([["1"], ["2"]], { outputs: [{ allowed: "0" }] });
  assertEquals(checkTables([table]).mistakes, [{
    path: [0, "rules", 1, "out", 0],
    message: "Not an allowed value: 1",
  }]);
});

Deno.test("[T14] trying every case finds the gaps and overlaps the check names, and no others", () => {
  const end = fc.integer({ min: 0, max: 6 });
  const cell = fc.oneof(
    fc.constant("-"),
    end.map(String),
    fc.tuple(fc.constantFrom("<", "<=", ">", ">="), end)
      .map(([sign, n]) => `${sign} ${n}`),
    fc.tuple(end, end).map(([a, b]) =>
      `not([${Math.min(a, b)}..${Math.max(a, b)}))`
    ),
  );
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
  const tries = [...Array(17).keys()].map((n) => n / 2 - 1);
  fc.assert(
    fc.property(rows, (rows) => {
      const table = rowsOf(rows, { hitPolicy: "U" });
      const { gaps, overlaps, complete } = coverageOf(table);
      const asked = compileTables([{ ...table, hitPolicy: "C" }]);
      const inGaps = compileTables([rowsOf(
        gaps.length === 0 ? [["null", "null"]] : gaps,
        { hitPolicy: "C" },
      )]);
      assert(asked.state === "ready" && inGaps.state === "ready" && complete);
      const pairs = new Set<string>();
      for (const x0 of tries) {
        for (const x1 of tries) {
          const [{ matched }] = asked.evaluate({ x0, x1 });
          const [named] = inGaps.evaluate({ x0, x1 });
          assertEquals(matched.length === 0, named.matched.length > 0);
          for (const a of matched) {
            for (const b of matched) if (a < b) pairs.add(`${a},${b}`);
          }
        }
      }
      assertEquals(
        overlaps.map(({ rules }) => rules.join()).sort(),
        [...pairs].sort(),
      );
    }),
    { numRuns: 60 },
  );
});
