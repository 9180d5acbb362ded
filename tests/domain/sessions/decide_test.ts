/** What a session allows, as given–when–then. */
import { assertEquals } from "@std/assert";
import {
  ADA,
  close,
  FAY,
  given,
  join,
  leave,
  MIA,
  OLI,
  opening,
  remove,
  say,
  type Step,
} from "./fixture.ts";

const closed = opening({ open: false, participants: [{ userId: "mia" }] });
const IN: Step[] = [opening(), [MIA, join]];

Deno.test("[P8] who opens a session leads it, and without participants it is open", () => {
  assertEquals(given().run(opening()), [{
    event: "session_opened",
    sessionId: "s1",
    title: "Weekly review",
    description: null,
    open: true,
    openedBy: "fay",
    participants: [{
      userId: "fay",
      name: "FAY",
      role: "facilitator",
      weight: 1,
    }],
  }]);
});

Deno.test("[P8] a session that lists participants is not open unless it says so", () => {
  const listing = { participants: [{ userId: "mia", weight: 2 }] };
  assertEquals(given(opening(listing)).session.open, false);
  assertEquals(given(opening({ ...listing, open: true })).session.open, true);
  assertEquals(
    given(opening(listing)).session.participants.map(
      ({ userId, name, role, weight, status }) =>
        [userId, name, role, weight, status].join(" "),
    ),
    ["fay FAY facilitator 1 active", "mia mia member 2 active"],
  );
});

Deno.test("[P8] the opener keeps their listed weight and the lead", () => {
  const live = given(opening({
    participants: [{ userId: "fay", role: "observer", weight: 3 }],
  }));
  assertEquals(
    live.session.participants.map(({ role, weight }) => [role, weight]),
    [["facilitator", 3]],
  );
});

Deno.test("[P8] members and observers cannot open", () => {
  for (const user of [MIA, OLI]) {
    assertEquals(given().run([user, opening()[1]]), "not_allowed");
  }
});

Deno.test("[P8] an id is taken for good", () => {
  assertEquals(given(opening()).run(opening()), "session_exists");
  assertEquals(given(opening(), [FAY, close]).run(opening()), "session_exists");
});

Deno.test("[P8] a session one may not see is as none, for every command", () => {
  const commands = [join, leave, close, say("hi"), remove("mia")];
  for (const command of commands) {
    assertEquals(given(closed).run([OLI, command]), "session_not_found");
    assertEquals(given().run([OLI, command]), "session_not_found");
  }
});

Deno.test("[P8] a member joins as member, an observer as observer", () => {
  const roleOf = (step: Step) => {
    const live = given(opening(), step);
    return live.session.participants.at(-1)!.role;
  };
  assertEquals(roleOf([MIA, join]), "member");
  assertEquals(roleOf([OLI, join]), "observer");
  assertEquals(roleOf([ADA, join]), "member");
});

Deno.test("[P8] joining twice causes nothing", () => {
  assertEquals(given(...IN).run([MIA, join]), []);
});

Deno.test("[P8] coming back one is who one was", () => {
  const live = given(
    opening({ open: true, participants: [{ userId: "oli", role: "member" }] }),
    [OLI, leave],
  );
  assertEquals(live.session.participants[1].status, "left");
  assertEquals(live.run([OLI, leave]), []);
  live.run([OLI, join]);
  const { role, status } = live.session.participants[1];
  assertEquals([role, status], ["member", "active"]);
});

Deno.test("[P8] who left a session that is not open may come back, who was removed may not", () => {
  assertEquals(
    given(closed, [MIA, leave], [MIA, join]).session.participants[1]
      .status,
    "active",
  );
  const removed = given(closed, [FAY, remove("mia")]);
  assertEquals(removed.run([MIA, join]), "session_not_found");
});

Deno.test("[P8] only who leads brings in and removes", () => {
  const add = { command: "add_participant", userId: "oli" } as const;
  assertEquals(given(...IN).run([MIA, add]), "not_allowed");
  assertEquals(given(...IN).run([MIA, remove("fay")]), "not_allowed");
  assertEquals(given(...IN).run([FAY, add]), [{
    event: "participant_joined",
    userId: "oli",
    name: "oli",
    role: "member",
    weight: 1,
  }]);
  assertEquals(given(...IN).run([ADA, remove("mia")]), [{
    event: "participant_left",
    userId: "mia",
    name: "MIA",
    reason: "removed",
  }]);
});

