/** Alerts on a real server: everyone reads them at once, and deadlines fire by themselves. */
import { assertEquals } from "@std/assert";
import { startServer } from "../support/server.ts";

Deno.test("[AL5] what nobody acknowledges is escalated, and what was put off comes back, by themselves", async () => {
  await using server = await startServer();
  await using reader = await server.connect("ana");
  await reader.subscribe("alerts");
  const raise = (id: string, more: object) =>
    server.call("POST", "/api/v1/alerts", {
      id,
      severity: "high",
      title: `Alert ${id}`,
      ...more,
    }, 201);
  const heard = (event: string, alertId: string) =>
    reader.waitFor(
      `${event} of ${alertId}`,
      ({ type, payload }) =>
        type === "ALERT" && payload.event === event &&
        payload.alertId === alertId,
    );

  await raise("late", { acknowledgeWithinMs: 1_000 });
  await raise("seen", { acknowledgeWithinMs: 1_000 });
  await server.call("POST", "/api/v1/alerts/seen/acknowledge", {}, 200);
  await raise("later", {});
  const until = Date.now() + 1_000;
  await server.call("POST", "/api/v1/alerts/later/snooze", { until }, 200);

  const raised = await heard("alert_raised", "late");
  const escalated = await heard("alert_escalated", "late");
  const woken = await heard("alert_woken", "later");
  assertEquals(
    [escalated.payload.title, escalated.payload.userId],
    ["Alert late", "regulens"],
  );
  // Not before its time, by the server's own clock.
  assertEquals(Number(escalated.at) - Number(raised.at) >= 1_000, true);
  assertEquals(Number(woken.at) >= until, true);

  const { alert } = await server.call("GET", "/api/v1/alerts/later");
  assertEquals([alert.status, alert.snoozedUntil], ["open", null]);
  const seen = await server.call("GET", "/api/v1/alerts/seen");
  assertEquals(seen.alert.escalatedAt, null);
  const events = (await server.history("alerts")).map(({ payload }) =>
    payload.event
  );
  assertEquals(events.filter((one) => one === "alert_escalated").length, 1);
  assertEquals(events.filter((one) => one === "alert_woken").length, 1);
});

Deno.test("[AL5] who leads a session is told of its late alert on their own channel", async () => {
  await using server = await startServer();
  await using leader = await server.connect("lea");
  const { id: sessionId } = await server.openSession({
    title: "Review",
    participants: [{ userId: "lea", name: "Lea", role: "facilitator" }],
  });
  await server.call("POST", "/api/v1/alerts", {
    severity: "critical",
    title: "Blocked",
    sessionId,
    acknowledgeWithinMs: 1_000,
  }, 201);
  const told = await leader.waitFor(
    "the notice",
    ({ payload }) => payload.event === "alert_escalated",
  );
  assertEquals(
    [told.channel, told.type, told.payload.title, told.payload.sessionId],
    ["user:lea", "INBOX_UPDATE", "Blocked", sessionId],
  );
});
