/** Rows about decisions: the list, ids taken once, and the same rows made from the log alone. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ViewRow } from "../../../../domain/decider.ts";
import { createDecisionIndexer } from "../../../../domain/decisions/live/view.ts";
import { BEN, FAY, type Live, MIA, opened, sheet } from "./fixture.ts";

/** What the views hold in the end. */
function held(rows: readonly ViewRow[]) {
  return new Map(rows.map((row) => [`${row.view}/${row.key}`, row]));
}

function rebuilt(live: Live): readonly ViewRow[] {
  const rowsOf = createDecisionIndexer();
  // Other subjects of the channel stand in between.
  const strange = { ...live.events[0], type: "SESSION_UPDATE", offset: 0 };
  return live.events.flatMap((event) => [
    ...rowsOf(strange, "session"),
    ...rowsOf(event, "decision:d1"),
  ]);
}

Deno.test("[D20] a decision has a row in the list, with what was chosen in the end", () => {
  const live = opened({ blind: true });
  const row = {
    decisionId: "d1",
    sessionId: "s1",
    title: "Which vendor?",
    status: "open",
    method: "topsis",
    alternatives: 2,
    criteria: 2,
    openedBy: "fay",
    openedByName: "FAY",
    openedAt: 1_000,
    closedAt: null,
    chosen: null,
  };
  const list = () => held(live.rows).get("decisions/d1");
  assertEquals(list()?.data, row);
  live.now = 2_000;
  live.change(FAY, { title: "Other", method: "vikor" });
  live.close(FAY, "b");
  assertEquals(list()?.data, {
    ...row,
    title: "Other",
    method: "vikor",
    status: "closed",
    closedAt: 2_000,
    chosen: "Beta",
  });
  assertEquals(list()?.sort, 1_000);
});

Deno.test("[D20] an id is taken once, by a row that cannot be written twice", () => {
  const ids = opened().rows.filter(({ view }) => view === "decision_ids");
  assertEquals(ids.map(({ key, unique }) => [key, unique]), [["d1", true]]);
});

Deno.test("[D13] scores and weights leave the list alone", () => {
  const live = opened();
  const before = live.rows.length;
  live.give(MIA, sheet([1, 2, 3, 4]));
  live.weigh(BEN, { cost: 9 });
  assertEquals(live.rows.length, before);
});

const step = fc.constantFrom<((live: Live) => unknown)[]>(
  (live) => live.give(MIA, sheet([1, 2, 3, 4])),
  (live) => live.weigh(BEN, { cost: 4 }),
  (live) => live.change(FAY, { title: "Other" }),
  (live) => live.change(FAY, { method: "vikor", aggregation: "mean" }),
  (live) => live.reveal(),
  (live) => live.close(FAY, "a", "Because"),
);

Deno.test("[D20] rows made again from the log alone are those that were committed", () => {
  fc.assert(
    fc.property(fc.array(step), fc.boolean(), (steps, blind) => {
      const live = opened({ blind });
      for (const one of steps) one(live);
      assertEquals(rebuilt(live), live.rows);
    }),
  );
});
