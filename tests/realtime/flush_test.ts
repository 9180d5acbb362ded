import { setImmediate } from "node:timers";
import { assertEquals } from "@std/assert";
import { FlushScheduler } from "../../realtime/flush.ts";

Deno.test("[P17] a stopped scheduler flushes nothing that had gathered", async () => {
  let flushes = 0;
  const scheduler = new FlushScheduler(() => {});
  scheduler.mark({ flush: () => flushes++ });
  scheduler.stop();
  // Runs after whatever was to run in the next turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  assertEquals(flushes, 0);
});

Deno.test("[P17] a flush that throws does not keep the others from theirs", async () => {
  const faults: unknown[] = [];
  const scheduler = new FlushScheduler((error) => faults.push(error));
  const flushed = new Promise<void>((resolve) => {
    scheduler.mark({
      flush: () => {
        throw new TypeError("one channel");
      },
    });
    scheduler.mark({ flush: resolve });
  });
  await flushed;
  assertEquals(faults.length, 1);
});
