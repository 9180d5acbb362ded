/** The table of what raises a notification: every type, no one's own doing, never a throw. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  notificationOf,
  NOTIFYING_TYPES,
} from "../../../domain/inbox/notification.ts";
import type { Told } from "../../../domain/inbox/words.ts";

const ANA = { userId: "ana" };

function told(type: string, body: unknown, more: Partial<Told> = {}): Told {
  return { type, channel: "user:ana", offset: 7, sender: "bo", body, ...more };
}

/** Severity, title, body, href: what a reader gets to see. */
function words(type: string, body: unknown, more: Partial<Told> = {}) {
  const raised = notificationOf(told(type, body, more), ANA);
  return raised && [raised.severity, raised.title, raised.body, raised.href];
}

Deno.test("[T1] a direct message raises one, named by its entry and merged by its sender", () => {
  assertEquals(
    notificationOf(
      told("DIRECT_MESSAGE", { recipient: "ana", body: "Lunch?" }),
      ANA,
    ),
    {
      key: "user:ana#7",
      dedupeKey: "direct:bo",
      severity: "info",
      title: "Message from bo",
      body: "Lunch?",
      href: "/inbox",
      sticky: false,
      assertive: false,
    },
  );
});

Deno.test("[T1] a message may be any JSON", () => {
  const said = (body: unknown) =>
    words("DIRECT_MESSAGE", { recipient: "ana", body })?.[2];
  assertEquals(said({ text: "Hello" }), "Hello");
  assertEquals(said({ n: 1 }), '{"n":1}');
  assertEquals(said(null), "null");
});

Deno.test("[T1] being added, removed, and a closed session raise one", () => {
  const body = { sessionId: "s1", title: "Vendor?", by: "Bo" };
  assertEquals(words("INBOX_UPDATE", { ...body, event: "added_to_session" }), [
    "info",
    "Added to a session",
    "Bo added you to “Vendor?”.",
    "/sessions/s1",
  ]);
  assertEquals(
    words("INBOX_UPDATE", { ...body, event: "removed_from_session" }),
    [
      "medium",
      "Removed from a session",
      "Bo removed you from “Vendor?”.",
      "/sessions",
    ],
  );
  assertEquals(words("INBOX_UPDATE", { ...body, event: "session_closed" }), [
    "info",
    "Session closed",
    "Bo closed “Vendor?”.",
    "/sessions/s1",
  ]);
});

Deno.test("[T1] the record of what was seen raises nothing", () => {
  const items = [{ channel: "user:ana", offset: 1, level: "shown" }];
  assertEquals(
    words("INBOX_UPDATE", { event: "notifications_recorded", items }),
    undefined,
  );
});

Deno.test("[T2] an alert stays from high on, and interrupts only when critical", () => {
  const raised = (severity: string) => {
    const body = {
      event: "alert_raised",
      id: "a1",
      severity,
      title: "Sanctions",
    };
    const { sticky, assertive } = notificationOf(
      told("ALERT", body, { channel: "alerts" }),
      ANA,
    ) ?? {};
    return [sticky, assertive];
  };
  assertEquals(raised("critical"), [true, true]);
  assertEquals(raised("high"), [true, false]);
  assertEquals(raised("medium"), [false, false]);
});

Deno.test("[T1] an alert is merged with itself, and acknowledging it raises nothing", () => {
  const body = { severity: "low", title: "Disk", body: "80 %", dedupeKey: "d" };
  const raised = notificationOf(
    told("ALERT", { event: "alert_repeated", alert: { id: "a1", ...body } }, {
      channel: "alerts",
    }),
    ANA,
  );
  assertEquals(raised?.dedupeKey, "alert:a1");
  assertEquals(raised?.href, "/alerts?open=a1#alert-a1");
  const over = told("ALERT", { event: "alert_acknowledged", alertId: "a1" }, {
    channel: "alerts",
  });
  assertEquals(notificationOf(over, ANA)?.isSilent, true);
});

