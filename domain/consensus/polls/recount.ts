/** The recount: a poll counted again from its entries alone, and compared with what was announced. */
import type { Json, RecordedEvent } from "../../decider.ts";
import { listOf, recordOf, textOf } from "../../read_json.ts";
import { readBallot } from "./ballot.ts";
import { resultJson, sealedValue } from "./events.ts";
import { ENGINE, type Outcome, type PollResult } from "./outcome.ts";
import {
  evolve,
  initial,
  type Poll,
  type PollState,
  turnout,
  visibleBallots,
} from "./poll.ts";
import { readResult } from "./read_events.ts";
import { resultOf } from "./result.ts";

export interface RecountedRound {
  readonly round: number;
  readonly ballots: number;
  readonly announced: Outcome;
  /** Null where the ballots were never shown: nothing is left to count. */
  readonly counted: Outcome | null;
}

export interface Recount {
  readonly ok: boolean;
  readonly pollId: string;
  readonly rounds: readonly RecountedRound[];
  /** Revealed ballots that were compared with what was committed to. */
  readonly commitmentsChecked: number;
  /** What is wrong, in words, with the offset of the entry. */
  readonly mistakes: readonly string[];
}

/** SHA-256 over salt and canonical value, as the ballot was sealed; 64 hex digits. */
export type CommitmentOf = (
  value: Json,
  salt: string,
) => string | Promise<string>;

/**
 * Counts again. `events` are all entries of the poll in their order; what else is among
 * them is passed over. Null when they hold no poll.
 */
export async function recount(
  events: Iterable<RecordedEvent>,
  commitmentOf: CommitmentOf,
): Promise<Recount | null> {
  let state: PollState = initial();
  const rounds: RecountedRound[] = [];
  const mistakes: string[] = [];
  let commitmentsChecked = 0;
  for (const event of events) {
    const before = state;
    state = evolve(state, event);
    const { body, offset } = event;
    if (before.status === "none") continue;
    if (body === null) {
      mistakes.push(`Entry ${offset} was erased`);
      continue;
    }
    if (body.pollId !== before.pollId) continue;
    if (before.status === "closed") {
      mistakes.push(`Entry ${offset} stands behind the close`);
      continue;
    }
    switch (body.event) {
      case "ballots_revealed":
        for (const one of listOf(body.ballots)) {
          const wrong = await mistakeIn(before, recordOf(one), commitmentOf);
          if (wrong) mistakes.push(`Entry ${offset}: ${wrong}`);
          else commitmentsChecked++;
        }
        break;
      case "round_ended":
      case "consensus_result": {
        const announced = readResult(body.result);
        if (announced === null) {
          mistakes.push(`Entry ${offset} holds no result`);
          break;
        }
        const round = counted(before, announced);
        rounds.push(round.recounted);
        if (round.mistake) mistakes.push(`Entry ${offset}: ${round.mistake}`);
        break;
      }
    }
  }
  if (state.status === "none") return null;
  const { pollId } = state;
  const ok = mistakes.length === 0;
  return { ok, pollId, rounds, commitmentsChecked, mistakes };
}

function counted(
  poll: Poll,
  announced: PollResult,
): { readonly recounted: RecountedRound; readonly mistake?: string } {
  const about = {
    round: poll.round,
    ballots: poll.box.size,
    announced: announced.state,
  };
  if (announced.state === "cancelled") {
    return { recounted: { ...about, counted: null } };
  }
  const again = resultOf(poll, visibleBallots(poll), turnout(poll));
  const recounted = { ...about, counted: again.state };
  if (announced.engine !== ENGINE) {
    // Another version may show its working otherwise; what it decided must hold.
    return again.state === announced.state && again.winner === announced.winner
      ? { recounted }
      : { recounted, mistake: "counted again, the outcome is another" };
  }
  return isSame(resultJson(again), resultJson(announced))
    ? { recounted }
    : { recounted, mistake: "counted again, the figures are others" };
}

async function mistakeIn(
  poll: Poll,
  revealed: { readonly [key: string]: Json } | null,
  commitmentOf: CommitmentOf,
): Promise<string | undefined> {
  const userId = textOf(revealed?.userId);
  const salt = textOf(revealed?.salt);
  const ballot = readBallot(revealed?.ballot);
  if (userId === null || salt === null || ballot === null) {
    return "a revealed ballot is not whole";
  }
  const place = poll.electorate.places.get(userId);
  const cast = place === undefined ? undefined : poll.box.get(place);
  if (cast?.commitment == null) return `${userId} had sealed no ballot`;
  const { pollId, round } = poll;
  const value = sealedValue({ pollId, round, userId, ballot });
  return await commitmentOf(value, salt) === cast.commitment
    ? undefined
    : `the ballot of ${userId} is not the one committed to`;
}

/** Equal as JSON, whatever the order of keys. */
function isSame(a: Json, b: Json): boolean {
  if (typeof a !== "object" || a === null) return a === b;
  if (typeof b !== "object" || b === null) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size &&
    left.every(([key, value]) => {
      const other = right.get(key);
      return other !== undefined && isSame(value, other);
    });
}
