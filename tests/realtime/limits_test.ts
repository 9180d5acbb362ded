import { assert, assertEquals } from "@std/assert";
import { MinuteCounter, TokenBucket } from "../../realtime/limits.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import {
  channelKind,
  exceedsDepth,
  parseEnvelope,
} from "../../realtime/protocol.ts";

Deno.test("[P18] a bucket takes its burst, then its rate, and says when to come back", () => {
  const bucket = new TokenBucket(50, 100, 0);
  for (let n = 0; n < 100; n++) assertEquals(bucket.take(0).ok, true);
  assertEquals(bucket.take(0), { ok: false, retryAfterMs: 20 });
  assertEquals(bucket.take(20), { ok: true });
  assertEquals(bucket.take(-5_000).ok, false, "a clock set back gives nothing");
});

Deno.test("[P7] malformed messages are counted by the minute", () => {
  const counter = new MinuteCounter();
  assertEquals([0, 1, 2].map((now) => counter.add(now)), [1, 2, 3]);
  assertEquals(counter.add(60_000), 1);
});

Deno.test("[P7] depth is counted outside strings", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assertEquals(exceedsDepth(nested(32), 32), false);
  assertEquals(exceedsDepth(nested(33), 32), true);
  assertEquals(exceedsDepth(`"${"[".repeat(50)}\\"["`, 32), false);
});

Deno.test("[P7] what is no message is malformed", () => {
  for (
    const text of [
      "",
      "{",
      "[]",
      "null",
      "7",
      '{"type":7}',
      '{"id":1}',
    ]
  ) assertEquals(parseEnvelope(text), undefined, text);
  assertEquals(
    parseEnvelope('{"type":"X","new":true,"id":3}'),
    { type: "X", id: 3 },
  );
});

Deno.test("[P6] an id that is no positive integer is invalid, and says so", () => {
  for (const id of ["0", "-1", "1.5", '"7"', "null", "1e999"]) {
    let error: unknown;
    try {
      parseEnvelope(`{"type":"HEARTBEAT","id":${id}}`);
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof RealtimeError, id);
    assertEquals(error.code, "invalid");
    assertEquals(error.errors?.map(({ path }) => path), ["id"]);
  }
});

Deno.test("[P8] only the namespaces of the protocol are channels", () => {
  const kinds = {
    "session:a": "durable",
    alerts: "durable",
    "user:ana%40x": "durable",
    [`user:${"%F0%9F%A6%8A".repeat(128)}`]: "durable",
    [`user:${"%F0%9F%A6%8A".repeat(128)}x`]: undefined,
    [`topic:${"x".repeat(186)}`]: "transient",
    [`topic:${"x".repeat(187)}`]: undefined,
    "sealed:p": "durable",
    "topic:all": "transient",
    ops: "ephemeral",
    "topic:": undefined,
    session: undefined,
    "other:x": undefined,
    "Topic:x": undefined,
    "topic:a b": undefined,
    [`topic:${"x".repeat(190)}`]: undefined,
    "": undefined,
  };
  for (const [name, kind] of Object.entries(kinds)) {
    assertEquals(channelKind(name), kind, name);
  }
});
