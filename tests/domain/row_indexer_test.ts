/** Rows from recorded events alone: whose events count, what is folded, and what is held. */
import { assertEquals } from "@std/assert";
import type { RecordedEvent } from "../../domain/decider.ts";
import {
  createRowIndexer,
  type RowIndexerOptions,
} from "../../domain/row_indexer.ts";

/** Counts its events; a row tells how many there were. */
const counting = {
  initial: () => 0,
  evolve: (count: number) => count + 1,
  index: (count: number, { offset }: RecordedEvent) => [
    { view: "counts", key: `${offset}`, data: count },
  ],
};

function countsOf(
  events: readonly (readonly [channel: string, subject: string])[],
  options: RowIndexerOptions<number> = { prefix: "thing:" },
) {
  const rowsOf = createRowIndexer(counting, options);
  return events.map(([channel, subject], offset) => {
    const event = { type: "T", v: 1, body: null, channel, offset };
    const [row] = rowsOf({ ...event, at: 0, sender: null }, subject);
    return row?.data ?? null;
  });
}

Deno.test("[L5] each subject of each channel is folded by itself, in its order", () => {
  const events = [
    ["a", "thing:1"],
    ["a", "thing:2"],
    ["a", "thing:1"],
    ["b", "thing:1"],
    ["a", "thing:1"],
  ] as const;
  assertEquals(countsOf(events), [1, 1, 2, 1, 3]);
});

Deno.test("[L5] subjects of another kind make no rows and change no state", () => {
  const events = [
    ["a", "thing:1"],
    ["a", "other:1"],
    ["a", "a thing:1"],
    ["a", "thing:1"],
  ] as const;
  assertEquals(countsOf(events), [1, null, null, 2]);
});

Deno.test("[L5] what is held is what the next event changes; undefined is let go", () => {
  const events = Array.from({ length: 5 }, () => ["a", "thing:1"] as const);
  const prefix = "thing:";
  const doubled = (count: number) => count * 2;
  assertEquals(countsOf(events, { prefix, hold: doubled }), [1, 3, 7, 15, 31]);
  const untilTwo = (count: number) => count === 2 ? undefined : count;
  assertEquals(countsOf(events, { prefix, hold: untilTwo }), [1, 2, 1, 2, 1]);
});

Deno.test("[L5] two indexers of one area share nothing", () => {
  const once = [["a", "thing:1"]] as const;
  assertEquals([countsOf(once), countsOf(once)], [[1], [1]]);
});
