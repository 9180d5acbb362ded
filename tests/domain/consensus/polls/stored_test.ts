/** Stored entries: whatever they hold, a fold goes on, and what follows from it can be shown. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { notices } from "../../../../domain/consensus/polls/notices.ts";
import {
  evolve,
  initial,
  turnout,
} from "../../../../domain/consensus/polls/poll.ts";
import { pollJson } from "../../../../domain/consensus/polls/poll_json.ts";
import { recount } from "../../../../domain/consensus/polls/recount.ts";
import {
  sealedBallotOf,
  sealedBallots,
} from "../../../../domain/consensus/polls/sealed.ts";
import { consensusUpdated } from "../../../../domain/consensus/polls/updates.ts";
import { index } from "../../../../domain/consensus/polls/view.ts";
import type { Json, RecordedEvent } from "../../../../domain/decider.ts";
import { isProperJson } from "../../../../realtime/json.ts";
import { commitmentOf } from "../../../../realtime/seal.ts";
import { EVERY_METHOD } from "./arbitrary.ts";
import { BEN, CLO, fold, MIA, opened, plain, settings } from "./fixture.ts";

const A = { choice: "a" };
const B = { choice: "b" };

const EVENTS = [
  "consensus_initiated",
  "vote_cast",
  "voter_changed",
  "ballots_revealed",
  "round_ended",
  "consensus_result",
  "ballot_sealed",
  "body_erased",
  "unheard_of",
];

const jsonOf = (depth: number) =>
  fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: depth },
      fc.constantFrom<Json>(
        null,
        true,
        "a",
        "b",
        "mia",
        "p1",
        "__proto__",
        "constructor",
        0,
        1,
        -1,
        0.5,
        2,
        1e300,
        1e-9,
      ),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "id",
          "userId",
          "weight",
          "choice",
          "ballot",
          "__proto__",
        ),
        tie("json"),
        { maxKeys: 4 },
      ),
    ),
  })).json;

/** Either what belongs in a field, or anything. */
const or = (value: fc.Arbitrary<Json>) =>
  fc.oneof({ weight: 3, arbitrary: value }, {
    weight: 1,
    arbitrary: jsonOf(3),
  });

const userId = fc.constantFrom("mia", "ben", "eve", "__proto__", "toString");
const weight = fc.constantFrom(0, 1, 0.1, 1e-9, -1, 1e15, 1e300);
const ballot = or(fc.record({
  choice: or(fc.constantFrom("a", "b", "agree", "block")),
  choices: or(fc.array(fc.constantFrom("a", "b"), { maxLength: 3 })),
  ranking: or(fc.constant([["a"], ["b"]])),
  grades: or(fc.constantFrom<Json>({ a: "x" }, { z: "x" }, { a: "z" })),
  abstain: or(fc.boolean()),
}, { requiredKeys: [] }));

const body: fc.Arbitrary<RecordedEvent["body"]> = fc.record({
  event: fc.constantFrom(...EVENTS),
  pollId: fc.constantFrom<Json>("p1", "p1", "p1", "p2", 7),
  question: jsonOf(1),
  method: or(fc.constantFrom(...EVERY_METHOD)),
  alternatives: or(fc.constantFrom<Json>(
    [{ id: "a", label: "A" }, { id: "b" }],
    [{ id: "a" }, { id: "a" }],
    ["agree", "disagree", "abstain", "block"].map((id) => ({ id })),
    [],
  )),
  grades: or(fc.constantFrom<Json>(["x", "y"], ["x", "x"], [])),
  quorum: or(fc.constantFrom(0, 0.5, 1, 7, -1)),
  threshold: or(fc.constantFrom(0, 0.5, 1, 7, -1)),
  blind: jsonOf(0),
  reveal: or(fc.constant("quorum")),
  closesAt: jsonOf(0),
  maxRounds: jsonOf(0),
  electorate: or(fc.array(fc.record({ userId, weight }), { maxLength: 4 })),
  round: or(fc.constantFrom(1, 1, 1, 2)),
  userId,
  weight: or(weight),
  ballot,
  commitment: or(fc.constant("00")),
  salt: jsonOf(0),
  voter: or(fc.nat(3)),
  part: or(fc.constant(1)),
  parts: or(fc.constant(1)),
  ballots: or(fc.array(fc.record({ userId, ballot, salt: jsonOf(0) }))),
  result: or(fc.record({
    state: or(fc.constantFrom("passed", "tied", "cancelled")),
    winner: jsonOf(1),
    tally: jsonOf(2),
    turnout: jsonOf(2),
    agreement: jsonOf(2),
    dissent: jsonOf(2),
  })),
  offset: or(fc.nat(9)),
}, { requiredKeys: ["event", "pollId"] });

const events: fc.Arbitrary<RecordedEvent[]> = fc.array(
  fc.record({
    type: fc.constantFrom("CONSENSUS_UPDATE", "CONSENSUS_UPDATE", "OTHER"),
    v: fc.constantFrom(1, 1, 1, 2),
    body: fc.oneof({ weight: 9, arbitrary: body }, {
      weight: 1,
      arbitrary: fc.constant(null),
    }),
    sender: fc.constantFrom("mia", "ben", null),
  }),
  { maxLength: 14 },
).map((list) =>
  list.map((one, i) => ({
    ...one,
    channel: "session:s1",
    offset: i + 1,
    at: 1_000 + i,
  }))
);

