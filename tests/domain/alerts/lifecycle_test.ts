/** From raising to resolving: what each command causes, and what the alert is after it. */
import { assertEquals } from "@std/assert";
import { ADA, BEN, Live, MIA, names } from "./fixture.ts";

Deno.test("[AL1] an alert is raised open, with what it says, by whom and when", () => {
  const live = new Live();
  assertEquals(live.raise({ acknowledgeWithinMs: 5_000 }), [{
    event: "alert_raised",
    alertId: "a1",
    severity: "high",
    title: "Sanctions list",
    body: "One name is close",
    source: "screening",
    dedupeKey: "k",
    sessionId: null,
    acknowledgeBy: 6_000,
    userId: "mia",
    name: "MIA",
  }]);
  assertEquals(live.alert, {
    status: "open",
    alertId: "a1",
    severity: "high",
    title: "Sanctions list",
    body: "One name is close",
    source: "screening",
    dedupeKey: "k",
    sessionId: null,
    count: 1,
    raisedAt: 1_000,
    occurredAt: 1_000,
    lastAt: 1_000,
    changedAt: 1_000,
    acknowledgeBy: 6_000,
    escalatedAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    assignee: null,
    snoozedUntil: null,
    resolvedBy: null,
    resolvedAt: null,
    dismissed: false,
    resolution: null,
    raisings: 1,
    notes: [],
    noteCount: 0,
    offset: 1,
  });
});

Deno.test("[AL1] it is acknowledged, then resolved with a word on how it ended", () => {
  const live = new Live();
  live.raise();
  live.now = 2_000;
  assertEquals(names(live.acknowledge(BEN)), ["alert_acknowledged"]);
  const { status, acknowledgedBy, acknowledgedAt } = live.alert;
  assertEquals(
    [status, acknowledgedBy, acknowledgedAt],
    ["acknowledged", { userId: "ben", name: "BEN" }, 2_000],
  );
  live.now = 3_000;
  live.resolve();
  assertEquals(
    [
      live.alert.status,
      live.alert.resolvedBy?.name,
      live.alert.resolvedAt,
      live.alert.resolution,
      live.alert.dismissed,
    ],
    ["resolved", "MIA", 3_000, "Looked into", false],
  );
});

Deno.test("[AL1] dismissing is resolving: there was nothing to it", () => {
  const live = new Live();
  live.raise();
  live.resolve(MIA, true);
  assertEquals([live.alert.status, live.alert.dismissed], ["resolved", true]);
});

Deno.test("[AL1] doing again what is so already changes nothing", () => {
  const live = new Live();
  live.raise();
  live.acknowledge();
  live.assign("ben");
  assertEquals(live.acknowledge(BEN), []);
  assertEquals(live.assign("ben", BEN), []);
  live.resolve();
  assertEquals(live.resolve(BEN, true), []);
  assertEquals(live.alert.resolvedBy?.userId, "mia");
});

Deno.test("[AL1] a resolved alert takes notes, and nothing else but being raised again", () => {
  const live = new Live();
  live.raise();
  live.resolve();
  assertEquals(live.acknowledge(), "alert_resolved");
  assertEquals(live.assign("ben"), "alert_resolved");
  assertEquals(live.snooze(9_000), "alert_resolved");
  assertEquals(names(live.note("It was a namesake")), ["alert_noted"]);
});

Deno.test("[AL1] what was never raised is not found", () => {
  const live = new Live();
  assertEquals(live.acknowledge(), "alert_not_found");
  assertEquals(live.resolve(), "alert_not_found");
  assertEquals(live.note("Hello"), "alert_not_found");
  assertEquals(live.wake(), []);
  assertEquals(live.escalate(), []);
});

Deno.test("[AL2] equal keys count up, with the newest words and the first deadline", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.now = 2_000;
  const again = live.raise({
    title: "Two names",
    severity: "critical",
    acknowledgeWithinMs: 9_000,
  }, ADA);
  assertEquals(names(again), ["alert_repeated"]);
  const { count, title, severity, raisedAt, lastAt, acknowledgeBy } =
    live.alert;
  assertEquals(
    [count, title, severity, raisedAt, lastAt, acknowledgeBy],
    [2, "Two names", "critical", 1_000, 2_000, 6_000],
  );
});

Deno.test("[AL2] counting up changes nothing of who looks after it", () => {
  const live = new Live();
  live.raise();
  live.acknowledge();
  live.raise();
  assertEquals([live.alert.status, live.alert.count], ["acknowledged", 2]);
  live.snooze(9_000);
  live.raise();
  assertEquals([live.alert.status, live.alert.count], ["snoozed", 3]);
  assertEquals(live.events.at(-1)?.body?.status, "snoozed");
});

Deno.test("[AL2] without a key an id is taken once, resolved or not", () => {
  const live = new Live();
  live.raise({ dedupeKey: null });
  assertEquals(live.raise({ dedupeKey: null }), "alert_exists");
  live.resolve();
  assertEquals(live.raise({ dedupeKey: null }), "alert_exists");
});

Deno.test("[AL3] raised after it was resolved it starts over, with its people and notes", () => {
  const live = new Live();
  live.raise();
  live.assign("ben");
  live.acknowledge();
  live.note("Asked the bank");
  live.resolve();
  live.now = 8_000;
  assertEquals(names(live.raise({ acknowledgeWithinMs: 1_000 })), [
    "alert_raised",
  ]);
  const { status, count, raisings, acknowledgedAt, resolvedAt } = live.alert;
  assertEquals(
    [status, count, raisings, acknowledgedAt, resolvedAt],
    ["open", 1, 2, null, null],
  );
  assertEquals(live.alert.assignee?.userId, "ben");
  assertEquals(live.alert.notes.map(({ text }) => text), ["Asked the bank"]);
  assertEquals(live.due, [["escalate", 9_000]]);
});

Deno.test("[AL8] notes keep who and when; the last twenty stay, all are counted", () => {
  const live = new Live();
  live.raise();
  for (let n = 1; n <= 22; n++) live.note(`Note ${n}`, BEN);
  const { notes, noteCount } = live.alert;
  assertEquals([notes.length, noteCount], [20, 22]);
  assertEquals(notes[0], {
    userId: "ben",
    name: "BEN",
    text: "Note 3",
    at: 1_000,
  });
  assertEquals(notes.at(-1)?.text, "Note 22");
});

Deno.test("[AL19] an alert keeps when it happened; without a word, that is when it was raised", () => {
  const live = new Live();
  live.now = 10_000_000;
  assertEquals(names(live.raise({ occurredAt: 4_000 })), ["alert_raised"]);
  assertEquals([live.alert.occurredAt, live.alert.raisedAt], [
    4_000,
    10_000_000,
  ]);
  live.raise();
  assertEquals(live.alert.occurredAt, 10_000_000);
  assertEquals("occurredAt" in (live.events[1].body ?? {}), false);
  live.raise({ occurredAt: 7_000 });
  assertEquals([live.alert.occurredAt, live.alert.count], [7_000, 3]);
});

Deno.test("[AL19] clocks may differ by five minutes; what lies further ahead is refused", () => {
  const live = new Live();
  const ahead = live.now + 5 * 60_000;
  assertEquals(live.raise({ occurredAt: ahead + 1 }), "occurred_in_the_future");
  assertEquals(names(live.raise({ occurredAt: ahead })), ["alert_raised"]);
});
