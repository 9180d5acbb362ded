/** Twenty-eight kinds of garbage a socket can be sent, as bytes, from a seed. */
import { encodeFrame, OPCODE } from "../support/raw_websocket.ts";
import { intBetween, pick } from "./random.ts";

export interface Garbage {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

type Random = () => number;

const encoder = new TextEncoder();

/** Messages: sound frames around senseless text. */
const MESSAGES: Readonly<Record<string, (random: Random) => string>> = {
  "cut JSON": (random) => {
    const whole = `{"type":"SUBSCRIBE","id":1,"channel":"topic:g"}`;
    return whole.slice(0, intBetween(random, 0, whole.length - 1));
  },
  "not an object": (random) =>
    pick(random, ["[]", "1", "-0", `"x"`, "null", "true", "[[]]", `""`]),
  "too deep": (random) => {
    const depth = intBetween(random, 33, 20_000);
    return pick(random, [
      `{"type":"HEARTBEAT","payload":${"[".repeat(depth)}${"]".repeat(depth)}}`,
      "[".repeat(depth),
      `${`{"a":`.repeat(Math.min(depth, 8_000))}1`,
    ]);
  },
  "no type": (random) =>
    pick(random, [`{}`, `{"id":1}`, `{"type":null}`, `{"type":[]}`]),
  "unknown type": (random) =>
    JSON.stringify({
      type: pick(random, ["__proto__", "toString", "ACK", "", "BROADCASTS"]),
      id: 1,
    }),
  "wrong id": (random) =>
    `{"type":"HEARTBEAT","id":${
      pick(random, ["-1", "0", "1e400", "0.5", `"1"`, "{}", "1e21", "null"])
    }}`,
  "wrong channel": (random) =>
    JSON.stringify({
      type: pick(random, ["SUBSCRIBE", "UNSUBSCRIBE", "BROADCAST"]),
      id: 1,
      channel: pick<unknown>(random, [
        7,
        {},
        "",
        "a/b",
        "../../etc",
        "topic:\u0000",
        "x".repeat(5_000),
        "__proto__",
        ["topic:a"],
      ]),
      payload: {},
    }),
  "wrong since": (random) =>
    JSON.stringify({
      type: "SUBSCRIBE",
      id: 1,
      channel: pick(random, ["topic:g", "alerts"]),
      payload: pick<unknown>(random, [
        { since: { epoch: 1, offset: 1 } },
        { since: { epoch: "e", offset: -1 } },
        { since: { epoch: "e", offset: 1e300 } },
        { since: { epoch: "e".repeat(9_000), offset: 2 ** 53 } },
        { since: [] },
        { history: -5 },
        { history: 1e18 },
        { presence: "yes" },
        "payload",
        null,
      ]),
    }),
  "wrong command": (random) =>
    JSON.stringify({
      type: "COMMAND",
      id: 1,
      messageId: pick<unknown>(random, [1, "", "m".repeat(3_000), undefined]),
      payload: pick<unknown>(random, [
        undefined,
        {},
        { command: "__proto__", input: {} },
        { command: "constructor", input: { sessionId: "x" } },
        { command: "post_message" },
        { command: "post_message", input: null },
        { command: "post_message", input: { sessionId: {}, text: [] } },
        { command: "open_session", input: { title: 5, participants: {} } },
        { command: "close_session", input: { sessionId: "../x" } },
      ]),
    }),
  "wrong direct message": (random) =>
    JSON.stringify({
      type: "DIRECT_MESSAGE",
      id: 1,
      payload: pick<unknown>(random, [
        null,
        { recipient: 5, body: 1 },
        { recipient: "a b" },
        { recipient: "/", body: {} },
        { body: "nobody" },
      ]),
    }),
  "polluting keys": () =>
    `{"type":"BROADCAST","id":1,"channel":"topic:g","__proto__":{"admin":true},"payload":{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":1}}}}`,
  "odd characters": (random) =>
    `{"type":"BROADCAST","id":1,"channel":"topic:g","payload":"${
      pick(random, [
        "\\ud800",
        "\\u0000",
        "\\u2028",
        "\u202e",
        "\\ud83d",
        "\ufeff",
      ])
    }"}`,
  "empty lines": (random) => "\n".repeat(intBetween(random, 0, 200)),
  "many errors": (random) =>
    Array.from({ length: intBetween(random, 2, 12) }, () => "{")
      .join("\n"),
  "unknown reference": (random) =>
    `{"type":"HEARTBEAT","ref":${intBetween(random, 1, 1e6)}}`,
};

/** Frames that break RFC 6455, or only our own rules about frames. */
const FRAMES: Readonly<Record<string, (random: Random) => Uint8Array>> = {
  "reserved bits": (random) =>
    encodeFrame(encoder.encode("{}"), { reserved: intBetween(random, 1, 7) }),
  "unmasked": () => encodeFrame(encoder.encode("{}"), { mask: false }),
  "reserved opcode": (random) =>
    encodeFrame(encoder.encode("{}"), {
      opcode: pick(random, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]),
    }),
  "long control frame": (random) =>
    encodeFrame(new Uint8Array(intBetween(random, 126, 400)), {
      opcode: pick(random, [OPCODE.ping, OPCODE.pong, OPCODE.close]),
    }),
  "cut control frame": (random) =>
    encodeFrame(encoder.encode("x"), {
      opcode: pick(random, [OPCODE.ping, OPCODE.close]),
      fin: false,
    }),
  "continuation of nothing": () =>
    encodeFrame(encoder.encode("{}"), { opcode: OPCODE.continuation }),
  "text inside fragments": () =>
    joined(
      encodeFrame(encoder.encode("{"), { fin: false }),
      encodeFrame(encoder.encode("{}")),
    ),
  "not UTF-8": (random) =>
    encodeFrame(noise(random, intBetween(random, 4, 60), 0x80)),
  "odd close": (random) =>
    encodeFrame(
      pick(random, [
        new Uint8Array([1]),
        new Uint8Array([0, 0]),
        new Uint8Array([3, 236]),
        new Uint8Array([255, 255]),
        new Uint8Array([3, 232, 0xc3, 0x28]),
      ]),
      { opcode: OPCODE.close },
    ),
  "binary": (random) =>
    encodeFrame(noise(random, intBetween(random, 0, 300)), {
      opcode: OPCODE.binary,
    }),
  "too large": (random) =>
    encodeFrame(new Uint8Array(65_537 + intBetween(random, 0, 5_000)).fill(32)),
  "a length that lies": (random) =>
    encodeFrame(encoder.encode("{}"), {
      length: pick<number | bigint>(random, [
        100_000,
        2n ** 31n,
        2n ** 63n - 1n,
        2n ** 64n - 1n,
      ]),
    }),
  "noise": (random) => noise(random, intBetween(random, 1, 500)),
};

export const KINDS: readonly string[] = [
  ...Object.keys(MESSAGES),
  ...Object.keys(FRAMES),
];

/** Kinds whose connection goes on: only these are followed by more on it. */
export function isMessage(kind: string): boolean {
  return kind in MESSAGES;
}

export function createGarbage(kind: string, random: Random): Garbage {
  const bytes = kind in MESSAGES
    ? encodeFrame(encoder.encode(MESSAGES[kind](random)))
    : FRAMES[kind](random);
  return { kind, bytes };
}

function noise(random: Random, length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, () => intBetween(random, from, 255));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
