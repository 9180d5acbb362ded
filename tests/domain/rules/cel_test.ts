/** Expressions: arithmetic as people expect it, CEL's logic and macros, facts that are missing. */
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { faultOf, mistakesOf, outcome, valueOf } from "./cel_fixture.ts";

const FACTS = {
  amount: 5,
  count: 3,
  name: "Ana",
  customer: { country: "DE", address: null },
  items: [{ price: 1 }, { price: 20 }, { free: true }],
  empty: [],
  "Größe": 5,
  list: 7,
};

/** By expression: its value on FACTS. */
const VALUES: Record<string, unknown> = {
  "amount * 2": 10,
  "count + 1": 4,
  "count / 2 == 1.5": true,
  "count % 2": 1,
  "-7 % 3": -1,
  "2 == 2.0": true,
  "2u + 1": 3,
  "0x10": 16,
  "0.1 + 0.2 > 0.3": true,
  "1 + 2 * 3 - -4": 11,
  "(1 + 2) * 3": 9,
  "-0 == 0": true,
  '"a" + "b"': "ab",
  "[1] + [2]": [1, 2],
  '"1" == name': false,
  "amount == null": false,
  "[1, [2]] == [1.0, [2]]": true,
  '{"a": 1, "b": 2} == {"b": 2, "a": 1}': true,
  '"b" < "c"': true,
  "false < true": true,
  "amount in [1, 5]": true,
  '"country" in customer': true,
  '"toString" in customer': false,
  'name in ["Bo"] || name == "Ana"': true,
  "amount > 3 ? 1 : 2": 1,
  'customer["country"]': "DE",
  "items[1].price": 20,
  "[1, 2][0]": 1,
  '{"a": {"b": 7}}.a.b': 7,
  "facts.amount": 5,
  'facts["Größe"] + list': 12,
  "size(items) + items.size()": 6,
  'size("né😀")': 3,
  "size(customer)": 2,
  'name.contains("n") && name.startsWith("A") && name.endsWith("a")': true,
  '" AÉz ".trim().lowerAscii()': "aÉz",
  '"aé".upperAscii()': "Aé",
  '"a,b".split(",").join("-")': "a-b",
  '"abc".indexOf("c")': 2,
  'int("12") + int(2.9) + int(-2.9)': 12,
  'double("1.5")': 1.5,
  "string(1.5) + string(true) + string(2)": "1.5true2",
  'bool("true")': true,
  "round(2.5) == 3 && round(-2.5) == -3": true,
  "floor(1.7) + ceil(1.2) + abs(-1)": 4,
  "min(3, 1, 2) + max([4, 9])": 10,
  "sum(items.filter(i, has(i.price)).map(i, i.price))": 21,
  "sum([])": 0,
  "items.exists(i, i.price > 10)": true,
  "items.exists(i, i.free)": true,
  "items.all(i, has(i.price))": false,
  "empty.all(i, i > 0)": true,
  "empty.exists(i, i > 0)": false,
  "items.exists_one(i, has(i.free))": true,
  "[1, 2, 3].map(x, x > 1, x * 10)": [20, 30],
  "customer.exists(key, key == 'country')": true,
  "[1, 2].map(x, [10, 20].map(y, x * y))": [[10, 20], [20, 40]],
  "[1, 2].map(x, [x + 1].map(x, x * 10)[0] + x)": [21, 32],
  "has(customer.country)": true,
  "has(customer.city)": false,
  "has(customer.address)": true,
  "has(customer.address.street)": false,
  "has(nobody.at.all)": false,
  "has(amount) && !has(nothing)": true,
  "has(customer.city) && customer.city == 'Bonn'": false,
  'timestamp("2026-01-31T10:00:00+02:00").getHours()': 8,
  'timestamp("2026-03-01T00:00:00Z").getMonth()': 2,
  'timestamp("2026-03-01T00:00:00Z").getDayOfYear()': 59,
  'timestamp("2026-03-01T00:00:00Z").getDayOfWeek()': 0,
  'timestamp("2026-03-01T00:00:00Z").getDate()': 1,
  'timestamp("2026-03-01T00:00:00Z").getDayOfMonth()': 0,
  'timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T00:00:00Z") == duration("24h")':
    true,
  'timestamp("2026-01-02T00:00:00Z") + duration("90s") > timestamp("2026-01-02T00:01:00Z")':
    true,
  'duration("1h30m").getMinutes()': 90,
  'duration("-1.5h") + duration("90m") == duration("0s")': true,
  'string(timestamp("2026-01-02T03:04:05Z"))': "2026-01-02T03:04:05.000Z",
  "amount > 1 // and a comment ((((": true,
};

