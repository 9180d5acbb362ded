/** Random commits, duplicates, conflicts, erasures and reopenings against a model too simple to be wrong. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import {
  dropPostgres,
  postgresForTests,
  postgresTest,
} from "../../support/postgres.ts";
import {
  type Commit,
  type Entry,
  type Log,
  LogConflict,
  type Write,
} from "../../../realtime/log/log.ts";

const CHANNELS = ["session:a", "session:b", "alerts"];
const SUBJECTS = ["session", "poll:1"];

interface Draft {
  readonly sender: string;
  readonly messageId?: string;
  readonly requestHash?: string;
  readonly writes: readonly {
    readonly channel: string;
    readonly subjects: readonly string[];
    /** How far `expected` lies from the truth; absent: nothing is expected. */
    readonly expectedError?: number;
  }[];
  readonly uniqueKey?: string;
}

type Step =
  | { readonly do: "commit"; readonly drafts: readonly Draft[] }
  | { readonly do: "erase"; readonly channel: string; readonly offset: number }
  | { readonly do: "reopen" };

const draft: fc.Arbitrary<Draft> = fc.record({
  sender: fc.constantFrom("ada", "bob"),
  messageId: fc.option(fc.constantFrom("m1", "m2", "m3"), { nil: undefined }),
  requestHash: fc.option(fc.constantFrom("h1", "h2"), { nil: undefined }),
  writes: fc.array(
    fc.record({
      channel: fc.constantFrom(...CHANNELS),
      subjects: fc.array(fc.constantFrom(...SUBJECTS), { maxLength: 3 }),
      expectedError: fc.option(fc.constantFrom(0, 0, 0, 1, -1), {
        nil: undefined,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  uniqueKey: fc.option(fc.constantFrom("k1", "k2", "k3", "k4"), {
    nil: undefined,
  }),
});

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("commit" as const),
        drafts: fc.array(draft, { minLength: 1, maxLength: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("erase" as const),
        channel: fc.constantFrom(...CHANNELS),
        offset: fc.integer({ min: 1, max: 6 }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ do: "reopen" as const }) },
  ),
  { maxLength: 12 },
);

/** Short enough that entries are placed between any two steps, or never. */
const tail = fc.integer({ min: 1, max: 12 });

interface Kept {
  readonly subject: string;
  readonly sender: string;
  bodyText: string | null;
}

/** What the log should hold, as plain arrays. */
class Model {
  readonly channels = new Map<string, Kept[]>(
    CHANNELS.map((name) => [name, []]),
  );
  readonly keys = new Set<string>();
  readonly known = new Map<string, { hash?: string; answer: string }>();

  subjectOffset(channel: string, subject: string): number {
    return this.channels.get(channel)!.findLastIndex((kept) =>
      kept.subject === subject
    ) + 1;
  }

  /** The answer: "conflict …", or the positions, marked when they were given before. */
  commit(commit: Commit): string {
    const name = `${commit.sender} ${
      commit.writes[0].channel
    } ${commit.messageId}`;
    const known = commit.messageId === undefined
      ? undefined
      : this.known.get(name);
    if (known) {
      const differs = known.hash !== undefined &&
        commit.requestHash !== undefined && known.hash !== commit.requestHash;
      return differs ? "conflict message_id" : `${known.answer} duplicate`;
    }
    const wrong = commit.writes.some(({ channel, expected }) =>
      expected &&
      this.subjectOffset(channel, expected.subject) !== expected.offset
    );
    if (wrong) return "conflict expected";
    const keys = commit.index?.map((row) => row.key) ?? [];
    if (keys.some((key) => this.keys.has(key))) return "conflict unique";
    for (const key of keys) this.keys.add(key);
    const touched = new Set<string>();
    for (const { channel, entries } of commit.writes) {
      touched.add(channel);
      for (const { subject, body } of entries) {
        this.channels.get(channel)!.push({
          subject,
          sender: commit.sender,
          bodyText: JSON.stringify(body),
        });
      }
    }
    const answer = [...touched].map((name) =>
      `${name}:${this.channels.get(name)!.length}`
    ).join(" ");
    if (commit.messageId !== undefined) {
      this.known.set(name, { hash: commit.requestHash, answer });
    }
    return answer;
  }

  erase(channel: string, offset: number): string {
    const entries = this.channels.get(channel)!;
    const entry = entries[offset - 1];
    if (!entry || entry.bodyText?.startsWith('{"event"')) return "refused";
    if (entry.bodyText === null) {
      return `${channel}:${entries.length} duplicate`;
    }
    entry.bodyText = null;
    entries.push({
      subject: entry.subject,
      sender: "eve",
      bodyText: `{"event":"body_erased","offset":${offset}}`,
    });
    return `${channel}:${entries.length}`;
  }
}

/** Drafts become commits only now: what they expect depends on what the model holds. */
function commitOf(draft: Draft, model: Model, n: number): Commit {
  const { sender, messageId, requestHash, uniqueKey } = draft;
  const writes = draft.writes.map((
    { channel, subjects, expectedError },
    w,
  ): Write => ({
    channel,
    entries: subjects.map((subject, e) => ({
      type: "SESSION_UPDATE",
      v: 1,
      subject,
      at: n,
      body: { n: `${n}.${w}.${e}` },
    })),
    expected: expectedError === undefined ? undefined : {
      subject: "session",
      offset: model.subjectOffset(channel, "session") + expectedError,
    },
  }));
  const index = uniqueKey === undefined
    ? undefined
    : [{ view: "v", key: uniqueKey, data: n, unique: true }];
  return { sender, messageId, requestHash, writes, index };
}

function answerOf(
  committed: {
    positions: readonly { channel: string; offset: number }[];
    duplicate?: true;
  },
): string {
  const places = committed.positions.map(({ channel, offset }) =>
    `${channel}:${offset}`
  ).join(" ");
  return committed.duplicate ? `${places} duplicate` : places;
}

async function check(
  steps: readonly Step[],
  log: Log,
  reopen: (log: Log) => Promise<Log>,
): Promise<Log> {
  const model = new Model();
  const heard = new Map<string, Entry[]>(CHANNELS.map((name) => [name, []]));
  const listen = (log: Log) =>
    log.feed((entries) =>
      entries.forEach((entry) => heard.get(entry.channel)!.push(entry))
    );
  let stop = listen(log);
  let n = 0;
  for (const step of steps) {
    if (step.do === "reopen") {
      stop();
      log = await reopen(log);
      stop = listen(log);
    } else if (step.do === "erase") {
      const answer = await log.erase(step.channel, step.offset, "eve").then(
        answerOf,
        (error) => {
          if (error instanceof RangeError) return "refused";
          throw error;
        },
      );
      assertEquals(answer, model.erase(step.channel, step.offset));
    } else {
      const wanted: string[] = [];
      const given = await Promise.all(step.drafts.map((draft) => {
        const commit = commitOf(draft, model, n++);
        wanted.push(model.commit(commit));
        return log.commit(commit).then(answerOf, (error) => {
          if (error instanceof LogConflict) return `conflict ${error.reason}`;
          throw error;
        });
      }));
      assertEquals(given, wanted);
    }
  }
  let count = 0;
  for (const [channel, kept] of model.channels) {
    const entries = await log.read(channel, 0, 10_000);
    assertEquals(
      entries.map(({ subject, sender, bodyText }) => ({
        subject,
        sender: sender!,
        bodyText,
      })),
      kept,
    );
    assertEquals(
      entries.map((entry) => entry.offset),
      kept.map((_, i) => i + 1),
    );
    assertEquals(
      heard.get(channel)!.map(({ offset, hash }) => ({ offset, hash })),
      entries.map(({ offset, hash }) => ({ offset, hash })),
    );
    for (const subject of SUBJECTS) {
      const offsets = (await log.readSubject(channel, subject, 0, 10_000)).map((
        entry,
      ) => entry.offset);
      assertEquals(
        offsets,
        kept.flatMap((entry, i) => entry.subject === subject ? [i + 1] : []),
      );
    }
    count += kept.length;
  }
  assertEquals(
    (await log.query("v")).rows.map((row) => row.key).sort(),
    [...model.keys].sort(),
  );
  const { ok, count: checked } = await log.verify();
  assertEquals({ ok, checked }, { ok: true, checked: count });
  return log;
}

Deno.test("[L1] [L2] [L3] [L4] [L5] [L6] [L9] the memory log does what a simple model does", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const log = createMemoryLog();
      await check(steps, log, (log) => Promise.resolve(log));
      await log.close();
    }),
    { numRuns: 300 },
  );
});

Deno.test("[L1] [L2] [L3] [L4] [L5] [L6] [L7] [L9] the SQLite log does what a simple model does, reopened at any point", async () => {
  await fc.assert(
    fc.asyncProperty(steps, tail, async (steps, maxTailEntries) => {
      const folder = await Deno.makeTempDir();
      const options = { folder, views: [], maxTailEntries };
      let log: Log = await openSqliteLog(options);
      try {
        await check(steps, log, async (old) => {
          await old.close();
          return log = await openSqliteLog(options);
        });
      } finally {
        await log.close();
        await Deno.remove(folder, { recursive: true });
      }
    }),
    { numRuns: 25 },
  );
});

postgresTest(
  "[L1] [L2] [L3] [L4] [L5] [L6] [L7] [L9] the Postgres log does what a simple model does, reopened at any point",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const url = (await postgresForTests())!;
        const database = openDatabase(url, { logger: SILENT });
        const options = { database, views: [], logger: SILENT };
        let log: Log = await openPostgresLog(options);
        try {
          await check(steps, log, async (old) => {
            await old.close();
            return log = await openPostgresLog(options);
          });
        } finally {
          await log.close();
          await database.close();
          await dropPostgres(url);
        }
      }),
      { numRuns: 25 },
    );
  },
);
