/** Backup and restore: the copy is whole and checked, and what is restored lives in a new epoch. */
import { DatabaseSync } from "node:sqlite";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { exportLines } from "../../../realtime/log/export.ts";
import { exportSource } from "../../../realtime/log/audit_reads.ts";
import { backupReport } from "../../../backup.ts";
import { restoreWrites } from "../../../restore.ts";
import { writeBackup } from "../../../realtime/log/backup.ts";
import { isSigned, parseSigningKey } from "../../../realtime/log/checkpoint.ts";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import {
  BadBackup,
  restoreBackup,
  type RestoreOptions,
} from "../../../realtime/log/restore.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { openToRead } from "../../../realtime/log/sqlite_schema.ts";
import { verifyExport } from "../../../realtime/log/verify_export.ts";
import { verifyFolder } from "../../../realtime/log/verify.ts";
import { notes } from "./log_contract.ts";

const AT = 1_700_000_000_000;

interface Places {
  readonly data: string;
  readonly other: string;
  readonly file: string;
}

/** A log with two entries in `a`, signed, a secret beside it. */
async function withPlaces(run: (places: Places) => Promise<void>) {
  const root = await Deno.makeTempDir();
  try {
    const places = {
      data: `${root}/data`,
      other: `${root}/other`,
      file: `${root}/one.backup`,
    };
    const log = await open(places.data);
    await log.commit(notes("a", ["one", "two"]));
    await log.close();
    Deno.writeTextFileSync(
      `${places.data}/secret`,
      "a secret of 32 bytes or more ...",
    );
    await run(places);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const open = (folder: string) => openSqliteLog({ folder, views: [] });

const restore = (
  file: string,
  folder: string,
  options: Partial<RestoreOptions> = {},
) =>
  restoreBackup(file, folder, {
    at: AT,
    sender: "operator",
    writes: (facts) => restoreWrites(facts, AT),
    ...options,
  });

async function textsIn(folder: string, channel: string) {
  const log = await open(folder);
  try {
    const entries = await log.read(channel, 0, 100);
    return entries.map(({ bodyText }) => JSON.parse(bodyText ?? "null"));
  } finally {
    await log.close();
  }
}

Deno.test("[B1] a backup made while the log is written holds one moment of it, and verifies", () =>
  withPlaces(async ({ data, file, other }) => {
    const log = await open(data);
    try {
      let writing = true;
      let written = 2;
      const writer = (async () => {
        while (writing) {
          await log.commit(notes("a", ["more"]));
          written++;
        }
      })();
      const { verification } = await writeBackup(file, data, { at: AT });
      const during = written;
      writing = false;
      await writer;
      assert(verification.ok, JSON.stringify(verification));
      assert(verification.count >= 2 && verification.count <= during);
    } finally {
      await log.close();
    }
    await restore(file, other);
    assert(verifyFolder(other).ok);
  }));

Deno.test("[B1] a backup is one file that only its owner may read, and holds the keys", () =>
  withPlaces(async ({ data, file }) => {
    const backup = await writeBackup(file, data, { at: AT });
    const names = [...Deno.readDirSync(`${data}/..`)].map(({ name }) => name);
    assertEquals(names.sort(), ["data", "one.backup"]);
    assertEquals(Deno.statSync(file).mode! & 0o777, 0o600);
    assertEquals(backup.files, [
      "checkpoint.key",
      "checkpoint.latest",
      "secret",
    ]);
    assertStringIncludes(backupReport(file, backup), "2 entries in 1 channels");
  }));

Deno.test("[B2] a copy whose chain does not verify is kept as .bad, and not called a backup", () =>
  withPlaces(async ({ data, file, other }) => {
    const db = new DatabaseSync(`${data}/log.db`);
    db.exec("UPDATE entries SET at = at + 1 WHERE offset = 1");
    db.close();
    const backup = await writeBackup(file, data, { at: AT });
    assertEquals(backup.verification.firstBad?.offset, 1);
    assertStringIncludes(backupReport(file, backup), "bad: the log does not");
    await assertRejects(() => Deno.stat(file), Deno.errors.NotFound);
    await assertRejects(() => restore(`${file}.bad`, other), BadBackup);
    await assertRejects(() => Deno.stat(other), Deno.errors.NotFound);
  }));

Deno.test("[B2] a backup that is there is not written over, and a folder without a log is none", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    await assertRejects(
      () => writeBackup(file, data, { at: AT }),
      RangeError,
      "the file exists",
    );
    await assertRejects(
      () => writeBackup(`${file}2`, other, { at: AT }),
      RangeError,
      "there is no log.db",
    );
  }));

