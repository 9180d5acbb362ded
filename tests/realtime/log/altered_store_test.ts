/** Rule L8 at random: one altered byte of what a store says happened is found, 1,000 of 1,000. */
import fc from "fast-check";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { DATABASE_FILE } from "../../../realtime/log/sqlite_folder.ts";
import { openToRead } from "../../../realtime/log/sqlite_schema.ts";
import { verifyFolder } from "../../../realtime/log/verify.ts";
import { verifyDatabase } from "../../../realtime/log/verify_database.ts";
import { notes } from "./log_contract.ts";

interface Cell {
  readonly table: string;
  readonly column: string;
  readonly rowid: string;
  readonly value: SQLOutputValue;
}

/** Every value that holds what happened, in which order, and what was signed or answered for it. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  entries: [
    "channel",
    "subject",
    "offset",
    "at",
    "actor",
    "type",
    "v",
    "message_id",
    "salt",
    "body_hash",
    "hash",
    "body",
  ],
  names: ["name"],
  actors: ["actor"],
  checkpoints: ["text", "public_key", "signature"],
};

/** Five channels, answers to messageIds, an erasure, three checkpoints. */
async function writeLog(folder: string): Promise<void> {
  const log = await openSqliteLog({
    folder,
    views: [],
    checkpointIntervalMs: 0,
    maxTailEntries: 8,
  });
  for (let i = 0; i < 20; i++) {
    await log.commit(
      notes(`c${i % 5}`, [`text ${i}`], { messageId: `m${i}` }),
    );
    if (i % 8 === 7) await log.checkpoint();
  }
  await log.erase("c1", 3, "ada");
  await log.close();
}

function cellsOf(db: DatabaseSync): readonly Cell[] {
  return Object.entries(COLUMNS).flatMap(([table, columns]) =>
    db.prepare(`SELECT rowid AS id, * FROM ${table}`).all().flatMap((row) =>
      columns.filter((column) => row[column] !== null).map((column) => ({
        table,
        column,
        rowid: String(row.id),
        value: row[column],
      }))
    )
  );
}

/** The value with one of its bytes another. */
function altered(value: SQLOutputValue, at: number, flip: number) {
  if (typeof value === "number") return value ^ (1 << (at % 20));
  const bytes = typeof value === "string"
    ? new TextEncoder().encode(value)
    : value instanceof Uint8Array
    ? value.slice()
    : undefined;
  assert(bytes);
  // ASCII stays ASCII: a text that is none at all would be too easy to find.
  bytes[at % bytes.length] ^= typeof value === "string" ? 1 + flip % 15 : flip;
  return typeof value === "string" ? new TextDecoder().decode(bytes) : bytes;
}

Deno.test("[L8] 1,000 of 1,000 altered bytes of a store are found", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeLog(folder);
    const path = `${folder}/${DATABASE_FILE}`;
    const db = new DatabaseSync(path);
    const beside = openToRead(path);
    assertEquals(verifyDatabase(beside).ok, true);
    const cells = cellsOf(db);
    let found = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...cells),
        fc.nat(100_000),
        fc.integer({ min: 1, max: 255 }),
        ({ table, column, rowid, value }, at, flip) => {
          const put = db.prepare(
            `UPDATE ${table} SET ${column} = ? WHERE rowid = ?`,
          );
          const lie = altered(value, at, flip);
          // Two names cannot be one; any other lie can be written.
          fc.pre(
            !cells.some((one) =>
              one.table === "names" && table === "names" && one.value === lie
            ),
          );
          put.run(lie, rowid);
          try {
            assertEquals(verifyDatabase(beside).ok, false);
            found++;
          } finally {
            put.run(value, rowid);
          }
        },
      ),
      { numRuns: 1_000, seed: 8785 },
    );
    assertEquals(found, 1_000);
    assertEquals(verifyDatabase(beside).ok, true);
    beside.close();
    db.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (
  const [what, edit] of [
    [
      "an answer to a messageId",
      "UPDATE known SET positions = replace(positions, '\"c3\"', '\"c4\"')",
    ],
    ["a place", "UPDATE places SET subject = subject + 1 WHERE offset = 2"],
  ] as const
) {
  Deno.test(`[L8] verify finds ${what} that was altered`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await writeLog(folder);
      const path = `${folder}/${DATABASE_FILE}`;
      const db = new DatabaseSync(path);
      db.exec(edit);
      db.close();
      const beside = openToRead(path);
      assertEquals(verifyDatabase(beside).ok, false);
      beside.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("[L8] verify finds a page of the file that is damaged", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const log = await openSqliteLog({ folder, views: [] });
    const row = { view: "list", key: "zebra", data: {} };
    await log.commit({ ...notes("a", ["one"]), index: [row] });
    await log.close();
    const path = `${folder}/${DATABASE_FILE}`;
    const bytes = await Deno.readFile(path);
    const text = new TextDecoder("latin1").decode(bytes);
    // The row's name stands in its table and in the index that orders them.
    assert(text.indexOf("zebra") < text.lastIndexOf("zebra"));
    bytes[text.lastIndexOf("zebra")] = 0x5a;
    await Deno.writeFile(path, bytes);
    const { ok, firstBad } = verifyFolder(folder);
    assertEquals([ok, firstBad?.reason], [false, "damaged_file"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
