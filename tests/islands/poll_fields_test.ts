/** Ballots as forms say them, and the other way round. */
import { assertEquals } from "@std/assert";
import type { Ballot } from "../../domain/consensus/polls/ballot.ts";
import { mistakesIn } from "../../domain/consensus/polls/ballot.ts";
import type { PollMethod } from "../../domain/consensus/polls/methods.ts";
import { ballotFrom, fieldsOf, missingIn } from "../../islands/poll_fields.ts";
import { settings } from "../domain/consensus/polls/fixture.ts";

const CASES: readonly (readonly [PollMethod, Ballot])[] = [
  ["proposal", { choice: "block", reason: "Too early" }],
  ["majority", { choice: "b", confidence: 0.75 }],
  ["approval", { choices: ["a", "c"] }],
  ["schulze", { ranking: [["b"], ["a", "c"]] }],
  ["majority_judgment", { grades: { a: "Good", c: "Reject" } }],
];

Deno.test("[K13] a form filled with a ballot says that ballot, for every kind", () => {
  for (const [method, ballot] of CASES) {
    const poll = settings({ method });
    assertEquals(ballotFrom(fieldsOf(ballot), poll), ballot, method);
    assertEquals(mistakesIn(ballot, poll), [], method);
  }
});

Deno.test("[K13] abstaining says nothing else, whatever was filled in", () => {
  const poll = settings({ method: "schulze" });
  const fields = { "place.a": "1", abstain: "yes", reason: " Conflict " };
  assertEquals(ballotFrom(fields, poll), { abstain: true, reason: "Conflict" });
});

Deno.test("[K13] numbers of a ranking may leave gaps and repeat; what is no number is unranked", () => {
  const poll = settings({ method: "borda" });
  const fields = { "place.a": "7", "place.b": "2", "place.c": "7" };
  assertEquals(ballotFrom(fields, poll).ranking, [["b"], ["a", "c"]]);
  const odd = { "place.a": "0", "place.b": "1.5", "place.c": "x" };
  assertEquals(ballotFrom(odd, poll).ranking, []);
});

Deno.test("[K13] a slider counts only with its box, and stays within 0 and 1", () => {
  const poll = settings();
  assertEquals(ballotFrom({ choice: "a", confidence: "40" }, poll), {
    choice: "a",
  });
  const wild = { choice: "a", sure: "on", confidence: "900" };
  assertEquals(ballotFrom(wild, poll).confidence, 1);
});

Deno.test("[K13] what is missing is said at its control", () => {
  const missing = (method: PollMethod, fields: Record<string, string>) => {
    const poll = settings({ method });
    return Object.keys(missingIn(ballotFrom(fields, poll), poll));
  };
  assertEquals(missing("proposal", {}), ["choice"]);
  assertEquals(missing("proposal", { choice: "block" }), ["reason"]);
  assertEquals(missing("proposal", { choice: "block", reason: "No" }), []);
  assertEquals(missing("schulze", {}), ["ranking"]);
  assertEquals(missing("majority_judgment", {}), ["grades"]);
  assertEquals(missing("approval", {}), [], "approving of none is a ballot");
  assertEquals(missing("schulze", { abstain: "yes" }), []);
});
