import { assertEquals } from "@std/assert";
import { type LaneKind, Lanes } from "../../realtime/lanes.ts";

/** Runs tasks by name and notes when each starts; a task ends when the test says so. */
function createBench() {
  const lanes = new Lanes();
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    lanes,
    started,
    run: (name: string, kind: LaneKind, channel = "c") =>
      lanes.run(channel, kind, () => {
        started.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      }),
    async end(name: string) {
      ends.get(name)?.();
      // The lane follows in microtasks.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    },
  };
}

Deno.test("[P6] appends of a channel are under way together", () => {
  const { run, started } = createBench();
  for (const name of ["a", "b", "c"]) run(name, "append");
  assertEquals(started, ["a", "b", "c"]);
});

Deno.test("[P6] a subscription waits for appends before it, and holds back those after it", async () => {
  const { run, started, end } = createBench();
  run("a", "append");
  run("b", "append");
  run("s", "subscription");
  run("d", "append");
  await end("a");
  assertEquals(started, ["a", "b"]);
  await end("b");
  assertEquals(started, ["a", "b", "s"]);
  await end("s");
  assertEquals(started, ["a", "b", "s", "d"]);
});

Deno.test("[P6] channels do not wait for each other, and empty lanes are gone", async () => {
  const { lanes, run, started, end } = createBench();
  run("s", "subscription", "one");
  run("t", "subscription", "two");
  lanes.run("three", "append", () => {});
  assertEquals(started, ["s", "t"]);
  assertEquals(lanes.size, 2);
  await end("s");
  await end("t");
  assertEquals(lanes.size, 0);
});
