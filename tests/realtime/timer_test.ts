/** Timers of parts that end together. */
import { assertEquals } from "@std/assert";
import { stoppable } from "../../realtime/timer.ts";
import { FakeTime } from "./fake_time.ts";

Deno.test("[I6] once stopped nothing waits any more, and nothing begins to", async () => {
  const time = new FakeTime();
  const { after, stop } = stoppable(time.after);
  const ran: string[] = [];
  after(10, () => ran.push("early"));
  after(30, () => ran.push("late"));
  const cancel = after(20, () => ran.push("cancelled"));
  cancel();
  await time.advance(15);
  stop();
  after(1, () => ran.push("after"));
  assertEquals(time.pending, 0);
  await time.advance(100);
  assertEquals(ran, ["early"]);
});
