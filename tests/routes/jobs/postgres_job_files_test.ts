/** Files of jobs in Postgres: as on disk, and over nodes. */
import { assertEquals, assertRejects } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { JobFault } from "../../../routes/jobs/job_kind.ts";
import { PostgresJobFiles } from "../../../routes/jobs/postgres_job_files.ts";
import { postgresTest } from "../../support/postgres.ts";
import {
  bytesOf,
  inPieces,
  jobFilesContract,
  readIn,
} from "./job_files_contract.ts";

/** Two nodes on one database. */
async function withNodes(
  url: string,
  run: (one: Database, two: Database) => Promise<void>,
): Promise<void> {
  const open = () => openDatabase(url, { logger: SILENT, max: 2 });
  const [one, two] = [open(), open()];
  try {
    await migrate(one);
    await run(one, two);
  } finally {
    await one.close();
    await two.close();
  }
}

const countIn = async (database: Database, table: string): Promise<number> => {
  const [row] = await database.ask((sql) =>
    sql`SELECT count(*) AS count FROM ${sql(table)}`
  );
  return Number(row.count);
};

jobFilesContract("in Postgres", (name, run) => {
  postgresTest(name, (url) =>
    withNodes(url, async (one, two) => {
      await run({
        files: new PostgresJobFiles({ database: one }),
        again: new PostgresJobFiles({ database: two }),
        count: () => countIn(one, "regulens.job_files"),
      });
    }));
});

postgresTest(
  "[J16] in Postgres: what one node writes while another erases is not kept",
  (url) =>
    withNodes(url, async (one, two) => {
      const files = new PostgresJobFiles({ database: one });
      const other = new PostgresJobFiles({ database: two });
      const { signal } = new AbortController();
      for (const pieces of [1, 3]) {
        let left = pieces;
        const stream = new ReadableStream<Uint8Array>({
          async pull(controller) {
            if (left-- === pieces) await other.removeAll();
            controller.enqueue(bytesOf(8));
            if (left === 0) controller.close();
          },
        }, { highWaterMark: 0 });
        await assertRejects(
          () => files.write("a.1.json", stream, { signal }),
          JobFault,
        );
      }
      assertEquals(await countIn(one, "regulens.job_files"), 0);
      assertEquals(await countIn(one, "regulens.job_file_chunks"), 0);
    }),
);

postgresTest(
  "[J16] in Postgres: half a file is given by nobody, and a removed one ends who reads it",
  (url) =>
    withNodes(url, async (one, two) => {
      const files = new PostgresJobFiles({ database: one });
      const other = new PostgresJobFiles({ database: two });
      const { signal } = new AbortController();
      const seen: unknown[] = [];
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          seen.push(await other.open("a.1.json"));
          controller.enqueue(bytesOf(8));
          if (seen.length === 2) controller.close();
        },
      }, { highWaterMark: 0 });
      await files.write("a.1.json", stream, { signal });
      assertEquals(seen, [undefined, undefined]);
      assertEquals((await readIn(other, "a.1.json"))?.length, 16);
      const reader = (await other.open("a.1.json"))!.getReader();
      await reader.read();
      await files.removeAll();
      await assertRejects(() => reader.read(), Error, "the file was removed");
    }),
);

postgresTest(
  "[J16] in Postgres: no row is larger than 256 KiB",
  (url) =>
    withNodes(url, async (one) => {
      const files = new PostgresJobFiles({ database: one });
      const { signal } = new AbortController();
      await files.write("a.1.json", inPieces(bytesOf(900_000), 900_000), {
        signal,
      });
      const rows = await one.ask((sql) =>
        sql`SELECT length(chunk) AS bytes FROM regulens.job_file_chunks
          ORDER BY number`
      );
      assertEquals(
        rows.map((row) => Number(row.bytes)),
        [262_144, 262_144, 262_144, 113_568],
      );
    }),
);
