/**
 * `deno task restore FILE [FOLDER|URL] [--force] [--new-secret]`: makes an empty database
 * (`DATABASE_URL`) or else a data folder (`REGULENS_DATA`, or `./data`) from a backup, wherever
 * that was made, in a new epoch, and records that in the audit trail.
 */
import { AUDIT, AUDIT_CHANNEL } from "./domain/audit/keeping.ts";
import { checkBackup } from "./realtime/log/backup.ts";
import { restoreToPostgres } from "./realtime/log/postgres_restore.ts";
import {
  BadBackup,
  restoreBackup,
  type Restored,
  type RestoredFacts,
  type RestoreOptions,
} from "./realtime/log/restore.ts";
import { KEY_FILE } from "./realtime/log/sqlite_folder.ts";
import { addressForPeople } from "./realtime/postgres/address.ts";
import {
  dataFolder,
  givenKey,
  keptKey,
  type LogPlace,
  logPlace,
  withDatabase,
} from "./log_place.ts";
import type { Write } from "./realtime/log/log.ts";
import { verificationReport } from "./realtime/log/verify.ts";

/** Subject of the entries that say so; no channel is kept under it. */
export const RESTORE_SUBJECT = "restore";
/** User id of who does what is done at the machine itself. */
export const OPERATOR = "operator";
const FLAGS = ["--force", "--new-secret"];

/** What the audit trail says of a restore. */
export function restoreWrites(
  { backupAt, count, channels, epochBefore }: RestoredFacts,
  at: number,
): readonly Write[] {
  const body = { event: "restored", backupAt, count, channels, epochBefore };
  return [{
    channel: AUDIT_CHANNEL,
    entries: [{ type: AUDIT, v: 1, subject: RESTORE_SUBJECT, at, body }],
  }];
}

/** One line per fact; the first says how it ended. */
export function restoreReport(
  folder: string,
  { backupAt, count, channels, epoch, epochBefore, movedTo }: Restored,
): string {
  return [
    `done: ${folder} is as it was at ${
      new Date(backupAt).toISOString()
    }, ${count} entries in ${channels} channels`,
    `epoch ${epoch} begins, ${epochBefore} has ended; the audit trail says so`,
    ...movedTo ? [`what was there is in ${movedTo}`] : [],
    "what was erased, signed out or revoked after the backup is back: do it again",
  ].join("\n");
}

/** In which folder a node finds its key afterwards, and what else is to be done. */
function keepKey(signingKey: string): string {
  const given = "start every node with the same REGULENS_SIGNING_KEY";
  if (givenKey() !== undefined) return given;
  const folder = dataFolder();
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/${KEY_FILE}`, signingKey, { mode: 0o600 });
  return `the key of its checkpoints is in ${folder}/${KEY_FILE}: ${given}, made of it`;
}

/** Two keys would leave checkpoints that verify with neither. @throws {RangeError} */
function demandOneKey(file: string): void {
  const kept = keptKey();
  if (kept === undefined || givenKey() !== undefined) return;
  const ours = checkBackup(file).files.get(KEY_FILE);
  if (ours === undefined || ours.trim() === kept.trim()) return;
  throw new RangeError(
    `Cannot restore ${file}: ${dataFolder()}/${KEY_FILE} is another key than the backup's; move it away, or give the right one as REGULENS_SIGNING_KEY`,
  );
}

/** Does it, and says so. */
async function restore(
  file: string,
  place: LogPlace,
  options: RestoreOptions,
): Promise<string> {
  if (!place.isDatabase) {
    const restored = await restoreBackup(file, place.at, options);
    return restoreReport(place.at, restored);
  }
  if (options.force) {
    throw new RangeError(
      "Cannot restore to Postgres with --force: make another database and give that one",
    );
  }
  demandOneKey(file);
  const restored = await withDatabase(
    place.at,
    (database) => restoreToPostgres(file, database, options),
  );
  const name = addressForPeople(place.at);
  return `${restoreReport(name, restored)}\n${keepKey(restored.signingKey)}`;
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) =>
    arg.startsWith("--") && !FLAGS.includes(arg)
  );
  const [file, given] = args.filter((arg) => !arg.startsWith("--"));
  if (file === undefined || unknown !== undefined) {
    console.error(
      `Cannot restore: ${
        unknown ? `unknown option ${unknown}` : "no backup is named"
      }; deno task restore FILE [FOLDER|URL] [--force] [--new-secret]`,
    );
    return 2;
  }
  const at = Date.now();
  try {
    const report = await restore(file, logPlace(given), {
      at,
      signingKey: givenKey(),
      force: args.includes("--force"),
      newSecret: args.includes("--new-secret"),
      sender: OPERATOR,
      writes: (facts) => restoreWrites(facts, at),
    });
    console.log(report);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof BadBackup) {
      console.error(verificationReport(file, error.verification));
    }
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
