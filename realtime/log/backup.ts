/**
 * Backups: one file with the log as it was at one moment, and what stands beside it in the
 * data folder. It is a SQLite file too, so a damaged copy is found by the checks that find a
 * damaged log. Made beside a running server, which writes on meanwhile.
 */
import { backup, DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { parseSigningKey, publicKeyOf } from "./checkpoint.ts";
import type { Verification } from "./log.ts";
import { exists, flush, removeDatabase } from "./durable_files.ts";
import {
  DATABASE_FILE,
  KEPT_FILES,
  KEY_FILE,
  LATEST_FILE,
} from "./sqlite_folder.ts";
import { openToRead } from "./sqlite_schema.ts";
import { verifyDatabase } from "./verify_database.ts";

/** Table of a backup that a log does not have: the small files beside the database. */
export const BACKUP_FILES = "backup_files";
/** Row of that table with the moment it was made, ms since 1970. */
const MADE_AT = "made_at";
/** Pages copied at a time. */
const PAGES = 10_000;

export interface Backup {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Names of the small files in it. */
  readonly files: readonly string[];
  /** What the check of the copy found; `ok` unless the log itself is not. */
  readonly verification: Verification;
}

/** What a backup says of itself. */
export interface BackupFacts {
  /** ms since 1970. */
  readonly at: number;
  /** Content by name, as it stood in the data folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** Where a backup comes from. */
export interface BackupSource {
  /** Writes the log as it is at one moment into the file, which is there and empty. */
  readonly copy: (part: string) => Promise<void>;
  /** What goes with it, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Public key its checkpoints must carry. @default that of the key in `files` */
  readonly trustedKey?: string;
}

/**
 * Copies the log in `folder` to a new file that only its owner may read, and checks every
 * chain of the copy. What does not verify is kept too, beside the file, as `FILE.bad`: it may
 * be all there is.
 *
 * @throws {RangeError} If there is no log, or the file exists.
 */
export async function writeBackup(
  file: string,
  folder: string,
  { at }: { readonly at: number },
): Promise<Backup> {
  demandNew(file);
  // Before the copy: what it holds is then never behind what the checkpoint beside it says.
  const files = smallFiles(folder);
  const log = openLog(folder);
  try {
    const copy = (part: string) => copyPages(log, part);
    return await writeBackupOf({ copy, files }, file, { at });
  } finally {
    log.close();
  }
}

/** The same of any log. @throws {RangeError} If the file exists */
export async function writeBackupOf(
  { copy, files, trustedKey }: BackupSource,
  file: string,
  { at }: { readonly at: number },
): Promise<Backup> {
  demandNew(file);
  const part = `${file}.part`;
  Deno.openSync(part, { createNew: true, write: true, mode: 0o600 }).close();
  try {
    await copy(part);
    seal(part, { at, files });
    const { verification } = checkBackup(part, { trustedKey });
    const kept = verification.ok ? file : `${file}.bad`;
    flush(part);
    Deno.renameSync(part, kept);
    flush(dirname(file));
    const { size: bytes } = Deno.statSync(kept);
    return { bytes, files: [...files.keys()], verification };
  } catch (error) {
    removeDatabase(part);
    throw error;
  }
}

function demandNew(file: string): void {
  if (!exists(file)) return;
  throw new RangeError(
    `Cannot write the backup ${file}: the file exists; choose another name`,
  );
}

/**
 * Reads a backup and walks every chain in it.
 *
 * @throws {RangeError} If it is no backup.
 */
export function checkBackup(
  file: string,
  { trustedKey }: Pick<BackupSource, "trustedKey"> = {},
): BackupFacts & { readonly verification: Verification } {
  const db = openBackup(file);
  try {
    const facts = factsOf(db);
    const key = facts.files.get(KEY_FILE);
    const latest = facts.files.get(LATEST_FILE);
    const verification = verifyDatabase(db, {
      trustedKey: trustedKey ?? (key && publicKeyOf(parseSigningKey(key))),
      latest: latest && JSON.parse(latest),
    });
    return { ...facts, verification };
  } finally {
    db.close();
  }
}

/** A snapshot that is held from the first page to the last, whatever is written meanwhile. */
async function copyPages(source: DatabaseSync, part: string): Promise<void> {
  source.exec("BEGIN");
  try {
    source.prepare("SELECT count(*) FROM meta").get();
    await backup(source, part, { rate: PAGES });
  } finally {
    source.exec("ROLLBACK");
  }
}

/** Puts the small files in, and makes one file of what would be three. */
function seal(part: string, { at, files }: BackupFacts): void {
  const db = new DatabaseSync(part);
  try {
    db.exec(`
      PRAGMA journal_mode = DELETE;
      CREATE TABLE ${BACKUP_FILES} (name TEXT PRIMARY KEY, content TEXT NOT NULL)
        STRICT, WITHOUT ROWID;
    `);
    const put = db.prepare(`INSERT INTO ${BACKUP_FILES} VALUES (?, ?)`);
    put.run(MADE_AT, String(at));
    for (const [name, content] of files) put.run(name, content);
  } finally {
    db.close();
  }
}

function openBackup(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = openToRead(file);
    db.prepare(`SELECT count(*) FROM ${BACKUP_FILES}`).get();
    return db;
  } catch (cause) {
    db?.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`Cannot use ${file} as a backup: ${why}`, { cause });
  }
}

function factsOf(db: DatabaseSync): BackupFacts {
  const rows = db.prepare(`SELECT name, content FROM ${BACKUP_FILES}`).all();
  const files = new Map(
    rows.map((row) => [String(row.name), String(row.content)]),
  );
  const at = Number(files.get(MADE_AT));
  files.delete(MADE_AT);
  return { at, files };
}

function openLog(folder: string): DatabaseSync {
  const path = `${folder}/${DATABASE_FILE}`;
  if (!exists(path)) {
    throw new RangeError(
      `Cannot back up ${folder}: there is no ${DATABASE_FILE} in it; give the data folder`,
    );
  }
  return openToRead(path);
}

function smallFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of KEPT_FILES) {
    const path = `${folder}/${name}`;
    if (exists(path)) files.set(name, Deno.readTextFileSync(path));
  }
  return files;
}
