/** Checks the log in a data folder, beside a running server or without, and says what it found. */
import type { Verification } from "./log.ts";
import {
  DATABASE_FILE,
  folderPublicKey,
  latestCheckpoint,
} from "./sqlite_folder.ts";
import { openToRead } from "./sqlite_schema.ts";
import { verifyDatabase } from "./verify_database.ts";

/**
 * Walks every chain and checks every checkpoint against the folder's key. Without a key in
 * the folder (it was handed in at start), checkpoints must all carry one and the same.
 *
 * @throws {RangeError} If the folder holds no log.
 */
export function verifyFolder(folder: string): Verification {
  const path = `${folder}/${DATABASE_FILE}`;
  requireLog(folder, path);
  const db = openToRead(path);
  try {
    return verifyDatabase(db, {
      trustedKey: folderPublicKey(folder),
      latest: latestCheckpoint(folder),
    });
  } finally {
    db.close();
  }
}

function requireLog(folder: string, path: string): void {
  try {
    if (Deno.statSync(folder).isFile) {
      throw new RangeError(
        `Cannot verify ${folder}: it is a file; give the data folder`,
      );
    }
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(
      `Cannot verify ${folder}: there is no ${DATABASE_FILE} in it; give the data folder`,
    );
  }
}

/**
 * One line per fact; the first says how it ended.
 *
 * @param folder Or where else the log is, for people.
 */
export function verificationReport(
  folder: string,
  { ok, count, channels, firstBad }: Verification,
): string {
  const checked = `${count} entries in ${channels} channels checked`;
  if (ok || !firstBad) return `ok: the log in ${folder} verifies\n${checked}`;
  const { channel, offset, reason } = firstBad;
  if (reason === "damaged_file") {
    return `bad: ${reason}: the file or tables of ${folder} do not agree\n${checked}`;
  }
  return `bad: ${reason} at offset ${offset} of ${
    channel || "the checkpoints"
  } in ${folder}\n${checked}`;
}
