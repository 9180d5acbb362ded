/** Rule L8 against someone who edits the file: what was altered, removed or rewritten is named. */
import { DatabaseSync } from "node:sqlite";
import { generateKeyPairSync } from "node:crypto";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { verifyFolder } from "../../../realtime/log/verify.ts";
import { hashBody, hashRecord, NO_HASH } from "../../../realtime/log/record.ts";
import type { BadReason } from "../../../realtime/log/log.ts";
import { recordOf } from "../../../realtime/log/sqlite_rows.ts";
import { signCheckpoint } from "../../../realtime/log/checkpoint.ts";
import { notes } from "./log_contract.ts";

interface Tampering {
  readonly what: string;
  readonly edit: (db: DatabaseSync) => void;
  readonly channel?: string;
  readonly offset: number;
  readonly reason: BadReason;
}

const B3 = "WHERE channel = 'b' AND offset = 3";

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
    "actor = 'x'",
    "type = 'ALERT'",
    "v = 2",
    "subject = 'x'",
    "message_id = 'x'",
  ]
    .map((column) => ({
      what: `an altered header (${column})`,
      edit: (db: DatabaseSync) => db.exec(`UPDATE entries SET ${column} ${B3}`),
      offset: 3,
      reason: "altered_header" as const,
    })),
  {
    what: "an altered header of the last entry",
    edit: (db) =>
      db.exec("UPDATE entries SET at = 7 WHERE channel = 'b' AND offset = 5"),
    offset: 5,
    reason: "altered_header",
  },
  {
    what: "an altered hash",
    edit: (db) =>
      db.exec(`UPDATE entries SET hash = '${"a".repeat(64)}' ${B3}`),
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
    edit: (db) =>
      db.exec("DELETE FROM entries WHERE channel = 'b' AND offset = 1"),
    offset: 1,
    reason: "missing_entry",
  },
  {
    what: "a tail cut off",
    edit: (db) =>
      db.exec("DELETE FROM entries WHERE channel = 'b' AND offset > 3"),
    offset: 4,
    reason: "truncated",
  },
  {
    what: "a whole channel removed",
    edit: (db) => db.exec("DELETE FROM entries WHERE channel = 'b'"),
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
    assertStringIncludes(file.text, "checking an export is not possible yet");
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
  const log = await openSqliteLog({ folder, views: [] });
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
      "SELECT * FROM entries WHERE channel = ? ORDER BY offset",
    ).all(channel)
  ) {
    const record = recordOf(row, epoch);
    const body = record.offset < from ? record.bodyText! : '{"text":"lie"}';
    const bodyHash = hashBody(record.salt!, body);
    const hash = hashRecord(previous, { ...record, bodyHash });
    db.prepare(
      "UPDATE entries SET body = ?, body_hash = ?, hash = ? WHERE seq = ?",
    )
      .run(body, bodyHash, hash, row.seq);
    previous = hash;
  }
}

function forgeCheckpoints(db: DatabaseSync): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const row = db.prepare("SELECT * FROM checkpoints WHERE number = 1").get()!;
  const checkpoint = JSON.parse(String(row.text));
  for (const head of checkpoint.heads) {
    head.hash =
      db.prepare("SELECT hash FROM entries WHERE channel = ? AND offset = ?")
        .get(head.channel, head.offset)!.hash;
  }
  const forged = signCheckpoint(checkpoint, privateKey);
  db.exec("DELETE FROM checkpoints");
  db.prepare("INSERT INTO checkpoints VALUES (1, 15, ?, ?, ?)")
    .run(forged.text, forged.publicKey, forged.signature);
}

async function verifyProgram(folder: string) {
  const program = new URL("../../../realtime/log/verify.ts", import.meta.url);
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
