import { assertEquals, assertRejects } from "@std/assert";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { measured } from "../../../realtime/log/measured.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";

Deno.test("[M4] measures the commits that are kept and counts those that are not", async () => {
  let now = 0;
  const inner = createMemoryLog();
  const log = measured(inner, { monotonicMs: () => now += 5 });
  const entry = { type: "T", v: 1, subject: "s", at: 1, body: {} };
  const writes = [{ channel: "c", entries: [entry] }];
  await log.commit({ sender: "u", writes });
  assertEquals(log.appendMs.count, 1);
  assertEquals(log.appendMs.sum, 5);
  inner.commit = () => Promise.reject(new LogUnavailable("away"));
  await assertRejects(() => log.commit({ sender: "u", writes }));
  assertEquals([log.appendMs.count, log.commits.failed], [1, 1]);
  assertEquals((await log.read("c", 0, 10)).length, 1);
  await log.close();
});
