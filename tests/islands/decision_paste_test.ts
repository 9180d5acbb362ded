/** Blocks from spreadsheets, keys of the grid, fields of forms: what they come to. */
import { assertEquals } from "@std/assert";
import {
  scoresFrom,
  settingsFrom,
  weightsFrom,
} from "../../islands/decision_fields.ts";
import { nextCell } from "../../islands/decision_grid.ts";
import { numberIn, readBlock } from "../../islands/decision_paste.ts";

const AXES = {
  alternatives: [{ id: "a", label: "A" }, { id: "b", label: "B" }],
  criteria: ["x", "y", "z"].map((id) => ({
    id,
    label: id.toUpperCase(),
    unit: null,
    direction: "benefit" as const,
    weight: id === "x" ? 1 : 2,
  })),
};

Deno.test("a block fills from the cell on; what reaches over the edge is left out", () => {
  assertEquals(
    readBlock("1\t2\t3\n4\t\t6\n7\t8\n", { row: 0, column: 1 }, AXES),
    {
      scores: { a: { y: 1, z: 2 }, b: { y: 4 } },
      taken: 3,
      skipped: [],
    },
  );
});

Deno.test("what is no number is left out and named", () => {
  assertEquals(
    readBlock("n/a\t2\r\n", { row: 1, column: 0 }, AXES),
    { scores: { b: { y: 2 } }, taken: 1, skipped: ["“n/a”"] },
  );
});

for (
  const [text, value] of [
    ["12", 12],
    ["-3.5", -3.5],
    ["−3.5", -3.5],
    ["9,5", 9.5],
    ["1 234,5", 1234.5],
    ["1’234.5", 1234.5],
    ["1.234,5", 1234.5],
    ["1,234.5", 1234.5],
    ["1,234,567", 1234567],
    ["1e3", 1000],
    // A thousand here, a little more than one there.
    ["1,234", undefined],
    ["12 %", undefined],
    ["=1+1", undefined],
    ["1e999", undefined],
    ["-", undefined],
    [".", undefined],
  ] as const
) {
  Deno.test(`a spreadsheet's ${text} reads as ${value}`, () => {
    assertEquals(numberIn(text), value);
  });
}

const SIZE = { rows: 3, columns: 2 };

Deno.test("arrows stop at the edges of the grid", () => {
  assertEquals(nextCell("ArrowUp", { row: 0, column: 1 }, SIZE), {
    row: 0,
    column: 1,
  });
  assertEquals(nextCell("ArrowRight", { row: 0, column: 0 }, SIZE), {
    row: 0,
    column: 1,
  });
});

Deno.test("Home and End go along the row, with Control to the corners", () => {
  const here = { row: 1, column: 1 };
  assertEquals(nextCell("Home", here, SIZE), { row: 1, column: 0 });
  assertEquals(nextCell("End", { row: 1, column: 0 }, SIZE, true), {
    row: 2,
    column: 1,
  });
});

Deno.test("other keys do not move", () => {
  assertEquals(nextCell("Tab", { row: 0, column: 0 }, SIZE), undefined);
});

Deno.test("only what has changed on a sheet is sent; emptied cells are taken back", () => {
  assertEquals(
    scoresFrom(
      { "a.x": "5", "a.y": "", "a.z": " 7 ", "b.x": "x" },
      AXES,
      { a: { x: 5, y: 6 } },
    ),
    {
      scores: { a: { y: null, z: 7 } },
      wrong: { "b.x": "B by X: “x” is no number" },
    },
  );
});

Deno.test("weights come in percent and keep the sum they had", () => {
  assertEquals(
    weightsFrom(
      { "weight.x": "20", "weight.y": "50", "weight.z": "101" },
      AXES,
    ),
    {
      // 20 is what was shown: it stays as it is.
      weights: { x: 1, y: 2.5 },
      wrong: { "weight.z": "Z: from 0 to 100 percent" },
    },
  );
});

Deno.test("another scaling leaves other parameters of a method alone", () => {
  const fields = {
    method: "wsm",
    normalization: "minmax",
    aggregation: "mean",
  };
  assertEquals(
    settingsFrom(fields, { params: { v: 0.7, normalization: "sum" } }).params,
    { v: 0.7, normalization: "minmax" },
  );
  assertEquals(
    settingsFrom({ ...fields, normalization: "" }, {
      params: { normalization: "sum" },
    }).params,
    {},
  );
});
