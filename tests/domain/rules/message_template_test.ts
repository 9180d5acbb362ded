/** Messages: text with expressions in it, filled from facts, and what is wrong with one. */
import { assertEquals } from "@std/assert";
import { parseTemplate } from "../../../domain/rules/message_template.ts";

function filled(text: string, facts = {}): string {
  const { mistakes, fill } = parseTemplate(text);
  assertEquals(mistakes, []);
  return fill(facts);
}

const FACTS = { amount: 1.5, name: "Ana", list: [1, "b"], none: null };

/** By message: what it says of FACTS. */
const FILLED: Record<string, string> = {
  "": "",
  "no braces": "no braces",
  "one { is } text": "one { is } text",
  "{{ name }} pays {{amount * 2}}": "Ana pays 3",
  "{{ list }} {{ none }} {{ amount > 1 }}": '[1,"b"] null true',
  '{{ timestamp("2026-01-02T00:00:00Z") }}': "2026-01-02T00:00:00.000Z",
  "{{ nobody }}{{ name }}": "(facts.nobody is missing)Ana",
  "{{ amount / 0 }}": "(Division by zero)",
};

for (const [text, said] of Object.entries(FILLED)) {
  Deno.test(`[R12] ${text || "nothing"} says ${said || "nothing"}`, () => {
    assertEquals(filled(text, FACTS), said);
  });
}

Deno.test("[R12] what a fact says is not read as an expression again", () => {
  assertEquals(filled("{{ name }}", { name: "{{ amount }}" }), "{{ amount }}");
});

Deno.test("[R12] a message is at most 2,000 characters, however large the facts", () => {
  const long = { name: "x".repeat(90_000) };
  assertEquals(filled("{{ name }}".repeat(100), long).length, 2_000);
});

Deno.test("[R12] a message never holds half a character, which could not be kept", () => {
  const facts = {
    face: "😀",
    tail: "yyyyyyyyyy😀",
    long: "x" + "😀".repeat(150),
  };
  const said = [
    filled('{{ face.split("")[0] }}', facts),
    filled(`${"x".repeat(1_989)}{{ tail }}`, facts),
    filled('{{ face.split("") }}', facts),
    filled("{{ long }}", facts),
  ];
  assertEquals(said.map((text) => text.isWellFormed()), said.map(() => true));
  assertEquals(said[0], "\u{fffd}");
});

Deno.test("[R12] filling takes a bounded number of steps", () => {
  const list = Array.from({ length: 5_000 }, () => 1);
  assertEquals(
    filled("{{ list.all(x, x > 0) }}, {{ size(list) }}", { list }),
    "(Too many steps), (Too many steps)",
  );
});

Deno.test("[R7] mistakes in a message are placed in the whole text", () => {
  const { mistakes } = parseTemplate("a {{ 1 + 'x' }} b {{ c");
  assertEquals(mistakes, [
    { message: "Cannot use + on a number and a string", from: 5, to: 12 },
    { message: "{{ that is never closed", from: 18, to: 22 },
  ]);
});
