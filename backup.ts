/**
 * `deno task backup [FILE] [FOLDER|URL]`: copies the log in Postgres (`DATABASE_URL`) or else in a
 * data folder (`REGULENS_DATA`, or `./data`) to one file, beside running servers or without, and
 * says done only once every chain of the copy verifies.
 */
import { resolve } from "node:path";
import { type Backup, writeBackup } from "./realtime/log/backup.ts";
import { writePostgresBackup } from "./realtime/log/postgres_backup.ts";
import { verificationReport } from "./realtime/log/verify.ts";
import { givenKey, keptKey, logPlace, withDatabase } from "./log_place.ts";

/** One line per fact; the first says how it ended. */
export function backupReport(
  file: string,
  { bytes, files, verification }: Backup,
): string {
  const found = verificationReport(file, verification);
  if (!verification.ok) {
    return `bad: the log does not verify; the copy is kept as ${file}.bad\n${found}`;
  }
  const { count, channels } = verification;
  const keys = files.length === 0
    ? "it holds no keys: keep those that you hand in from outside"
    : `it holds ${
      files.join(", ")
    }: whoever reads it can sign in as anybody and sign checkpoints; keep it as safe as the server`;
  return [
    `done: ${file}, ${bytes} bytes, ${count} entries in ${channels} channels, all verified`,
    keys,
  ].join("\n");
}

/** `regulens-2026-01-31T12-00-00-000Z.backup`, in the working folder. */
function defaultFile(at: number): string {
  const time = new Date(at).toISOString().replaceAll(/[:.]/g, "-");
  return `regulens-${time}.backup`;
}

async function main(args: readonly string[]): Promise<number> {
  const at = Date.now();
  const [file = defaultFile(at), given] = args;
  const place = logPlace(given);
  const keys = { signingKey: givenKey(), keptKey: keptKey() };
  try {
    const backup = await (place.isDatabase
      ? withDatabase(place.at, (database) =>
        writePostgresBackup(resolve(file), database, { at, ...keys }))
      : writeBackup(resolve(file), place.at, { at }));
    const report = backupReport(file, backup);
    if (backup.verification.ok) {
      console.log(report);
    } else console.error(report);
    return backup.verification.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
