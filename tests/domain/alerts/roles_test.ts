/** Who may do what with an alert: the house's roles, and inside a session its own. */
import { assertEquals } from "@std/assert";
import { ADA, BEN, FAY, Live, MIA, names, OLI } from "./fixture.ts";

Deno.test("[AL6] observers only read, whatever it is they would do", () => {
  const live = new Live();
  assertEquals(live.raise({}, OLI), "not_allowed");
  live.raise();
  assertEquals(live.acknowledge(OLI), "not_allowed");
  assertEquals(live.assign("oli", OLI), "not_allowed");
  assertEquals(live.snooze(9_000, OLI), "not_allowed");
  assertEquals(live.note("Hm", OLI), "not_allowed");
  assertEquals(live.resolve(OLI), "not_allowed");
});

Deno.test("[AL6] members and up do all of it", () => {
  for (const user of [MIA, FAY, ADA]) {
    const live = new Live();
    assertEquals(names(live.raise({}, user)), ["alert_raised"]);
    assertEquals(names(live.acknowledge(user)), ["alert_acknowledged"]);
    assertEquals(names(live.assign("ben", user)), ["alert_assigned"]);
    assertEquals(names(live.snooze(9_000, user)), ["alert_snoozed"]);
    assertEquals(names(live.note("Hm", user)), ["alert_noted"]);
    assertEquals(names(live.resolve(user)), ["alert_resolved"]);
  }
});

Deno.test("[AL6] deadlines are the server's: no facilitator fires one", () => {
  const live = new Live();
  live.raise({ acknowledgeWithinMs: 5_000 });
  live.now = 9_000;
  assertEquals(live.escalate(FAY), "not_allowed");
  assertEquals(live.wake(MIA), "not_allowed");
});

Deno.test("[AL6] inside a session its own roles count, not those of the house", () => {
  const live = new Live({ inSession: true, open: true });
  // Oli observes the session; Ben is not in it, though a member of the house.
  assertEquals(live.raise({}, OLI), "not_allowed");
  assertEquals(live.raise({}, BEN), "not_allowed");
  assertEquals(names(live.raise({}, MIA)), ["alert_raised"]);
  assertEquals(names(live.acknowledge(ADA)), ["alert_acknowledged"]);
});

Deno.test("[AL6] whoever may not see a session learns nothing of its alerts", () => {
  const live = new Live({ inSession: true });
  live.raise();
  assertEquals(live.acknowledge(BEN), "session_not_found");
  assertEquals(live.raise({}, BEN), "session_not_found");
  live.inside(MIA, { command: "leave_session" });
  assertEquals(live.acknowledge(MIA), "not_allowed");
});

Deno.test("[AL6] in a session only who takes part is assigned to, by their name there", () => {
  const live = new Live({ inSession: true });
  live.raise();
  assertEquals(live.assign("ben"), "participant_not_found");
  live.assign("fay");
  assertEquals(live.alert.assignee?.userId, "fay");
  assertEquals(names(live.assign("mia")), ["alert_assigned"]);
  assertEquals(live.alert.assignee, { userId: "mia", name: "MIA" });
});

Deno.test("[AL6] who takes an alert has their own name, whatever was sent", () => {
  const live = new Live();
  live.raise();
  live.assign("mia");
  assertEquals(live.alert.assignee, { userId: "mia", name: "MIA" });
  live.assign(null);
  assertEquals(live.alert.assignee, null);
});

Deno.test("[AL9] who is assigned is told, but not of what they did themselves", () => {
  const live = new Live();
  live.raise();
  live.assign("mia", MIA);
  assertEquals(live.told, []);
  live.assign("ben", MIA);
  assertEquals(live.told, [{
    channel: "user:ben",
    event: {
      type: "INBOX_UPDATE",
      v: 1,
      body: {
        event: "alert_assigned",
        alertId: "a1",
        sessionId: null,
        title: "Sanctions list",
        severity: "high",
        by: "MIA",
      },
    },
  }]);
});

Deno.test("[AL7] in a closed session nothing is raised, but what goes on can be ended", () => {
  const live = new Live({ inSession: true });
  live.raise();
  live.inside(FAY, { command: "close_session" });
  assertEquals(live.raise(), "session_closed");
  assertEquals(names(live.acknowledge()), ["alert_acknowledged"]);
  assertEquals(names(live.resolve()), ["alert_resolved"]);
  assertEquals(live.raise(), "session_closed");
});
