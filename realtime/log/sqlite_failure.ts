/** What SQLite's failures mean, in words that say what to do. */

/** Primary result codes (sqlite.org/rescode.html) after which nothing can be written now. */
const STORAGE_CODES: { readonly [code: number]: string } = {
  5: "another program holds the file; stop it",
  6: "another program holds the file; stop it",
  7: "memory is used up; give the process more",
  8: "the file or its folder is read-only; make it writable for this user",
  10: "the disk reports an error; check the disk",
  11: "the file is damaged; restore a backup",
  13: "the disk is full; free space on it",
  14: "the file cannot be opened; check that the folder exists and is writable",
  26: "the file is not a database; move it away or choose another folder",
};

/** The file we opened is no longer the one under its name. */
export class FileLost extends Error {
  override readonly name = "FileLost";
}

/** Reports whether the store as a whole failed, and not what one commit asked of it. */
export function isStorageFailure(error: unknown): boolean {
  if (error instanceof FileLost) return true;
  // exec() tells no code; it runs nothing here that a commit could be to blame for.
  if (isSqliteError(error) && !("errcode" in error)) return true;
  return STORAGE_CODES[resultCode(error)] !== undefined;
}

export function explain(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof FileLost) {
    return `Cannot use the log ${path}: ${message}; put the folder back or restart`;
  }
  const advice = STORAGE_CODES[resultCode(error)];
  if (advice) return `Cannot use the log ${path}: ${advice} (${message})`;
  return `Cannot use the log: ${
    message.includes(path) ? message : `${path}: ${message}`
  }`;
}

function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}

function resultCode(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error)) return -1;
  // The low byte is the primary code; the rest says more about it.
  return Number(error.errcode) & 0xff;
}
