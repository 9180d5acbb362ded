/** What is remembered of due rows that were tried. */
import { assertEquals } from "@std/assert";
import { DueTries, retryMs } from "../../realtime/due_tries.ts";

Deno.test("[DL11] no more rows are remembered than allowed, the oldest go", () => {
  const tries = new DueTries({ maxRows: 2, random: () => 0 });
  for (const id of ["a", "b", "c"]) {
    tries.ended(id, "refused", { now: 0, look: 1 });
  }
  assertEquals(tries.size, 2);
  assertEquals(
    ["a", "b", "c"].map((id) => tries.mayTry(id, { now: 1, look: 1 })),
    [true, false, false],
  );
});

Deno.test("[DL11] rows that a look did not see are forgotten", () => {
  const tries = new DueTries({ maxRows: 10, random: () => 0 });
  tries.ended("gone", "failed", { now: 0, look: 1 });
  tries.ended("stays", "refused", { now: 0, look: 1 });
  tries.mayTry("stays", { now: 1, look: 2 });
  tries.sweep(2);
  assertEquals([tries.size, tries.soonest], [1, 600_000]);
});

Deno.test("[DL7] a retry waits half of its time at least and all of it at most", () => {
  const counts = [1, 2, 7, 8, 5_000];
  assertEquals(counts.map((count) => retryMs(count, () => 0)), [
    500,
    1_000,
    30_000,
    30_000,
    30_000,
  ]);
  assertEquals(counts.map((count) => retryMs(count, () => 1)), [
    1_000,
    2_000,
    60_000,
    60_000,
    60_000,
  ]);
});
