/** Rows about polls: lists, who is asked for a ballot, deadlines, ids taken; and rebuilding them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  answeredPollJson,
  pollJson,
} from "../../../../domain/consensus/polls/poll_json.ts";
import {
  createPollIndexer,
  wantedPrefix,
} from "../../../../domain/consensus/polls/view.ts";
import { scenarios, start, take } from "./arbitrary.ts";
import { FAY, Live, MIA, opened, SYSTEM } from "./fixture.ts";

const A = { choice: "a" };

/** What a view holds in the end, by key. */
function rows(live: Live, view: string) {
  const held = new Map<string, unknown>();
  for (const row of live.rows) {
    if (row.view !== view) continue;
    if (row.data === null) held.delete(row.key);
    else held.set(row.key, row.data);
  }
  return held;
}

Deno.test("[K18] a poll has a row in its session's list, with its outcome in the end", () => {
  const live = opened({ closesAt: 9_000 });
  const row = {
    sessionId: "s1",
    pollId: "p1",
    question: "Which?",
    method: "plurality",
    openedAt: 1_000,
    closesAt: 9_000,
  };
  assertEquals([...rows(live, "polls")], [["s1/p1", {
    ...row,
    status: "open",
    closedAt: null,
    state: null,
  }]]);
  live.now = 2_000;
  live.cast(MIA, A);
  live.close();
  assertEquals([...rows(live, "polls")], [["s1/p1", {
    ...row,
    status: "closed",
    closedAt: 2_000,
    state: "passed",
  }]]);
});

Deno.test("[K18] a deadline has a row that closes the poll for good, and goes with it", () => {
  const live = opened({ closesAt: 9_000, maxRounds: 3 });
  const due = live.rows.find(({ view }) => view === "due");
  assertEquals([due?.key, due?.sort, due?.data], ["poll:s1/p1", 9_000, {
    command: "close_poll",
    input: { sessionId: "s1", pollId: "p1", final: true },
  }]);
  live.close();
  assertEquals(rows(live, "due").size, 1);
  live.now = 9_000;
  live.close(SYSTEM, true);
  assertEquals(rows(live, "due").size, 0);
  const cancelled = opened({ closesAt: 9_000 });
  cancelled.cancel();
  assertEquals(rows(cancelled, "due").size, 0);
});

Deno.test("[K18] a poll without a deadline is never due", () => {
  assertEquals(rows(opened(), "due").size, 0);
});

Deno.test("[K18] every voter is asked until they cast, and again in the next round", () => {
  const live = opened({ maxRounds: 2 });
  const asked = () => [...rows(live, "ballots_wanted").keys()];
  assertEquals(asked(), ["fay/p1", "mia/p1", "ben/p1", "clo/p1"]);
  live.cast(MIA, A);
  live.recuse(FAY);
  assertEquals(asked(), ["ben/p1", "clo/p1"]);
  live.cast({ ...MIA, userId: "ben" }, { choice: "b" });
  live.close();
  assertEquals(asked().sort(), ["ben/p1", "clo/p1", "mia/p1"]);
  live.close();
  assertEquals(asked(), []);
});

Deno.test("[K18] the rows of a user whose id begins another's are told apart", () => {
  assertEquals("ann2/p1".startsWith(wantedPrefix("ann")), false);
});

Deno.test("[K18] a poll id is taken once in the house", () => {
  const live = opened();
  assertEquals(live.rows.filter(({ unique }) => unique), [{
    view: "poll_ids",
    key: "p1",
    data: { sessionId: "s1" },
    unique: true,
  }]);
});

Deno.test("[K19] a poll of many rounds shows the working of the last alone, and stays small", () => {
  const alternatives = Array.from({ length: 30 }, (_, i) => ({
    id: `alternative-${i}`,
    label: "x".repeat(30),
  }));
  const live = opened({ method: "ranked_pairs", alternatives, maxRounds: 500 });
  for (let round = 1; round < 500; round++) {
    live.cast(MIA, { ranking: [["alternative-1"]] });
    live.cast(FAY, { ranking: [["alternative-2"]] });
    live.close();
  }
  const { rounds } = pollJson(live.poll);
  assertEquals(rounds.length, 499);
  assertEquals(
    rounds.map(({ result }) =>
      Object.keys(result.tally?.details ?? {}).length > 0
    ),
    rounds.map((_, at) => at === 498),
  );
  assert(JSON.stringify(rounds).length < 2 * 1024 * 1024);
});

Deno.test("[K19] what a command answers, and keeps, does not grow with rounds and ballots", () => {
  const voters = Array.from(
    { length: 60 },
    (_, n) => ({ userId: `voter${n}` }),
  );
  const live = new Live([...voters, { userId: "mia" }]);
  live.open({ method: "proposal", maxRounds: 100 });
  for (let round = 1; round < 100; round++) {
    live.cast(MIA, { choice: "disagree" });
    live.close();
  }
  for (const { userId } of voters) {
    const voter = { userId, name: userId, roles: ["member"] };
    live.cast(voter, { choice: "agree", reason: "x".repeat(4_000) });
  }
  const whole = pollJson(live.poll);
  const { voters: shown, rounds, turnout } = answeredPollJson(live.poll);
  assert(JSON.stringify(whole).length > 200_000);
  assert(JSON.stringify([shown, rounds]).length < 30_000);
  assertEquals(turnout, whole.turnout);
  assertEquals(rounds, whole.rounds.slice(-1));
  const cast = shown.map(({ cast }) => cast?.offset);
  assertEquals(cast, whole.voters.map(({ cast }) => cast?.offset));
  const small = opened();
  assertEquals(answeredPollJson(small.poll), pollJson(small.poll));
});

Deno.test("[K18] a rebuild from the entries alone makes the same rows", () => {
  fc.assert(fc.property(scenarios, (scenario) => {
    const live = start(scenario);
    for (const step of scenario.steps) take(live, step);
    live.close(FAY, true);
    const indexer = createPollIndexer();
    const again = live.events.flatMap((event) => indexer(event, "poll:p1"));
    assertEquals(again, live.rows);
    assertEquals(live.events.flatMap((event) => indexer(event, "session")), []);
  }));
});
