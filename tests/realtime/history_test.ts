import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { History, type Line } from "../../realtime/history.ts";

function line(offset: number, bytes = 10): Line {
  return { offset, text: "x".repeat(bytes), bytes, publishedAt: 0 };
}

function offsets(lines: readonly Line[] | undefined) {
  return lines?.map(({ offset }) => offset);
}

Deno.test("[P10] after() reports a gap rather than a partial answer", () => {
  const history = new History(2);
  for (const offset of [1, 2, 3]) history.push(line(offset));
  assertEquals(offsets(history.after(0, 3, 1_000)), undefined);
  assertEquals(offsets(history.after(1, 3, 1_000)), [2, 3]);
  assertEquals(offsets(history.after(3, 3, 1_000)), []);
});

Deno.test("[P17] after() stays within the bytes asked for, but gives one line at least", () => {
  const history = new History(10);
  for (const offset of [1, 2, 3]) history.push(line(offset, 100));
  assertEquals(offsets(history.after(0, 3, 210)), [1, 2]);
  assertEquals(offsets(history.after(0, 3, 5)), [1]);
});

Deno.test("[P12] history keeps the last lines within its bounds, whatever comes", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 2_000 }),
    fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 300 }),
    (capacity, maxBytes, sizes) => {
      const history = new History(capacity, maxBytes);
      sizes.forEach((bytes, index) => history.push(line(index + 1, bytes)));
      const kept = sizes.slice(sizes.length - history.size);
      assert(history.size <= capacity);
      assertEquals(history.bytes, kept.reduce((sum, size) => sum + size, 0));
      assert(history.size <= 1 || history.bytes <= maxBytes);
      if (history.size === 0) return;
      const first = sizes.length - history.size + 1;
      assertEquals(history.first, first);
      assertEquals(
        offsets(history.after(first - 1, sizes.length, Infinity)),
        kept.map((_, index) => first + index),
      );
      assertEquals(history.at(sizes.length)?.offset, sizes.length);
    },
  ));
});

Deno.test("[P8] a history shrinks to so many bytes, from its old end", () => {
  const history = new History(100);
  for (let offset = 1; offset <= 80; offset++) {
    history.push({ offset, text: "x", bytes: 1, publishedAt: 0 });
  }
  history.shrink(7);
  assertEquals([history.first, history.size, history.bytes], [74, 7, 7]);
  assertEquals(history.at(80)?.offset, 80);
  history.shrink(0);
  assertEquals([history.first, history.size], [80, 1]);
});