for (const [text, value] of Object.entries(VALUES)) {
  Deno.test(`[R3] ${text} is ${JSON.stringify(value)}`, () => {
    assertEquals(valueOf(text, FACTS), value);
  });
}

/** By expression: why it has no value on FACTS. */
const FAULTS: Record<string, string> = {
  "amount / 0 > 1": "Division by zero",
  "amount % 0 == 1": "Remainder by zero",
  "1e308 * 10 > 0": "A number too large to hold",
  "name * 2 == 2": "Cannot multiply a string and a number",
  "name > 2": "Cannot compare a string with a number",
  "!amount": "! takes a boolean, got a number",
  "amount && true": "&& takes booleans, got a number",
  "amount ? 1 : 2": "?: takes a boolean, got a number",
  "items[9] == 1": "facts.items[9] is missing",
  "items[0.5] == 1": "A list is indexed by whole numbers, got 0.5",
  "items.map(i, i.price)": "facts.items[2].price is missing",
  "items.exists_one(i, i.price > 1)": "facts.items[2].price is missing",
  "customer.city": "facts.customer.city is missing",
  'customer["city"]': 'facts.customer["city"] is missing',
  "customer.address.street":
    "facts.customer.address.street is missing: facts.customer.address is null",
  "name.length": "facts.name is a string: it has no length",
  "nobody": "facts.nobody is missing",
  "has(name.x)": "facts.name is a string: it has no x",
  "'A' in name": '"in" takes a list or a map, got a string',
  "name.all(x, true)": "all() takes a list or a map, got a string",
  "int(name)": 'Not a number: "Ana"',
  'int("1.5")': 'Not a whole number: "1.5"',
  "bool(name)": 'Not a boolean: "Ana"',
  "timestamp(name)": 'Not a timestamp: "Ana", such as 2026-01-31T08:00:00Z',
  'timestamp("2026-02-30T00:00:00Z")':
    'Not a timestamp: "2026-02-30T00:00:00Z", such as 2026-01-31T08:00:00Z',
  "duration(name)": 'Not a duration: "Ana", such as 1h30m',
  "min(empty)": "min() of an empty list",
  "amount.startsWith(name)": "startsWith() does not take a number and a string",
  "{name: 1, name: 2}": "A key that is there already: Ana",
};

for (const [text, reason] of Object.entries(FAULTS)) {
  Deno.test(`[R4] ${text}: ${reason}`, () => {
    assertEquals(faultOf(text, FACTS), reason);
  });
}

Deno.test("[R4] what every object inherits is no fact", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  for (const name of names) {
    assertEquals(
      faultOf(`customer.${name} == 1`, FACTS),
      `facts.customer.${name} is missing`,
    );
    assertEquals(valueOf(`has(customer.${name})`, FACTS), false);
    assertEquals(
      faultOf(`customer["${name}"] == 1`, FACTS),
      `facts.customer["${name}"] is missing`,
    );
  }
  assertEquals(faultOf("constructor", FACTS), "facts.constructor is missing");
  assertEquals(valueOf("{'__proto__': 1}.__proto__"), 1);
});

