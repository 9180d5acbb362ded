/** The recount: what was altered after the fact is found and named. */
import { assertEquals } from "@std/assert";
import { recount } from "../../../../domain/consensus/polls/recount.ts";
import type { Json, RecordedEvent } from "../../../../domain/decider.ts";
import { listOf, recordOf } from "../../../../domain/read_json.ts";
import { commitmentOf } from "../../../../realtime/seal.ts";
import { BEN, CLO, type Live, MIA, opened } from "./fixture.ts";

const A = { choice: "a" };
const B = { choice: "b" };

/** Mia for a, Ben and Clo for b, blind, closed. Entries: 2 opening, 3 to 5 casts, 6 reveal, 7 result. */
function closed(more: Parameters<typeof opened>[0] = { blind: true }): Live {
  const live = opened(more);
  live.cast(MIA, A);
  live.cast(BEN, B);
  live.cast(CLO, B);
  live.close();
  return live;
}

/** The poll's entries with the body of one changed. */
function altered(
  { events }: Live,
  name: string,
  change: (body: { readonly [key: string]: Json }) => {
    readonly [key: string]: Json;
  },
): RecordedEvent[] {
  return events.map((event) =>
    event.body?.event === name
      ? { ...event, body: { ...change(event.body), event: name } }
      : event
  );
}

/** With one of the revealed ballots changed. */
function revealed(live: Live, userId: string, change: Json) {
  return altered(live, "ballots_revealed", (body) => ({
    ...body,
    ballots: listOf(body.ballots).flatMap((one) =>
      recordOf(one)?.userId !== userId ? [one] : change === null ? [] : [{
        ...recordOf(one),
        ...recordOf(change),
      }]
    ),
  }));
}

Deno.test("[K14] an honest record is recounted as announced", async () => {
  const live = closed();
  assertEquals(await live.recount(), {
    ok: true,
    pollId: "p1",
    rounds: [{ round: 1, ballots: 3, announced: "passed", counted: "passed" }],
    commitmentsChecked: 3,
    mistakes: [],
    erased: [],
  });
});

Deno.test("[K14] any words and figures come through the record as they were sealed", async () => {
  const live = opened({ blind: true });
  const reason = 'naïve 🙂 \u2028 \\u0000 " \t \u{10ffff} e\u0301';
  live.cast(MIA, { choice: "a", reason, confidence: 0.1 + 0.2 });
  live.cast(BEN, { choice: "b", confidence: 1e-7 });
  live.close();
  const stored: RecordedEvent[] = JSON.parse(JSON.stringify(live.events));
  assertEquals((await live.recount(stored)).mistakes, []);
});

Deno.test("[K14] a revealed ballot that is another than the sealed one is found", async () => {
  const live = closed();
  const { ok, mistakes } = await live.recount(
    revealed(live, "ben", { ballot: A }),
  );
  assertEquals([ok, mistakes], [false, [
    "Entry 6: the ballot of ben is not the one committed to",
    "Entry 7: counted again, the figures are others",
  ]]);
});

Deno.test("[K14] another salt is found, and so is one that is none", async () => {
  const live = closed();
  const salts = ["ff".repeat(32), "no hex", "", null];
  const found = await Promise.all(
    salts.map(async (salt) =>
      (await live.recount(revealed(live, "ben", { salt }))).mistakes
    ),
  );
  assertEquals(found, [
    ["Entry 6: the ballot of ben is not the one committed to"],
    ["Entry 6: a revealed ballot is not whole"],
    ["Entry 6: a revealed ballot is not whole"],
    ["Entry 6: a revealed ballot is not whole"],
  ]);
});

Deno.test("[K14] another commitment is found", async () => {
  const live = closed();
  const events = altered(
    live,
    "vote_cast",
    (body) =>
      body.userId === "ben" ? { ...body, commitment: "00".repeat(32) } : body,
  );
  assertEquals((await live.recount(events)).mistakes, [
    "Entry 6: the ballot of ben is not the one committed to",
  ]);
});

Deno.test("[K14] a sealed ballot that was kept back is found", async () => {
  const live = closed();
  const { mistakes } = await live.recount(revealed(live, "ben", null));
  assertEquals(mistakes, [
    "Entry 7: the ballot of ben was not revealed",
    "Entry 7: counted again, the figures are others",
  ]);
});

Deno.test("[K14] a kept back ballot is found also where the figures agree without it", async () => {
  const live = opened({ blind: true });
  for (const user of [MIA, BEN, CLO]) live.cast(user, A);
  live.sealed = { ...live.sealed, box: live.sealed.box.with(2, undefined) };
  live.close();
  assertEquals((await live.recount()).mistakes, [
    "Entry 7: the ballot of ben was not revealed",
  ]);
});

Deno.test("[K14] a ballot nobody sealed is found", async () => {
  const live = closed();
  const { mistakes } = await live.recount(
    revealed(live, "ben", { userId: "fay" }),
  );
  assertEquals(mistakes[0], "Entry 6: fay had sealed no ballot");
});

