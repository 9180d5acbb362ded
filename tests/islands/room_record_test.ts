/** Looking back: replay equals the live fold at every entry, and older lines are the same lines. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { RecordedEvent } from "../../domain/decider.ts";
import {
  messagePosted,
  participantJoined,
  participantLeft,
  participantStatus,
  sessionClosed,
  sessionOpened,
} from "../../domain/sessions/events.ts";
import {
  evolve,
  initial,
  MAX_ACTIVITY,
  type SessionState,
} from "../../domain/sessions/session.ts";
import {
  readOlder,
  type ReadRecord,
  Replay,
} from "../../islands/room_record.ts";

const CHANNEL = "session:s1";
const ANA = { userId: "ana", name: "Ana" };

const opening = sessionOpened({
  sessionId: "s1",
  title: "Onboard the vendor?",
  description: null,
  open: true,
  openedBy: "ana",
  participants: [{ ...ANA, role: "facilitator", weight: 1 }],
});

const person = fc.constantFrom(
  ANA,
  { userId: "ben", name: "Ben" },
  { userId: "chidi", name: "Chidi" },
);

/** Everything that can stand in a session's channel, also what this build does not know. */
const change = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(person, fc.string()).map(say) },
  person.map((one) => participantJoined({ ...one, role: "member", weight: 1 })),
  fc.tuple(person, fc.constantFrom("left" as const, "removed" as const))
    .map(([one, how]) => participantLeft(one, how)),
  fc.tuple(person, fc.constantFrom("active" as const, "away" as const))
    .map(([one, status]) => participantStatus(one, status)),
  person.map(sessionClosed),
  fc.constant({ type: "CONSENSUS_UPDATE", v: 1, body: { event: "opened" } }),
);

function say([one, text]: [typeof ANA, string]) {
  return messagePosted(one, text);
}

function recordOf(
  changes: readonly Omit<
    RecordedEvent,
    "channel" | "offset" | "at" | "sender"
  >[],
): readonly RecordedEvent[] {
  return changes.map((one, n) => ({
    ...one,
    channel: CHANNEL,
    offset: n + 1,
    at: 1_000 * (n + 1),
    sender: "ana",
  }));
}

/** Pages of at most `limit`, as the API gives them; tells what was asked. */
function reader(record: readonly RecordedEvent[], asked: number[] = []) {
  const read: ReadRecord = (after, limit) => {
    asked.push(after);
    return Promise.resolve(record.slice(after, after + limit));
  };
  return read;
}

/** The states a reader who was there has seen, after each entry. */
function liveStates(record: readonly RecordedEvent[]): SessionState[] {
  let state = initial();
  return record.map((event) => state = evolve(state, event));
}

Deno.test("replay at every entry, in any order, is the state that was live then", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 260 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (changes, jumps) => {
        const record = recordOf([opening, ...changes]);
        const live = liveStates(record);
        const replay = new Replay(reader(record));
        const offsets = [
          ...jumps.map((n) => 1 + n % record.length),
          ...record.map(({ offset }) => offset),
        ];
        for (const offset of offsets) {
          assertEquals(await replay.at(offset), {
            offset,
            at: 1_000 * offset,
            session: live[offset - 1],
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("older lines from any entry back are the lines that were shown then", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 160 }),
      fc.nat(),
      async (changes, n) => {
        const record = recordOf([opening, ...changes]);
        const before = 2 + n % record.length;
        const state = liveStates(record)[before - 2];
        const lines = state?.status === "none" ? [] : state?.activity ?? [];
        const from = before - 1 - MAX_ACTIVITY;
        assertEquals(
          await readOlder(reader(record), before),
          lines.filter(({ offset }) => offset > from),
        );
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a long record is read in pages, once", async () => {
  const record = recordOf([
    opening,
    ...Array.from({ length: 1_200 }, (_, n) => messagePosted(ANA, `${n}`)),
  ]);
  const asked: number[] = [];
  const replay = new Replay(reader(record, asked));
  await Promise.all([replay.at(1_100), replay.at(3), replay.at(700)]);
  assertEquals(asked, [0, 500, 1_000]);
});

Deno.test("an entry after the last one is the last one, and before the first there is nothing", async () => {
  const record = recordOf([opening, messagePosted(ANA, "hello")]);
  const replay = new Replay(reader(record));
  assertEquals((await replay.at(99))?.offset, 2);
  assertEquals(await new Replay(reader([])).at(1), undefined);
});

Deno.test("a reading that failed is tried again at the next wish", async () => {
  const record = recordOf([opening]);
  let fails = true;
  const replay = new Replay((after, limit) =>
    fails
      ? Promise.reject(new Error("no network"))
      : reader(record)(after, limit)
  );
  assertEquals(await replay.at(1).catch(() => "failed"), "failed");
  fails = false;
  assertEquals((await replay.at(1))?.offset, 1);
});
