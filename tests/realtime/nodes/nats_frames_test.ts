/** Batches as NATS carries them: whatever is cut apart comes together again. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameReader, framesOf } from "../../../realtime/nodes/nats_frames.ts";
import type { OutMessage } from "../../../realtime/nodes/outgoing.ts";

const batches = fc.array(
  fc.record({
    to: fc.constantFrom(null, "b", "c"),
    subject: fc.constantFrom("s", "topic.lines"),
    body: fc.json({ stringUnit: "binary" }),
  }),
  { minLength: 1, maxLength: 20 },
).map((all) =>
  all.map((message, i): OutMessage => ({ ...message, seq: i + 1 }))
);

Deno.test("[N2] a batch is read as it was written, whatever is in it and however small the parts", () => {
  fc.assert(fc.property(
    batches,
    fc.integer({ min: 129, max: 400 }),
    (batch, maxBytes) => {
      const frames = framesOf(batch, { node: "node-1", maxBytes });
      const reader = new FrameReader();
      const read = frames.flatMap(({ to, parts }) => {
        const whole = parts.map((part) => reader.read(part));
        // Nothing before the last part.
        assertEquals(whole.slice(0, -1).filter(Boolean), []);
        return whole.at(-1)?.messages.map((message) => ({ ...message, to })) ??
          [];
      });
      assertEquals(read, batch);
      const sizes = frames.flatMap(({ parts }) => parts.map((p) => p.length));
      assertEquals(sizes.filter((size) => size > maxBytes), []);
    },
  ));
});

Deno.test("[N2] messages to the same nodes share a frame, in the order of all", () => {
  const frames = framesOf(
    [null, null, "b", null].map((to, i) => ({
      seq: i + 1,
      to,
      subject: "s",
      body: "0",
    })),
    { node: "a", maxBytes: 1_000 },
  );
  assertEquals(frames.map(({ to }) => to), [null, "b", null]);
});

Deno.test("[N3] a frame whose beginning was missed is skipped, and the next is read", () => {
  const message = (body: string) => [{ seq: 1, to: null, subject: "s", body }];
  const cut = { node: "a", maxBytes: 200 };
  const [long] = framesOf(message(JSON.stringify("x".repeat(300))), cut);
  const [short] = framesOf(message("7"), cut);
  const reader = new FrameReader();
  const read = [...long.parts.slice(1), ...short.parts]
    .map((part) => reader.read(part)?.messages[0].body);
  assertEquals(read, [...long.parts.slice(1).map(() => undefined), "7"]);
  // Cut off in the middle: the rest never comes.
  reader.read(long.parts[0]);
  assertEquals(reader.read(short.parts[0])?.messages[0].body, "7");
});
