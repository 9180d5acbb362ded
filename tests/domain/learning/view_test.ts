/** Rows of what was learned: made while it happens, and the same again from the log alone. */
import { assertEquals } from "@std/assert";
import type { RecordedEvent, ViewRow } from "../../../domain/decider.ts";
import {
  feedbackGiven,
  type Outcome,
  proposalSettled,
  weightsProposed,
} from "../../../domain/learning/events.ts";
import { evolve } from "../../../domain/learning/proposal.ts";
import {
  createProposalIndexer,
  index as proposalRows,
} from "../../../domain/learning/proposal_view.ts";
import {
  createFeedbackIndexer,
  inOrder,
  labelPrefix,
  readLabelRow,
} from "../../../domain/learning/feedback_view.ts";

const ANA = { userId: "ana", name: "Ana" };
const GIL = { userId: "gil", name: "Gil" };

function recorded(
  event: ReturnType<typeof feedbackGiven>,
  offset: number,
  channel = "learning",
): RecordedEvent {
  const { type, v, body } = event;
  return { type, v, body, channel, offset, at: 1_000 + offset, sender: "ana" };
}

function given(outcome: Outcome, offset: number, channel?: string) {
  const subject = { kind: "rule" as const, id: "r1", evaluationId: "e1" };
  const said = { subject, outcome, comment: "A secret", sessionId: null };
  return recorded(feedbackGiven(said, ANA), offset, channel);
}

/** What the views hold in the end. */
function held(rows: readonly ViewRow[]) {
  return new Map(rows.map((row) => [`${row.view} ${row.key}`, row.data]));
}

Deno.test("[LE9] a second label of one person on one evaluation replaces the row", () => {
  const rowsOf = createFeedbackIndexer();
  const subject = "learning:rule:r1";
  const rows = [
    ...rowsOf(given("correct", 1), subject),
    ...rowsOf(given("correct", 1, "session:s1"), subject),
    ...rowsOf(given("incorrect", 2), subject),
    ...rowsOf(given("incorrect", 3), "rule:r1"),
  ];
  const labels = rows.filter(({ key }) =>
    key.startsWith(labelPrefix("rule", "r1"))
  );
  const last = [...held(labels).values()].flatMap((data) =>
    readLabelRow(data) ?? []
  );
  assertEquals(
    inOrder(last).map(({ channel, outcome }) => [channel, outcome]),
    [["session:s1", "correct"], ["learning", "incorrect"]],
  );
  assertEquals(JSON.stringify(rows).includes("secret"), false);
});

Deno.test("[LE9] of labels at one time the channel decides, then the offset", () => {
  const label = {
    outcome: "correct",
    userId: "ana",
    name: "Ana",
    at: 5,
  } as const;
  const places = [["b", 1], ["a", 2], ["a", 1]] as const;
  const rows = places.map(([channel, offset]) => ({
    ...label,
    channel,
    offset,
  }));
  const found = inOrder(rows).map(({ channel, offset }) => channel + offset);
  assertEquals(found, ["a1", "a2", "b1"]);
});

Deno.test("[LE7] a proposal's row is the same when it is made again from the log", () => {
  const proposed = weightsProposed({
    proposalId: "p1",
    weights: [{ id: "cost", label: "Cost", before: 1, after: 1 }],
    evidence: {
      decisionIds: ["d1"],
      counted: 3,
      before: -0.7,
      after: -0.5,
      restsOn: [],
    },
  }, ANA);
  const settle = (accepted: boolean) =>
    proposalSettled({ proposalId: "p1", accepted, reason: "Why not" }, GIL);
  const events = [proposed, settle(true), settle(false)]
    .map((event, index) => recorded(event, index + 1));
  const live = events.reduce(evolve, { status: "none" });
  const rowsOf = createProposalIndexer();
  const rows = events.flatMap((event) => rowsOf(event, "learning:proposal:p1"));
  assertEquals(rows.at(-1), proposalRows(live, events[2])[0]);
  const row = held(rows).get("weight_proposals p1");
  // What is settled stays settled.
  assertEquals(live.status, "accepted");
  assertEquals(JSON.stringify(row).includes('"settledAt":1002'), true);
});
