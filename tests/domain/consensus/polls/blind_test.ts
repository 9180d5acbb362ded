/** Blind polls: nothing tells what was said before the reveal, and everything checks after it. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import { sealedValue } from "../../../../domain/consensus/polls/events.ts";
import {
  ownBallot,
  ownBallotJson,
  pollJson,
} from "../../../../domain/consensus/polls/poll_json.ts";
import { consensusUpdated } from "../../../../domain/consensus/polls/updates.ts";
import { commitmentOf } from "../../../../realtime/seal.ts";
import {
  ballotFor,
  EVERY_METHOD,
  rulesOf,
  type Scenario,
  start,
  type Step,
  steps,
  take,
} from "./arbitrary.ts";
import {
  BEN,
  CLO,
  FAY,
  Live,
  MIA,
  names,
  OLI,
  opened,
  person,
  plain,
} from "./fixture.ts";

const A: Ballot = { choice: "a", confidence: 0.9, reason: "secret words" };
const B: Ballot = { choice: "b" };

/** All that leaves the server, but for commitments, which only tell that something was said. */
function seen(live: Live): string {
  const all = JSON.stringify([
    plain(live.state),
    pollJson(live.poll),
    consensusUpdated(live.state, live.channel.length) ?? null,
    live.channel,
    live.rows,
    live.told,
  ]);
  return all.replaceAll(/"commitment":"[0-9a-f]{64}"/g, '"commitment":""');
}

/** Schedules in which nobody closes; two ballots for every cast. */
const twins = fc.constantFrom(...EVERY_METHOD).chain((method) => {
  const rules = rulesOf(method);
  const twin = steps(rules).chain((list) => {
    const open = list.filter(({ act }) => act !== "close");
    return fc.tuple(
      fc.constant(open),
      fc.array(ballotFor(rules), {
        minLength: open.length,
        maxLength: open.length,
      }),
    );
  });
  return fc.record({
    scenario: fc.record({
      settings: fc.record({
        quorum: fc.constantFrom(0.3, 0.7, 1),
        reveal: fc.constantFrom("close" as const, "quorum" as const),
        maxRounds: fc.integer({ min: 1, max: 2 }),
      }).map((one) => ({ ...rules, ...one, blind: true })),
      weights: fc.constant([1, 2, 0.5, 1]),
      steps: fc.constant<Scenario["steps"]>([]),
    }),
    twin,
  });
});

Deno.test("[K8] nothing that leaves the server differs by what was said under seal", () => {
  let compared = 0;
  fc.assert(
    fc.property(twins, ({ scenario, twin: [list, others] }) => {
      const [here, there] = [start(scenario), start(scenario)];
      for (const [i, step] of list.entries()) {
        const other: Step = step.act === "cast"
          ? { ...step, ballot: others[i] }
          : step;
        const done = [take(here, step), take(there, other)].map(names);
        assertEquals(done[0], done[1]);
        if (here.poll.revealed) return;
        assertEquals(seen(here), seen(there));
        compared++;
      }
    }),
    { numRuns: 300 },
  );
  assert(compared > 1000, `only ${compared} states were compared`);
});

Deno.test("[K8] the same is so in a later round, after an earlier one was shown", () => {
  const runs = [A, B].map((ballot) => {
    const live = opened({ blind: true, maxRounds: 3 });
    live.cast(MIA, A);
    live.cast(BEN, B);
    live.close();
    live.cast(MIA, ballot);
    return seen(live);
  });
  assertEquals(runs[0], runs[1]);
});

Deno.test("[K8] no trace of a ballot is anywhere but in the server's own channel", () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  assert(!seen(live).includes("secret"));
  assert(JSON.stringify(live.sealedEvents).includes("secret words"));
});

Deno.test("[K8] tally, agreement and dissent are null until the reveal", () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  const { tally, agreement, dissent, turnout, voters } = pollJson(live.poll);
  assertEquals([tally, agreement, dissent], [null, null, null]);
  assertEquals(turnout.castCount, 1);
  assertEquals(voters.map(({ userId, cast }) => [userId, cast?.ballot]), [
    ["fay", undefined],
    ["mia", null],
    ["ben", undefined],
    ["clo", undefined],
  ]);
});

