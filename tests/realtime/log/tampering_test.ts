/** Rule L8 against someone who edits the file: what was altered, removed or rewritten is named. */
import { DatabaseSync } from "node:sqlite";
import { generateKeyPairSync } from "node:crypto";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { verifyFolder } from "../../../realtime/log/verify.ts";
import { hashBody, hashRecord, NO_HASH } from "../../../realtime/log/record.ts";
import type { BadReason } from "../../../realtime/log/log.ts";
import { recordOf, SELECT_RECORDS } from "../../../realtime/log/sqlite_rows.ts";
import { signCheckpoint } from "../../../realtime/log/checkpoint.ts";
import { notes } from "./log_contract.ts";

interface Tampering {
  readonly what: string;
  readonly edit: (db: DatabaseSync) => void;
  readonly channel?: string;
  readonly offset: number;
  readonly reason: BadReason;
}

const B = "channel = (SELECT id FROM names WHERE name = 'b')";
const B3 = `WHERE ${B} AND offset = 3`;

const TAMPERINGS: readonly Tampering[] = [
  {
    what: "an altered body",
    edit: (db) => db.exec(`UPDATE entries SET body = '{"text":"lie"}' ${B3}`),
    offset: 3,
    reason: "altered_body",
  },
  {
    what: "an altered salt",
    edit: (db) => db.exec(`UPDATE entries SET salt = zeroblob(32) ${B3}`),
    offset: 3,
    reason: "altered_body",
  },
  {
    what: "a removed body that no erasure explains",
    edit: (db) => db.exec(`UPDATE entries SET body = NULL, salt = NULL ${B3}`),
    offset: 3,
    reason: "missing_body",
  },
  ...[
    "at = 7",
    "actor = 77",
    "type = subject",
    "v = 2",
    "subject = type",
    "message_id = 'x'",
  ]
    .map((column) => ({
      what: `an altered header (${column})`,
      edit: (db: DatabaseSync) => db.exec(`UPDATE entries SET ${column} ${B3}`),
      offset: 3,
      reason: "altered_header" as const,
    })),
  {
    what: "an altered name of a channel",
    edit: (db) => db.exec("UPDATE names SET name = 'x' WHERE name = 'b'"),
    channel: "x",
    offset: 1,
    reason: "altered_header",
  },
  {
    what: "two channels whose names were exchanged",
    edit: (db) =>
      db.exec(`
        UPDATE names SET name = 'x' WHERE name = 'b';
        UPDATE names SET name = 'b' WHERE name = 'd';
        UPDATE names SET name = 'd' WHERE name = 'x';
      `),
    offset: 1,
    reason: "altered_header",
  },
  ...["session", "SESSION_UPDATE"].map((name) => ({
    what: `an altered name of a subject or type (${name})`,
    edit: (db: DatabaseSync) =>
      db.exec(`UPDATE names SET name = 'x' WHERE name = '${name}'`),
    channel: "a",
    offset: 1,
    reason: "altered_header" as const,
  })),
  {
    what: "a removed name of a channel",
    edit: (db) => db.exec("DELETE FROM names WHERE name = 'b'"),
    channel: "channel 4, unnamed",
    offset: 1,
    reason: "altered_header",
  },
  {
    what: "an altered actor",
    edit: (db) => db.exec("UPDATE actors SET actor = 'x'"),
    channel: "a",
    offset: 1,
    reason: "altered_header",
  },
  {
    what: "a removed actor",
    edit: (db) => db.exec("DELETE FROM actors"),
    channel: "a",
    offset: 1,
    reason: "altered_header",
  },
  {
    what: "a place taken away",
    edit: (db) => db.exec(`DELETE FROM places ${B3}`),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "a place that points to another entry",
    edit: (db) => db.exec(`UPDATE places SET seq = 1 ${B3}`),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "a place under another subject",
    edit: (db) => db.exec(`UPDATE places SET subject = 77 ${B3}`),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "a place without an entry",
    edit: (db) =>
      db.exec(
        "INSERT INTO places SELECT id, 6, 1, 99 FROM names WHERE name = 'b'",
      ),
    offset: 6,
    reason: "missing_entry",
  },
  {
    what: "a mark that hides entries without a place",
    edit: (db) => db.exec("UPDATE placed SET seq = 16"),
    channel: "c",
    offset: 1,
    reason: "missing_entry",
  },
  {
    what: "a mark set back before placed entries",
    edit: (db) => db.exec("UPDATE placed SET seq = 14"),
    channel: "d",
    offset: 5,
    reason: "missing_entry",
  },
  {
    what: "a mark that is gone",
    edit: (db) => db.exec("DELETE FROM placed"),
    channel: "a",
    offset: 1,
    reason: "missing_entry",
  },
  {
    what: "two entries of a channel written in the other order",
    edit: (db) =>
      db.exec(`
        UPDATE entries SET seq = 99 ${B3};
        UPDATE entries SET seq = 8 WHERE ${B} AND offset = 4;
        UPDATE entries SET seq = 9 WHERE seq = 99;
      `),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "an altered header of the last entry",
    edit: (db) =>
      db.exec(`UPDATE entries SET at = 7 WHERE ${B} AND offset = 5`),
    offset: 5,
    reason: "altered_header",
  },
  {
    what: "an altered hash",
    edit: (db) => db.exec(`UPDATE entries SET hash = zeroblob(32) ${B3}`),
    offset: 3,
    reason: "broken_chain",
  },
  {
    what: "a row missing in the middle",
    edit: (db) => db.exec(`DELETE FROM entries ${B3}`),
    offset: 3,
    reason: "missing_entry",
  },
  {
    what: "a missing first row",
    edit: (db) => db.exec(`DELETE FROM entries WHERE ${B} AND offset = 1`),
    offset: 1,
    reason: "missing_entry",
  },
  {
    what: "a tail cut off",
    edit: (db) => db.exec(`DELETE FROM entries WHERE ${B} AND offset > 3`),
    offset: 4,
    reason: "truncated",
  },
  {
    what: "a whole channel removed",
    edit: (db) => db.exec(`DELETE FROM entries WHERE ${B}`),
    offset: 1,
    reason: "truncated",
  },
  {
    what: "a chain rewritten from the third entry on",
    edit: (db) => rewrite(db, "b", 3),
    offset: 5,
    reason: "broken_chain",
  },
  {
    what: "a log rewritten together with its checkpoints, under another key",
    edit: (db) => {
      rewrite(db, "b", 1);
      forgeCheckpoints(db);
    },
    channel: "a",
    offset: 5,
    reason: "bad_checkpoint",
  },
  {
    what: "a log rewritten whole after its checkpoints were taken away",
    edit: (db) => {
      db.exec("DELETE FROM checkpoints");
      for (const channel of ["a", "b", "c", "d"]) rewrite(db, channel, 1);
    },
    channel: "c",
    offset: 1,
    reason: "broken_chain",
  },
  {
    what: "checkpoints taken away",
    edit: (db) => db.exec("DELETE FROM checkpoints"),
    channel: "c",
    offset: 1,
    reason: "bad_checkpoint",
  },
  {
    what: "an altered checkpoint",
    edit: (db) =>
      db.exec(
        "UPDATE checkpoints SET text = replace(text, '\"at\":', '\"at\":1')",
      ),
    channel: "a",
    offset: 5,
    reason: "bad_checkpoint",
  },
  {
    what: "a checkpoint missing in the middle",
    edit: (db) => db.exec("DELETE FROM checkpoints WHERE number = 1"),
    channel: "c",
    offset: 1,
    reason: "bad_checkpoint",
  },
];