Deno.test("[AL9] what is looked after or put off is counted without a word", () => {
  const again = (status: string) =>
    words(
      "ALERT",
      { event: "alert_repeated", alertId: "a1", title: "Disk", status },
      { channel: "alerts" },
    )?.[1];
  assertEquals(again("open"), "Disk");
  assertEquals(again("acknowledged"), undefined);
  assertEquals(again("snoozed"), undefined);
});

Deno.test("[AL9] one that nobody acknowledged, or whose snooze is over, is told again as such", () => {
  const said = (event: string) =>
    words(
      "ALERT",
      { event, alertId: "a1", severity: "high", title: "Disk", body: "80 %" },
      { channel: "alerts" },
    );
  const href = "/alerts?open=a1#alert-a1";
  assertEquals(said("alert_escalated"), [
    "high",
    "Not acknowledged: Disk",
    "80 %",
    href,
  ]);
  assertEquals(said("alert_woken"), ["high", "Again: Disk", "80 %", href]);
});

Deno.test("[AL9] an alert of a session leads to its session", () => {
  const body = { event: "alert_raised", alertId: "a1", title: "Disk" };
  assertEquals(
    words("ALERT", body, { channel: "session:s1" })?.[3],
    "/sessions/s1",
  );
});

Deno.test("[AL9] who is assigned an alert, or leads where one is late, is told by name", () => {
  const body = {
    alertId: "a1",
    sessionId: null,
    title: "Disk",
    severity: "high",
    by: "Bo",
  };
  assertEquals(words("INBOX_UPDATE", { ...body, event: "alert_assigned" }), [
    "high",
    "Alert assigned to you",
    "Bo assigned you “Disk”.",
    "/alerts?open=a1#alert-a1",
  ]);
  assertEquals(
    words("INBOX_UPDATE", {
      ...body,
      sessionId: "s1",
      event: "alert_escalated",
    }),
    [
      "high",
      "Not acknowledged in time",
      "“Disk” waits for somebody.",
      "/sessions/s1",
    ],
  );
});

Deno.test("[T1] results of polls, analyses, rules and jobs raise one; steps on the way do not", () => {
  assertEquals(
    words("CONSENSUS_UPDATE", {
      event: "consensus_result",
      question: "Approve?",
      result: { state: "passed", winner: "Yes" },
    }, { channel: "session:s1" }),
    ["success", "Poll passed", "“Approve?” Chosen: Yes.", "/sessions/s1"],
  );
  assertEquals(words("CONSENSUS_UPDATE", { event: "vote_cast" }), undefined);
  assertEquals(
    words("DECISION_ANALYSIS_RESULT", { method: "topsis", winner: "B" }),
    ["success", "Analysis finished", "B leads by topsis.", "/decisions"],
  );
  assertEquals(
    words("RULE_EVALUATION_RESULT", {
      recommendation: "BLOCK",
      riskScore: 0.95,
    }),
    ["high", "Rules: block", "Risk score 0.95.", "/rules"],
  );
  assertEquals(
    words("JOB_UPDATE", {
      event: "job_dead",
      jobId: "j1",
      jobType: "decisions.smaa",
      error: "no",
    }, { channel: "user:ana" }),
    ["high", "SMAA was given up: no", "", "/jobs/j1"],
  );
});

const POLL = { sessionId: "s1", pollId: "p1", question: "Which?", by: "Bo" };
const HOUR_MS = 60 * 60 * 1000;

Deno.test("[T1] a poll asks its voters, more urgently when it closes within the hour", () => {
  const asked = (change: object) =>
    words("INBOX_UPDATE", {
      ...POLL,
      event: "poll_opened",
      round: 1,
      closesAt: null,
      ...change,
    }, { at: 1_000 });
  const href = "/sessions/s1?poll=p1#poll";
  assertEquals(asked({}), [
    "info",
    "Your vote is asked",
    "“Which?” Asked by Bo.",
    href,
  ]);
  assertEquals(asked({ closesAt: 1_001 + HOUR_MS })?.[0], "info");
  assertEquals(asked({ closesAt: 1_000 + HOUR_MS }), [
    "medium",
    "Your vote is asked",
    "“Which?” Closes within the hour.",
    href,
  ]);
  assertEquals(asked({ round: 2 }), [
    "info",
    "Round 2: vote again",
    "“Which?”",
    href,
  ]);
});

