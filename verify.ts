/**
 * `deno task verify [FOLDER]`: checks the log in a data folder, and counts what its polls
 * announced again. `deno task verify FILE [KEY]`: checks an export, without any server.
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
import { verificationReport, verifyFolder } from "./realtime/log/verify.ts";
import { commitmentOf } from "./realtime/seal.ts";

const DEFAULT_FOLDER = "./data";

export interface PollRecounts {
  readonly ok: boolean;
  /** Polls, open ones included. */
  readonly polls: number;
  /** Ended rounds and results that were counted again. */
  readonly rounds: number;
  /** One per fact, in words. */
  readonly lines: readonly string[];
}

/**
 * Counts every ended round and every closed poll of a data folder again, from its entries
 * alone. A poll that is still open has announced nothing that could be wrong.
 *
 * @throws {Error} If the folder holds no log that can be read.
 */
export async function recountFolder(folder: string): Promise<PollRecounts> {
  const lines: string[] = [];
  let polls = 0;
  let rounds = 0;
  let ok = true;
  const prefixes = { channel: "session:", subject: POLL_SUBJECT };
  for (
    const { channel, subject, entries } of readSubjects(folder, prefixes)
  ) {
    const events = entries.map((entry) => recordedEvent({ ...entry, channel }));
    const found = await recount(events, commitmentOf);
    if (found === null) continue;
    polls++;
    rounds += found.rounds.length;
    ok &&= found.ok;
    lines.push(...factsOf(`${subject} of ${channel}`, found));
  }
  const many = `${counted(rounds, "result")} of ${
    counted(polls, "poll")
  } counted again`;
  const head = ok ? `ok: ${many}, all as announced` : `bad: ${many}`;
  return { ok, polls, rounds, lines: [head, ...lines] };
}

function* factsOf(place: string, found: Recount): Generator<string> {
  const { rounds, mistakes, commitmentsChecked } = found;
  for (const mistake of mistakes) yield `bad: ${place}: ${mistake}`;
  if (mistakes.length > 0) return;
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

async function main(args: readonly string[]): Promise<number> {
  const [folder = DEFAULT_FOLDER, trustedKey] = args;
  try {
    if (await isFile(folder)) {
      const found = await verifyExportFile(folder, { trustedKey });
      console.log(exportReport(folder, found, { trustedKey }));
      return found.ok ? 0 : 1;
    }
    const verification = verifyFolder(folder);
    console.log(verificationReport(folder, verification));
    const recounts = await recountFolder(folder);
    for (const line of recounts.lines) console.log(line);
    return verification.ok && recounts.ok ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
