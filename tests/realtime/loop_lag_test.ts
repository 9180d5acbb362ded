import { assertEquals } from "@std/assert";
import { LoopLag } from "../../realtime/loop_lag.ts";

Deno.test("[M3] tells how late the loop was at worst in the last hundred looks", () => {
  let now = 0;
  let look = () => {};
  let stopped = 0;
  const lag = new LoopLag({
    clock: { monotonicMs: () => now },
    after: (_ms, run) => {
      look = run;
      return () => stopped++;
    },
  });
  assertEquals(lag.worstMs, 0);
  lag.start();
  now += 130;
  look();
  assertEquals(lag.worstMs, 30);
  for (let n = 0; n < 100; n++) {
    now += 101;
    look();
  }
  assertEquals(lag.worstMs, 1);
  assertEquals(lag.lagMs.count, 101);
  lag.stop();
  assertEquals(stopped, 1);
});
