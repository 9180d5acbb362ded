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
  type Session,
  type SessionState,
} from "../../domain/sessions/session.ts";
import { type Line, LINE_ENTRIES, linesOf } from "../../islands/room_lines.ts";
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
  { weight: 6, arbitrary: person.map(vote) },
);

function vote({ userId, name }: typeof ANA) {
  const body = { event: "vote_cast", pollId: "p1", round: 1, userId, name };
  return { type: "CONSENSUS_UPDATE", v: 1, body };
}

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

/** Its own lines are not part of what is replayed. */
function sessionAt(state: SessionState | undefined): Session {
  if (state === undefined || state.status === "none") {
    throw new Error("the record opens a session");
  }
  return { ...state, activity: [] };
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
          const from = Math.max(0, offset - LINE_ENTRIES);
          assertEquals(await replay.at(offset), {
            offset,
            at: 1_000 * offset,
            session: sessionAt(live[offset - 1]),
            lines: linesOf(record.slice(from, offset)).slice(-50),
            pollNames: {},
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

/** What a line shows of the entries it tells of: all that does not depend on where it begins. */
function toldBy(lines: readonly Line[]): string[] {
  return lines.map((line) =>
    [line.event, line.name, "text" in line ? line.text : ""].join(" ")
  );
}

Deno.test("older lines, part by part, are the lines of the whole record", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change.filter(({ body }) => body.event !== "vote_cast"), {
        maxLength: 460,
      }),
      async (changes) => {
        const record = recordOf([opening, ...changes]);
        const parts: Line[] = [];
        for (let before = record.length + 1; before > 1;) {
          const older = await readOlder(reader(record), before);
          parts.unshift(...older);
          before = older[0]?.offset ?? 1;
        }
        assertEquals(toldBy(parts), toldBy(linesOf(record)));
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("votes are one line a part, however many entries they are, and none is lost", async () => {
  const people = Array.from({ length: 450 }, (_, n) => ({
    userId: `u${n}`,
    name: `U${n}`,
  }));
  const record = recordOf([opening, ...people.map(vote)]);
  const parts: Line[] = [];
  for (let before = record.length + 1; before > 1;) {
    const older = await readOlder(reader(record), before);
    parts.unshift(...older);
    before = older[0]?.offset ?? 1;
  }
  assertEquals(parts.map(({ event }) => event), [
    "session_opened",
    "vote_cast",
    "vote_cast",
    "vote_cast",
  ]);
  assertEquals(
    parts.flatMap((line) => line.event === "vote_cast" ? line.voters : []),
    people.map(({ userId }) => userId),
  );
});

Deno.test("entries that make no line do not look like the beginning", async () => {
  const silent = Array.from({ length: 450 }, () => ({
    type: "CONSENSUS_UPDATE",
    v: 1,
    body: { event: "paused" },
  }));
  const record = recordOf([opening, ...silent]);
  assertEquals(
    (await readOlder(reader(record), record.length + 1)).map(({ offset }) =>
      offset
    ),
    [1],
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