Deno.test("[K8] what was said in a cancelled poll stays secret, also in its record", () => {
  const runs = [A, B].map((ballot) => {
    const live = opened({ blind: true });
    live.cast(MIA, ballot);
    assertEquals(names(live.cancel()), ["consensus_result"]);
    const { tally, result, revealed, voters } = pollJson(live.poll);
    assertEquals([tally, result?.tally, revealed], [null, null, false]);
    assertEquals(voters[1].cast?.ballot, null);
    return seen(live);
  });
  assertEquals(runs[0], runs[1]);
});

Deno.test("[K8] what was shown before a poll was cancelled stays shown", () => {
  const live = opened();
  live.cast(MIA, A);
  live.cancel();
  assertEquals(live.result.state, "cancelled");
  assertEquals(live.result.tally?.winners, ["a"]);
  assertEquals(live.result.winner, null);
});

Deno.test("[K8] voters see their own ballot under seal, and nobody else's", () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  live.cast(BEN, B);
  const own = (userId: string) =>
    ownBallotJson(ownBallot(live.poll, { userId, sealed: live.sealed }));
  assertEquals([MIA, BEN, CLO, OLI].map(({ userId }) => own(userId)), [
    { ballot: { ...A }, offset: 3 },
    { ballot: { ...B }, offset: 4 },
    null,
    null,
  ]);
  live.recuse(BEN);
  assertEquals(own("ben"), null);
});

Deno.test("[K8] a ballot of the round before is not taken for one of this", () => {
  const live = opened({ blind: true, maxRounds: 2 });
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.close();
  live.cast(BEN, A);
  live.close();
  assertEquals(live.result.tally?.details.counts, { a: 1, b: 0, c: 0 });
  assertEquals(live.events.at(-2)?.body?.ballots, [
    { userId: "ben", ballot: { ...A }, salt: "3".padStart(64, "0") },
  ]);
});

Deno.test("[K9] a commitment is to ballot, voter, round and poll, under a salt", () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  live.close();
  const cast = live.poll.box.get(1);
  const of = (change: object) => {
    const value = { pollId: "p1", round: 1, userId: "mia", ballot: A };
    return commitmentOf(
      sealedValue({ ...value, ...change }),
      cast?.salt ?? "",
    );
  };
  assertEquals(of({}), cast?.commitment);
  for (
    const change of [
      { ballot: B },
      { userId: "ben" },
      { round: 2 },
      { pollId: "p2" },
    ]
  ) assertNotEquals(of(change), cast?.commitment);
});

Deno.test("[K9] equal ballots have unequal commitments", () => {
  const live = opened({ blind: true });
  const [first, second] = [live.cast(MIA, B), live.cast(BEN, B)].map((done) =>
    typeof done === "string" ? null : done[1].commitment
  );
  assertNotEquals(first, second);
});

Deno.test("[K10] the close reveals the last ballot of each, and then the result", () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  live.cast(MIA, B);
  live.cast(BEN, B);
  live.cast(CLO, A);
  live.recuse(CLO);
  const done = live.close();
  assertEquals(names(done), ["ballots_revealed", "consensus_result"]);
  const ballots = live.events.at(-2)?.body?.ballots;
  assertEquals(
    Array.isArray(ballots) && ballots.map(({ userId }) => userId),
    ["mia", "ben"],
  );
  assertEquals(live.result.tally?.details.counts, { a: 0, b: 2, c: 0 });
  assert(live.poll.revealed);
});

Deno.test("[K10] at quorum the others are revealed, and whoever reached it casts in the open", () => {
  const live = opened({ blind: true, reveal: "quorum", quorum: 0.5 });
  assertEquals(names(live.cast(MIA, A)), ["ballot_sealed", "vote_cast"]);
  // Casting again reaches no quorum.
  assertEquals(names(live.cast(MIA, B)), ["ballot_sealed", "vote_cast"]);
  assertEquals(names(live.cast(BEN, B)), ["ballots_revealed", "vote_cast"]);
  assertEquals(names(live.cast(CLO, A)), ["vote_cast"]);
  assertEquals(names(live.cast(MIA, A)), ["vote_cast"]);
  const told = consensusUpdated(live.state, live.channel.length)?.payload;
  assertEquals(
    told?.tally !== null,
    true,
  );
  assertEquals(names(live.close()), ["consensus_result"]);
  assertEquals(live.result.tally?.details.counts, { a: 2, b: 1, c: 0 });
});

