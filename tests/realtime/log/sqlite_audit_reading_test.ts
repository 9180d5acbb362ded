/** Reading for audits from a SQLite log, its entries placed or not. */
import { assertEquals, assertRejects } from "@std/assert";
import { listEntries } from "../../../realtime/log/audit_reads.ts";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { SqliteAuditReading } from "../../../realtime/log/sqlite_audit_reading.ts";
import { openToRead } from "../../../realtime/log/sqlite_schema.ts";
import { auditContract } from "./audit_contract.ts";

for (const maxTailEntries of [2, 1_000]) {
  auditContract((name, { maxPauseMs }, run) => {
    Deno.test(`${name} (SQLite, tail of ${maxTailEntries})`, async () => {
      const folder = await Deno.makeTempDir({ prefix: "regulens_audit_" });
      const log = await openSqliteLog({
        folder,
        views: [],
        checkpointIntervalMs: 0,
        maxTailEntries,
      });
      const audit = new SqliteAuditReading({ folder, maxPauseMs });
      const db = openToRead(`${folder}/log.db`);
      try {
        await run({
          log,
          audit,
          list: (query, options) =>
            Promise.resolve(listEntries(db, query, options)),
        });
      } finally {
        db.close();
        audit.close();
        await log.close();
        await Deno.remove(folder, { recursive: true });
      }
    });
  });
}

Deno.test("[A9] a folder without a log is said to be unavailable, and again when asked again", async () => {
  const folder = await Deno.makeTempDir();
  const audit = new SqliteAuditReading({ folder });
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
