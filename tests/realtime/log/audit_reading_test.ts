/** Reading for audits from a SQLite log: lists in stretches, exports of one moment, threads given back. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuditReading } from "../../../realtime/log/audit_reading.ts";
import { listEntries } from "../../../realtime/log/audit_reads.ts";
import { isSigned } from "../../../realtime/log/checkpoint.ts";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { openSqliteLog, type SqliteLog } from "../../../realtime/log/sqlite.ts";
import { openToRead } from "../../../realtime/log/sqlite_schema.ts";
import { verifyExport } from "../../../realtime/log/verify_export.ts";

interface Parts {
  readonly folder: string;
  readonly log: SqliteLog;
  readonly audit: AuditReading;
}

async function withLog(
  test: (parts: Parts) => Promise<void>,
  { maxPauseMs, maxTailEntries }: {
    maxPauseMs?: number;
    maxTailEntries?: number;
  } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_audit_" });
  const log = await openSqliteLog({
    folder,
    views: [],
    checkpointIntervalMs: 0,
    maxTailEntries,
  });
  const audit = new AuditReading({ folder, maxPauseMs });
  try {
    await test({ folder, log, audit });
  } finally {
    audit.close();
    await log.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** @param bytes Of each body, so that exports come in several pieces. */
async function write(
  log: SqliteLog,
  channel: string,
  { count = 1, sender = "ana", bytes = 10, at = 1_000 } = {},
): Promise<void> {
  const entry = { type: "NOTE", v: 1, subject: "notes", at };
  const entries = Array.from(
    { length: count },
    () => ({ ...entry, body: { event: "noted", text: "x".repeat(bytes) } }),
  );
  await log.commit({ sender, writes: [{ channel, entries }] });
}

for (const maxTailEntries of [2, 1_000]) {
  Deno.test(`[A1] pages of any size and stretch give every entry once, newest first (tail of ${maxTailEntries})`, async () => {
    await withLog(async ({ folder, log }) => {
      for (let i = 0; i < 30; i++) {
        await write(log, `c${i % 3}`, {
          sender: i % 5 === 0 ? "bo" : "ana",
          at: i,
        });
      }
      const db = openToRead(`${folder}/log.db`);
      try {
        const places = (filter: object, limit: number, maxLookedAt: number) => {
          const found: string[] = [];
          let before: number | undefined;
          for (;;) {
            const query = { ...filter, limit, before };
            const { rows, cursor } = listEntries(db, query, { maxLookedAt });
            found.push(...rows.map((row) => `${row.channel} ${row.offset}`));
            if (cursor === null) return found;
            before = cursor;
          }
        };
        const newestFirst = Array.from({ length: 30 }, (_, i) => 29 - i);
        const placeOf = (i: number) => `c${i % 3} ${Math.floor(i / 3) + 1}`;
        for (
          const [filter, holds] of [
            [{}, () => true],
            [{ channel: "c1" }, (i: number) => i % 3 === 1],
            [{ actor: "bo" }, (i: number) => i % 5 === 0],
            [{ since: 20 }, (i: number) => i >= 20],
            [
              { channel: "c0", actor: "bo", since: 5 },
              (i: number) => i === 15,
            ],
            [{ channel: "none" }, () => false],
          ] as const
        ) {
          const wanted = newestFirst.filter(holds).map(placeOf);
          for (const [limit, stretch] of [[1, 1], [7, 4], [4, 100], [50, 7]]) {
            assertEquals(places(filter, limit, stretch), wanted);
          }
        }
      } finally {
        db.close();
      }
    }, { maxTailEntries });
  });
}

Deno.test("[A2] an export holds what there was when it began, whatever is written and signed meanwhile", async () => {
  await withLog(async ({ log, audit }) => {
    await write(log, "a", { count: 400, bytes: 1_000 });
    await log.checkpoint();
    const reader = (await audit.export("a")).getReader();
    const pieces = [(await reader.read()).value!];
    await write(log, "a", { count: 20 });
    await log.checkpoint();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
    }
    assert(pieces.length > 2);
    const then = await verifyExport(pieces, { isSigned });
    assertEquals(then.firstBad, undefined);
    assertEquals([then.count, then.checkpoints], [400, 1]);
  });
});

Deno.test("[A2] a body erased while it is exported ends the export; the next one verifies", async () => {
  await withLog(async ({ log, audit }) => {
    await write(log, "a", { count: 800, bytes: 1_000 });
    const reader = (await audit.export("a")).getReader();
    await reader.read();
    await log.erase("a", 799, "ana");
    await assertRejects(
      async () => {
        while (!(await reader.read()).done);
      },
      LogUnavailable,
      "erased while it was exported",
    );
    const now = await verifyExport(await audit.export("a"), { isSigned });
    assertEquals([now.ok, now.count, now.erased], [true, 801, 1]);
  });
});

Deno.test("[A2] entries of other channels are not in it, wherever they were written", async () => {
  await withLog(async ({ log, audit }) => {
    for (let i = 0; i < 12; i++) await write(log, `c${i % 4}`);
    await log.checkpoint();
    for (const channel of ["c0", "c3"]) {
      const found = await verifyExport(await audit.export(channel), {
        isSigned,
      });
      assertEquals([found.ok, found.count, found.checkpoints], [true, 3, 1]);
    }
  }, { maxTailEntries: 5 });
});

Deno.test("[A9] an export that nobody reads on is ended, and its place is free", async () => {
  await withLog(async ({ log, audit }) => {
    await write(log, "a", { count: 400, bytes: 1_000 });
    const reader = (await audit.export("a")).getReader();
    // One piece is read ahead; then nobody takes it, and the pause of 0 ms is over.
    await assertRejects(() => reader.closed, LogUnavailable, "nobody read on");
    await assertRejects(() => reader.read(), LogUnavailable);
    assertEquals(audit.mayExport(), true);
  }, { maxPauseMs: 0 });
});

Deno.test("[A9] closing ends the exports under way and refuses what comes later", async () => {
  await withLog(async ({ log, audit }) => {
    await write(log, "a", { count: 400, bytes: 1_000 });
    await audit.list({ limit: 1 });
    const reader = (await audit.export("a")).getReader();
    await reader.read();
    audit.close();
    await assertRejects(async () => {
      while (!(await reader.read()).done);
    }, LogUnavailable);
    await assertRejects(() => audit.export("a"), LogUnavailable);
    await assertRejects(() => audit.list({ limit: 1 }), LogUnavailable);
  });
});

Deno.test("[A9] a folder without a log is said to be unavailable, and again when asked again", async () => {
  const folder = await Deno.makeTempDir();
  const audit = new AuditReading({ folder });
  try {
    for (let i = 0; i < 6; i++) {
      await assertRejects(() => audit.export("a"), LogUnavailable);
      await assertRejects(() => audit.list({ limit: 1 }), LogUnavailable);
    }
    assertEquals(audit.mayExport(), true);
    assertEquals(audit.publicKey(), null);
  } finally {
    audit.close();
    await Deno.remove(folder, { recursive: true });
  }
});
