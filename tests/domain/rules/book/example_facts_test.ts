/** Facts to try a rule with: a value of the right kind for every name it asks for. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { exampleFacts } from "../../../../domain/rules/book/example_facts.ts";
import { outcome } from "../cel_fixture.ts";

const CASES = [
  ['amount > 10000 && method == "cash"', { amount: 10000, method: "cash" }],
  ["customer.country in ['XX'] && !customer.verified", {
    customer: { country: "XX", verified: false },
  }],
  ["items.exists(i, i.price > 3 && i.tag.startsWith('a'))", {
    items: [{ price: 3, tag: "a" }],
  }],
  ["'vip' in tags || name.contains('x')", { tags: ["vip"], name: "x" }],
  ["timestamp(at) > timestamp('2026-01-01T00:00:00Z')", {
    at: "2026-01-31T08:00:00Z",
  }],
  ["facts.x + y > 3", { x: 1, y: 1 }],
  ["size(list) > 2 && max(a, b) > 4", { list: ["text"], a: 1, b: 1 }],
] as const;

for (const [when, facts] of CASES) {
  Deno.test(`[B12] an example of the facts of ${when}`, () => {
    assertEquals(exampleFacts({ when }), facts);
    const found = outcome(when, exampleFacts({ when }));
    assertEquals(
      "fault" in found ? found.fault : typeof found.value,
      "boolean",
    );
  });
}

Deno.test("[B12] score and message ask for facts too; what cannot be read asks for none", () => {
  assertEquals(
    exampleFacts({
      when: "a >",
      score: "b > 2 ? 0.5 : 1.0",
      message: "{{ c }} and {{ d. }}",
    }),
    { b: 2, c: "text" },
  );
});

Deno.test("[B12] no text makes it throw", () => {
  const pieces = [
    "a",
    "b.c",
    "1",
    "'x'",
    " && ",
    " in ",
    "[",
    "]",
    "(",
    ")",
    ".exists(x, x",
    "!",
    "?",
    ":",
    "facts.",
  ];
  fc.assert(fc.property(
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }),
    (parts) => typeof exampleFacts({ when: parts.join("") }) === "object",
  ));
});
