/** Who may do what to a poll and when: opening, casting, changing the electorate, closing. */
import { assertEquals } from "@std/assert";
import { consensusUpdated } from "../../../../domain/consensus/polls/updates.ts";
import {
  ADA,
  BEN,
  CLO,
  FAY,
  fold,
  Live,
  MIA,
  names,
  OLI,
  opened,
  person,
  plain,
  SYSTEM,
} from "./fixture.ts";

const A = { choice: "a" };
const B = { choice: "b" };

/** User ids and weights of the electorate. */
function electorate(live: Live) {
  return live.poll.electorate.voters.map((
    { userId, weight },
  ) => [userId, weight]);
}

Deno.test("[K1] the electorate is everyone with a voice at the opening, with their weights", () => {
  const live = new Live([
    { userId: "mia", weight: 2.5 },
    { userId: "ben" },
    { userId: "clo" },
    { userId: "oli", role: "observer" },
  ]);
  live.inSession(BEN, { command: "leave_session" });
  live.inSession(CLO, { command: "set_participant_status", status: "away" });
  live.open();
  assertEquals(electorate(live), [["fay", 1], ["mia", 2.5], ["clo", 1]]);
});

Deno.test("[K1] what happens in the session afterwards changes no electorate", () => {
  const live = opened();
  const before = electorate(live);
  const dan = person("dan");
  live.inSession(FAY, { command: "add_participant", userId: "dan" });
  live.inSession(FAY, { command: "remove_participant", userId: "ben" });
  live.inSession(MIA, { command: "leave_session" });
  assertEquals(electorate(live), before);
  assertEquals(live.cast(dan, A), "not_a_voter");
  // Leaving keeps sight of the session, and so the vote.
  assertEquals(names(live.cast(MIA, A)), ["vote_cast"]);
});

Deno.test("[K1] who was removed from a session they no longer see cannot vote, and can be taken out", () => {
  const live = opened({ quorum: 1 });
  for (const user of [FAY, MIA, CLO]) live.cast(user, A);
  live.inSession(FAY, { command: "remove_participant", userId: "ben" });
  assertEquals(live.cast(BEN, A), "session_not_found");
  assertEquals(live.recuse(BEN), "session_not_found");
  assertEquals(names(live.change("ben", 0)), ["voter_changed"]);
  live.close();
  assertEquals(live.result.state, "passed");
});

Deno.test("[K1] a majority counts heads: weights of the session and later ones are 1", () => {
  const live = new Live([{ userId: "mia", weight: 7 }, { userId: "ben" }]);
  live.inSession(FAY, { command: "add_participant", userId: "clo" });
  live.open({ method: "majority" });
  live.inSession(FAY, { command: "add_participant", userId: "dan" });
  live.change("dan", 9);
  assertEquals(live.change("mia", 9), []);
  assertEquals(electorate(live), [
    ["fay", 1],
    ["mia", 1],
    ["ben", 1],
    ["clo", 1],
    ["dan", 1],
  ]);
});

Deno.test("[K2] the last ballot of a voter is the one that counts", () => {
  const live = opened();
  live.cast(MIA, A);
  live.cast(MIA, B);
  live.cast(BEN, B);
  live.cast(MIA, { choice: "c" });
  live.close();
  assertEquals(live.result.tally?.details.counts, { a: 0, b: 1, c: 1 });
  assertEquals(live.result.turnout.castCount, 2);
});

Deno.test("[K2] only those in the electorate vote: no observer, no admin, nobody from outside", () => {
  const live = opened();
  assertEquals([OLI, ADA].map((user) => live.cast(user, A)), [
    "not_a_voter",
    "not_a_voter",
  ]);
  assertEquals(live.cast(person("eve"), A), "session_not_found");
});

Deno.test("[K3] nothing is taken after the close", () => {
  const live = opened();
  live.cast(MIA, A);
  live.close();
  const closed = plain(live.poll);
  assertEquals(
    [
      live.cast(BEN, B),
      live.cast(MIA, B),
      live.recuse(MIA),
      live.change("mia", 3),
      live.close(),
      live.close(FAY, true),
      live.cancel(),
      live.open(),
    ],
    [
      "poll_closed",
      "poll_closed",
      "poll_closed",
      "poll_closed",
      "poll_closed",
      "poll_closed",
      "poll_closed",
      "poll_exists",
    ],
  );
  assertEquals(plain(live.poll), closed);
});

Deno.test("[K3] figures are told while a poll is open, and then no more", () => {
  const live = opened();
  live.cast(MIA, A);
  const told = consensusUpdated(live.state, live.channel.length);
  assertEquals([told?.type, told?.key, told?.payload.asOf], [
    "CONSENSUS_UPDATE",
    "poll:p1",
    3,
  ]);
  live.close();
  assertEquals(consensusUpdated(live.state, live.channel.length), undefined);
});

