/** Words and figures of polls: time left, refusals, ballots, bars in the poll's own order. */
import { assertEquals, assertMatch } from "@std/assert";
import { figuresOf, ranked } from "../../islands/poll_figures.ts";
import { PollRecord } from "../../islands/poll_record.ts";
import {
  agreementWord,
  ballotText,
  refusalText,
  timeLeft,
} from "../../islands/poll_words.ts";
import type { PollMethod } from "../../domain/consensus/polls/methods.ts";
import { visibleCount } from "../../domain/consensus/polls/result.ts";
import {
  BEN,
  CLO,
  FAY,
  type Live,
  MIA,
  opened,
  settings,
  vote,
} from "../domain/consensus/polls/fixture.ts";

function figures({ poll }: Live) {
  const count = visibleCount(poll);
  if (!count) throw new Error("the ballots are secret");
  return figuresOf(poll, count.tally);
}

Deno.test("[K4] the time left is told in the unit that says most, and ends", () => {
  const left = (ms: number) => timeLeft(ms, 0);
  assertEquals([0, 1, 40_000, 61_000, 3_601_000].map(left), [
    undefined,
    "in 1 s",
    "in 40 s",
    "in 1 min",
    "in 60 min",
  ]);
  assertEquals(left(3 * 3_600_000 + 5 * 60_000), "in 3 h 5 min");
  assertEquals(left(72 * 3_600_000), "in 3 days");
});

Deno.test("[K3] every refusal a voter can run into says that nothing was counted", () => {
  for (
    const reason of [
      "poll_closed",
      "round_ended",
      "not_a_voter",
      "session_closed",
      "poll_not_found",
      undefined,
    ]
  ) {
    const text = refusalText(
      { reason, message: "Cannot say" },
      undefined,
      String,
    );
    assertMatch(text, /^Not counted: .*\.$/);
  }
});

Deno.test("[K13] a ballot reads as it was said", () => {
  const poll = settings();
  const read = (ballot: Parameters<typeof ballotText>[0]) =>
    ballotText(ballot, poll);
  assertEquals(read({ choice: "b" }), "b");
  assertEquals(read({ choices: [] }), "None");
  assertEquals(read({ ranking: [["c"], ["a", "b"]] }), "c, then a and b");
  assertEquals(read({ grades: { a: "Good", b: "Poor" } }), "a: Good; b: Poor");
  assertEquals(read({ abstain: true }), "Abstain");
});

Deno.test("[K5] bars keep the order of the poll; ranked, the best come first", () => {
  const live = opened();
  for (const one of [FAY, MIA]) live.cast(one, { choice: "c" });
  live.cast(BEN, { choice: "b" });
  const { bars, decided } = figures(live);
  assertEquals(decided, true);
  assertEquals(bars.map(({ id, place, text }) => `${place} ${id} ${text}`), [
    "3 a 0 · 0 %",
    "2 b 1 · 33 %",
    "1 c 2 · 67 %",
  ]);
  assertEquals(bars.filter(({ leads }) => leads).map(({ id }) => id), ["c"]);
  assertEquals(ranked(bars).map(({ id }) => id), ["c", "b", "a"]);
});

const METHODS_COUNTED: readonly PollMethod[] = [
  "majority",
  "approval",
  "borda",
  "irv",
  "schulze",
  "ranked_pairs",
  "majority_judgment",
];

Deno.test("[K5] in every method the figures stay within their scale, also when nobody has voted", () => {
  for (const method of METHODS_COUNTED) {
    const live = opened({ method });
    for (const voters of [[], [FAY, MIA, CLO]]) {
      for (const one of voters) live.cast(one, vote(method, "b"));
      const { bars, max } = figures(live);
      for (const { value } of bars) {
        assertEquals(value >= 0 && value <= max, true, `${method} ${value}`);
      }
      const leading = bars.filter(({ leads }) => leads).map(({ id }) => id);
      assertEquals(leading, voters.length > 0 ? ["b"] : [], method);
    }
  }
});

Deno.test("[K6] a proposal has no places, and shows who abstained", () => {
  const live = opened({ method: "proposal" });
  live.cast(FAY, { choice: "agree" });
  live.cast(MIA, { choice: "abstain" });
  const { bars, decided } = figures(live);
  assertEquals(decided, false);
  assertEquals(bars.map(({ text }) => text), [
    "1 · 50 %",
    "0 · 0 %",
    "1 · 50 %",
    "0 · 0 %",
  ]);
});

Deno.test("[K17] the record gives every poll as it was after any entry", () => {
  const live = opened();
  const first = live.channel.length;
  live.cast(FAY, { choice: "a" });
  live.close();
  const record = new PollRecord();
  record.hear(live.channel.toReversed());
  const seen = (offset: number) =>
    record.at(offset).map(({ status, box }) => `${status} ${box.size}`);
  assertEquals(seen(first - 1), []);
  assertEquals(seen(first), ["open 0"]);
  assertEquals(seen(first + 1), ["open 1"]);
  assertEquals(seen(first + 2), ["closed 1"]);
  const erased = live.channel.map((event) =>
    event.offset === first + 1 ? { ...event, body: null } : event
  );
  record.hear(erased);
  assertEquals(seen(first + 1), ["open 0"], "what was erased is gone here too");
});

Deno.test("[K6] agreement has a word for every value", () => {
  assertEquals([0, 0.3, 0.5, 0.7, 0.9, 1].map(agreementWord), [
    "very weak",
    "weak",
    "moderate",
    "strong",
    "very strong",
    "very strong",
  ]);
});
