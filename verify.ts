/**
 * `deno task verify [FOLDER|URL]`: checks the log in Postgres (`DATABASE_URL`) or else in a data
 * folder (`REGULENS_DATA`, or `./data`), and counts what its polls announced again.
 * `deno task verify FILE [KEY]`: checks an export, without any server.
 */
import { POLL_SUBJECT } from "./domain/consensus/polls/commands.ts";
import {
  type Recount,
  recount,
  type RecountedRound,
} from "./domain/consensus/polls/recount.ts";
import { verifyExportFile } from "./realtime/log/export_file.ts";
import { exportReport } from "./realtime/log/export_report.ts";
import { recordedEvent } from "./realtime/fold.ts";
import { readSubjects } from "./realtime/log/read_folder.ts";
import { readPostgresSubjects } from "./realtime/log/read_postgres.ts";
import type { Subject } from "./realtime/log/subjects.ts";
import { verificationReport, verifyFolder } from "./realtime/log/verify.ts";
import { verifyPostgres } from "./realtime/log/verify_postgres.ts";
import { addressForPeople } from "./realtime/postgres/address.ts";
import { commitmentOf } from "./realtime/seal.ts";
import { logPlace, trustedKeyOf, withDatabase } from "./log_place.ts";

const PREFIXES = { channel: "session:", subject: POLL_SUBJECT };

export interface PollRecounts {
  readonly ok: boolean;
  /** Polls, open ones included. */
  readonly polls: number;
  /** Ended rounds and results that were counted again. */
  readonly rounds: number;
  /** Polls that lack what was erased, and cannot be counted again as a whole. */
  readonly erased: number;
  /** One per fact, in words. */
  readonly lines: readonly string[];
}

/**
 * Counts every ended round and every closed poll of a data folder again, from its entries
 * alone. A poll that is still open has announced nothing that could be wrong.
 *
 * @throws {Error} If the folder holds no log that can be read.
 */
export function recountFolder(folder: string): Promise<PollRecounts> {
  return recountPolls(readSubjects(folder, PREFIXES));
}

async function recountPolls(
  subjects: AsyncIterable<Subject>,
): Promise<PollRecounts> {
  const lines: string[] = [];
  let polls = 0;
  let rounds = 0;
  let erased = 0;
  let ok = true;
  for await (const { channel, subject, entries } of subjects) {
    const events = entries.map((entry) => recordedEvent({ ...entry, channel }));
    const found = await recount(events, commitmentOf);
    if (found === null) continue;
    polls++;
    rounds += found.rounds.length;
    if (found.erased.length > 0) erased++;
    ok &&= found.ok;
    lines.push(...factsOf(`${subject} of ${channel}`, found));
  }
  const many = `${counted(rounds, "result")} of ${
    counted(polls, "poll")
  } counted again`;
  const less = erased > 0 ? `, ${erased} lack what was erased` : "";
  const head = ok ? `ok: ${many}, all as announced${less}` : `bad: ${many}`;
  return { ok, polls, rounds, erased, lines: [head, ...lines] };
}

function* factsOf(place: string, found: Recount): Generator<string> {
  const { rounds, mistakes, commitmentsChecked, erased } = found;
  for (const mistake of mistakes) yield `bad: ${place}: ${mistake}`;
  if (mistakes.length > 0) return;
  if (erased.length > 0) {
    const entries = erased.length === 1 ? "entry" : "entries";
    yield `erased: ${place}, ${entries} ${
      erased.join(", ")
    }: cannot be recounted from there on`;
  }
  for (const one of rounds) yield `ok: ${place}, ${spoken(one)}`;
  if (commitmentsChecked > 0) {
    const sealed = counted(commitmentsChecked, "sealed ballot");
    yield `ok: ${place}, ${sealed} as committed to`;
  }
}

function spoken(
  { round, ballots, announced, counted: again }: RecountedRound,
): string {
  const said = `round ${round}: ${announced}, ${counted(ballots, "ballot")}`;
  return again === null ? `${said}, never shown` : said;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Walks the whole log and counts again, each in one snapshot. @throws when the server gives no answer */
export async function checkPostgres(
  url: string,
  { trustedKey }: { readonly trustedKey?: string } = {},
) {
  return await withDatabase(url, async (database) => {
    const line = await database.line();
    try {
      const verification = await verifyPostgres(line, { trustedKey });
      const subjects = readPostgresSubjects(line, PREFIXES);
      return { verification, recounts: await recountPolls(subjects) };
    } finally {
      line.cut();
    }
  });
}

async function checkFolder(folder: string) {
  const verification = verifyFolder(folder);
  return { verification, recounts: await recountFolder(folder) };
}

async function main(args: readonly string[]): Promise<number> {
  const [given, trustedKey] = args;
  const place = logPlace(given);
  try {
    if (!place.isDatabase && await isFile(place.at)) {
      const found = await verifyExportFile(place.at, { trustedKey });
      console.log(exportReport(place.at, found, { trustedKey }));
      return found.ok ? 0 : 1;
    }
    const { verification, recounts } = await (place.isDatabase
      ? checkPostgres(place.at, { trustedKey: trustedKey ?? trustedKeyOf() })
      : checkFolder(place.at));
    const name = place.isDatabase ? addressForPeople(place.at) : place.at;
    console.log(verificationReport(name, verification));
    for (const line of recounts.lines) {
      console.log(line);
    }
    return verification.ok && recounts.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
