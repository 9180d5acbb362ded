/** The slider and "Show older" over signals: the latest wish wins, faults are said, now is now. */
import { assertEquals, assertMatch } from "@std/assert";
import { messagePosted, sessionOpened } from "../../domain/sessions/events.ts";
import {
  evolve,
  initial,
  type Session,
} from "../../domain/sessions/session.ts";
import { lookBack, recordOver } from "../../islands/room_past.ts";
import { linesOf } from "../../islands/room_lines.ts";
import { createRoom } from "../../islands/room_model.ts";
import type { RecordedEvent } from "../../domain/decider.ts";

const ANA = { userId: "ana", name: "Ana" };
const RECORD: readonly RecordedEvent[] = [
  sessionOpened({
    sessionId: "s1",
    title: "Onboard?",
    description: null,
    open: true,
    openedBy: "ana",
    participants: [{ ...ANA, role: "facilitator", weight: 1 }],
  }),
  ...Array.from({ length: 119 }, (_, n) => messagePosted(ANA, `m${n + 2}`)),
].map((event, n) => ({
  ...event,
  channel: "session:s1",
  offset: n + 1,
  at: n + 1,
  sender: "ana",
}));

function sessionNow(): Session {
  const state = RECORD.reduce(evolve, initial());
  if (state.status === "none") throw new Error("the record opens a session");
  return state;
}

function past(wait: Promise<void> = Promise.resolve(), fails = () => false) {
  const room = createRoom({
    session: sessionNow(),
    lines: linesOf(RECORD).slice(-50),
    pollNames: {},
    position: { channel: "session:s1", epoch: "e", offset: RECORD.length },
    presence: [],
    reader: { ...ANA, roles: [] },
    readAt: 1,
    zone: "UTC",
    formId: "f",
    build: "b",
  });
  const left: string[] = [];
  const look = lookBack(room, {
    read: async (after, limit) => {
      await wait;
      if (fails()) throw new Error("no network");
      return RECORD.slice(after, after + limit);
    },
    leave: () => left.push("left"),
  });
  return { room, look, left };
}

async function turns(): Promise<void> {
  for (let n = 0; n < 40; n++) await Promise.resolve();
}

Deno.test("moving the slider shows the entry, its end shows now", async () => {
  const { room, look } = past();
  look.replayTo(3);
  await turns();
  assertEquals(room.replay.value?.offset, 3);
  assertEquals(room.lines.value.map(({ offset }) => offset), [1, 2, 3]);
  look.replayTo(120);
  assertEquals(room.replay.value, undefined);
  assertEquals(room.shown.value, room.session.value);
});

Deno.test("of two wishes the later one is shown, whatever arrives when", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { room, look } = past(promise);
  look.replayTo(7);
  look.replayTo(120);
  resolve();
  await turns();
  assertEquals(room.replay.value, undefined);
});

Deno.test("a record that cannot be read is said, and the page stays where it was", async () => {
  let down = true;
  const { room, look } = past(undefined, () => down);
  look.replayTo(3);
  look.showOlder();
  await turns();
  assertEquals(room.replay.value, undefined);
  assertMatch(room.pastFault.value, /cannot be read/);
  down = false;
  look.showOlder();
  await turns();
  assertEquals(room.pastFault.value, "");
});

Deno.test("older lines join in front, each once, down to the first", async () => {
  const { room, look } = past();
  assertEquals(room.lines.value[0]?.offset, 71);
  for (let n = 0; n < 4; n++) {
    look.showOlder();
    look.showOlder();
    await turns();
  }
  assertEquals(
    room.lines.value.map(({ offset }) => offset),
    RECORD.map(({ offset }) => offset),
  );
});

Deno.test("history over HTTP is asked by page and read as the domain folds it", async () => {
  const asked: string[] = [];
  const read = recordOver("session:s1", (url) => {
    asked.push(String(url));
    const items = RECORD.slice(1, 3).map(({ body, ...rest }) => ({
      ...rest,
      payload: body,
    }));
    return Promise.resolve(Response.json({ items: [...items, 7, {}] }));
  });
  assertEquals(await read(1, 2), RECORD.slice(1, 3));
  assertEquals(asked, [
    "/api/v1/channels/session%3As1/history?after=1&limit=2",
  ]);
});

Deno.test("history that is refused is a fault, not an empty past", async () => {
  const read = recordOver(
    "session:s1",
    () => Promise.resolve(new Response("no", { status: 403 })),
  );
  assertEquals(
    await read(0, 1).catch((error: Error) => error.message),
    "Cannot read the record: status 403",
  );
});