Deno.test("[T1] a poll's end is told by its outcome, a cancelled one as cancelled", () => {
  const ended = (state: string, winner: string | null = null) =>
    words("INBOX_UPDATE", { ...POLL, event: "poll_closed", state, winner })
      ?.slice(0, 3);
  assertEquals(ended("passed", "Vendor B"), [
    "success",
    "Poll passed",
    "“Which?” Chosen: Vendor B.",
  ]);
  assertEquals(ended("cancelled"), ["info", "Poll cancelled", "“Which?”"]);
  assertEquals(ended("no_quorum"), [
    "medium",
    "Poll closed without quorum",
    "“Which?”",
  ]);
  assertEquals(ended("postponed"), ["info", "Poll closed", "“Which?”"]);
});

Deno.test("[T4] the notice of a result and the result itself are one, and end the wish for a vote", () => {
  const { sessionId: _, by: __, ...onChannel } = POLL;
  const notice = told("INBOX_UPDATE", {
    ...POLL,
    event: "poll_closed",
    state: "tied",
  });
  const result = told("CONSENSUS_UPDATE", {
    ...onChannel,
    event: "consensus_result",
    result: { state: "tied", winner: null },
  }, { channel: "session:s1" });
  const opened = told("INBOX_UPDATE", { ...POLL, event: "poll_opened" });
  const one = notificationOf(notice, ANA);
  const other = notificationOf(result, ANA);
  assertEquals({ ...one, key: "" }, { ...other, key: "" });
  assertEquals(one?.dedupeKey, "poll:p1:result");
  assertEquals(one?.ends, notificationOf(opened, ANA)?.dedupeKey);
});

Deno.test("[T1] a closed decision says what was chosen", () => {
  assertEquals(
    words("INBOX_UPDATE", {
      event: "decision_closed",
      decisionId: "d1",
      sessionId: "s1",
      title: "Vendor",
      by: "Bo",
      chosen: "B",
    }),
    [
      "info",
      "Decision closed",
      "Bo closed “Vendor”. Chosen: B.",
      "/sessions/s1",
    ],
  );
});

const backtest = { jobId: "j1", jobType: "rules.backtest", about: "r1" };

Deno.test("[T1] a job is told of on its submitter's channel, not again where everyone reads of it", () => {
  const body = { event: "job_done", ...backtest, userId: "ana" };
  assertEquals(
    words("JOB_UPDATE", body, { channel: "user:ana" })?.[1],
    "Backtest finished",
  );
  for (const channel of ["jobs", "session:s1", "user:bo"]) {
    assertEquals(words("JOB_UPDATE", body, { channel }), undefined, channel);
  }
});

Deno.test("[T1] a backtest leads to its rule, and the ends of a job are one toast", () => {
  const ends = ["job_failed", "job_done"].map((event) =>
    notificationOf(told("JOB_UPDATE", { event, ...backtest }), ANA)
  );
  assertEquals(ends.map((one) => one?.href), [
    "/rules/r1?job=j1#backtest",
    "/rules/r1?job=j1#backtest",
  ]);
  assertEquals(ends.map((one) => one?.dedupeKey), ["job:j1", "job:j1"]);
});

Deno.test("[T1] a job under way is told to nobody", () => {
  for (const event of ["job_progress", "job_claimed", "job_submitted"]) {
    assertEquals(
      words("JOB_UPDATE", { event, ...backtest }, { channel: "user:ana" }),
      undefined,
      event,
    );
  }
});

Deno.test("[T1] nobody is notified of what they did themselves", () => {
  for (const type of NOTIFYING_TYPES) {
    const body = {
      event: type === "CONSENSUS_UPDATE"
        ? "consensus_result"
        : "session_closed",
      state: "done",
    };
    assertEquals(words(type, body, { sender: "ana" }), undefined);
  }
});