/** An honest opening, so that what follows meets an open poll. */
const OPENING = opened().events[0];

Deno.test("[K17] nothing stored makes a fold throw, nor what is shown of it", async () => {
  let open = 0;
  await fc.assert(
    fc.asyncProperty(events, fc.boolean(), async (list, honest) => {
      const all = honest ? [OPENING, ...list] : list;
      let state = initial();
      for (const event of all) {
        state = evolve(state, event);
        index(state, event);
        notices(state, event);
        if (state.status === "none") continue;
        open++;
        assert(isProperJson(pollJson(state)));
        const { share } = turnout(state);
        assert(share >= 0 && share <= 1);
        const told = consensusUpdated(state, event.offset);
        if (told) assert(isProperJson(told.payload));
      }
      await recount(all, commitmentOf);
      all.reduce(sealedBallots.evolve, sealedBallots.initial());
    }),
    { numRuns: 500 },
  );
  assert(open > 1000, `only ${open} states were polls`);
});

Deno.test("[K17] each stored voter counts once, and no more than could be counted", () => {
  const electorate = [
    { userId: "mia", weight: 1e300 },
    { userId: "mia", weight: 3 },
    ...Array.from({ length: 1500 }, (_, i) => ({
      userId: `u${i}`,
      weight: 9_999.999999,
    })),
  ];
  const event = { ...OPENING.body, event: "consensus_initiated", electorate };
  const state = fold([{ ...OPENING, body: event }]);
  if (state.status === "none") throw new Error("it was not opened");
  assertEquals(state.electorate.eligibleCount, 1000);
  assertEquals(state.electorate.voters[0].weight, 10_000);
  assert(turnout(state).eligibleWeight <= 1e7);
});

Deno.test("[K17] an opening that could never be counted opens nothing", () => {
  for (
    const change of [
      { alternatives: [] },
      { method: "coin" },
      { method: "majority_judgment" },
      { method: "proposal" },
      { pollId: 7 },
    ]
  ) {
    const body = { ...settings(), event: "consensus_initiated", ...change };
    const recorded: RecordedEvent = {
      ...OPENING,
      body: JSON.parse(JSON.stringify(body)),
    };
    assertEquals(fold([recorded]).status, "none", JSON.stringify(change));
  }
});

Deno.test("[K17] entries of another version, type or poll change nothing", () => {
  const live = opened();
  live.cast(MIA, A);
  const [opening, cast] = live.events;
  const before = fold([opening]);
  for (
    const other of [
      { ...cast, v: 2 },
      { ...cast, type: "SESSION_UPDATE" },
      { ...cast, body: { ...cast.body, event: "vote_cast", pollId: "p2" } },
      { ...cast, body: { ...cast.body, event: "vote_cast", round: 2 } },
    ]
  ) assertEquals(plain(fold([opening, other])), plain(before));
});

Deno.test("[K17] a reveal shows what is sealed, and alters nothing that was said in the open", () => {
  const live = opened({ blind: true, reveal: "quorum", quorum: 0.5 });
  live.cast(MIA, A);
  live.cast(BEN, B);
  const reveal = live.events.find(({ body }) =>
    body?.event === "ballots_revealed"
  );
  if (!reveal?.body) throw new Error("nothing was revealed");
  const before = plain(live.state);
  const ballots = [{ userId: "ben", ballot: A, salt: "00" }];
  live.add({ ...reveal, body: { ...reveal.body, ballots }, offset: 90 });
  assertEquals(plain(live.state), before);
});

Deno.test("[K17] an erased ballot is out at once, and after a restart too", () => {
  const live = opened();
  live.cast(MIA, B);
  live.cast(MIA, A);
  live.cast(BEN, B);
  const erasedAt = live.events[2].offset;
  const erasure: RecordedEvent = {
    ...live.events[2],
    offset: live.channel.length + 1,
    body: { event: "body_erased", offset: erasedAt },
    sender: "ada",
  };
  live.add(erasure);
  assertEquals(live.poll.box.size, 1);
  assertEquals(turnout(live.poll).castWeight, 1);
  const again = fold(
    live.events.map((event) =>
      event.offset === erasedAt ? { ...event, body: null } : event
    ),
  );
  assertEquals(plain(again), plain(live.state));
});

Deno.test("[K17] erasing what was said before, or after the close, changes no count", () => {
  const live = opened();
  live.cast(MIA, B);
  live.cast(MIA, A);
  const erase = (offset: number) =>
    live.add({
      ...live.events[1],
      offset: live.channel.length + 1,
      body: { event: "body_erased", offset },
    });
  erase(live.events[1].offset);
  assertEquals(live.poll.box.get(1)?.ballot, A);
  live.close();
  const closed = plain(live.state);
  erase(live.events[2].offset);
  assertEquals(plain(live.state), closed);
});

Deno.test("[K8] sealed ballots are those of the latest round", () => {
  const live = opened({ blind: true, maxRounds: 2 });
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.close(CLO);
  live.close();
  live.cast(MIA, B);
  const at = (round: number, place: number) =>
    sealedBallotOf(live.sealed, { round, place })?.ballot;
  assertEquals([at(1, 1), at(2, 1), at(2, 2)], [undefined, B, undefined]);
  const [first] = live.sealedEvents;
  assertEquals(
    plain(sealedBallots.evolve(live.sealed, first)),
    plain(live.sealed),
  );
});
