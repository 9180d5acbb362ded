/** Marks over a text and parts of a trace: every character once, whatever the places say. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { stretchesOf } from "../../islands/rule_marks.ts";
import { flat, partOf, rowsOf } from "../../islands/rule_trace.ts";
import { traceOf } from "../domain/rules/cel_fixture.ts";

function marked(text: string, from: number, to: number): string {
  return stretchesOf(text, [{ from, to }]).map((one) =>
    one.isWrong ? `<${one.text}>` : one.text
  ).join("");
}

Deno.test("[B12] a mistake is marked where it is", () => {
  assertEquals(marked("a + b", 2, 3), "a <+> b");
});

Deno.test("[B12] a mistake without extent marks a character, at the end the last one", () => {
  assertEquals(marked("a + b", 4, 4), "a + <b>");
  assertEquals(marked("a +", 3, 3), "a <+>");
  assertEquals(marked("", 0, 0), "");
});

Deno.test("[B12] stretches are the text again, wherever the mistakes are", () => {
  const place = fc.record({ from: fc.nat(30), to: fc.nat(30) });
  fc.assert(fc.property(fc.string(), fc.array(place), (text, mistakes) => {
    const stretches = stretchesOf(text, mistakes);
    assertEquals(stretches.map((one) => one.text).join(""), text);
  }));
});

function lit(source: string, facts: Record<string, unknown>): string[] {
  return flat(partOf([traceOf(source, facts)])).map((part) =>
    `${source.slice(part.from, part.to)} ${part.tone} ${part.words}`
  );
}

Deno.test("[B15] every evaluated part is lit by what it came to", () => {
  assertEquals(lit('amount > 10 && method == "cash"', { amount: 5 }), [
    'amount > 10 && method == "cash" no false',
    "amount > 10 no false",
    "amount value 5",
  ]);
});

Deno.test("[B15] a part without a value says why", () => {
  assertEquals(lit("amount > 10", {}), [
    "amount > 10 bad facts.amount is missing",
    "amount bad facts.amount is missing",
  ]);
});

Deno.test("[B15] a part that was evaluated for each element is one part, with each value", () => {
  const parts = lit("list.all(x, x > 1)", { list: [2, 3, 1] });
  assertEquals(
    parts.find((part) => part.startsWith("x > 1")),
    "x > 1 mixed 0: true, 1: true, 2: false",
  );
});

Deno.test("[B15] the table has every part under what it belongs to", () => {
  const rows = rowsOf(traceOf("list.exists(x, x > 1)", { list: [0, 2] }));
  assertEquals(
    rows.map(({ depth, text, item, words }) =>
      `${depth} ${item ?? "-"} ${text} = ${words}`
    ).slice(0, 3),
    [
      "0 - list.exists(x, x > 1) = true",
      "1 - list = [0,2]",
      "1 0 x > 1 = false",
    ],
  );
});
