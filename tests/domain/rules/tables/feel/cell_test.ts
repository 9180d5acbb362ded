/** Cells: every form of a unary test, and that three readings of simple ones agree. */
import fc from "fast-check";
import { unaryTest } from "feelin";
import { assertEquals, assertThrows } from "@std/assert";
import {
  CannotEvaluate,
  CannotRead,
} from "../../../../../domain/rules/tables/feel/cannot.ts";
import {
  compileCell,
  compileWithGrammar,
} from "../../../../../domain/rules/tables/feel/cell.ts";
import { parseDate } from "feelin";
import { passes, scopeOf, sourceOf } from "./ask.ts";

/** By cell: values that pass, and values that do not. */
const CELLS: readonly [string, unknown[], unknown[]][] = [
  ["-", [1, "a", null, [1, 2]], []],
  ["", [1, null], []],
  [">= 18", [18, 18.5], [17.999, null]],
  ["<18", [-5], [18]],
  ['"Medium","Low"', ["Low", "Medium"], ["High", "low", null, 1]],
  ["1, 2, 3", [2], [4, "2"]],
  ["true", [true], [false, null]],
  ["false", [false], [true, null, 0]],
  ["null", [null], [0, "", false]],
  ["[1..5]", [1, 5], [0.9, 5.1]],
  ["(1..5)", [1.1], [1, 5]],
  ["]1..5[", [3], [1, 5]],
  ["[1..5)", [1], [5]],
  ["<5, >10", [4, 11], [5, 10]],
  ["[1..2], 7", [1.5, 7], [3]],
  ['["a".."c"]', ["b"], ["d"]],
  ['> "m"', ["n"], ["a"]],
  ["not(1, 2)", [3, "1"], [1, 2]],
  ["not([1..5])", [0, 6], [1, 5]],
  ["not(null)", [0, ""], [null]],
  ["not(> 5)", [5], [6, null]],
  ['not("a")', ["b", null], ["a"]],
  ["-5", [-5], [5]],
  ["[-5..-1]", [-3], [0]],
  ["= 5", [5], [6]],
  ["!= 5", [6], [5]],
  ["(> 5)", [6], [5]],
  ["? > 5 and ? < 8", [6], [5, 8, null]],
  ["? * 2 = 8", [4], [5]],
  ["not(? > 3)", [3], [4]],
  ['contains(?, "x")', ["axb"], ["ab"]],
  ['starts with(?, "CH")', ["CH-1"], ["DE"]],
  ['list contains(?, "a")', [["a", "b"], ["a"]], [["b"]]],
  ["count(?) > 1", [[1, 2]], [[1]]],
  ["some x in ? satisfies x > 2", [[1, 3]], [[1, 2]]],
  ["string length(?) = 2", ["ab"], ["abc"]],
  ["[1, 2]", [1, [1, 2]], [3]],
  ["? in [1..3]", [2], [4]],
  ["? between 1 and 3", [3], [4]],
  ['"a"', ["a", ["a"]], [["a", "b"]]],
  ["odd(?)", [3], [4]],
];

for (const [cell, taken, refused] of CELLS) {
  Deno.test(`[T6] the cell ${cell || "(nothing)"} takes what it says`, () => {
    for (const value of taken) assertEquals(passes(cell, value), true);
    for (const value of refused) {
      assertEquals(passes(cell, value) === true, false);
    }
  });
}

const FACTS = {
  limit: 10,
  "Credit Limit": 20,
  "Approved/Declined": "yes",
  allowed: ["a", "b"],
  flag: false,
  applicant: { "monthly income": 5 },
};
const NAMING: readonly [string, unknown, boolean][] = [
  ["> limit", 11, true],
  ["> limit", 10, false],
  [">= Credit Limit * 2", 40, true],
  ["[limit..Credit Limit]", 15, true],
  ["Approved/Declined", "yes", true],
  ["allowed", "b", true],
  ["allowed", "c", false],
  ["flag", false, true],
  ["flag", true, false],
  ["limit > 5", "whatever", true],
  ["not(allowed)", "c", true],
  ["< applicant.monthly income", 4, true],
];
for (const [cell, value, expected] of NAMING) {
  Deno.test(`[T6] the cell ${cell} is asked of ${value} with facts at hand`, () => {
    assertEquals(passes(cell, value, FACTS), expected);
  });
}

const DAY = (text: string) => parseDate(text);
Deno.test("[T6] cells of dates and durations", () => {
  const day = DAY("2024-02-29");
  assertEquals(passes('< date("2024-03-01")', day), true);
  assertEquals(passes('[date("2024-01-01")..date("2024-02-28")]', day), false);
  assertEquals(passes('@"2024-02-29"', day), true);
  assertEquals(passes('not(@"2024-02-29")', day), false);
  assertEquals(passes("?.month = 2", day), true);
  assertEquals(passes('> @"2024-02-01" + @"P1M"', day), false);
});

