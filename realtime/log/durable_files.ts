/** Files that are to be there, or gone, for good. */

/** What goes with a SQLite file. */
export const DATABASE_SUFFIXES = ["", "-wal", "-shm", "-journal"] as const;

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Hands a file, or the names in a folder, to the disk: they outlast a power cut from here on. */
export function flush(path: string): void {
  const file = Deno.openSync(path, { read: true });
  try {
    file.syncSync();
  } finally {
    file.close();
  }
}

/** Removes a SQLite file and what goes with it, as far as it is there. */
export function removeDatabase(path: string): void {
  for (const suffix of DATABASE_SUFFIXES) {
    if (exists(path + suffix)) Deno.removeSync(path + suffix);
  }
}