Deno.test("[R2] facts that are no finite numbers of JSON are named", () => {
  const facts = { a: NaN, b: [Infinity], c: 1n, d: undefined };
  assertEquals(faultOf("a > 1", facts), "facts.a is not a finite number");
  assertEquals(faultOf("b[0] > 1", facts), "facts.b[0] is not a finite number");
  assertEquals(
    faultOf("b.exists(x, x > 1)", facts),
    "facts.b[0] is not a finite number",
  );
  assertEquals(faultOf("c > 1", facts), "facts.c is not a value of JSON");
  assertEquals(faultOf("d == null", facts), "facts.d is missing");
});

const BOOLEANS: Record<string, string> = {
  true: "true",
  false: "false",
  error: "1 / zero > 1",
};

/** CEL's table: what decides outweighs an error on either side. */
for (const [left, one] of Object.entries(BOOLEANS)) {
  for (const [right, other] of Object.entries(BOOLEANS)) {
    const sides = [left, right];
    const both = sides.includes("false")
      ? "false"
      : sides.includes("error")
      ? "error"
      : "true";
    const either = sides.includes("true")
      ? "true"
      : sides.includes("error")
      ? "error"
      : "false";
    Deno.test(`[R3] ${left} && ${right} is ${both}, ${left} || ${right} is ${either}`, () => {
      const said = (text: string) => {
        const found = outcome(text, { zero: 0 });
        return "fault" in found ? "error" : String(found.value);
      };
      assertEquals(said(`${one} && ${other}`), both);
      assertEquals(said(`${one} || ${other}`), either);
    });
  }
}

Deno.test("[R5] a step budget ends in TIMEOUT, even where an error would be outweighed", () => {
  const list = "[0,1,2,3,4,5,6,7,8,9]";
  const text =
    `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0)))) || true`;
  assertEquals(outcome(text, {}, { steps: 10_000 }), {
    fault: "Too many steps",
    kind: "TIMEOUT",
  });
  assertEquals(outcome(text, {}, { steps: 1_000_000 }), { value: true });
});

Deno.test("[R5] long strings and lists cannot be made, nor gone through for nothing", () => {
  const twice = "[0,1,2,3,4,5,6,7,8,9].map(i, s).join(s)";
  const s = "x".repeat(20_000);
  assertEquals(faultOf(twice, { s }), "A string has at most 100000 characters");
  const many = { list: Array.from({ length: 1_000_000 }, () => "x") };
  assertEquals(outcome("list.exists(x, x == 'y')", many), {
    fault: "Too many steps",
    kind: "TIMEOUT",
  });
  assertEquals(outcome("'y' in list", many), {
    fault: "Too many steps",
    kind: "TIMEOUT",
  });
});

/** What a step may not hide: each would take seconds if it cost what it looks like. */
const COSTLY = [
  "few.all(x, list == same)",
  "few.all(x, text == twin)",
  "few.all(x, !(text < twin))",
  "few.all(x, !text.contains(other))",
  "few.all(x, map.exists(key, true))",
  "few.all(x, size(map) > 0)",
  "few.all(x, map == twins)",
  "few.all(x, !(-1 in list))",
  "few.all(x, sum(list) > 0)",
  "few.all(x, text.split('').size() > 0)",
  "few.all(x, [text, text].join('') != '')",
  "few.all(x, size(list + same) > 0)",
  "few.map(x, few.map(y, [x, y])).size() > 0",
];

const LARGE = {
  few: Array.from({ length: 1_000 }, (_, n) => n),
  list: Array.from({ length: 20_000 }, (_, n) => n),
  same: Array.from({ length: 20_000 }, (_, n) => n),
  text: "a".repeat(50_000),
  twin: ["a".repeat(25_000), "a".repeat(25_000)].join(""),
  other: "b".repeat(5_000),
  map: Object.fromEntries(keysOf(5_000)),
  twins: Object.fromEntries(keysOf(5_000)),
};

function keysOf(count: number): [string, number][] {
  return Array.from({ length: count }, (_, n) => [`key ${n}`, n]);
}

