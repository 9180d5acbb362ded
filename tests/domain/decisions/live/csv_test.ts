/** A matrix as CSV: what is written reads as it was, no cell is a formula, mistakes have a place. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type DecisionTable,
  MAX_CSV_LENGTH,
  readCsv,
  writeCsv,
} from "../../../../domain/decisions/live/csv.ts";
import {
  cellsOf,
  CsvMistakes,
} from "../../../../domain/decisions/live/csv_cells.ts";
import { idsFrom } from "../../../../domain/decisions/live/ids.ts";
import { OpenDecision } from "../../../../domain/decisions/live/live_input.ts";
import { isValue } from "../../../../domain/decisions/magnitudes.ts";

/** The table, or the mistakes as `row:column message`. */
function read(text: string): DecisionTable | string[] {
  const found = readCsv(text);
  return found.state === "read"
    ? found.table
    : found.mistakes.map(({ row, column, message }) =>
      `${row}:${column} ${message}`
    );
}

/** The values alone. */
function values(text: string) {
  const table = read(text);
  return "values" in table ? table.values : table;
}

const VENDORS: DecisionTable = {
  alternatives: ["Alpha", "Beta, Ltd"],
  criteria: [
    { label: "Cost", unit: "EUR", direction: "cost" },
    { label: "Fit", unit: null, direction: "benefit" },
  ],
  values: [[1200.5, 7], [-3, null]],
};

Deno.test("[D22] a matrix is written with units and directions, quoted where needed", () => {
  assertEquals(
    writeCsv(VENDORS),
    'Alternative,"Cost (EUR, cost)",Fit (benefit)\r\n' +
      "Alpha,1200.5,7\r\n" +
      '"Beta, Ltd",-3,\r\n',
  );
  assertEquals(read(writeCsv(VENDORS)), VENDORS);
});

const DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"];

Deno.test("[D22] no text cell can be taken for a formula; numbers stay numbers", () => {
  const table = {
    alternatives: DANGEROUS,
    criteria: DANGEROUS.map((label) => ({
      label,
      unit: null,
      direction: "cost" as const,
    })),
    values: DANGEROUS.map(() => DANGEROUS.map(() => -5)),
  };
  const { rows: [head, ...body] } = cellsOf(
    writeCsv(table),
    new CsvMistakes(),
  );
  const texts = [...head.cells, ...body.map(({ cells }) => cells[0])];
  assertEquals(texts.length, 15);
  for (const text of texts) assert(!/^[=+\-@\t\r]/.test(text), text);
  for (const { cells } of body) {
    assert(cells.slice(1).every((cell) => cell === "-5"));
  }
});

const label = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(...DANGEROUS, 'a"b', "a;b", "a\tb", "a\r\nb", "Time (weeks)"),
).map((text) => text.trim()).filter((text) => text !== "");
const unit = fc.option(
  fc.oneof(
    fc.constantFrom("EUR", "1–10", "cost", "a, b", '"'),
    fc.string({ minLength: 1, maxLength: 5 }).map((text) =>
      text.replaceAll(/[()]/g, "").trim()
    ).filter((text) => text !== ""),
  ),
);
const value = fc.option(
  fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isValue)
      .map((one) => one + 0),
    fc.constantFrom(1e100, -1e-100, 1e21),
  ),
);
/** Objects as a reader makes them. */
const PLAIN = { noNullPrototype: true };
const unique = { selector: (one: { label: string }) => one.label };
const tables: fc.Arbitrary<DecisionTable> = fc.tuple(
  fc.uniqueArray(label, { minLength: 1, maxLength: 5 }),
  fc.uniqueArray(
    fc.record({
      label,
      unit,
      direction: fc.constantFrom("cost" as const, "benefit" as const),
    }, PLAIN),
    { minLength: 1, maxLength: 5, ...unique },
  ),
).chain(([alternatives, criteria]) =>
  fc.record({
    alternatives: fc.constant(alternatives),
    criteria: fc.constant(criteria),
    values: fc.array(
      fc.array(value, {
        minLength: criteria.length,
        maxLength: criteria.length,
      }),
      { minLength: alternatives.length, maxLength: alternatives.length },
    ),
  }, PLAIN)
);

Deno.test("[D22] what is written reads as it was, whatever the names", () => {
  fc.assert(
    fc.property(tables, (table) => {
      assertEquals(read(writeCsv(table)), table);
    }),
    { numRuns: 500 },
  );
});

