/** Expressions: values as the specification has them, names with spaces, and what is bounded. */
import { assertEquals, assertThrows } from "@std/assert";
import { CannotEvaluate } from "../../../../../domain/rules/tables/feel/cannot.ts";
import { answer } from "./ask.ts";

const FACTS = {
  Age: 20,
  name: "Bob",
  "Approved/Declined": 5,
  "date of birth": "2000-01-01",
  "Years of Service": 3,
  list: [3, 1, 2],
  people: [{ name: "Al", age: 30 }, { name: "Bo", age: 40 }],
  applicant: { "monthly income": 5000, "credit-score": 700 },
  nothing: null,
  yes: true,
};

const VALUES: readonly [string, unknown][] = [
  // Arithmetic
  ["Age + 1", 21],
  ["-Age", -20],
  ["2 + 3 * 4 ** 2", 50],
  ["(2 + 3) * 4", 20],
  ["0.1 + 0.2 - 0.3 < 0.001", true],
  ["Age / 0", null],
  ["10 ** 400", null],
  ["nothing + 1", null],
  ['"a" + "b"', "ab"],
  ["-0 * 1", 0],
  // Names
  ["Years of Service * 2", 6],
  ["Approved/Declined * 2", 10],
  ["date of birth", "2000-01-01"],
  ["applicant.monthly income / 2", 2500],
  ["applicant.credit-score", 700],
  ["people.name", ["Al", "Bo"]],
  ["applicant.missing", null],
  // Comparison and logic
  ["Age between 18 and 20", true],
  ["Age in [18..30]", true],
  ["Age in (18, 20)", true],
  ["Age in > 20", false],
  ['name = "Bob"', true],
  ['1 = "a"', null],
  ["nothing = null", true],
  ["nothing > 1", null],
  ["yes and nothing", null],
  ["false and nothing", false],
  ["yes or nothing", true],
  ["false or nothing", null],
  ["not(nothing)", null],
  ["not(yes)", false],
  ["if nothing then 1 else 2", 2],
  ["if Age > 18 then name else null", "Bob"],
  // Lists, loops and contexts
  ["list[1]", 3],
  ["list[-1]", 2],
  ["list[4]", null],
  ["list[item >= 2]", [3, 2]],
  ["people[age > 30].name", ["Bo"]],
  ["people[age > 30][1].name", "Bo"],
  ["people[age > 99]", []],
  ["for x in list return x * 2", [6, 2, 4]],
  ["for x in 1..3, y in [10, 20] return x + y", [11, 21, 12, 22, 13, 23]],
  ["for i in 3..1 return i", [3, 2, 1]],
  ["for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [
    1,
    1,
    2,
    6,
    24,
  ]],
  ["some x in list satisfies x > 2", true],
  ["every x in list satisfies x > 2", false],
  ["some x in [] satisfies x", false],
  ["{a: 1, b: a + 1}.b", 2],
  ['{"x y": 1}', { "x y": 1 }],
  ["sort(list, function(x, y) x < y)", [1, 2, 3]],
  ["sort(list, function(x, y) x > y)", [3, 2, 1]],
  ["sort(people, function(x, y) x.age > y.age)[1].name", "Bo"],
  ["count(list)", 3],
  ["sum(list)", 6],
  ["min(list)", 1],
  ["max(1, 5, 3)", 5],
  ['max("a", "c", "b")', "c"],
  ["mean(list)", 2],
  ["median([10, 9, 2])", 9],
  ["median([])", null],
  ["list contains(list, 2)", true],
  ["distinct values([1, 1, 2])", [1, 2]],
  ["flatten([[1], [2, [3]]])", [1, 2, 3]],
  ["concatenate([1], [2, 3])", [1, 2, 3]],
  ["append([1], 2)", [1, 2]],
  ["reverse([1, 2])", [2, 1]],
  ["index of([1, 2, 1], 1)", [1, 3]],
  ["union([1], [1, 2])", [1, 2]],
  ["all([true, false])", false],
  ["any([true, false])", true],
  // Texts and numbers
  ["string length(name)", 3],
  ["upper case(name)", "BOB"],
  ['substring("hello", 2, 3)', "ell"],
  ['substring(string: "hello", start position: 2)', "ello"],
  ['substring before("foobar", "bar")', "foo"],
  ['contains(name, "o")', true],
  ['starts with(name, "B")', true],
  ["string(Age)", "20"],
  ['number("1,000.5", ",", ".")', 1000.5],
  ['number("abc", ",", ".")', null],
  ["floor(1.5)", 1],
  ["ceiling(1.2)", 2],
  ["abs(-3)", 3],
  ["modulo(-5, 3)", 1],
  ["decimal(1/3, 2)", 0.33],
  ["decimal(2.5, 0)", 2],
  ["sqrt(16)", 4],
  ["sqrt(-1)", null],
  ['"\\u0041\\n\\"\\\\"', 'A\n"\\'],
  // Dates, times, durations
  ['date("2020-02-29").year', 2020],
  ["date(2020, 2, 29)", "2020-02-29"],
  ['date("2020-02-29") + duration("P1D")', "2020-03-01"],
  ['date("2020-03-01") - date("2020-02-01")', "P29D"],
  ['date("2020-01-01") < date("2020-01-02")', true],
  ['date(date of birth) < date("2002-01-01")', true],
  ['date("2024-02-29") + @"P1Y"', "2025-02-28"],
  ['duration("P1Y") + duration("P2M")', "P1Y2M"],
  ['@"P1D" < @"P2D"', true],
  ['@"P1D" * 2', "P2D"],
  ['@"P2D" / @"P1D"', 2],
  ['-@"P1M"', "-P1M"],
  ['years and months duration(@"2019-01-01", @"2020-03-01")', "P1Y2M"],
  [
    'date and time(date("2020-01-01"), time("10:00:00"))',
    "2020-01-01T10:00:00",
  ],
  ['date and time("2020-01-01T10:00:00Z").hour', 10],
  ['time("10:30:00") < time("11:00:00")', true],
  ['day of week(date("2024-02-29"))', "Thursday"],
  ['date("2020-01-01") in [@"2019-01-01"..@"2021-01-01"]', true],
  ["date(nothing)", null],
  ['date("-" + name)', null],
  ['date and time("-" + name)', null],
  ['duration("P" + name)', null],
  ['@"P1D" * 10 ** 30', null],
  ['@"P1D" / 0', null],
  ['date("9999-01-01") + @"P270000Y"', null],
  // Kinds
  ["Age instance of number", true],
  ['@"P1D" instance of days and time duration', true],
  ["nothing instance of Any", false],
];

