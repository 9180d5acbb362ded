/** Rule L8 in Postgres: one altered byte of what the tables say happened is found, and named. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import type { BadReason } from "../../../realtime/log/log.ts";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import {
  verifyPostgres,
  verifyWithin,
} from "../../../realtime/log/verify_postgres.ts";
import { SILENT } from "../../../realtime/logger.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";
import { postgresTest } from "../../support/postgres.ts";
import { KEY } from "./exports.ts";
import { notes } from "./log_contract.ts";

const signingKey = KEY.export({ type: "pkcs8", format: "pem" }).toString();

/** Five channels, answers to messageIds, an erasure, three checkpoints. */
async function withLog(
  url: string,
  run: (database: Database) => Promise<void>,
): Promise<void> {
  const logger = SILENT;
  const database = openDatabase(url, { logger });
  try {
    const log = await openPostgresLog({
      database,
      views: [],
      logger,
      signingKey,
      checkpointIntervalMs: 0,
    });
    for (let i = 0; i < 20; i++) {
      await log.commit(
        notes(`c${i % 5}`, [`text ${i}`], { messageId: `m${i}` }),
      );
      if (i % 8 === 7) await log.checkpoint();
    }
    await log.erase("c1", 3, "ada");
    await log.close();
    await run(database);
  } finally {
    await database.close();
  }
}

async function verified(database: Database, channel?: string) {
  const line = await database.line();
  try {
    return await verifyPostgres(line, { channel });
  } finally {
    await line.close();
  }
}

/** Every value that holds what happened, in which order, and what was signed or answered for it. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  entries: [
    ...["seq", "channel", '"offset"', "at", "actor", "type", "v", "subject"],
    ...["message_id", "salt", "body_hash", "hash", "body"],
  ],
  channels: ["name", "head_offset", "head_hash"],
  actors: ["actor"],
  known: ["positions"],
  checkpoints: ["number", "text", "public_key", "signature"],
  epochs: ["epoch"],
  counter: ["seq"],
};

/** One bit of one byte of a value, by its type. */
function altered(type: string, column: string, at: number, flip: number) {
  switch (type) {
    case "bytea":
      return `set_byte(${column}, ${at} % length(${column}),
        get_byte(${column}, ${at} % length(${column})) # ${flip})`;
    case "uuid":
      return `overlay(${column}::text placing
        to_hex((('x' || substr(${column}::text, 1 + ${at} % 8, 1))::bit(4)::int # ${
        1 + flip % 15
      })) from 1 + ${at} % 8 for 1)::uuid`;
    case "text":
      // ASCII stays ASCII: a text that is none at all would be too easy to find.
      return `overlay(${column} placing
        chr(ascii(substr(${column}, 1 + ${at} % length(${column}), 1)) # ${
        1 + flip % 15
      }) from 1 + ${at} % length(${column}) for 1)`;
    default:
      return `${column} # (1::${type} << ${at % 20})`;
  }
}

postgresTest(
  "[L8] 300 of 300 altered bytes of a log in Postgres are found",
  (url) =>
    withLog(url, async (database) => {
      assertEquals((await verified(database)).ok, true);
      const cells: {
        table: string;
        column: string;
        place: string;
        type: string;
      }[] = [];
      for (const [table, columns] of Object.entries(COLUMNS)) {
        for (const column of columns) {
          const rows = await database.ask((sql) =>
            sql.unsafe(
              `SELECT ctid::text AS place, pg_typeof(${column})::text AS type
             FROM regulens.${table} WHERE ${column} IS NOT NULL ORDER BY ctid`,
            )
          );
          for (const { place, type } of rows) {
            cells.push({ table, column, place, type });
          }
        }
      }
      const line = await database.line();
      let found = 0;
      const tables = Object.keys(COLUMNS);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...tables).chain((table) =>
            fc.constantFrom(...cells.filter((cell) => cell.table === table))
          ),
          fc.nat(100_000),
          fc.integer({ min: 1, max: 255 }),
          async ({ table, column, place, type }, at, flip) => {
            const ask = (text: string) =>
              line.within(5_000, (sql) => sql.unsafe(text));
            await ask("BEGIN");
            // Two rows cannot have one key, nor can a text hold every letter; other lies can be told.
            const lie = altered(type, column, at, flip);
            const wrote = await ask(
              `UPDATE regulens.${table} SET ${column} = ${lie} WHERE ctid = '${place}'`,
            ).then(({ count }) => count, () => 0);
            if (wrote === 1) {
              const { ok } = await verifyWithin((asked) =>
                line.within(5_000, asked)
              );
              assert(!ok, `${table}.${column} ${place} ${at} ${flip}`);
              found++;
            }
            await ask("ROLLBACK");
            fc.pre(wrote === 1);
          },
        ),
        { numRuns: 300, seed: 8785 },
      );
      line.cut();
      assertEquals(found, 300);
      assertEquals((await verified(database)).ok, true);
    }),
);

const C3 = `channel = (SELECT id FROM regulens.channels WHERE name = 'c3')`;

for (
  const [what, edit, channel, offset, reason] of [
    [
      "a body",
      `UPDATE regulens.entries SET body = '{"text":"lie"}' WHERE ${C3} AND "offset" = 2`,
      ...["c3", 2, "altered_body"] as const,
    ],
    [
      "a removed entry",
      `DELETE FROM regulens.entries WHERE ${C3} AND "offset" = 2`,
      ...["c3", 2, "missing_entry"] as const,
    ],
    [
      "an end cut off with its head",
      `DELETE FROM regulens.entries WHERE ${C3} AND "offset" = 4;
       UPDATE regulens.channels SET head_offset = 3, head_hash =
         (SELECT hash FROM regulens.entries WHERE ${C3} AND "offset" = 3)
       WHERE name = 'c3'`,
      ...["c3", 4, "truncated"] as const,
    ],
    [
      "a removed channel",
      `DELETE FROM regulens.channels WHERE name = 'c0'`,
      ...["channel 1, unnamed", 1, "altered_header"] as const,
    ],
    [
      "a removed checkpoint",
      `DELETE FROM regulens.checkpoints WHERE number = 2`,
      ...["c1", 5, "bad_checkpoint"] as const,
    ],
    [
      "an altered answer",
      `UPDATE regulens.known SET positions = replace(positions, '"c3"', '"c4"')
       WHERE message_id = 'm3'`,
      ...["c4", 1, "altered_answer"] as const,
    ],
    [
      "a head that the next entry would rest on",
      `UPDATE regulens.channels SET head_hash = decode(repeat('11', 32), 'hex')
       WHERE name = 'c2'`,
      ...["c2", 4, "broken_chain"] as const,
    ],
    [
      "a counter set back",
      "UPDATE regulens.counter SET seq = seq - 1",
      ...["", 0, "damaged_file"] as const,
    ],
  ] as const
) {
  postgresTest(
    `[L8] verify names ${what} in Postgres`,
    (url) =>
      withLog(url, async (database) => {
        const line = await database.line();
        await line.within(5_000, (sql) => sql.unsafe(edit));
        await line.close();
        const { ok, firstBad } = await verified(database);
        const wanted: { channel: string; offset: number; reason: BadReason } = {
          channel,
          offset,
          reason,
        };
        assertEquals([ok, firstBad], [false, wanted]);
      }),
  );
}
