/** The secret that signs cookies: given, or made once and kept in the data folder. */
import { join } from "node:path";
import { StartError } from "./start_error.ts";

const FILE = "secret";

/**
 * Reads the kept secret, or makes one that only this user of the machine can read.
 *
 * @param folder Must exist.
 */
export async function keptSecret(folder: string): Promise<string> {
  const path = join(folder, FILE);
  const made = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  try {
    // `createNew` decides between two processes that start at once: one makes it.
    await Deno.writeTextFile(path, made, { createNew: true, mode: 0o600 });
    return made;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const kept = (await Deno.readTextFile(path)).trim();
  if (kept.length < 32) {
    throw new StartError(
      `Cannot use the secret in ${path}: shorter than 32 bytes; delete the file to get a new one, which signs everybody out`,
    );
  }
  return kept;
}
