/** What is wrong with a rule, seen before it is saved: the field, the place, the words. */
import { assertEquals } from "@std/assert";
import { checkRule } from "../../../domain/rules/compile_rule.ts";
import { mistakesOf, ruleOf } from "./cel_fixture.ts";

/** By expression: its mistakes, each with the text it points at. */
const MISTAKES: Record<string, string[]> = {
  "amount >": ["Unexpected token: the end @ "],
  "amount > > 1": ["Unexpected token: > @ >"],
  "(amount > 1": ["Expected ), got the end @ "],
  "amount @ 1": ["Unexpected character: @ @ @"],
  "NUMBER > AND(": ["Unexpected token: the end @ "],
  "'abc": ["Unterminated string @ 'abc"],
  "amount + 'x' > 1": ["Cannot use + on a number and a string @ amount + 'x'"],
  "1 == '1'": ["Never equal: a number and a string @ 1 == '1'"],
  "name > 1": ["Cannot compare a string and a number @ name > 1"],
  "!amount": ["! takes a boolean, got a number @ amount"],
  "amount && true": ["&& takes a boolean, got a number @ amount"],
  "true ? amount : name": [],
  "amount ? 1 : 2": ["?: takes a boolean, got a number @ amount"],
  "amuont > 1": ["Unknown fact: amuont @ amuont"],
  "customer.contry == 'DE'": ["Unknown field: contry @ customer.contry"],
  "has(customer.contry)": [],
  "has(custmer.country)": ["Unknown fact: custmer @ custmer"],
  "facts.amount > 1": [],
  "name.size": ["A string has no field size @ name.size"],
  "items.all(i, i.price > 'x')": [
    "Cannot compare a number and a string @ i.price > 'x'",
  ],
  "items.all(i, i.price)": ["all() takes a boolean, got a number @ i.price"],
  "items.exists(1, true)": [
    "exists(var, predicate) invalid predicate iteration variable @ 1",
  ],
  "amount.exists(i, true)": [
    "exists() takes a list or a map, got a number @ amount",
  ],
  "items['x'].price > 1": ["The index takes a number, got a string @ 'x'"],
  "name in name": ['"in" takes a list or a map, got a string @ name in name'],
  "amount in ['a', 'b']": [
    "Never in the list: a number @ amount in ['a', 'b']",
  ],
  "frobnicate(amount)": ["Unknown function: frobnicate() @ frobnicate(amount)"],
  "contains(name, 'x')": [
    "Unknown function: write value.contains() @ contains(name, 'x')",
  ],
  "amount.int() > 1": ["Unknown method: write int(value) @ amount.int()"],
  "name.contains()": ["contains() does not take 0 arguments @ name.contains()"],
  "name.contains(1)": [
    "contains() does not take a string and a number @ name.contains(1)",
  ],
  "name.matches('^a+$')": [
    "Regular expressions are not available: no matches() @ name.matches('^a+$')",
  ],
  "has(1)": [
    "has() takes the path of one fact: has(customer.country) @ has(1)",
  ],
  "b'x' == b'x'": ["Bytes are not available: use a string @ b'x'"],
  "amount > 9007199254740993": [
    "Too large to be exact: at most 9007199254740991 @ 9007199254740993",
  ],
  "amount > 'x' || name + 1 == ''": [
    "Cannot compare a number and a string @ amount > 'x'",
    "Cannot use + on a string and a number @ name + 1",
  ],
  "": ["Empty @ "],
};

const FACTS = {
  amount: "number",
  name: "string",
  customer: { country: "string", age: "number" },
  items: [{ price: "number" }],
} as const;

for (const [text, mistakes] of Object.entries(MISTAKES)) {
  const said = mistakes.length === 0 ? "is right" : mistakes.join("; ");
  Deno.test(`[R7] ${text}: ${said}`, () => {
    assertEquals(mistakesOf(text, FACTS), mistakes);
  });
}

Deno.test("[R7] without known facts any name may be one", () => {
  assertEquals(mistakesOf("whatever.is.there > 1"), []);
});

Deno.test("[R7] a mistake tells its field, span, line and column", () => {
  const rule = ruleOf("amount > 1 &&\n  frob(amount)", {
    score: "amount / 'x'",
    message: "Too much: {{ amount }}, {{ amount.frob() }}",
  });
  assertEquals(checkRule(rule, { facts: FACTS }), [
    {
      path: "when",
      message: "Unknown function: frob()",
      from: 16,
      to: 28,
      line: 2,
      column: 3,
    },
    {
      path: "score",
      message: "Cannot use / on a number and a string",
      from: 0,
      to: 12,
      line: 1,
      column: 1,
    },
    {
      path: "message",
      message: "Unknown function: frob()",
      from: 27,
      to: 40,
      line: 1,
      column: 28,
    },
  ]);
});

/** By what is wrong: the rule, and `field: message` of its mistakes. */
const RULES: Record<string, [Parameters<typeof ruleOf>, string[]]> = {
  "when that gives a number": [["1 + 1"], [
    "when: Must give a boolean, gives a number",
  ]],
  "a score that gives a string": [["true", { score: "'high'" }], [
    "score: Must give a number, gives a string",
  ]],
  "a score above 1": [["true", { score: 1.5 }], ["score: A score is 0 to 1"]],
  "a score that is none": [["true", { score: NaN }], [
    "score: A score is 0 to 1",
  ]],
  "braces that never close": [["true", { message: "a {{ b" }], [
    "message: {{ that is never closed",
  ]],
  "a time that is none": [["true", { validFrom: "soon" }], [
    "validFrom: Not an ISO 8601 time",
  ]],
  "an end before the beginning": [["true", {
    validFrom: "2026-02-01T00:00:00Z",
    validUntil: "2026-01-01T00:00:00Z",
  }], ["validUntil: It would end before it begins"]],
  "64 KB of text": [["x".repeat(65_536)], [
    "when: Too long: at most 10000 characters, got 65536",
  ]],
};

for (const [what, [rule, mistakes]] of Object.entries(RULES)) {
  Deno.test(`[R7] a rule with ${what} is refused`, () => {
    const found = checkRule(ruleOf(...rule))
      .map(({ path, message }) => `${path}: ${message}`);
    assertEquals(found, mistakes);
  });
}
