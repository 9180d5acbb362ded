/**
 * Restores: a data folder made from a backup. The log goes back in time, so it goes on in a
 * new epoch: whoever stands behind the backup reads anew instead of taking what is written
 * now for what they missed. All is made ready aside and only then put in place.
 */
import { join } from "node:path";
import { BACKUP_FILES, checkBackup } from "./backup.ts";
import { parseSigningKey, publicKeyOf } from "./checkpoint.ts";
import { exists, flush } from "./durable_files.ts";
import { LogUnavailable, type Verification, type Write } from "./log.ts";
import { openSqliteLog } from "./sqlite.ts";
import { epochsOf, startEpoch } from "./sqlite_epochs.ts";
import {
  DATABASE_FILE,
  holdFolder,
  KEPT_FILES,
  KEY_FILE,
  RESTORE_FOLDER,
  SECRET_FILE,
} from "./sqlite_folder.ts";
import { openToRead, openToWrite } from "./sqlite_schema.ts";

const OLD_FILES = [
  ...[DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`],
  ...KEPT_FILES,
];

export interface RestoreOptions {
  /** Takes the place of a log that is there, which is moved aside. @default false */
  readonly force?: boolean;
  /** Leaves the kept secret out, so that everybody has to sign in again. @default false */
  readonly newSecret?: boolean;
  /** Signs checkpoints, as PKCS#8. @default the key in the backup */
  readonly signingKey?: string;
  /** ms since 1970. */
  readonly at: number;
  /** User id under which the restore is recorded. */
  readonly sender: string;
  /** What is recorded, as the first entries of the new epoch. */
  readonly writes: (facts: RestoredFacts) => readonly Write[];
}

/** What is to be recorded. */
export interface RestoredFacts {
  /** When the backup was made, ms since 1970. */
  readonly backupAt: number;
  /** Entries and channels in it. */
  readonly count: number;
  readonly channels: number;
  /** The epoch that ended. */
  readonly epochBefore: string;
}

export interface Restored extends RestoredFacts {
  readonly epoch: string;
  /** Where the files are that were in the way; undefined when there were none. */
  readonly movedTo?: string;
}

/** The backup itself does not verify: nothing was touched. */
export class BadBackup extends Error {
  override readonly name = "BadBackup";
  constructor(file: string, readonly verification: Verification) {
    super(`Cannot restore ${file}: its log does not verify`);
  }
}

/**
 * Makes `folder` what it was when the backup was made, in a new epoch.
 *
 * @throws {RangeError} If it is no backup, a log is in the way, or there is no key @throws {BadBackup}
 * @throws {LogUnavailable} If a server holds the folder, or it cannot be written
 */
export async function restoreBackup(
  file: string,
  folder: string,
  options: RestoreOptions,
): Promise<Restored> {
  const { signingKey } = options;
  const { at: backupAt, files, verification } = checkBackup(file, {
    trustedKey: signingKey && publicKeyOf(parseSigningKey(signingKey)),
  });
  if (!verification.ok) throw new BadBackup(file, verification);
  const held = holdFolder(folder);
  try {
    const inTheWay = OLD_FILES.filter((name) => exists(join(folder, name)));
    if (inTheWay.includes(DATABASE_FILE) && !options.force) {
      throw new RangeError(
        `Cannot restore to ${folder}: there is a log in it; choose another folder, or move it aside with --force`,
      );
    }
    const ready = join(folder, RESTORE_FOLDER);
    // Left behind by a restore that was cut short.
    if (exists(ready)) Deno.removeSync(ready, { recursive: true });
    Deno.mkdirSync(ready, { mode: 0o700 });
    const epochs = unpack(file, ready);
    demandKey(
      file,
      join(ready, DATABASE_FILE),
      signingKey ?? files.get(KEY_FILE),
    );
    // The embedded log has its key in its folder, wherever it came from.
    const kept = new Map(files);
    if (signingKey !== undefined) kept.set(KEY_FILE, signingKey);
    for (const [name, content] of kept) {
      if (name === SECRET_FILE && options.newSecret) continue;
      Deno.writeTextFileSync(join(ready, name), content, { mode: 0o600 });
    }
    const { count, channels } = verification;
    const facts = { backupAt, count, channels, epochBefore: epochs.before };
    await record(ready, facts, options);
    const movedTo = inTheWay.length > 0
      ? moveAside(folder, inTheWay, options.at)
      : undefined;
    putInPlace(ready, folder);
    return { ...facts, epoch: epochs.now, movedTo };
  } finally {
    held.release();
  }
}

/** The log without what makes it a backup, and in its new epoch. */
function unpack(file: string, ready: string) {
  const path = join(ready, DATABASE_FILE);
  Deno.copyFileSync(file, path);
  const db = openToWrite(path);
  try {
    db.exec(`DROP TABLE ${BACKUP_FILES}`);
    const before = epochsOf(db).current;
    return { before, now: startEpoch(db).current };
  } finally {
    db.close();
  }
}

/** Checkpoints signed with one key and then with another verify with none. */
function demandKey(file: string, path: string, key: string | undefined): void {
  if (key !== undefined) return;
  const db = openToRead(path);
  try {
    const { count } = db.prepare("SELECT count(*) AS count FROM checkpoints")
      .get() ?? {};
    if (count === 0) return;
  } finally {
    db.close();
  }
  throw new RangeError(
    `Cannot restore ${file}: the key that signed its checkpoints is not in it; give it as REGULENS_SIGNING_KEY`,
  );
}

/** The first entry of the new epoch; closing signs it. */
async function record(
  ready: string,
  facts: RestoredFacts,
  { at, sender, writes, signingKey }: RestoreOptions,
): Promise<void> {
  const log = await openSqliteLog({
    folder: ready,
    views: [],
    now: () => at,
    signingKey,
  });
  try {
    await log.commit({ sender, writes: writes(facts) });
  } finally {
    await log.close();
  }
}

/** Nothing is deleted: it may be what somebody needs tomorrow. */
function moveAside(
  folder: string,
  names: readonly string[],
  at: number,
): string {
  const time = new Date(at).toISOString().replaceAll(/[:.]/g, "-");
  const aside = join(folder, `before-restore-${time}`);
  Deno.mkdirSync(aside, { mode: 0o700 });
  // The database last: without it a server would start an empty log.
  for (const name of names.toReversed()) {
    Deno.renameSync(join(folder, name), join(aside, name));
  }
  return aside;
}

function putInPlace(ready: string, folder: string): void {
  const names = KEPT_FILES.filter((name) => exists(join(ready, name)));
  // A log that was closed is one file: an end of it that is left over would be lost.
  for (const suffix of ["-wal", "-shm"]) {
    if (exists(join(ready, DATABASE_FILE + suffix))) {
      throw new LogUnavailable(
        `Cannot restore to ${folder}: the restored log was not closed in order; try again`,
      );
    }
  }
  for (const name of [...names, DATABASE_FILE]) {
    flush(join(ready, name));
    Deno.renameSync(join(ready, name), join(folder, name));
  }
  Deno.removeSync(ready, { recursive: true });
  flush(folder);
}