for (const [text, expected] of VALUES) {
  Deno.test(`[T15] ${text} is ${JSON.stringify(expected)}`, () => {
    assertEquals(answer(text, FACTS), expected);
  });
}

for (
  const text of [
    "for x in 1..1000000000 return x",
    "every x in 1..1000000 satisfies some y in 1..1000000 satisfies x = -y",
    `{a: [1, 1], ${
      Array.from("bcdefghijklmnopqrstuvwxyz", (name, index) => {
        const before = "abcdefghijklmnopqrstuvwxyz"[index];
        return `${name}: [${before}, ${before}]`;
      }).join(", ")
    }, all: flatten(z)}.all`,
    `{a: "xxxxxxxxxx", ${
      Array.from("bcdefghijklmnopqrstuvwxyz", (name, index) => {
        const before = "abcdefghijklmnopqrstuvwxyz"[index];
        return `${name}: ${before} + ${before}`;
      }).join(", ")
    }}.z`,
    "string join(for x in 1..100000 return string(x), string join(for y in 1..10000 return string(y)))",
    "sort(for x in 1..100000 return -x, function(a, b) a < b)",
    "distinct values(for x in 1..30000 return [x])",
    "(for i in 1..50000 return [partial[-1]])[-1] = 1 or count((for i in 1..50000 return [partial[-1]])[-1]) = 1",
    "(for i in 1..9 return [partial]) = (for i in 1..9 return [partial])",
    "flatten(for i in 1..9 return [partial])",
  ]
) {
  Deno.test(`[T11] ${text.slice(0, 40)} … ends by the budget`, () => {
    assertThrows(() => answer(text), CannotEvaluate);
  });
}

for (
  const [text, includes] of [
    ['1 + "a"', "Cannot add number and string"],
    ['Age > "a"', "Cannot compare number with string"],
    ["unheard", "Unknown fact: unheard"],
    ["__proto__", "Unknown fact"],
    ["constructor", "Unknown fact"],
    ["toString", "Unknown fact"],
    ['for x in 1.."a" return x', "Cannot count"],
  ]
) {
  Deno.test(`[T10] ${text} is an error that says why`, () => {
    assertThrows(() => answer(text, FACTS), CannotEvaluate, includes);
  });
}

Deno.test("[T15] a list is asked what its items are", () => {
  assertEquals(answer("[1, 2] instance of list<number>"), true);
  assertEquals(answer('[1, "a"] instance of list<number>'), false);
});

Deno.test("[T13] nothing but own entries can be reached", () => {
  assertEquals(answer("applicant.__proto__", FACTS), null);
  assertEquals(answer("applicant.constructor", FACTS), null);
  assertEquals(answer("list.length", FACTS), [null, null, null]);
  assertEquals(answer('get value(applicant, "toString")', FACTS), null);
  assertEquals(answer('get value(applicant, "__proto__")', FACTS), null);
  assertEquals(answer('@"2024-01-01".value'), null);
});
