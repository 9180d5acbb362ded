/** What waits in an event stream: counted, joined, and let go in the end. */
import { assert, assertEquals } from "@std/assert";
import { EventEncoder } from "../../realtime/sse_event.ts";
import { Awake, LOOK_EVERY_MS } from "../../realtime/sse_awake.ts";
import { EventStream } from "../../realtime/sse_stream.ts";

function create() {
  let ended = 0;
  const stream = new EventStream({
    connectionId: "c1",
    secret: "s1",
    encoder: new EventEncoder(),
    ended: () => ended++,
  });
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  return {
    stream,
    reader,
    get ended() {
      return ended;
    },
    /** Reads until `last` has come; what came before it is in there too. */
    async readUntil(last: string): Promise<string> {
      let text = "";
      while (!text.endsWith(last)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`Ended after ${text}`);
        text += value;
      }
      return text;
    },
  };
}

const OPEN = `event: open\ndata: {"connectionId":"c1","secret":"s1"}\n\n`;

Deno.test("[P25] a stream begins with padding and the event that names it", async () => {
  const { readUntil, reader } = create();
  const text = await readUntil(OPEN);
  assertEquals(text.length - OPEN.length, 2_048);
  assert(text.startsWith(":  "));
  await reader.cancel();
});

Deno.test("[P25] each line of a frame is a data line of one event", async () => {
  const { stream, readUntil, reader } = create();
  await readUntil(OPEN);
  stream.send(`{"a":"é"}\n{"b":2}`);
  assertEquals(
    await readUntil(`{"b":2}\n\n`),
    `data: {"a":"é"}\ndata: {"b":2}\n\n`,
  );
  await reader.cancel();
});

Deno.test("[P17] what nobody has asked for counts as unsent, in bytes of the frames alone", () => {
  const ended: number[] = [];
  const stream = new EventStream({
    connectionId: "c1",
    secret: "s1",
    encoder: new EventEncoder(),
    ended: () => ended.push(1),
  });
  const before = stream.bufferedAmount;
  stream.send("é\nb");
  stream.send("é\nb");
  assertEquals(stream.bufferedAmount - before, 8);
  assertEquals(ended, []);
});

Deno.test("[P19] a close is the last event, after all that waited; then the stream ends", async () => {
  const it = create();
  it.stream.send("{}");
  it.stream.close(4001, `{"reconnectInMs":5}`);
  it.stream.send("too late");
  it.stream.close(4009);
  const close =
    `event: close\ndata: {"code":4001,"reason":"{\\"reconnectInMs\\":5}"}\n\n`;
  const text = await it.readUntil(close);
  assert(text.endsWith(`data: {}\n\n${close}`));
  assertEquals((await it.reader.read()).done, true);
  assertEquals(it.ended, 1);
  assertEquals(it.stream.bufferedAmount, 0);
});

Deno.test("[P25] a reader that goes ends the stream once, and nothing is kept for it", async () => {
  const it = create();
  await it.readUntil(OPEN);
  await it.reader.cancel();
  assertEquals(it.ended, 1);
  it.stream.send("{}");
  it.stream.close(1000);
  assertEquals(it.stream.bufferedAmount, 0);
  assertEquals(it.ended, 1);
});

/** A timer that tests turn; one at a time, as `Awake` uses it. */
function createTimer() {
  let due: { at: number; run: () => void } | undefined;
  let now = 0;
  return {
    after: (delayMs: number, run: () => void) => {
      const mine = { at: now + delayMs, run };
      due = mine;
      return () => {
        if (due === mine) due = undefined;
      };
    },
    get isSet() {
      return due !== undefined;
    },
    pass(ms: number): void {
      const end = now + ms;
      while (due !== undefined && due.at <= end) {
        now = due.at;
        const { run } = due;
        due = undefined;
        run();
      }
      now = end;
    },
  };
}

Deno.test("[P25] a silent stream says a comment at least every 15 s, a busy one nothing more", async () => {
  const { stream, readUntil, reader } = create();
  const timer = createTimer();
  const awake = new Awake(timer.after);
  awake.add(stream);
  await readUntil(OPEN);
  for (let look = 0; look < 10; look++) {
    stream.send("{}");
    timer.pass(LOOK_EVERY_MS);
  }
  assertEquals(await readUntil("{}\n\n"), "data: {}\n\n".repeat(10));
  // Silent from now on: whenever 15 s have passed, a comment has come.
  for (let times = 0; times < 3; times++) {
    timer.pass(15_000);
    assert((await readUntil(":\n\n")).length <= 6);
  }
  await reader.cancel();
});

Deno.test("[P25] a reader that takes nothing is not sent comment upon comment", async () => {
  const { stream, reader, readUntil } = create();
  const timer = createTimer();
  const awake = new Awake(timer.after);
  awake.add(stream);
  await readUntil(OPEN);
  timer.pass(3_600_000);
  assertEquals(stream.bufferedAmount, 0);
  stream.send("{}");
  const rest = await readUntil("{}\n\n");
  assert(rest.length < 20, rest);
  await reader.cancel();
});

Deno.test("[I6] the timer that keeps streams awake ends with the last of them", () => {
  const timer = createTimer();
  const awake = new Awake(timer.after);
  const [one, other] = [{ keepAwake() {} }, { keepAwake() {} }];
  awake.add(one);
  awake.add(other);
  timer.pass(60_000);
  awake.delete(one);
  assertEquals(timer.isSet, true);
  awake.delete(other);
  assertEquals(timer.isSet, false);
  awake.add(one);
  assertEquals(timer.isSet, true);
  awake.delete(one);
});