Deno.test("[K3] entries behind the close change nothing", () => {
  const live = opened();
  live.cast(MIA, A);
  live.close();
  const before = plain(live.poll);
  for (const event of [...live.events]) {
    live.add({ ...event, offset: event.offset + 100 });
  }
  assertEquals(plain(live.poll), before);
});

Deno.test("[K4] a ballot is taken before the deadline and not at it", () => {
  const live = opened({ closesAt: 2_000 });
  live.now = 1_999;
  assertEquals(names(live.cast(MIA, A)), ["vote_cast"]);
  live.now = 2_000;
  assertEquals(
    [
      live.cast(BEN, B),
      live.recuse(MIA),
      live.change("mia", 2),
      names(live.close(SYSTEM, true)),
    ],
    ["poll_closed", "poll_closed", "poll_closed", ["consensus_result"]],
  );
  assertEquals(live.events.at(-1)?.body?.reason, "deadline");
});

Deno.test("[K4] after the deadline no round is left, however it is closed", () => {
  const live = opened({ closesAt: 2_000, maxRounds: 5 });
  live.now = 2_000;
  assertEquals(names(live.close()), ["consensus_result"]);
});

Deno.test("[K4] a deadline must lie ahead", () => {
  const live = new Live();
  assertEquals(live.open({ closesAt: 1_000 }), "closes_in_the_past");
  assertEquals(names(live.open({ closesAt: 1_001 })), ["consensus_initiated"]);
});

Deno.test("[K11] a round that does not pass is followed by the next, without its ballots", () => {
  const live = opened({ maxRounds: 3 });
  live.cast(MIA, A);
  live.cast(BEN, B);
  assertEquals(names(live.close()), ["round_ended"]);
  const { status, round, box, castUnits, rounds } = live.poll;
  assertEquals([status, round, box.size, castUnits], ["open", 2, 0, 0]);
  assertEquals(rounds.map(({ result }) => result.state), ["tied"]);
  live.cast(MIA, A);
  assertEquals(names(live.close()), ["consensus_result"]);
  assertEquals(live.result.state, "passed");
});

Deno.test("[K11] the last round is final, and so is any round on request", () => {
  const live = opened({ maxRounds: 2 });
  assertEquals(names(live.close()), ["round_ended"]);
  assertEquals(names(live.close()), ["consensus_result"]);
  const other = opened({ maxRounds: 2 });
  assertEquals(names(other.close(FAY, true)), ["consensus_result"]);
});

Deno.test("[K11] a ballot for another round is refused, one that names none is for this", () => {
  const live = opened({ maxRounds: 3 });
  live.close();
  assertEquals(
    [live.cast(MIA, A, 1), live.cast(MIA, A, 3), names(live.cast(MIA, A))],
    ["round_ended", "round_ended", ["vote_cast"]],
  );
  assertEquals(names(live.cast(MIA, A, 2)), ["vote_cast"]);
});

Deno.test("[K11] for a ballot of an old round, closed says more than ended", () => {
  const live = opened({ maxRounds: 2 });
  live.close();
  live.close();
  assertEquals(live.cast(MIA, A, 1), "poll_closed");
});

Deno.test("[K12] a recusal takes weight and ballot out, once", () => {
  const live = opened();
  live.cast(MIA, A);
  assertEquals(names(live.recuse(MIA)), ["voter_changed"]);
  assertEquals(live.recuse(MIA), []);
  assertEquals(live.cast(MIA, A), "not_a_voter");
  live.close();
  const { tally, turnout } = live.result;
  assertEquals(tally?.details.counts, { a: 0, b: 0, c: 0 });
  assertEquals([turnout.castCount, turnout.eligibleCount], [0, 3]);
});

Deno.test("[K12] who recuses themselves as the only voter leaves nobody bound", () => {
  const live = new Live([]);
  live.open();
  live.cast(FAY, A);
  live.recuse(FAY);
  live.close();
  const { state, turnout } = live.result;
  assertEquals([state, turnout.share, turnout.reached], [
    "no_quorum",
    0,
    false,
  ]);
});

Deno.test("[K12] a voter taken back in has to cast anew", () => {
  const live = opened();
  live.cast(MIA, A);
  live.recuse(MIA);
  live.change("mia", 2);
  assertEquals(live.poll.box.size, 0);
  live.cast(MIA, B);
  live.close();
  assertEquals(live.result.tally?.details.counts, { a: 0, b: 2, c: 0 });
});