Deno.test("[T1] somebody else's channel and an erased entry raise nothing", () => {
  const body = { recipient: "bo", body: "Psst" };
  assertEquals(
    words("DIRECT_MESSAGE", body, { channel: "user:bo", sender: "cy" }),
    undefined,
  );
  assertEquals(words("DIRECT_MESSAGE", null), undefined);
});

Deno.test("[T1] long text is cut on a whole character, in one line", () => {
  const [, , body] = words("DIRECT_MESSAGE", { body: "😀\n".repeat(5_000) }) ??
    [];
  assertEquals([...(body ?? "")].length, 280);
  assert(body?.endsWith("…") && body.isWellFormed() && !body.includes("\n"));
});

Deno.test("[T1] whatever a publication holds, nothing is thrown and links stay on this site", () => {
  const deep = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom(
          "event",
          "severity",
          "title",
          "body",
          "id",
          "alert",
          "result",
          "state",
          "pollId",
          "question",
          "round",
          "job",
          "sessionId",
          "recommendation",
          "riskScore",
          "by",
          "__proto__",
          "constructor",
        ),
        fc.oneof(
          fc.constantFrom(
            "consensus_result",
            "poll_opened",
            "poll_closed",
            "alert_raised",
            "toString",
            "job_done",
            "added_to_session",
            "//evil.example",
            "javascript:alert(1)",
          ),
          tie("node"),
        ),
      ),
    ),
  })).node;
  fc.assert(fc.property(
    fc.constantFrom(...NOTIFYING_TYPES, "constructor", "BROADCAST"),
    fc.constantFrom("user:ana", "alerts", "session:s1", "jobs"),
    deep,
    (type, channel, body) => {
      const raised = notificationOf(told(type, body, { channel }), ANA);
      if (raised === undefined) return;
      assert(/^\/[a-z]/.test(raised.href), raised.href);
      assert(raised.title.length > 0);
      assert([...raised.title].length <= 120);
    },
  ));
});

Deno.test("[T4] an alert in somebody's hands is told to nobody, and ends the word of it", () => {
  const told = (event: string) =>
    notificationOf({
      type: "ALERT",
      channel: "alerts",
      offset: 2,
      sender: "bo",
      body: { event, alertId: "a1", severity: "high", title: "T" },
    }, { userId: "ann" });
  const { dedupeKey } = told("alert_raised") ?? {};
  for (
    const event of ["alert_acknowledged", "alert_snoozed", "alert_resolved"]
  ) {
    assertEquals([told(event)?.isSilent, told(event)?.ends], [true, dedupeKey]);
  }
  assertEquals(told("alert_noted"), undefined);
});

Deno.test("[T4] what happened over a day before it is told of neither stays nor interrupts", () => {
  const day = 86_400_000;
  const told = (occurredAt: number | undefined) =>
    notificationOf({
      type: "ALERT",
      channel: "alerts",
      offset: 1,
      sender: "bot",
      at: 10 * day,
      body: {
        event: "alert_raised",
        alertId: "a",
        severity: "critical",
        title: "Late",
        ...occurredAt === undefined ? {} : { occurredAt },
      },
    }, { userId: "ann" });
  const { sticky, assertive, severity } = told(8 * day) ?? {};
  assertEquals([sticky, assertive, severity], [false, false, "critical"]);
  for (const at of [undefined, 9 * day]) {
    assertEquals([told(at)?.sticky, told(at)?.assertive], [true, true]);
  }
});

Deno.test("[AL9] one's own act on an alert ends its toast without a word, and raising one tells nothing", () => {
  const own = (event: string) =>
    notificationOf({
      type: "ALERT",
      channel: "alerts",
      offset: 1,
      sender: ANA.userId,
      at: 1,
      body: { event, alertId: "a1", title: "Disk", severity: "high" },
    }, ANA);
  const { isSilent, ends } = own("alert_acknowledged") ?? {};
  assertEquals([isSilent, typeof ends], [true, "string"]);
  assertEquals(own("alert_raised"), undefined);
});