Deno.test("[K14] other figures and another outcome are found, open or blind", async () => {
  const changes: readonly { readonly [key: string]: Json }[] = [
    { winner: "a" },
    { state: "tied", winner: null },
    { turnout: { castWeight: 4 } },
  ];
  for (const blind of [false, true]) {
    const live = closed({ blind });
    for (
      const change of changes
    ) {
      const events = altered(live, "consensus_result", (body) => ({
        ...body,
        result: {
          ...recordOf(body.result),
          ...change,
        },
      }));
      const { mistakes } = await live.recount(events);
      const { offset } = live.events[live.events.length - 1];
      assertEquals(mistakes, [
        `Entry ${offset}: counted again, the figures are others`,
      ]);
    }
  }
});

Deno.test("[K14] a ballot behind the close, one after the deadline and one cast by another are found", async () => {
  const late = closed({});
  const last = late.events[late.events.length - 1];
  const [, cast] = late.events;
  assertEquals(
    (await late.recount([...late.events, { ...cast, offset: 99 }])).mistakes,
    ["Entry 99 stands behind the close"],
  );
  assertEquals(last.body?.event, "consensus_result");

  const live = opened({ closesAt: 2_000 });
  live.cast(MIA, A);
  live.now = 2_000;
  live.close();
  const overdue = live.events.map((event) =>
    event.body?.event === "vote_cast" ? { ...event, at: 2_000 } : event
  );
  assertEquals((await live.recount(overdue)).mistakes, [
    "Entry 3 came after the deadline",
  ]);
  const forged = live.events.map((event) =>
    event.body?.event === "vote_cast" ? { ...event, sender: "fay" } : event
  );
  assertEquals((await live.recount(forged)).mistakes, [
    "Entry 3 is a ballot cast by another",
  ]);
  const forgotten = live.events.map((event) => ({ ...event, sender: null }));
  assertEquals((await live.recount(forgotten)).ok, true);
});

Deno.test("[K14] a ballot that could not be counted is found", async () => {
  const live = opened();
  live.cast(MIA, A);
  live.close();
  const events = altered(live, "vote_cast", (body) => ({
    ...body,
    userId: "eve",
  }));
  assertEquals(
    (await live.recount(events)).mistakes[0],
    "Entry 3 holds nothing that counts",
  );
});

Deno.test("[K14] an erased ballot is no mistake, but the result cannot be counted again", async () => {
  const live = closed({});
  const events = live.events.map((event) =>
    event.offset === 4 ? { ...event, body: null } : event
  );
  const { ok, mistakes, erased, rounds } = await live.recount(events);
  assertEquals([ok, mistakes, erased, rounds], [true, [], [4], []]);
});

Deno.test("[K14] what is wrong by itself is found beside an erased ballot too", async () => {
  const live = closed({});
  const forged = altered(live, "vote_cast", (body) => ({
    ...body,
    userId: "eve",
  }));
  const events = forged.map((event) =>
    event.offset === 4 ? { ...event, body: null } : event
  );
  const { ok, erased } = await live.recount(events);
  assertEquals([ok, erased], [false, [4]]);
});

Deno.test("[K14] of a poll that was removed nothing is told; what follows under its id is another", async () => {
  const live = closed({});
  const last = live.events.at(-1)!;
  const removed = { ...last, body: { event: "subject_removed" } };
  const bare = live.events.map((event) => ({ ...event, body: null }));
  const again = [...bare, removed, ...live.events];
  assertEquals(await live.recount(again), await live.recount());
});

Deno.test("[K14] what else the channel holds is passed over", async () => {
  const live = closed({ blind: true });
  const other = live.events.map((event) =>
    event.body ? { ...event, body: { ...event.body, pollId: "p2" } } : event
  );
  const message = { ...live.channel[0], body: null };
  const all = live.events.flatMap((event, i) => [event, other[i], message]);
  assertEquals(await live.recount(all), await live.recount());
});

Deno.test("[K14] of a cancelled poll turnout and what was shown are checked, ballots are not", async () => {
  for (const blind of [false, true]) {
    const live = opened({ blind });
    live.cast(MIA, A);
    live.cancel();
    const { ok, rounds, commitmentsChecked } = await live.recount();
    assertEquals([ok, commitmentsChecked], [true, 0]);
    assertEquals(rounds, [
      { round: 1, ballots: 1, announced: "cancelled", counted: null },
    ]);
    const events = live.events.filter(({ offset }) => offset !== 3);
    assertEquals((await live.recount(events)).ok, false);
  }
});

Deno.test("[K14] figures of another engine may differ, its outcome may not", async () => {
  const live = closed({});
  const by = (engine: number, state: string) =>
    altered(live, "consensus_result", (body) => ({
      ...body,
      result: {
        ...recordOf(body.result),
        engine,
        state,
        tally: null,
      },
    }));
  assertEquals((await live.recount(by(99, "passed"))).ok, true);
  assertEquals((await live.recount(by(99, "tied"))).mistakes, [
    "Entry 6: counted again, the outcome is another",
  ]);
});

Deno.test("[K14] a poll that is open has nothing to compare yet", async () => {
  const live = opened({ blind: true });
  live.cast(MIA, A);
  assertEquals((await live.recount()).rounds, []);
  assertEquals(await recount([], commitmentOf), null);
});
