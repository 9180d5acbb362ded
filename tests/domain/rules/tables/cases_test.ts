/** The published cases of the DMN suite: every model, every test. */
import { assert, assertEquals } from "@std/assert";
import cases from "../../../support/cases/decision_tables.json" with {
  type: "json",
};
import { compileTables } from "../../../../domain/rules/tables/tables.ts";

for (const { source, tables, tests } of cases.models) {
  const name = source.split("/").at(-2);
  Deno.test(`[T1] ${name} answers as published`, () => {
    // Any case tells the names of the facts; the tables are compiled once for all.
    const compiled = compileTables(tables, { names: tests[0].inputs });
    assert(compiled.state === "ready");
    for (const { inputs, results } of tests) {
      const answers = compiled.evaluate(inputs);
      for (const { decision, expected, error } of results) {
        const answer = answers.find((one) => one.decision === decision);
        assertEquals(answer?.outputs, error ? null : expected);
        assertEquals(answer?.errors.length === 0, !error);
      }
    }
  });
}

Deno.test("[T1] there are cases to pass", () => {
  assertEquals(cases.models.length, 16);
});
