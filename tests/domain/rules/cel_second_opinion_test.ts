/** A second opinion: where cel-js has a value for numbers written as doubles, ours is the same. */
import { evaluate } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { mistakesOf, outcome } from "./cel_fixture.ts";

const FACTS = {
  a: 2.5,
  b: -1.5,
  s: "risk",
  t: true,
  values: [1.5, 2.5, -3.5],
  words: ["risk", "x"],
  customer: { country: "DE", tags: ["new"] },
};

/** Doubles only: cel-js keeps whole numbers apart, which is what we do not want. */
const { bool } = fc.letrec<{ bool: string; number: string; text: string }>(
  (tie) => {
    const pair = (kind: "bool" | "number" | "text", ...signs: string[]) =>
      fc.tuple(tie(kind), fc.constantFrom(...signs), tie(kind))
        .map(([left, sign, right]) => `(${left} ${sign} ${right})`);
    return {
      number: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("a", "b", "1.5", "0.0", "2.25", "customer.age"),
        pair("number", "+", "-", "*"),
        fc.tuple(tie("bool"), tie("number"), tie("number"))
          .map(([when, then, otherwise]) =>
            `(${when} ? ${then} : ${otherwise})`
          ),
        tie("number").map((of) => `-(${of})`),
        tie("number").map((of) => `values.map(x, x + ${of})[0]`),
        tie("bool").map((of) => `values.filter(x, ${of})[1]`),
      ),
      text: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom("s", '"x"', "customer.country", "words[0]", "words[7]"),
        pair("text", "+"),
      ),
      bool: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("t", "false", "has(customer.age)", "missing.x"),
        pair("bool", "&&", "||", "==", "!="),
        pair("number", "<", "<=", ">", ">=", "==", "!="),
        pair("text", "<", "==", "!="),
        tie("bool").map((of) => `!(${of})`),
        tie("text").map((of) => `(${of} in words)`),
        tie("text").map((of) => `s.contains(${of})`),
        tie("text").map((of) => `(${of}).startsWith("r")`),
        fc.tuple(fc.constantFrom("all", "exists", "exists_one"), tie("bool"))
          .map(([macro, of]) => `values.${macro}(x, x > 0.5 && ${of})`),
      ),
    };
  },
);

Deno.test("[R3] cel-js agrees wherever it has a value, and has none where we have none", () => {
  let [both, none] = [0, 0];
  fc.assert(
    fc.property(bool, (text) => {
      // What we refuse when a rule is saved is never evaluated.
      if (mistakesOf(text).length > 0) return;
      let theirs: unknown;
      try {
        theirs = evaluate(text, FACTS);
      } catch {
        none++;
        assertEquals("fault" in outcome(text, FACTS), true, text);
        return;
      }
      both++;
      assertEquals(outcome(text, FACTS), { value: theirs }, text);
    }),
    { numRuns: 600 },
  );
  assert(both > 150 && none > 50, `${both} had a value, ${none} had none`);
});