for (const { what, edit, channel = "b", offset, reason } of TAMPERINGS) {
  Deno.test(`[L8] verify names ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await writeLog(folder);
      assertEquals(verifyFolder(folder), { ok: true, count: 16, channels: 4 });
      const db = new DatabaseSync(`${folder}/log.db`);
      edit(db);
      db.close();
      const { ok, firstBad } = verifyFolder(folder);
      assertEquals({ ok, firstBad }, {
        ok: false,
        firstBad: { channel, offset, reason },
      });
      const log = await openSqliteLog({ folder, views: [] });
      const opened = await log.verify();
      await log.close();
      assertEquals(opened.firstBad, firstBad);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("[L8] the verify program prints what it found and exits accordingly", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeLog(folder);
    const whole = await verifyProgram(folder);
    assertEquals(whole.code, 0);
    assertStringIncludes(whole.text, "16 entries in 4 channels checked");
    const db = new DatabaseSync(`${folder}/log.db`);
    db.exec(`DELETE FROM entries ${B3}`);
    db.close();
    const bad = await verifyProgram(folder);
    assertEquals(bad.code, 1);
    assertStringIncludes(bad.text, "missing_entry at offset 3 of b");
    const nothing = await verifyProgram(`${folder}/none`);
    assertEquals(nothing.code, 1);
    assertStringIncludes(nothing.text, "there is no log.db");
    const file = await verifyProgram(`${folder}/log.db`);
    assertEquals(file.code, 1);
    assertStringIncludes(file.text, "bad: unreadable, line");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[L8] verify reads beside a writer", async () => {
  const folder = await Deno.makeTempDir();
  const log = await openSqliteLog({ folder, views: [] });
  await log.commit(notes("a", ["one"]));
  assertEquals(verifyFolder(folder), { ok: true, count: 1, channels: 1 });
  await log.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("[L8] checkpoints form a signed chain over the heads that changed", async () => {
  const folder = await Deno.makeTempDir();
  const { privateKey } = generateKeyPairSync("ed25519");
  const signingKey = privateKey.export({ type: "pkcs8", format: "der" })
    .toString("base64");
  const log = await openSqliteLog({
    folder,
    views: [],
    signingKey,
    now: () => 5_000,
  });
  await log.commit(notes("a", ["one"]));
  await log.commit(notes("b", ["one", "two"]));
  const first = await log.checkpoint();
  assertEquals(await log.checkpoint(), undefined);
  await log.commit(notes("b", ["three"]));
  const second = await log.checkpoint();
  assertEquals(await log.checkpoints(), [first!, second!]);
  const [a, b] = [first, second].map((signed) => JSON.parse(signed!.text));
  assertEquals([a.number, a.at, a.previous], [1, 5_000, NO_HASH]);
  assertEquals(a.heads.map((head: { channel: string }) => head.channel), [
    "a",
    "b",
  ]);
  const [entry] = await log.read("b", 2, 1);
  assertEquals([b.number, b.heads], [2, [{
    channel: "b",
    offset: 3,
    hash: entry.hash,
  }]]);
  assertEquals((await log.verify()).ok, true);
  await log.close();
  assertEquals([...Deno.readDirSync(folder)].map((file) => file.name).sort(), [
    "checkpoint.latest",
    "log.db",
    "log.lock",
  ]);
  await Deno.remove(folder, { recursive: true });
});

/** Three channels of five entries, one of one; two checkpoints. */
async function writeLog(folder: string): Promise<void> {
  // Of 16 entries the last waits in the tail, all others have their place.
  const log = await openSqliteLog({ folder, views: [], maxTailEntries: 5 });
  const texts = ["1", "2", "3", "4", "5"];
  for (const channel of ["a", "b", "d"]) {
    await log.commit(notes(channel, texts));
  }
  await log.checkpoint();
  await log.commit(notes("c", ["1"]));
  await log.close();
}

/** What someone with the file but without the key can do: a chain that fits itself. */
function rewrite(db: DatabaseSync, channel: string, from: number): void {
  const epoch = String(
    db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()!.value,
  );
  let previous = NO_HASH;
  for (
    const row of db.prepare(
      `${SELECT_RECORDS} WHERE c.name = ? ORDER BY e.seq`,
    ).all(channel)
  ) {
    const record = recordOf(row, epoch);
    const body = record.offset < from ? record.bodyText! : '{"text":"lie"}';
    const bodyHash = hashBody(record.salt!, body);
    const hash = hashRecord(previous, { ...record, bodyHash });
    db.prepare(
      "UPDATE entries SET body = ?, body_hash = ?, hash = ? WHERE seq = ?",
    )
      .run(
        body,
        Uint8Array.fromHex(bodyHash),
        Uint8Array.fromHex(hash),
        row.seq,
      );
    previous = hash;
  }
}

function forgeCheckpoints(db: DatabaseSync): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const row = db.prepare("SELECT * FROM checkpoints WHERE number = 1").get()!;
  const checkpoint = JSON.parse(String(row.text));
  for (const head of checkpoint.heads) {
    const { hash } = db.prepare(
      `${SELECT_RECORDS} WHERE c.name = ? AND e.offset = ?`,
    ).get(head.channel, head.offset)!;
    head.hash = hash;
  }
  const forged = signCheckpoint(checkpoint, privateKey);
  db.exec("DELETE FROM checkpoints");
  db.prepare("INSERT INTO checkpoints VALUES (1, 15, ?, ?, ?)")
    .run(forged.text, forged.publicKey, forged.signature);
}

async function verifyProgram(folder: string) {
  const program = new URL("../../../verify.ts", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      program.href,
      folder,
    ],
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