Deno.test("[B3] a restored log has the entries of the backup, in a new epoch, and says so", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    const restored = await restore(file, other);
    assertNotEquals(restored.epoch, restored.epochBefore);
    const log = await open(other);
    try {
      const [one, two] = await log.read("a", 0, 10);
      assertEquals([one.epoch, two.epoch], [restored.epoch, restored.epoch]);
      assertEquals((await log.head("a")).epoch, restored.epoch);
      const [said] = await log.read("audit", 0, 10);
      assertEquals(said.sender, "operator");
      assertEquals(JSON.parse(said.bodyText!), {
        event: "restored",
        backupAt: AT,
        count: 2,
        channels: 1,
        epochBefore: restored.epochBefore,
      });
      assertEquals(
        (await log.commit(notes("a", ["three"]))).positions[0].epoch,
        restored.epoch,
      );
    } finally {
      await log.close();
    }
    assertEquals(verifyFolder(other), { ok: true, count: 4, channels: 2 });
  }));

Deno.test("[B3] a log restored twice still verifies, and so does the export of a channel of three epochs", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    await restore(file, other);
    const log = await open(other);
    await log.commit(notes("a", ["three"]));
    await log.erase("a", 1, "ana");
    await log.close();
    await writeBackup(`${file}2`, other, { at: AT });
    await restore(`${file}2`, other, { force: true });
    const again = await open(other);
    await again.commit(notes("a", ["four"]));
    await again.erase("a", 2, "ana");
    await again.close();
    assertEquals(verifyFolder(other).ok, true);
    const db = openToRead(`${other}/log.db`);
    const key = parseSigningKey(
      Deno.readTextFileSync(`${other}/checkpoint.key`),
    );
    const file3 = await Array.fromAsync(
      exportLines(exportSource(db, "a"), { at: AT, key }),
    );
    db.close();
    const epochs = new Set(file3.join("").match(/"epoch":"[^"]+"/g));
    assertEquals(epochs.size, 3);
    const found = await verifyExport(
      ReadableStream.from([new TextEncoder().encode(file3.join(""))]),
      { isSigned },
    );
    assertEquals(found.firstBad, undefined);
    assertEquals(found.ok, true);
    assert(found.checkpoints >= 3, `${found.checkpoints} checkpoints`);
  }));

Deno.test("[B3] an epoch put in the place of another is found", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    await restore(file, other);
    const db = new DatabaseSync(`${other}/log.db`);
    db.exec("DELETE FROM meta WHERE key = 'ended_epochs'");
    db.close();
    assertEquals(verifyFolder(other).firstBad?.reason, "altered_header");
  }));

Deno.test("[B4] a log that is there is only replaced when asked for, and then moved aside", () =>
  withPlaces(async ({ data, file }) => {
    await writeBackup(file, data, { at: AT });
    const log = await open(data);
    await log.commit(notes("a", ["lost"]));
    await log.close();
    await assertRejects(
      () => restore(file, data),
      RangeError,
      "there is a log in it",
    );
    assertEquals((await textsIn(data, "a")).length, 3);
    const { movedTo } = await restore(file, data, { force: true });
    assertEquals((await textsIn(data, "a")).length, 2);
    assertEquals((await textsIn(movedTo!, "a")).length, 3);
  }));

Deno.test("[B4] nothing is restored beneath a running server", () =>
  withPlaces(async ({ data, file }) => {
    await writeBackup(file, data, { at: AT });
    const log = await open(data);
    try {
      await assertRejects(
        () => restore(file, data, { force: true }),
        LogUnavailable,
        "another process holds it",
      );
    } finally {
      await log.close();
    }
  }));

Deno.test("[B4] a restore that was cut short starts no empty log, and can be run again", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    Deno.mkdirSync(`${other}/restoring`, { recursive: true });
    await assertRejects(
      () => open(other),
      LogUnavailable,
      "a restore was cut short",
    );
    await restore(file, other);
    assertEquals((await textsIn(other, "a")).length, 2);
  }));

Deno.test("[B5] the secret comes back, unless a new one is asked for", () =>
  withPlaces(async ({ data, file, other }) => {
    await writeBackup(file, data, { at: AT });
    await restore(file, other);
    assertEquals(
      Deno.readTextFileSync(`${other}/secret`),
      Deno.readTextFileSync(`${data}/secret`),
    );
    await restore(file, other, { force: true, newSecret: true });
    await assertRejects(
      () => Deno.stat(`${other}/secret`),
      Deno.errors.NotFound,
    );
  }));

Deno.test("[B2] what is no backup is refused in words", () =>
  withPlaces(async ({ data, other }) => {
    await assertRejects(
      () => restore(`${data}/log.db`, other),
      RangeError,
      "as a backup: no such table: backup_files",
    );
    await assertRejects(
      () => restore(`${data}/secret`, other),
      RangeError,
      "as a backup",
    );
  }));
