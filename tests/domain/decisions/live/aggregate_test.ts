/** What several people scored as one matrix: the value, how far they differ, what is missing. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  aggregate,
  type Aggregation,
  type Cell,
} from "../../../../domain/decisions/live/aggregate.ts";
import { isValue } from "../../../../domain/decisions/magnitudes.ts";
import { mergedScores } from "../../../../domain/decisions/live/live_decision.ts";
import { type Scores, SETTINGS } from "./fixture.ts";

const CELL = { alternatives: [{ id: "a" }], criteria: [{ id: "c" }] };

/** The one cell of several people's scores; null for who gave none. */
function cell(
  aggregation: Aggregation,
  values: readonly (number | null)[],
): Cell {
  const sheets = values.map((value) => ({ a: { c: value } }));
  return aggregate({ ...CELL, aggregation }, sheets).cells[0][0];
}

Deno.test("[D14] the median, the mean, and the spread as a sample's deviation", () => {
  const four = [2, 4, 4, 10];
  const about = { count: 4, lowest: 2, highest: 10, spread: Math.sqrt(12) };
  assertEquals(cell("median", four), { value: 4, ...about });
  assertEquals(cell("mean", four), { value: 5, ...about });
  assertEquals(cell("median", [1, 2]).value, 1.5);
  assertEquals(cell("median", [9, 1, 2]).value, 2);
});

Deno.test("[D14] one score is itself without a spread, none is null", () => {
  for (const how of ["median", "mean"] as const) {
    assertEquals(cell(how, [0.1]), {
      value: 0.1,
      count: 1,
      lowest: 0.1,
      highest: 0.1,
      spread: 0,
    });
    assertEquals(cell(how, [null]), {
      value: null,
      count: 0,
      lowest: null,
      highest: null,
      spread: 0,
    });
  }
});

/** What commands let in: none smaller than its square allows. */
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter(isValue);
const values = fc.array(
  fc.oneof(
    value,
    fc.constantFrom(0, 1e100, -1e100, 1e-100, 0.1),
  ),
  { minLength: 1, maxLength: 9 },
);
const how = fc.constantFrom<Aggregation[]>("median", "mean");

Deno.test("[D14] who scored first changes no bit", () => {
  const shuffled = values.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length }),
    )
  );
  fc.assert(fc.property(how, shuffled, (how, [list, other]) => {
    assertEquals(cell(how, other), cell(how, list));
  }));
});

Deno.test("[D14] where all agree their score is the value, to the bit, without a spread", () => {
  fc.assert(
    fc.property(
      how,
      value,
      fc.nat(9),
      (
        how,
        value,
        more,
      ) => {
        const all = cell(how, Array(more + 1).fill(value));
        assertEquals([all.value, all.spread], [value + 0, 0]);
      },
    ),
  );
});

Deno.test("[D14] the value lies among the scores, and is finite whatever they are", () => {
  fc.assert(fc.property(how, values, (how, list) => {
    const { value, lowest, highest, spread } = cell(how, list);
    assert(value !== null && lowest !== null && highest !== null);
    assert(Number.isFinite(value) && Number.isFinite(spread) && spread >= 0);
    const rounding = 1e-12 * Math.max(Math.abs(lowest), Math.abs(highest));
    assert(value >= lowest - rounding && value <= highest + rounding);
  }));
});

Deno.test("[D14] one wild score moves the mean and not the median", () => {
  assertEquals(cell("median", [5, 5, 5, 1000]).value, 5);
  assertEquals(cell("mean", [5, 5, 5, 1005]).value, 255);
});

Deno.test("[D14] the matrix is there once every cell has a score, by whomever", () => {
  const mia: Scores = { a: { cost: 1, risk: 2 } };
  const ben: Scores = { b: { cost: 3 } };
  const partly = aggregate(SETTINGS, [mia, ben]);
  assertEquals([partly.missing, partly.matrix], [1, null]);
  const whole = aggregate(SETTINGS, [mia, ben, { b: { risk: 4 } }]);
  assertEquals([whole.missing, whole.matrix], [0, [[1, 2], [3, 4]]]);
});

Deno.test("[D14] scores of what is no alternative or criterion any more count nowhere", () => {
  const { cells, missing } = aggregate(SETTINGS, [
    { x: { cost: 1 }, a: { time: 2 }, constructor: { name: 3 } },
  ]);
  assertEquals(missing, 4);
  assert(cells.flat().every(({ count }) => count === 0));
});

const sheets = fc.dictionary(
  fc.constantFrom("a", "b", "toString", "constructor", "__proto__"),
  fc.dictionary(
    fc.constantFrom("cost", "risk", "__proto__"),
    fc.option(fc.integer()),
  ),
);

Deno.test("[D14] merged sheets hold the last word on every cell, and no null", () => {
  fc.assert(fc.property(fc.array(sheets, { maxLength: 5 }), (list) => {
    const merged = list.reduce<Scores>(
      (before, changes) => mergedScores(before, changes),
      {},
    );
    const last = new Map<string, number | null>();
    for (const sheet of list) {
      for (const [row, cells] of Object.entries(sheet)) {
        for (const [column, value] of Object.entries(cells)) {
          last.set(`${row}/${column}`, value);
        }
      }
    }
    const kept = Object.entries(merged).flatMap(([row, cells]) =>
      Object.entries(cells).map(([column, value]) =>
        [`${row}/${column}`, value] as const
      )
    );
    const wanted = [...last].filter(([, value]) => value !== null);
    assertEquals(new Map(kept), new Map(wanted));
  }));
});