Deno.test("[P8] adding who takes part, removing who does not, is refused", () => {
  const add = { command: "add_participant", userId: "mia" } as const;
  assertEquals(given(...IN).run([FAY, add]), "participant_exists");
  assertEquals(given(...IN).run([FAY, remove("bob")]), "participant_not_found");
});

Deno.test("[P8] adding and removing oneself is joining and leaving", () => {
  const add = { command: "add_participant" } as const;
  const joined = [{
    event: "participant_joined",
    userId: "mia",
    name: "MIA",
    role: "member",
    weight: 1,
  }];
  assertEquals(given(opening()).run([MIA, add]), joined);
  const own = { ...add, userId: "mia", role: "facilitator" } as const;
  assertEquals(given(opening()).run([MIA, own]), joined);
  assertEquals(given(...IN).run([MIA, remove("mia")]), [{
    event: "participant_left",
    userId: "mia",
    name: "MIA",
    reason: "left",
  }]);
});

Deno.test("[P8] the last facilitator cannot leave or be removed", () => {
  assertEquals(given(...IN).run([FAY, leave]), "last_facilitator");
  assertEquals(given(...IN).run([ADA, remove("fay")]), "last_facilitator");
  const two = given(opening({
    participants: [{ userId: "mia", role: "facilitator" }],
  }));
  assertEquals(two.run([FAY, leave]), [{
    event: "participant_left",
    userId: "fay",
    name: "FAY",
    reason: "left",
  }]);
  assertEquals(two.run([MIA, leave]), "last_facilitator");
});

Deno.test("[P8] status is one's own to set, and only while taking part", () => {
  const away = { command: "set_participant_status", status: "away" } as const;
  assertEquals(given(...IN).run([MIA, away]), [{
    event: "participant_status",
    userId: "mia",
    name: "MIA",
    status: "away",
  }]);
  assertEquals(given(...IN, [MIA, away]).run([MIA, away]), []);
  assertEquals(
    given(...IN).run([FAY, { ...away, userId: "mia" }]),
    "not_allowed",
  );
  assertEquals(given(opening()).run([MIA, away]), "not_a_participant");
});

Deno.test("[P8] members in the session post, observers and outsiders do not", () => {
  assertEquals(given(...IN).run([MIA, say("hello")]), [{
    event: "message_posted",
    userId: "mia",
    name: "MIA",
    text: "hello",
  }]);
  assertEquals(
    given(opening(), [OLI, join]).run([OLI, say("hi")]),
    "not_allowed",
  );
  // Mia sees it as one who was there, but whoever has left says nothing more.
  assertEquals(
    given(
      opening({ open: false, participants: [{ userId: "mia" }] }),
      [MIA, leave],
    ).run([MIA, say("hi")]),
    "not_a_participant",
  );
});

Deno.test("[P8] into an open session members speak without joining, observers do not", () => {
  assertEquals(typeof given(opening()).run([MIA, say("hi")]), "object");
  assertEquals(
    typeof given(...IN, [MIA, leave]).run([MIA, say("hi")]),
    "object",
  );
  assertEquals(given(opening()).run([OLI, say("hi")]), "not_allowed");
});

Deno.test("[P8] inside a session its own role counts, not the user's", () => {
  const promoted = opening({
    participants: [{ userId: "oli", role: "member" }],
  });
  const live = given(promoted);
  assertEquals(typeof live.run([OLI, say("hi")]), "object");
  // A facilitator of the house is a member here.
  const other = { ...FAY, userId: "fin" };
  assertEquals(
    given(opening(), [other, join]).run([other, close]),
    "not_allowed",
  );
  assertEquals(given(opening()).run([other, close]), "not_allowed");
});

Deno.test("[P8] who leads, or an admin, closes; then only reading is left", () => {
  assertEquals(given(...IN).run([MIA, close]), "not_allowed");
  for (const user of [FAY, ADA]) {
    const live = given(...IN);
    assertEquals(live.run([user, close]), [{
      event: "session_closed",
      userId: user.userId,
      name: user.name,
    }]);
    assertEquals(live.session.status, "closed");
    for (const command of [join, leave, close, say("x"), remove("mia")]) {
      assertEquals(live.run([FAY, command]), "session_closed");
    }
  }
});

Deno.test("[P8] a full session takes nobody new, but lets members come back", () => {
  const participants = Array.from({ length: 999 }, (_, i) => ({
    userId: `u${i}`,
  }));
  const live = given(opening({ participants, open: true }));
  assertEquals(live.run([MIA, join]), "session_full");
  const known = { userId: "u7", name: "U7", roles: ["member"] };
  live.run([known, leave]);
  assertEquals(typeof live.run([known, join]), "object");
});
