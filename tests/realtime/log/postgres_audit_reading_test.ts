/** Reading for audits from a log in Postgres. */
import { assertEquals, assertRejects } from "@std/assert";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import { PostgresAuditReading } from "../../../realtime/log/postgres_audit_reading.ts";
import { listEntries } from "../../../realtime/log/postgres_audit_reads.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { postgresTest } from "../../support/postgres.ts";
import { auditContract, type Audited } from "./audit_contract.ts";
import { KEY } from "./exports.ts";

const signingKey = KEY.export({ type: "pkcs8", format: "pem" }).toString();
const logger = SILENT;

async function withAudited(
  url: string,
  run: (audited: Audited) => Promise<void>,
  { maxPauseMs }: { readonly maxPauseMs?: number } = {},
): Promise<void> {
  const database = openDatabase(url, { logger });
  const log = await openPostgresLog({
    database,
    views: [],
    logger,
    signingKey,
    checkpointIntervalMs: 0,
  });
  const audit = new PostgresAuditReading({ database, signingKey, maxPauseMs });
  try {
    await run({
      log,
      audit,
      list: (query, options) => listEntries(database.ask, query, options),
    });
  } finally {
    audit.close();
    await log.close();
    await database.close();
  }
}

auditContract((name, options, run) =>
  postgresTest(
    `${name} (Postgres)`,
    (url) => withAudited(url, run, options),
  )
);

Deno.test("[A9] a server that is not there is said to be unavailable, and again when asked again", async () => {
  const url = "postgres://nobody@127.0.0.1:1/nothing";
  const database = openDatabase(url, { logger });
  const audit = new PostgresAuditReading({ database, signingKey });
  try {
    for (let i = 0; i < 6; i++) {
      await assertRejects(() => audit.export("a"), LogUnavailable);
      await assertRejects(() => audit.list({ limit: 1 }), LogUnavailable);
    }
    assertEquals(audit.mayExport(), true);
  } finally {
    audit.close();
    await database.close();
  }
});

postgresTest(
  "[A1] a body that was altered to no JSON has no event, and holds up no list",
  (url) =>
    withAudited(url, async ({ log, audit }) => {
      const entry = { type: "NOTE", v: 1, subject: "s", at: 1 };
      await log.commit({
        sender: "ana",
        writes: [{
          channel: "a",
          entries: [
            { ...entry, body: { event: "one" } },
            { ...entry, body: { event: "two" } },
          ],
        }],
      });
      const database = openDatabase(url, { logger });
      await database.ask((sql) =>
        sql`UPDATE regulens.entries SET body = '{"event":' WHERE seq = 1`
      );
      await database.close();
      const { rows } = await audit.list({ limit: 10 });
      assertEquals(rows.map(({ event }) => event), ["two", null]);
    }),
);
