/** The data folder: made if need be, held by one process, and home of the signing key. */
import { generateKeyPairSync } from "node:crypto";
import {
  parseSigningKey,
  publicKeyOf,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import { exists } from "./durable_files.ts";
import { LogUnavailable } from "./log.ts";

export const DATABASE_FILE = "log.db";
export const KEY_FILE = "checkpoint.key";
export const LATEST_FILE = "checkpoint.latest";
/** Signs cookies; made by the server. */
export const SECRET_FILE = "secret";
/** What a backup takes along beside the database. */
export const KEPT_FILES = [KEY_FILE, LATEST_FILE, SECRET_FILE] as const;
/** A restore makes everything ready in it. Not beside the folder, which may be a mounted volume. */
export const RESTORE_FOLDER = "restoring";
const LOCK_FILE = "log.lock";

/** A folder that this process holds until `release`, or until it dies. */
export interface HeldFolder {
  readonly databasePath: string;
  readonly release: () => void;
}

/** @throws {LogUnavailable} If the folder cannot be written, or another process holds it. */
export function holdFolder(folder: string): HeldFolder {
  const databasePath = `${folder}/${DATABASE_FILE}`;
  const lock = openLock(folder);
  // The system gives the lock back when the process dies, however it dies.
  if (!lock.tryLockSync(true)) {
    lock.close();
    throw new LogUnavailable(
      `Cannot open the log in ${folder}: another process holds it (${
        holderOf(folder)
      }); stop that one, or choose another folder`,
    );
  }
  lock.truncateSync(0);
  lock.writeSync(new TextEncoder().encode(`process ${Deno.pid}\n`));
  return { databasePath, release: () => lock.close() };
}

/** An empty log must not take the place of one that is half restored. @throws {LogUnavailable} */
export function demandWholeRestore(folder: string): void {
  const isHalf = exists(`${folder}/${RESTORE_FOLDER}`) &&
    !exists(`${folder}/${DATABASE_FILE}`);
  if (!isHalf) return;
  throw new LogUnavailable(
    `Cannot open the log in ${folder}: a restore was cut short; run it again`,
  );
}

/** The folder's signing key, made when there is none yet; only its owner may read it. */
export function folderSigningKey(folder: string): string {
  const path = `${folder}/${KEY_FILE}`;
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw unusable(folder, error);
    }
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  replaceFile(folder, KEY_FILE, pem);
  return pem;
}

/** Keeps the latest checkpoint beside the database, where emptying its tables does not reach. */
export function keepLatestCheckpoint(
  folder: string,
  signed: SignedCheckpoint,
): void {
  replaceFile(folder, LATEST_FILE, JSON.stringify(signed) + "\n");
}

/** The latest checkpoint kept beside the database; undefined if there is none. */
export function latestCheckpoint(folder: string): SignedCheckpoint | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(`${folder}/${LATEST_FILE}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The public half of the folder's key; undefined if it has none. */
export function folderPublicKey(folder: string): string | undefined {
  try {
    const pem = Deno.readTextFileSync(`${folder}/${KEY_FILE}`);
    return publicKeyOf(parseSigningKey(pem));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Under another name first: a crash half way must not leave half a file. */
function replaceFile(folder: string, name: string, text: string): void {
  const path = `${folder}/${name}`;
  try {
    Deno.writeTextFileSync(`${path}.new`, text, { mode: 0o600 });
    Deno.renameSync(`${path}.new`, path);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function openLock(folder: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    return Deno.openSync(`${folder}/${LOCK_FILE}`, {
      create: true,
      read: true,
      write: true,
    });
  } catch (error) {
    throw unusable(folder, error);
  }
}

function holderOf(folder: string): string {
  try {
    return Deno.readTextFileSync(`${folder}/${LOCK_FILE}`).trim() || "unknown";
  } catch {
    // Where a lock also forbids reading, the holder stays unknown.
    return "unknown";
  }
}

function unusable(folder: string, cause: unknown): LogUnavailable {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LogUnavailable(
    `Cannot open the log in ${folder}: the folder cannot be written (${why}); make it writable for this user, or choose another folder`,
    { cause },
  );
}
