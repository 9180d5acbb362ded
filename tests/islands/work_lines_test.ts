/** Lines about decisions, analyses and evaluations: known, told once, leading to their page. */
import { assertEquals } from "@std/assert";
import type { Json, RecordedEvent } from "../../domain/decider.ts";
import { isKnownEntry, linesOf } from "../../islands/room_lines.ts";

function entry(
  offset: number,
  body: { readonly event: string; readonly [key: string]: Json },
  sender = "ana",
): RecordedEvent {
  const type = body.event === "rules_evaluated"
    ? "RULE_EVALUATION_RESULT"
    : "DECISION_ANALYSIS_RESULT";
  const channel = "session:s1";
  return { type, v: 1, body, channel, offset, at: offset, sender };
}

const scored = (offset: number, sender: string) =>
  entry(
    offset,
    { event: "scores_given", decisionId: "d1", name: sender.toUpperCase() },
    sender,
  );

Deno.test("[P24] every event of a decision, analysis, evaluation or alert is known", () => {
  const events = [
    "decision_opened",
    "decision_changed",
    "weights_changed",
    "scores_given",
    "scores_revealed",
    "decision_closed",
    "analysis_recorded",
    "rules_evaluated",
    "feedback_given",
  ];
  assertEquals(
    events.filter((event) => !isKnownEntry(entry(1, { event }))),
    [],
  );
  assertEquals(isKnownEntry(entry(1, { event: "decision_reopened" })), false);
});

Deno.test("[P24] one person's scoring is one line for as long as it goes on", () => {
  const lines = linesOf([
    entry(1, {
      event: "decision_opened",
      decisionId: "d1",
      title: "Vendor",
      name: "ANA",
    }),
    scored(2, "ana"),
    scored(3, "ana"),
    scored(4, "ben"),
    scored(5, "ana"),
  ]);
  assertEquals(
    lines.map((line) => [line.offset, "last" in line && line.last, line.name]),
    [[1, 1, "ANA"], [2, 3, "ANA"], [4, 4, "BEN"], [5, 5, "ANA"]],
  );
});

Deno.test("[P24] a line names what it tells of: title, recommendation, or method", () => {
  const lines = linesOf([
    entry(1, { event: "decision_closed", decisionId: "d1", title: "Vendor" }),
    entry(2, {
      event: "rules_evaluated",
      evaluationId: "e1",
      title: null,
      recommendation: "REVIEW",
    }),
    entry(3, {
      event: "analysis_recorded",
      analysisId: "a1",
      title: null,
      method: "topsis",
    }),
  ]);
  assertEquals(
    lines.map((line) => "workId" in line && [line.workId, line.title]),
    [["d1", "Vendor"], ["e1", "REVIEW"], ["a1", "topsis"]],
  );
});

Deno.test("[P24] feedback is told with what was said of it", () => {
  const [line] = linesOf([
    entry(1, { event: "feedback_given", outcome: "incorrect", name: "ANA" }),
  ]);
  assertEquals("says" in line && [line.name, line.says, line.title], [
    "ANA",
    "gave feedback:",
    "incorrect",
  ]);
});

Deno.test("[P24] an alert that keeps coming is one line, and what is done with it another", () => {
  const alert = (offset: number, event: string, sender = "ana") =>
    entry(offset, { event, alertId: "a1", title: "Sanctions" }, sender);
  const lines = linesOf([
    alert(1, "alert_raised"),
    alert(2, "alert_repeated"),
    alert(3, "alert_repeated"),
    alert(4, "alert_acknowledged", "ben"),
    alert(5, "alert_repeated"),
  ]);
  assertEquals(
    lines.map((line) =>
      "href" in line && [line.offset, line.last, line.says, line.href]
    ),
    [
      [1, 1, "raised", "/alerts?open=a1"],
      [2, 3, "reported again", "/alerts?open=a1"],
      [4, 4, "acknowledged", "/alerts?open=a1"],
      [5, 5, "reported again", "/alerts?open=a1"],
    ],
  );
});

const job = (offset: number, event: string, more: object = {}) => ({
  ...entry(offset, {
    event,
    jobId: "j1",
    jobType: "decisions.smaa",
    userId: "ana",
    ...more,
  }, event === "job_submitted" ? "ana" : "regulens"),
  type: "JOB_UPDATE",
});

Deno.test("[P24] a job is told as it is submitted and as it ends, and how it goes on is known", () => {
  const entries = [
    job(1, "job_submitted", { name: "ANA" }),
    job(2, "job_claimed"),
    job(3, "job_lease_renewed"),
    job(4, "job_failed", { error: "no", retryAt: 9 }),
    job(5, "job_requeued"),
    job(6, "job_failed", { error: "no", retryAt: null }),
    job(7, "job_retried", { byName: "BEN" }),
    job(8, "job_done", { claim: 7 }),
    job(9, "job_cancelled", { byName: "BEN" }),
    job(10, "job_dead", { error: "no" }),
    job(11, "job_paused"),
  ];
  assertEquals(entries.filter((one) => !isKnownEntry(one)), []);
  assertEquals(
    linesOf(entries).map((line) =>
      "href" in line && [line.name, line.says, line.title, line.href]
    ),
    [
      ["ANA", "submitted a job:", "SMAA", "/jobs/j1"],
      ["Regulens", "could not finish a job:", "SMAA", "/jobs/j1"],
      ["Regulens", "finished a job:", "SMAA", "/jobs/j1"],
      ["BEN", "cancelled a job:", "SMAA", "/jobs/j1"],
      ["Regulens", "gave up a job:", "SMAA", "/jobs/j1"],
    ],
  );
});
