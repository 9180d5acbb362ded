/** Frames of the past: joined once for all who stand at the same place, and forgotten soon. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { PastFrames } from "../../realtime/past_frames.ts";
import type { Line } from "../../realtime/history.ts";

const PLACE = { name: "topic:x", epoch: "e1" };

function linesOf(from: number, to: number): Line[] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    offset: from + n,
    text: `line ${from + n}`.padEnd(9, "."),
    bytes: 9,
    publishedAt: 0,
  }));
}

Deno.test("[P17] who stands at the same place gets the same frame", () => {
  const frames = new PastFrames(() => 0);
  const made = frames.join(PLACE, linesOf(4, 20), {
    start: 0,
    upTo: 20,
    maxBytes: 30,
  });
  assertEquals(made.text, "line 4...\nline 5...\nline 6...");
  assertEquals([made.count, made.last], [3, 6]);
  assertStrictEquals(frames.find(PLACE, { after: 3, upTo: 25 }), made);
  assertEquals(frames.find(PLACE, { after: 4, upTo: 25 }), undefined);
});

Deno.test("[P10] a frame is of one life of one channel", () => {
  const frames = new PastFrames(() => 0);
  frames.join(PLACE, linesOf(1, 9), { start: 0, upTo: 9, maxBytes: 30 });
  for (
    const place of [{ ...PLACE, epoch: "e2" }, { ...PLACE, name: "topic:y" }]
  ) {
    assertEquals(frames.find(place, { after: 0, upTo: 9 }), undefined);
  }
});

Deno.test("[P17] what ended where the channel stood is joined anew once it stands further on", () => {
  const frames = new PastFrames(() => 0);
  const made = frames.join(PLACE, linesOf(1, 2), {
    start: 0,
    upTo: 2,
    maxBytes: 1_000,
  });
  assertStrictEquals(frames.find(PLACE, { after: 0, upTo: 2 }), made);
  assertEquals(frames.find(PLACE, { after: 0, upTo: 3 }), undefined);
});

Deno.test("[P10] nothing is sent that the channel has not told the others", () => {
  const frames = new PastFrames(() => 0);
  frames.join(PLACE, linesOf(1, 9), { start: 0, upTo: 9, maxBytes: 60 });
  assertEquals(frames.find(PLACE, { after: 0, upTo: 3 }), undefined);
});

Deno.test("[L9] a frame is used for a second: what is erased is not sent for long", () => {
  let now = 0;
  const frames = new PastFrames(() => now);
  frames.join(PLACE, linesOf(1, 9), { start: 0, upTo: 9, maxBytes: 30 });
  now = 1_001;
  assertEquals(frames.find(PLACE, { after: 0, upTo: 9 }), undefined);
});

Deno.test("[P17] what is kept is bounded, however many places there are", () => {
  const frames = new PastFrames(() => 0);
  for (let n = 1; n <= 1_000; n++) {
    frames.join(PLACE, linesOf(n, n), { start: 0, upTo: 2_000, maxBytes: 30 });
  }
  assert(frames.size <= 64, `${frames.size} frames`);
  assert(frames.find(PLACE, { after: 999, upTo: 2_000 }) !== undefined);
});