Deno.test("[D22] anything at all reads as a table or as mistakes with a place", () => {
  const chars = fc.constantFrom(..."a1,;\t\"'=-. (cost)\r\n");
  const text = fc.array(chars, { maxLength: 60 }).map((list) => list.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const found = readCsv(text);
      if (found.state === "read") {
        const { alternatives, criteria, values } = found.table;
        assertEquals(values.length, alternatives.length);
        assert(values.every((row) => row.length === criteria.length));
      } else {
        assert(found.mistakes.length > 0 && found.mistakes.length <= 20);
        assert(
          found.mistakes.every(({ row, column }) => row > 0 && column > 0),
        );
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("[D22] a head says unit and direction, or neither: then more is better", () => {
  const table = read(
    'x,"Cost (EUR, cost)",Speed (km/h),Plain,Risk ( Cost ),Fit (Benefit)\na,1',
  );
  assert("criteria" in table);
  assertEquals(
    table.criteria.map(({ label, unit, direction }) => [
      label,
      unit,
      direction,
    ]),
    [
      ["Cost", "EUR", "cost"],
      ["Speed", "km/h", "benefit"],
      ["Plain", null, "benefit"],
      ["Risk", null, "cost"],
      ["Fit", null, "benefit"],
    ],
  );
});

Deno.test("[D22] between semicolons and tabs a comma may be the decimal mark, then everywhere", () => {
  assertEquals(values("x;A;B\na;1,5;2\nb;-0,25;3"), [[1.5, 2], [-0.25, 3]]);
  assertEquals(values("x\tA\na\t1,5"), [[1.5]]);
  assertEquals(values("x;A;B\na;1.5;2"), [[1.5, 2]]);
  assertEquals(read("x;A;B\na;1,5;2.5"), [
    '2:3 "2.5" has a point, other numbers a comma: write them one way, without marks for thousands',
  ]);
});

Deno.test("[D22] marks for thousands are refused, with how to write it", () => {
  assertEquals(read('x,A\na,"1,234"'), [
    '2:2 "1,234" is not a number: write it as 1234.5, without marks for thousands',
  ]);
  assertEquals(read("x;A\na;1.234,5"), [
    '2:2 "1.234,5" is not a number: write it as 1234.5, without marks for thousands',
  ]);
  assertEquals(read("x;A\na;1 234"), [
    '2:2 "1 234" is not a number: write it as 1234.5, without marks for thousands',
  ]);
});

Deno.test("[D22] numbers as spreadsheets and people write them", () => {
  assertEquals(
    values("x,A,B,C,D,E,F\na,1e3, 2 ,+3,\u22124,.5,"),
    [[1000, 2, 3, -4, 0.5, null]],
  );
});

Deno.test("[D22] a mark at the front, empty rows and missing cells at the end are fine", () => {
  assertEquals(values("\ufeffx,A,B,\n\na,1\n,,,\nb,2,3,,\n\n"), [
    [1, null],
    [2, 3],
  ]);
});

Deno.test("[D22] every mistake has its row and column", () => {
  assertEquals(read("x,A,B\na,1,n/a\nb,1e200,2,3\n,4,5\na,6,7"), [
    '2:3 "n/a" is not a number: leave the cell empty if nobody has scored it',
    "3:4 4 cells, where the first row has 3",
    "4:1 A name is missing",
    '5:1 "a" is there twice',
  ]);
  assertEquals(read("x,A\na,1e200"), ['2:2 "1e200" is out of range']);
  assertEquals(read('x,A\n"a,1'), [
    "2:1 The quote that opens here is never closed",
  ]);
  assertEquals(read('x,A\n"a"b,1'), [
    "2:1 Text behind a closing quote: double quotes inside",
  ]);
  assertEquals(read("x,A,A\na,1,2"), ['1:3 "A" is there twice']);
});

Deno.test("[D22] too much, too little and too long are told", () => {
  assertEquals(read(""), ["1:1 Empty: the first row has the criteria"]);
  assertEquals(read("x,A"), ["2:1 No alternatives: one row for each"]);
  assertEquals(read("x\na"), ["1:2 No criteria: the first row has them"]);
  const criteria = Array.from({ length: 31 }, (_, j) => `c${j}`).join(",");
  assertEquals(read(`x,${criteria}\na,1`), ["1:32 31 criteria, at most 30"]);
  const rows = Array.from({ length: 201 }, (_, i) => `a${i},1`).join("\n");
  assertEquals(read(`x,A\n${rows}`), [
    "202:1 201 alternatives, at most 200",
  ]);
  assertEquals(read("x".repeat(MAX_CSV_LENGTH + 1)), [
    `1:1 Too long: at most ${MAX_CSV_LENGTH} characters`,
  ]);
});

Deno.test("[D22] a file in the letters of one country is refused, with what to do", () => {
  assertEquals(read("x,A\nB\ufffdro,1"), [
    "2:1 A letter was lost: save the file as CSV UTF-8",
  ]);
});

Deno.test("[D22] ids come from names, each once, and always ones that may be opened", () => {
  assertEquals(
    idsFrom(["Größe", "Grosse!", "constructor", "風", "é", "=1+1"], "c"),
    ["gro-e", "grosse", "constructor-2", "c", "e", "1-1"],
  );
  const { shape } = OpenDecision;
  fc.assert(fc.property(fc.array(fc.string(), { maxLength: 9 }), (labels) => {
    const ids = idsFrom(labels, "a");
    assertEquals(new Set(ids).size, labels.length);
    for (const id of ids) assert(shape.id.safeParse(id).success, id);
  }));
});
