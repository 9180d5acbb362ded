/** Blind decisions: nothing tells what was scored before the reveal, everything checks after it. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decisionJson } from "../../../../domain/decisions/live/decision_json.ts";
import { sealedSheet } from "../../../../domain/decisions/live/events.ts";
import { analysisUpdated } from "../../../../domain/decisions/live/updates.ts";
import { commitmentOf } from "../../../../realtime/seal.ts";
import {
  ADA,
  BEN,
  DECISION,
  FAY,
  filled,
  fold,
  type Live,
  MIA,
  names,
  opened,
  type Scores,
  sheet,
  sized,
} from "./fixture.ts";

/** All that leaves the server, but for commitments, which only tell that something was said. */
function seen(live: Live): string {
  const { sheets, ...rest } = live.decision;
  const all = JSON.stringify([
    rest,
    [...sheets],
    decisionJson(live.decision),
    analysisUpdated(live.state, live.events.length) ?? null,
    live.events,
    live.rows,
    live.told,
    live.drag(MIA, { cost: 3 }),
  ]);
  return all.replaceAll(/"commitment":"[0-9a-f]{64}"/g, '"commitment":""');
}

const score = fc.option(fc.integer({ min: -5, max: 100 }));
const scores: fc.Arbitrary<Scores> = fc.dictionary(
  fc.constantFrom("a", "b"),
  fc.dictionary(fc.constantFrom("cost", "risk"), score),
);

/** What two runs do: the same, but for the scores. */
const step = fc.oneof(
  fc.record({
    act: fc.constant("give" as const),
    user: fc.constantFrom(MIA, BEN, FAY),
    here: scores,
    there: scores,
  }),
  fc.record({
    act: fc.constant("weigh" as const),
    cost: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    act: fc.constant("change" as const),
    aggregation: fc.constantFrom("mean" as const, "median" as const),
  }),
);

Deno.test("[D13] nothing that leaves the server differs by what was scored under seal", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 8 }),
      fc.boolean(),
      (list, house) => {
        const [here, there] = [
          opened({ blind: true }, { house }),
          opened({ blind: true }, { house }),
        ];
        for (const one of list) {
          const done = [here, there].map((live) =>
            one.act === "give"
              ? live.give(one.user, live === here ? one.here : one.there)
              : one.act === "weigh"
              ? live.weigh(MIA, { cost: one.cost })
              : live.change(FAY, { aggregation: one.aggregation })
          );
          assertEquals(names(done[0]), names(done[1]));
          assertEquals(seen(here), seen(there));
          compared++;
        }
      },
    ),
    { numRuns: 200 },
  );
  assert(compared > 400, `only ${compared} states were compared`);
});

Deno.test("[D13] no score is anywhere but in the server's own channel until the reveal", () => {
  const live = opened({ blind: true });
  live.give(MIA, { a: { cost: 123456 } });
  assert(!seen(live).includes("123456"));
  assert(JSON.stringify(live.sealedEvents).includes("123456"));
  assertEquals(decisionJson(live.decision).missing, 4);
  live.reveal();
  assert(seen(live).includes("123456"));
  assertEquals(decisionJson(live.decision).missing, 3);
});

Deno.test("[D13] later scores of one person take the place of earlier ones, null takes back", () => {
  const live = opened({ blind: true });
  live.give(MIA, { a: { cost: 1, risk: 2 } });
  live.give(MIA, { a: { cost: null }, b: { risk: 4 } });
  live.reveal();
  assertEquals(live.decision.sheets.get("mia")?.scores, {
    a: { risk: 2 },
    b: { risk: 4 },
  });
});

Deno.test("[D13] everyone can check what was revealed against what was committed before", () => {
  const live = opened({ blind: true });
  live.give(MIA, sheet([1, 2, 3, 4]));
  live.give(BEN, sheet([5, 6, 7, 8]));
  live.give(MIA, { a: { cost: 9 } });
  live.reveal();
  check(live);
  assertEquals(
    live.decision.sheets.get("mia")?.scores,
    sheet([9, 2, 3, 4]),
  );
});

Deno.test("[D13] after the reveal scores are given in the open", () => {
  const live = opened({ blind: true });
  live.give(MIA, sheet([1, 2, 3, 4]));
  live.reveal();
  live.give(MIA, { a: { cost: 9 } });
  assertEquals(live.sealedEvents.length, 1);
  assertEquals(live.decision.sheets.get("mia")?.scores, sheet([9, 2, 3, 4]));
});

Deno.test("[D13] closing shows the scores first, and rests on them", () => {
  const live = opened({ blind: true });
  live.give(MIA, sheet([1, 2, 3, 4]));
  assertEquals(names(live.close(FAY, "a")), [
    "scores_revealed",
    "decision_closed",
  ]);
  const { analysis } = decisionJson(live.decision);
  assert(JSON.stringify(analysis).includes('"matrix":[[1,2],[3,4]]'));
});

Deno.test("[D13] many sheets are shown in parts, each below a message; only the last reveals", () => {
  const settings = sized(200, 20);
  const live = opened({ ...settings, blind: true });
  for (const user of [MIA, BEN, FAY, ADA]) {
    // As people do: a part at a time, each below what one message may be.
    for (let from = 0; from < 200; from += 20) {
      const part = settings.alternatives.slice(from, from + 20);
      const scores = filled(
        { ...settings, alternatives: part },
        (i, j) => (from + i) / 7 + j,
      );
      assertEquals(names(live.give(user, scores)), [
        "sheet_sealed",
        "scores_given",
      ]);
    }
  }
  const before = live.events.length;
  const parts = live.reveal();
  assert(Array.isArray(parts) && parts.length > 4);
  const bytes = parts.map((body) => JSON.stringify(body).length);
  assert(bytes.every((size) => size < 60 * 1024), `${bytes}`);
  for (let n = before; n < live.events.length; n++) {
    const state = fold(live.events.slice(0, n));
    assert(state.status === "open" && !state.revealed);
  }
  assert(live.decision.revealed);
  assertEquals(decisionJson(live.decision).missing, 0);
  check(live);
});

Deno.test("[D13] a decision that nobody scored can be revealed", () => {
  const live = opened({ blind: true });
  assertEquals(names(live.reveal()), ["scores_revealed"]);
  assert(live.decision.revealed);
});

/** Every revealed sheet against the commitment that stood before. */
function check(live: Live): void {
  assert(live.decision.sheets.size > 0);
  for (const [userId, { scores, salt, commitment }] of live.decision.sheets) {
    assert(scores !== null && salt !== null && commitment !== null);
    const sealed = sealedSheet({ decisionId: DECISION, userId, scores });
    assertEquals(commitmentOf(sealed, salt), commitment);
  }
}