for (const text of COSTLY) {
  Deno.test(`[R5] ${text} on large facts is TIMEOUT`, () => {
    const found = outcome(text, LARGE, { steps: 100_000 });
    assertEquals("fault" in found && found.kind, "TIMEOUT");
  });
}

Deno.test("[R2] arithmetic is that of doubles, and never gives NaN or Infinity", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const operator = fc.constantFrom("+", "-", "*", "/", "%");
  fc.assert(fc.property(number, operator, number, (a, sign, b) => {
    const found = outcome(`a ${sign} b`, { a, b });
    const native = {
      "+": a + b,
      "-": a - b,
      "*": a * b,
      "/": a / b,
      "%": a % b,
    };
    const expected = native[sign as keyof typeof native];
    if (Number.isFinite(expected)) {
      assertEquals(found, { value: expected === 0 ? 0 : expected });
    } else assertEquals("fault" in found && found.kind, "ERROR");
  }));
});

Deno.test("[R3] macros agree with JavaScript's own", () => {
  const numbers = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 8 });
  fc.assert(fc.property(numbers, fc.integer({ min: -5, max: 5 }), (list, n) => {
    const facts = { list, n };
    const above = list.filter((x) => x > n);
    assertEquals(valueOf("list.filter(x, x > n)", facts), above);
    assertEquals(valueOf("list.exists(x, x > n)", facts), above.length > 0);
    assertEquals(
      valueOf("list.all(x, x > n)", facts),
      above.length === list.length,
    );
    assertEquals(
      valueOf("list.exists_one(x, x > n)", facts),
      above.length === 1,
    );
    assertEquals(valueOf("list.map(x, x + n)", facts), list.map((x) => x + n));
    assertEquals(valueOf("n in list", facts), list.includes(n));
    assertEquals(
      valueOf("!list.all(x, x > n) == list.exists(x, !(x > n))", facts),
      true,
    );
  }));
});

Deno.test("[R3] equality is an equivalence over values of JSON", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  fc.assert(fc.property(json, json, (a, b) => {
    assertEquals(valueOf("a == a && b == b", { a, b }), true);
    assertEquals(valueOf("(a == b) == (b == a)", { a, b }), true);
    assertEquals(valueOf("(a == b) != (a != b)", { a, b }), true);
  }));
});

Deno.test("[R6] no text overflows the stack or throws", () => {
  const hostile = [
    "(".repeat(9_000),
    `${"(".repeat(4_000)}1${")".repeat(4_000)}`,
    "[".repeat(9_999),
    "{".repeat(9_999),
    `${"!".repeat(9_000)}true`,
    `${"- ".repeat(4_000)}1`,
    `1${"+1".repeat(4_000)}`,
    `a${".a".repeat(4_000)}`,
    `a${"[0]".repeat(3_000)}`,
    `${"a?".repeat(3_000)}1`,
    `1${"?1:1".repeat(2_000)}`,
    `a${"&&a".repeat(3_000)}`,
    `[${"1,".repeat(4_500)}1]`,
    `x${".map(x,x)".repeat(1_000)}`,
    "x".repeat(64 * 1024),
    '"'.repeat(999),
    "\\",
    "\u0000",
    "",
    "   ",
  ];
  for (const text of hostile) {
    assertEquals(mistakesOf(text).length > 0, true, text.slice(0, 30));
  }
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."()[]{}!-+.,?:&|=<>'\"\\ a1rb") }),
      (text) => {
        for (const mistake of mistakesOf(text)) {
          assertEquals(typeof mistake, "string");
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("[R6] quotes and comments hide brackets, but nothing behind them", () => {
  const brackets = "(".repeat(500);
  assertEquals(valueOf(`"${brackets}" == r'${brackets}'`), true);
  assertEquals(valueOf(`'''${brackets}' \\' ''' != "" // ${brackets}`), true);
  assertEquals(mistakesOf(`"a" == ${brackets}`), [
    "Nested deeper than 200 levels @ (",
  ]);
});