Deno.test("[K12] a ballot that was cast counts with the weight the voter has at the close", () => {
  const live = opened();
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.change("mia", 0.25);
  live.close();
  assertEquals(live.result.winner, "b");
  assertEquals(live.result.turnout.castWeight, 1.25);
  assertEquals(live.result.turnout.eligibleWeight, 3.25);
});

Deno.test("[K12] a change to the weight one has is none", () => {
  const live = opened();
  assertEquals(live.change("mia", 1), []);
  live.inSession(FAY, { command: "add_participant", userId: "dan" });
  assertEquals(live.change("dan", 0), []);
});

Deno.test("[K12] only participants with a voice can be added", () => {
  const live = opened();
  live.inSession(FAY, { command: "add_participant", userId: "dan" });
  assertEquals(
    [live.change("dan", 2), live.change("oli", 1), live.change("eve", 1)].map(
      (done) => names(done),
    ),
    [["voter_changed"], "not_a_voter", "participant_not_found"],
  );
  assertEquals(electorate(live).at(-1), ["dan", 2]);
  assertEquals(names(live.cast(person("dan"), A)), ["vote_cast"]);
});

Deno.test("[K12] no more voters than can be counted, but any of them can be changed", () => {
  const many = Array.from({ length: 999 }, (_, i) => ({ userId: `u${i}` }));
  const live = new Live(many);
  live.open();
  live.inSession(FAY, { command: "remove_participant", userId: "u0" });
  live.inSession(FAY, { command: "add_participant", userId: "dan" });
  assertEquals(live.change("dan", 10_000), "session_full");
  assertEquals(names(live.change("u1", 10_000)), ["voter_changed"]);
  assertEquals(names(live.change("u0", 0)), ["voter_changed"]);
  assertEquals(names(live.change("dan", 10_000)), ["voter_changed"]);
});

Deno.test("[K13] a block needs a reason of more than spaces", () => {
  const live = opened({ method: "proposal" });
  const block = { choice: "block" };
  assertEquals(
    [
      live.cast(MIA, block),
      live.cast(MIA, { ...block, reason: " \t\u00a0" }),
      names(live.cast(MIA, { ...block, reason: "too dear" })),
    ],
    ["reason_missing", "reason_missing", ["vote_cast"]],
  );
});

Deno.test("[K16] facilitators of the session and admins lead, others do not", () => {
  const live = opened();
  for (const user of [MIA, OLI]) {
    assertEquals(
      [live.close(user), live.cancel(user), live.change("ben", 2, user)],
      ["not_allowed", "not_allowed", "not_allowed"],
    );
    assertEquals(new Live().open({}, user), "not_allowed");
  }
  // A facilitator of the house is not one here.
  live.inSession(FAY, { command: "add_participant", userId: "gus" });
  assertEquals(live.close(person("gus", "facilitator")), "not_allowed");
  assertEquals(names(live.close(ADA)), ["consensus_result"]);
});

Deno.test("[K16] whoever may not see the session learns nothing of its polls", () => {
  const live = opened();
  const eve = person("eve", "facilitator");
  assertEquals(
    [
      live.cast(eve, A),
      live.recuse(eve),
      live.change("mia", 0, eve),
      live.close(eve),
      live.cancel(eve),
      new Live().open({}, eve),
      new Live().close(eve),
    ],
    Array(7).fill("session_not_found"),
  );
});

Deno.test("[K16] there is nothing to do to a poll that is not there", () => {
  const live = new Live();
  assertEquals(
    [
      live.cast(MIA, A),
      live.recuse(MIA),
      live.change("mia", 0),
      live.close(),
      live.cancel(),
    ],
    Array(5).fill("poll_not_found"),
  );
});

Deno.test("[K16] in a closed session a poll takes nothing more, but can be ended", () => {
  const live = opened({ closesAt: 9_000 });
  live.cast(MIA, A);
  live.inSession(FAY, { command: "close_session" });
  assertEquals(
    [live.cast(BEN, B), live.recuse(MIA), live.change("mia", 2)],
    ["session_closed", "session_closed", "session_closed"],
  );
  assertEquals(live.open(), "session_closed");
  live.now = 9_000;
  assertEquals(names(live.close(SYSTEM, true)), ["consensus_result"]);
  assertEquals(live.result.winner, "a");
});

Deno.test("[K17] the fold of what is kept is the state that was decided on", () => {
  const live = opened({ blind: true, maxRounds: 2 });
  live.cast(MIA, A);
  live.close();
  live.recuse(BEN);
  live.cast(MIA, B);
  live.close();
  assertEquals(plain(fold(live.events)), plain(live.state));
});
