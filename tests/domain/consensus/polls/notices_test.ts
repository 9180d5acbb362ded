/** What voters are told on their own channels: that a ballot is wanted, and how it ended. */
import { assertEquals } from "@std/assert";
import { FAY, Live, MIA, OLI, opened, SYSTEM } from "./fixture.ts";

const told = (live: Live) =>
  live.told.map(({ channel, event }) => [channel, event.body.event]);

Deno.test("[K18] all voters but whoever opens it are told that a poll is open", () => {
  const live = opened({ closesAt: 9_000 });
  assertEquals(told(live), [
    ["user:mia", "poll_opened"],
    ["user:ben", "poll_opened"],
    ["user:clo", "poll_opened"],
  ]);
  assertEquals(live.told[0].event.body, {
    event: "poll_opened",
    sessionId: "s1",
    pollId: "p1",
    question: "Which?",
    by: "FAY",
    round: 1,
    closesAt: 9_000,
  });
});

Deno.test("[K18] those left of the voters are told the outcome, by label", () => {
  const alternatives = [{ id: "a", label: "Älter & Söhne" }, {
    id: "b",
    label: "B",
  }];
  const live = opened({ alternatives, closesAt: 9_000 });
  live.cast(MIA, { choice: "a" });
  live.change("ben", 0);
  live.told.splice(0);
  live.now = 9_000;
  live.close(SYSTEM, true);
  assertEquals(told(live), [
    ["user:fay", "poll_closed"],
    ["user:mia", "poll_closed"],
    ["user:clo", "poll_closed"],
  ]);
  const { state, winner } = live.told[0].event.body;
  assertEquals([state, winner], ["passed", "Älter & Söhne"]);
});

Deno.test("[K18] a new round asks again, a vote asks nobody", () => {
  const live = opened({ maxRounds: 2 });
  live.told.splice(0);
  live.cast(MIA, { choice: "a" });
  live.recuse(MIA);
  assertEquals(told(live), []);
  live.close();
  assertEquals(told(live), [
    ["user:ben", "poll_opened"],
    ["user:clo", "poll_opened"],
  ]);
});

Deno.test("[K18] observers are told nothing", () => {
  const live = opened();
  live.close();
  assertEquals(
    told(live).filter(([channel]) => channel === `user:${OLI.userId}`),
    [],
  );
});

Deno.test("[K18] a user id with other letters has a channel of its own", () => {
  const live = new Live([{ userId: "jörg" }]);
  live.open({}, FAY);
  assertEquals(told(live), [["user:j%C3%B6rg", "poll_opened"]]);
});

Deno.test("[K18] who was removed from a private session hears no more of its polls", () => {
  for (const open of [false, true]) {
    const participants = [{ userId: "mia" }, { userId: "ben" }];
    const live = new Live(participants, { open });
    live.open({ maxRounds: 2 });
    live.inSession(FAY, { command: "remove_participant", userId: "ben" });
    live.inSession(MIA, { command: "leave_session" });
    live.told.splice(0);
    live.close();
    live.close();
    const both = ["poll_opened", "poll_closed"];
    const heard = (user: string) =>
      live.told.filter(({ channel }) => channel === `user:${user}`)
        .map(({ event }) => event.body.event);
    assertEquals(heard("mia"), both, "who left may come back");
    assertEquals(heard("ben"), open ? both : [], `open: ${open}`);
  }
});
