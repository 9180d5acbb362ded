/** Facts as people paste them: JSON, JSON lines, CSV of three kinds, and what is wrong with the rest. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readFacts } from "../../../domain/rules/read_facts.ts";

function facts(text: string) {
  const read = readFacts(text);
  return read.state === "read" ? read.facts : read;
}

function mistake(text: string): string {
  const read = readFacts(text);
  if (read.state === "read") return "none";
  return read.line === undefined
    ? read.message
    : `${read.line}: ${read.message}`;
}

Deno.test("[B9] facts are a JSON array, one object, or an object a line", () => {
  assertEquals(facts('[{"a": 1}, {"a": 2}]'), [{ a: 1 }, { a: 2 }]);
  assertEquals(facts('{\n  "a": 1\n}'), [{ a: 1 }]);
  assertEquals(facts('{"a": 1}\n\n{"a": 2}\n'), [{ a: 1 }, { a: 2 }]);
});

Deno.test("[B9] facts are CSV under a header: numbers, booleans, nothing, text", () => {
  assertEquals(
    facts("amount,cash,country,code\n12.5,true,,007\n-3,false,DE,+1\n"),
    [
      { amount: 12.5, cash: true, country: null, code: "007" },
      { amount: -3, cash: false, country: "DE", code: "+1" },
    ],
  );
});

Deno.test("[B9] CSV may use semicolons or tabs, quotes, dots and lines within a cell", () => {
  assertEquals(
    facts(
      'customer.name;customer.country;note\r\n"Kole; ""Ben""";DE;"two\nlines"\r\n',
    ),
    [
      { customer: { name: 'Kole; "Ben"', country: "DE" }, note: "two\nlines" },
    ],
  );
  assertEquals(facts("a\tb\n1\t2"), [{ a: 1, b: 2 }]);
});

Deno.test("[B9] a number that a double cannot hold stays text", () => {
  assertEquals(facts("id\n9007199254740993"), [{ id: "9007199254740993" }]);
});

Deno.test("[B9] a column named __proto__ is a fact like any other", () => {
  const read = readFacts("__proto__,a\n1,2");
  const first = read.state === "read" ? read.facts[0] : {};
  assertEquals(Object.keys(first), ["__proto__", "a"]);
  assertEquals(Object.getPrototypeOf(first), Object.prototype);
});

Deno.test("[B9] what is wrong is told with its line", () => {
  assertEquals(mistake("  "), "There are no facts");
  assertEquals(mistake("[1]"), "Item 1 is not an object");
  assertEquals(mistake("[{]"), "Not JSON");
  assertEquals(mistake('{"a": 1}\nx'), "2: Not a JSON object");
  assertEquals(mistake("a,b\n1,2\n3"), "3: 1 cells under 2 columns");
  assertEquals(mistake("a,a\n1,2"), "1: Two columns named a");
  assertEquals(mistake('a,b\n1,"2'), "2: A quote is never closed");
  assertEquals(mistake("hello"), "Neither JSON nor rows under a header");
  assertEquals(mistake("[]"), "There are no facts");
});

Deno.test("[B9] no text makes it throw", () => {
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom(...'ab,;\t"\n\r.1{}[]:- ') }),
    (text) => readFacts(text).state.length > 0,
  ));
});

Deno.test("[B9] a table comes back as it was written", () => {
  const cell = fc.string().filter((text) =>
    /[^\d\s.eE+-]/.test(text) &&
    !["true", "false", "null"].includes(text.trim()) && !text.includes("\r")
  );
  fc.assert(fc.property(
    fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
    (rows) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = ["a,b", ...rows.map((row) => row.map(quoted).join())].join(
        "\n",
      );
      assertEquals(facts(text), rows.map(([a, b]) => ({ a, b })));
    },
  ));
});
