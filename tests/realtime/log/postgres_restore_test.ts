/** Backups out of Postgres and restores into it: whole, checked, and the same file as of a data folder. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { restoreWrites } from "../../../restore.ts";
import { listEntries as listSqlite } from "../../../realtime/log/audit_reads.ts";
import { writeBackup } from "../../../realtime/log/backup.ts";
import { type Log, LogUnavailable } from "../../../realtime/log/log.ts";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import { PostgresAuditReading } from "../../../realtime/log/postgres_audit_reading.ts";
import { writePostgresBackup } from "../../../realtime/log/postgres_backup.ts";
import { restoreToPostgres } from "../../../realtime/log/postgres_restore.ts";
import { BadBackup, restoreBackup } from "../../../realtime/log/restore.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { SqliteAuditReading } from "../../../realtime/log/sqlite_audit_reading.ts";
import { openToRead } from "../../../realtime/log/sqlite_schema.ts";
import { verifyFolder } from "../../../realtime/log/verify.ts";
import {
  COOKIE_SECRET,
  sharedSecret,
} from "../../../realtime/nodes/kept_secret.ts";
import { SILENT } from "../../../realtime/logger.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";
import {
  dropPostgres,
  postgresForTests,
  postgresTest,
} from "../../support/postgres.ts";
import { KEY } from "./exports.ts";
import { notes } from "./log_contract.ts";

const AT = 1_700_000_000_000;
const logger = SILENT;
const signingKey = KEY.export({ type: "pkcs8", format: "pem" }).toString();
const restoring = {
  at: AT,
  sender: "operator",
  writes: (facts: Parameters<typeof restoreWrites>[0]) =>
    restoreWrites(facts, AT),
};

const openIn = (database: Database) =>
  openPostgresLog({
    database,
    views: [],
    logger,
    signingKey,
    checkpointIntervalMs: 0,
  });

/** Several channels and people, kept answers, rows of a list, an erasure, somebody forgotten. */
async function fill(log: Log & { checkpoint(): Promise<unknown> }) {
  for (let i = 0; i < 30; i++) {
    await log.commit({
      ...notes(`c${i % 4}`, [`text ${i}, ü \u0000 "\u{1F600}"`], {
        messageId: `m${i}`,
      }),
      sender: i % 3 === 0 ? "ana" : "bo",
      index: [{ view: "list", key: `k${i}`, sort: i / 3, data: { i } }],
    });
    if (i === 14) await log.checkpoint();
  }
  await log.erase("c1", 3, "ada");
  await log.forget("bo");
  await log.checkpoint();
}

interface Places {
  readonly folder: string;
  readonly database: Database;
}

async function withPlaces(url: string, run: (places: Places) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "regulens_backup_" });
  const database = openDatabase(url, { logger });
  try {
    await run({ folder, database });
  } finally {
    await database.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Another database, gone when it is over. */
async function withOther(run: (other: Database) => Promise<void>) {
  const url = await postgresForTests();
  assert(url);
  const other = openDatabase(url, { logger });
  try {
    await run(other);
  } finally {
    await other.close();
    await dropPostgres(url);
  }
}

async function textsIn(log: Log, channel: string) {
  const entries = await log.read(channel, 0, 100);
  return entries.map(({ offset, sender, messageId, bodyText, hash }) =>
    JSON.stringify([offset, sender, messageId, bodyText, hash])
  );
}

postgresTest(
  "[B7] a backup of Postgres restores to Postgres, with everything, in a new epoch",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const file = `${folder}/one.backup`;
      const log = await openIn(database);
      await fill(log);
      const secret = await sharedSecret(database, COOKIE_SECRET);
      const before = await textsIn(log, "c1");
      const rows = await log.query("list", { limit: 100 });
      const { epoch } = await log.head("c1");
      const backup = await writePostgresBackup(file, database, {
        at: AT,
        signingKey,
      });
      assertEquals(backup.verification, { ok: true, count: 31, channels: 4 });
      assertEquals(backup.files, ["secret"]);
      assertEquals(Deno.statSync(file).mode! & 0o777, 0o600);
      await log.close();
      await withOther(async (other) => {
        const restored = await restoreToPostgres(file, other, {
          ...restoring,
          signingKey,
        });
        assertEquals([restored.count, restored.epochBefore], [31, epoch]);
        assertNotEquals(restored.epoch, epoch);
        const again = await openIn(other);
        assertEquals(await textsIn(again, "c1"), before);
        assertEquals(await again.query("list", { limit: 100 }), rows);
        assertEquals((await again.head("c1")).epoch, restored.epoch);
        assertEquals(await sharedSecret(other, COOKIE_SECRET), secret);
        const [said] = await again.read("audit", 0, 1);
        assertEquals(JSON.parse(said.bodyText!).event, "restored");
        const known = { sender: "ana", scope: "c0", messageId: "m0" };
        assertEquals((await again.recall(known))?.positions[0].offset, 1);
        await again.commit(notes("c1", ["after"]));
        await again.checkpoint();
        const checked = await again.verify();
        assertEquals([checked.ok, checked.count], [true, 33]);
        await again.close();
      });
    }),
);

