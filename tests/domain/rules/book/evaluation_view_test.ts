/** Rows that find a rule's kept results: made as they happen and again from the log, without what was said. */
import { assertEquals } from "@std/assert";
import type { RecordedEvent } from "../../../../domain/decider.ts";
import {
  createResultIndexer,
  index,
  resultPrefix,
} from "../../../../domain/rules/book/evaluation_view.ts";

const EVALUATED: RecordedEvent = {
  type: "RULE_EVALUATION_RESULT",
  v: 1,
  channel: "session:s1",
  offset: 4,
  at: 1_000,
  sender: "ana",
  body: {
    event: "rules_evaluated",
    evaluationId: "e1",
    title: "A secret",
    facts: { amount: "secret" },
    results: [
      { ruleId: "big", result: "FAIL" },
      { ruleId: "bigger", result: "PASS" },
    ],
  },
};

Deno.test("[LE11] each rule of an evaluation has a row that says where its result is, and no more", () => {
  const rows = index(null, EVALUATED);
  assertEquals(rows.map(({ key, sort, data }) => [key, sort, data]), [
    ["big|session:s1|e1", 1_000, {
      channel: "session:s1",
      evaluationId: "e1",
      at: 1_000,
      result: "FAIL",
    }],
    ["bigger|session:s1|e1", 1_000, {
      channel: "session:s1",
      evaluationId: "e1",
      at: 1_000,
      result: "PASS",
    }],
  ]);
  // One rule's results are not found under another whose name begins alike.
  assertEquals(rows[1].key.startsWith(resultPrefix("big")), false);
});

Deno.test("[LE11] a rebuild gives the same rows, and none for what is erased or of another kind", () => {
  const rowsOf = createResultIndexer();
  assertEquals(rowsOf(EVALUATED, "evaluation:e1"), index(null, EVALUATED));
  assertEquals(rowsOf({ ...EVALUATED, body: null }, "evaluation:e1"), []);
  assertEquals(rowsOf(EVALUATED, "rule:big"), []);
});