Deno.test("[K10] fewer to wait for can reach the quorum, more of them hide nothing again", () => {
  const blind = { blind: true, reveal: "quorum", quorum: 0.5 } as const;
  const recused = opened(blind);
  recused.cast(MIA, A);
  recused.recuse(BEN);
  assertEquals(names(recused.recuse(CLO)), [
    "voter_changed",
    "ballots_revealed",
  ]);
  const weighed = opened(blind);
  weighed.cast(MIA, A);
  assertEquals(names(weighed.change("mia", 3)), [
    "voter_changed",
    "ballots_revealed",
  ]);
  weighed.change("ben", 100);
  assert(weighed.poll.revealed);
  assertEquals(names(weighed.cast(CLO, B)), ["vote_cast"]);
});

Deno.test("[K10] without a quorum to reach, the first ballot is open and nobody's absence reveals", () => {
  const live = opened({ blind: true, reveal: "quorum" });
  assertEquals(names(live.recuse(CLO)), ["voter_changed"]);
  assertEquals(names(live.cast(MIA, A)), ["ballots_revealed", "vote_cast"]);
});

Deno.test("[K10] every round of a blind poll is blind again", () => {
  const live = opened({
    blind: true,
    reveal: "quorum",
    quorum: 0.5,
    maxRounds: 2,
  });
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.close();
  assert(!live.poll.revealed);
  assertEquals(names(live.cast(MIA, A)), ["ballot_sealed", "vote_cast"]);
});

Deno.test("[K10] a thousand long ballots are revealed in parts that each fit, and recounted", async () => {
  const people = Array.from({ length: 999 }, (_, i) => person(`u${i}`));
  const live = new Live(people.map(({ userId }) => ({ userId })));
  live.open({ blind: true });
  for (const [i, one] of people.entries()) {
    live.cast(one, { choice: "abc"[i % 3], reason: "🙂".repeat(200) });
  }
  live.cast(FAY, A);
  const done = live.close();
  if (typeof done === "string") throw new Error(done);
  const parts = done.filter(({ event }) => event === "ballots_revealed");
  assert(parts.length > 10);
  assertEquals(
    parts.map(({ part, parts }) => [part, parts]),
    parts.map((_, i) => [i + 1, parts.length]),
  );
  for (const part of parts) {
    assert(JSON.stringify(part).length < 34 * 1024);
  }
  assertEquals(live.result.turnout.castCount, 1000);
  const { ok, commitmentsChecked } = await live.recount();
  assertEquals([ok, commitmentsChecked], [true, 1000]);
});

Deno.test("[K10] between the parts of a reveal nothing counts as revealed", () => {
  const people = Array.from({ length: 99 }, (_, i) => person(`u${i}`));
  const live = new Live(people.map(({ userId }) => ({ userId })));
  live.open({ blind: true });
  for (const one of people) live.cast(one, { ...B, reason: "x".repeat(900) });
  live.close();
  const shown: boolean[] = [];
  const again = new Live();
  for (const event of live.events) {
    again.add(event);
    if (event.body?.event === "ballots_revealed") {
      shown.push(again.poll.revealed);
    }
  }
  assertEquals(shown, [...shown.slice(1).map(() => false), true]);
  assert(shown.length > 1);
});

Deno.test("[K10] a ballot erased under the seal keeps nobody from closing, and is missed", async () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.sealed = { ...live.sealed, box: live.sealed.box.with(1, undefined) };
  assertEquals(names(live.close()), ["ballots_revealed", "consensus_result"]);
  assertEquals(live.result.tally?.details.counts, { a: 0, b: 1, c: 0 });
  assertEquals((await live.recount()).mistakes, [
    "Entry 6: the ballot of mia was not revealed",
  ]);
});