postgresTest(
  "[B7] a data folder's backup restores to Postgres, and that one's to a data folder",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const data = `${folder}/data`;
      const embedded = await openSqliteLog({ folder: data, views: [] });
      await fill(embedded);
      const before = await textsIn(embedded, "c1");
      await embedded.close();
      await writeBackup(`${folder}/one`, data, { at: AT });
      const restored = await restoreToPostgres(
        `${folder}/one`,
        database,
        restoring,
      );
      assertEquals(
        restored.signingKey,
        Deno.readTextFileSync(`${data}/checkpoint.key`),
      );
      const log = await openPostgresLog({
        database,
        views: [],
        logger,
        signingKey: restored.signingKey,
        checkpointIntervalMs: 0,
      });
      assertEquals(await textsIn(log, "c1"), before);
      await log.erase("c1", 1, "ada");
      await log.close();
      await writePostgresBackup(`${folder}/two`, database, {
        at: AT,
        keptKey: restored.signingKey,
      });
      const other = `${folder}/other`;
      await restoreBackup(`${folder}/two`, other, restoring);
      assertEquals(verifyFolder(other).ok, true);
      const back = await openSqliteLog({ folder: other, views: [] });
      assertEquals((await textsIn(back, "c1")).slice(1, 9), before.slice(1));
      await back.close();
      assertEquals(verifyFolder(other).ok, true);
    }),
);

postgresTest(
  "[A2] lists and exports are the same in both stores, byte for byte",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const data = `${folder}/data`;
      const first = await openSqliteLog({ folder: data, views: [] });
      await fill(first);
      await first.close();
      await writeBackup(`${folder}/one`, data, { at: AT });
      const { signingKey } = await restoreToPostgres(
        `${folder}/one`,
        database,
        {
          ...restoring,
        },
      );
      await writePostgresBackup(`${folder}/two`, database, {
        at: AT,
        keptKey: signingKey,
      });
      // As it is in the backup: a restore of it would be one epoch on.
      await Deno.mkdir(`${folder}/other`);
      await Deno.copyFile(`${folder}/two`, `${folder}/other/log.db`);
      await Deno.writeTextFile(`${folder}/other/checkpoint.key`, signingKey);
      const now = () => AT;
      const here = new SqliteAuditReading({ folder: `${folder}/other`, now });
      const there = new PostgresAuditReading({ database, signingKey, now });
      try {
        for (const channel of ["c0", "c1", "audit"]) {
          const read = async (audit: typeof here | typeof there) =>
            await new Response(await audit.export(channel, { actors: true }))
              .text();
          const text = await read(there);
          assertEquals(text, await read(here));
          assert(text.includes('"checkpoints":[\n{'), "no checkpoint is in it");
        }
        const db = openToRead(`${folder}/other/log.db`);
        assertEquals(
          await there.list({ limit: 100 }),
          listSqlite(db, { limit: 100 }),
        );
        db.close();
      } finally {
        here.close();
        there.close();
      }
    }),
);

postgresTest(
  "[B1] a backup made while nodes write holds one moment, and verifies",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const log = await openIn(database);
      let isWriting = true;
      const writing = (async () => {
        for (let i = 0; isWriting; i++) {
          await log.commit(
            notes(`c${i % 3}`, ["more"], { messageId: `w${i}` }),
          );
        }
      })();
      const { verification } = await writePostgresBackup(
        `${folder}/one`,
        database,
        { at: AT, signingKey },
      );
      isWriting = false;
      await writing;
      assert(verification.ok, JSON.stringify(verification));
      await log.close();
    }),
);

postgresTest(
  "[B4] nothing is restored over a log, beneath a node, or without the key; what fails leaves nothing",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const file = `${folder}/one`;
      const log = await openIn(database);
      await fill(log);
      await writePostgresBackup(file, database, { at: AT, signingKey });
      await log.close();
      const options = { ...restoring, signingKey };
      await assertRejects(
        () => restoreToPostgres(file, database, options),
        RangeError,
        "there is a log in it",
      );
      await withOther(async (other) => {
        await assertRejects(
          () => restoreToPostgres(file, other, restoring),
          RangeError,
          "REGULENS_SIGNING_KEY",
        );
        const empty = await openIn(other);
        await other.ask((sql) =>
          sql`SELECT * FROM regulens.node_renew('node-1', interval '1 hour')`
        );
        await assertRejects(
          () => restoreToPostgres(file, other, options),
          LogUnavailable,
          "node-1 runs on it",
        );
        await other.ask((sql) => sql`DELETE FROM regulens.nodes`);
        assertEquals((await empty.verify()).count, 0);
        await restoreToPostgres(file, other, options);
        // A node that knew the empty log must not write to this one.
        await assertRejects(
          () => empty.commit(notes("c1", ["x"])),
          LogUnavailable,
        );
        await empty.close();
      });
    }),
);

postgresTest(
  "[B2] a log in Postgres that does not verify gives no backup, only a .bad",
  (url) =>
    withPlaces(url, async ({ folder, database }) => {
      const log = await openIn(database);
      await fill(log);
      await log.close();
      await database.ask((sql) =>
        sql`UPDATE regulens.entries SET at = at + 1 WHERE seq = 5`
      );
      const { verification } = await writePostgresBackup(
        `${folder}/one`,
        database,
        { at: AT, signingKey },
      );
      assertEquals(verification.firstBad?.reason, "altered_header");
      await assertRejects(
        () => Deno.stat(`${folder}/one`),
        Deno.errors.NotFound,
      );
      await withOther((other) =>
        assertRejects(
          () =>
            restoreToPostgres(`${folder}/one.bad`, other, {
              ...restoring,
              signingKey,
            }),
          BadBackup,
        ).then(() => {})
      );
    }),
);
