/** Two texts of a rule compared: the pieces make both texts again, and say little where little changed. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { changedFields, diffWords } from "../../../routes/pages/rule_diff.ts";
import { ruleOf } from "../../domain/rules/cel_fixture.ts";

function shown(before: string, after: string): string {
  const marks = { same: "", gone: "-", new: "+" } as const;
  return diffWords(before, after).map(({ kind, text }) =>
    kind === "same" ? text : `[${marks[kind]}${text}]`
  ).join("");
}

Deno.test("[B14] a diff goes by words, what is gone before what is new", () => {
  assertEquals(
    shown("amount > 10 && cash", "amount > 25 && cash"),
    "amount > [-10][+25] && cash",
  );
  assertEquals(shown("a && b", "a && (b || c)"), "a && [+(]b[+ || c)]");
  assertEquals(shown("", "a"), "[+a]");
  assertEquals(shown("same", "same"), "same");
});

Deno.test("[B14] the pieces of a diff make both texts again", () => {
  const text = fc.array(fc.constantFrom("a", "b ", " && ", "(", ")", "ü", "1"))
    .map((parts) => parts.join(""));
  fc.assert(fc.property(text, text, (before, after) => {
    const pieces = diffWords(before, after);
    const without = (kind: string) =>
      pieces.filter((piece) => piece.kind !== kind).map((one) => one.text)
        .join("");
    assertEquals([without("new"), without("gone")], [before, after]);
  }));
});

Deno.test("[B14] texts too long to compare are exchanged whole", () => {
  const long = (word: string) => `x ${`${word} `.repeat(2_000)}y`;
  const pieces = diffWords(long("a"), long("b"));
  assertEquals(pieces.map(({ kind }) => kind), ["same", "gone", "new", "same"]);
});

Deno.test("[B14] only the fields that changed are told, in the order of the form", () => {
  const before = ruleOf("amount > 10", { score: 0.5 });
  const after = ruleOf("amount > 20", { message: "Large" });
  assertEquals(changedFields(before, after), [
    { field: "when", before: "amount > 10", after: "amount > 20" },
    { field: "score", before: "0.5", after: "" },
    { field: "message", before: "", after: "Large" },
  ]);
});
