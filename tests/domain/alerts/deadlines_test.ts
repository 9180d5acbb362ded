/** What happens by itself: escalating what nobody acknowledges, ending a snooze. */
import { assertEquals } from "@std/assert";
import { BEN, FAY, Live, MIA, names } from "./fixture.ts";

Deno.test("[AL5] a deadline is a row until somebody acknowledges or resolves it", () => {
  for (const act of ["acknowledge", "resolve"] as const) {
    const live = new Live();
    live.raise({ acknowledgeWithinMs: 5_000 });
    assertEquals(live.due, [["escalate", 6_000]]);
    assertEquals(live.rows.get("due alert:a1:escalate")?.data, {
      command: "escalate_alert",
      input: { alertId: "a1" },
    });
    live[act]();
    assertEquals(live.due, []);
  }
});

Deno.test("[AL5] a row names the session, so that the command finds it", () => {
  const live = new Live({ inSession: true });
  live.raise({ acknowledgeWithinMs: 5_000 });
  assertEquals(live.rows.get("due alert:a1:escalate")?.data, {
    command: "escalate_alert",
    input: { alertId: "a1", sessionId: "s1" },
  });
});

Deno.test("[AL5] it is escalated once, at its time and not before", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.now = 5_999;
  assertEquals(live.escalate(), []);
  live.now = 6_000;
  assertEquals(names(live.escalate()), ["alert_escalated"]);
  assertEquals([live.alert.escalatedAt, live.due], [6_000, []]);
  assertEquals(live.escalate(), []);
});

Deno.test("[AL5] what was acknowledged, resolved or has no deadline is not escalated", () => {
  for (const act of ["acknowledge", "resolve"] as const) {
    const live = new Live();
    live.raise({ acknowledgeWithinMs: 5_000 });
    live[act]();
    live.now = 9_000;
    assertEquals(live.escalate(), []);
  }
  const live = new Live();
  live.raise();
  assertEquals([live.escalate(), live.due], [[], []]);
});

Deno.test("[AL5] putting it off does not put off its deadline; counting up does not set it anew", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.snooze(60_000);
  live.raise({ acknowledgeWithinMs: 50_000 });
  assertEquals(live.due, [["escalate", 6_000], ["wake", 60_000]]);
  live.now = 6_000;
  assertEquals(names(live.escalate()), ["alert_escalated"]);
  assertEquals(live.alert.status, "snoozed");
});

Deno.test("[AL4] a snooze ends at its time, once, with what it says", () => {
  const live = new Live();
  live.raise();
  live.snooze(60_000);
  assertEquals([live.alert.status, live.due], ["snoozed", [["wake", 60_000]]]);
  live.now = 59_999;
  assertEquals(live.wake(), []);
  live.now = 60_000;
  assertEquals(live.wake(), [{
    event: "alert_woken",
    alertId: "a1",
    severity: "high",
    title: "Sanctions list",
    body: "One name is close",
    source: "screening",
    userId: "regulens",
    name: "REGULENS",
  }]);
  assertEquals([live.alert.status, live.due], ["open", []]);
  assertEquals(live.wake(), []);
});

Deno.test("[AL4] a later snooze moves the row; acknowledging or resolving ends it", () => {
  for (const act of ["acknowledge", "resolve"] as const) {
    const live = new Live();
    live.raise();
    live.snooze(60_000);
    live.snooze(90_000, BEN);
    assertEquals(live.due, [["wake", 90_000]]);
    live.now = 60_000;
    assertEquals(live.wake(), []);
    live[act]();
    assertEquals([live.alert.snoozedUntil, live.due], [null, []]);
    live.now = 90_000;
    assertEquals(live.wake(), []);
  }
});

Deno.test("[AL4] a snooze lies ahead", () => {
  const live = new Live();
  live.raise();
  assertEquals(live.snooze(1_000), "snooze_in_the_past");
  assertEquals(names(live.snooze(1_001)), ["alert_snoozed"]);
});

Deno.test("[AL4] what was acknowledged before its snooze is not escalated after it", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.acknowledge();
  live.snooze(60_000);
  assertEquals(live.due, [["wake", 60_000]]);
  live.now = 60_000;
  live.wake();
  assertEquals([live.escalate(), live.due], [[], []]);
});

Deno.test("[AL5] those who lead its session and who has it are told when it is late", () => {
  const live = new Live({ inSession: true });
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.assign("mia", MIA);
  live.now = 6_000;
  live.escalate();
  assertEquals(
    live.told.map(({ channel, event: { body } }) => [channel, body.event]),
    [["user:fay", "alert_escalated"], ["user:mia", "alert_escalated"]],
  );
});

Deno.test("[AL5] of the house's everyone reads: nobody is told apart", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 }, FAY);
  live.now = 6_000;
  live.escalate();
  assertEquals(live.told, []);
});
