/** When a channel counts as contended. */
import { assert, assertEquals } from "@std/assert";
import { Turns } from "../../realtime/turns.ts";

Deno.test("[L3] a channel is contended for 2 s after another node was first", async () => {
  let now = 0;
  let taken = 0;
  const turn = () => Promise.resolve(() => void taken++);
  const turns = new Turns({ turn }, () => now);
  assertEquals(await turns.take("c"), undefined);
  turns.met("c");
  now = 1_999;
  assert(turns.isContended("c"));
  assert(!turns.isContended("d"));
  (await turns.take("c"))?.();
  assertEquals(taken, 1);
  now = 2_000;
  assert(!turns.isContended("c"));
});

Deno.test("[L3] a store of one node's own knows no contention", () => {
  const turns = new Turns({}, () => 0);
  turns.met("c");
  assert(!turns.areShared);
  assert(!turns.isContended("c"));
});

Deno.test("[L3] of very many contended channels the oldest is forgotten", () => {
  const turns = new Turns({ turn: () => Promise.resolve(() => {}) }, () => 0);
  for (let n = 0; n <= 1_000; n++) turns.met(`c${n}`);
  assert(!turns.isContended("c0"));
  assert(turns.isContended("c1"));
  assert(turns.isContended("c1000"));
});