Deno.test("[T6] a text is read as the date or duration it is asked of", () => {
  assertEquals(passes('< date("2024-03-01")', "2024-02-29"), true);
  assertEquals(passes('[@"2024-01-01"..@"2024-02-28"]', "2024-02-29"), false);
  assertEquals(passes('@"2024-02-29"', "2024-02-29"), true);
  assertEquals(passes('> @"P1D", @"PT1H"', "P2D"), true);
  assertThrows(() => passes('< @"2024-03-01"', "soon"), CannotEvaluate);
});

Deno.test("[T10] a comparison with another kind is an error, not a silent no", () => {
  assertThrows(() => passes(">= 18", "18"), CannotEvaluate, "a string");
  assertThrows(() => passes('["a".."c"]', 5), CannotEvaluate, "a number");
  assertThrows(
    () => passes("? > 5", "x"),
    CannotEvaluate,
    "string with number",
  );
  // But one test that holds is enough, and equality may be asked of anything.
  assertEquals(passes('>= 18, "n/a"', "n/a"), true);
  assertEquals(passes('"n/a"', 5), false);
});

for (
  const [cell, from, includes] of [
    ["1 +", 3, "early"],
    ["[5..1]", 0, "Starts after it ends"],
    ["foo(1)", 0, "Unknown function: foo"],
    ['matches(?, "a")', 0, "Patterns"],
    ['replace(?, "a", "b")', 0, "Patterns"],
    ['? = split("a", "b")', 4, "Patterns"],
    ["? < today()", 4, "clock"],
    ["? < now()", 4, "clock"],
    ["function(x) x", 0, "Functions cannot be defined"],
    ["{f: function() 1}.f", 4, "Functions cannot be defined"],
    ['date("2024-02-30")', 0, "no such value"],
    ['date("-5")', 0, "no such value"],
    ['@"-"', 0, "no such value"],
    ["? instance of thing", 0, "Unknown type"],
    ["a b ! c", 4, "Cannot read"],
    ["1,", 2, "early"],
    ["not(", 4, "early"],
    ["9".repeat(400), 0, "Not a number"],
    ["x".repeat(2_001), 2_000, "Too long"],
    ["5, ".repeat(700) + "5", 2_000, "Too long"],
    ["[".repeat(900) + "]".repeat(900), 0, "Too deep"],
    ["1..3", 1, "Cannot read"],
    ['{"__proto__": 1}', 1, "Not a name"],
  ] as const
) {
  Deno.test(`[T12] the cell ${cell.slice(0, 24)} is refused with its place`, () => {
    try {
      passes(cell, 1);
    } catch (error) {
      if (!(error instanceof CannotRead)) throw error;
      assertEquals(error.message.includes(includes), true, error.message);
      if (from > 0) assertEquals(error.position.from, from);
      return;
    }
    throw new Error("was not refused");
  });
}

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -200, max: 200 }).map((n) => n / 10),
);
const text = fc.constantFrom("a", "b", "c", "High", "");
const comparison = fc.constantFrom("<", "<=", ">", ">=");
const opening = fc.constantFrom("[", "(", "]");
const closing = fc.constantFrom("]", ")", "[");

const numberTest = fc.oneof(
  number.map(String),
  fc.tuple(comparison, number).map(([sign, n]) => `${sign} ${n}`),
  fc.tuple(opening, number, number, closing).map(([open, a, b, close]) =>
    `${open}${Math.min(a, b)}..${Math.max(a, b)}${close}`
  ),
);
const textTest = text.map((one) => `"${one}"`);
const wrapped = (test: fc.Arbitrary<string>) =>
  fc.tuple(fc.array(test, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([tests, negated]) =>
      negated ? `not(${tests.join(", ")})` : tests.join(",")
    );
const asked = fc.oneof(
  fc.tuple(wrapped(numberTest), number),
  fc.tuple(wrapped(textTest), text),
  fc.tuple(fc.constantFrom("-", "true", "false", "null"), fc.boolean()),
);

Deno.test("[T7] simple cells say what the grammar and the library say", () => {
  const source = sourceOf({});
  const scope = scopeOf({});
  fc.assert(
    fc.property(asked, ([cell, value]) => {
      const simple = compileCell(cell, source);
      assertEquals(simple.simple === undefined, false);
      const said = simple.passes(value, scope);
      assertEquals(compileWithGrammar(cell, source).passes(value, scope), said);
      assertEquals(unaryTest(cell, { "?": value }).value, said);
    }),
    { numRuns: 300 },
  );
});

Deno.test("[T12] no text makes a cell fail otherwise than by refusing", () => {
  const pieces = fc.array(
    fc.constantFrom(
      ...'1 2.5 "a" ? x + - * / ** < >= = ( ) [ ] { } , .. . : not( and or if then else for in return some satisfies date( @ true null item __proto__ constructor instance of number between'
        .split(" "),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, fc.constantFrom("", " "), (words, gap) => {
      try {
        passes(words.join(gap), 1, { x: 1 });
      } catch (error) {
        if (error instanceof CannotRead) return;
        if (error instanceof CannotEvaluate) return;
        throw error;
      }
    }),
    { numRuns: 1_000 },
  );
});
