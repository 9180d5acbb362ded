/** The recount: a poll counted again from its entries alone, and compared with what was announced. */
import type { Json, RecordedEvent } from "../../decider.ts";
import { listOf, recordOf, textOf } from "../../read_json.ts";
import { readBallot } from "./ballot.ts";
import { CONSENSUS_UPDATE, resultJson, sealedValue } from "./events.ts";
import { ENGINE, type Outcome, type PollResult } from "./outcome.ts";
import {
  acceptsBallots,
  evolve,
  initial,
  type Poll,
  type PollState,
  turnout,
  visibleBallots,
} from "./poll.ts";
import { readResult } from "./read_events.ts";
import { cancelledResult, resultOf, visibleCount } from "./result.ts";

export interface RecountedRound {
  readonly round: number;
  readonly ballots: number;
  readonly announced: Outcome;
  /** Null where the poll was cancelled: nothing was decided. */
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
  /**
   * Offsets of erased entries. No fault, but what was announced after the first of them
   * cannot be counted again.
   */
  readonly erased: readonly number[];
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
  const erased: number[] = [];
  let commitmentsChecked = 0;
  for (const event of events) {
    if (event.body?.event === "subject_removed") {
      // What comes next under this id is another poll.
      state = initial();
      for (const list of [rounds, mistakes, erased]) list.length = 0;
      commitmentsChecked = 0;
      continue;
    }
    const before = state;
    state = evolve(state, event);
    const { type, body, offset, at, sender } = event;
    if (before.status === "none" || type !== CONSENSUS_UPDATE) continue;
    if (body === null) {
      erased.push(offset);
      continue;
    }
    if (body.pollId !== before.pollId) continue;
    if (before.status === "closed") {
      mistakes.push(`Entry ${offset} stands behind the close`);
      continue;
    }
    switch (body.event) {
      case "vote_cast":
      case "voter_changed":
        if (!acceptsBallots(before, at)) {
          mistakes.push(`Entry ${offset} came after the deadline`);
        } else if (state === before && erased.length === 0) {
          mistakes.push(`Entry ${offset} holds nothing that counts`);
        } else if (
          body.event === "vote_cast" && sender !== null &&
          sender !== body.userId
        ) mistakes.push(`Entry ${offset} is a ballot cast by another`);
        break;
      case "ballots_revealed":
        for (const one of listOf(body.ballots)) {
          const wrong = await mistakeIn(before, recordOf(one), commitmentOf);
          if (!wrong) commitmentsChecked++;
          else if (erased.length === 0) {
            mistakes.push(`Entry ${offset}: ${wrong}`);
          }
        }
        break;
      case "round_ended":
      case "consensus_result": {
        const announced = readResult(body.result);
        if (announced === null) {
          mistakes.push(`Entry ${offset} holds no result`);
          break;
        }
        if (erased.length > 0) break;
        const round = counted(before, announced);
        rounds.push(round.recounted);
        if (announced.state !== "cancelled") {
          for (const userId of unseen(before)) {
            mistakes.push(
              `Entry ${offset}: the ballot of ${userId} was not revealed`,
            );
          }
        }
        if (round.mistake) mistakes.push(`Entry ${offset}: ${round.mistake}`);
        break;
      }
    }
  }
  if (state.status === "none") return null;
  const { pollId } = state;
  const ok = mistakes.length === 0;
  return { ok, pollId, rounds, commitmentsChecked, mistakes, erased };
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
  const cancelled = announced.state === "cancelled";
  const again = cancelled
    ? cancelledResult(turnout(poll), visibleCount(poll))
    : resultOf(poll, visibleBallots(poll), turnout(poll));
  const recounted = { ...about, counted: cancelled ? null : again.state };
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

/** Who is counted in the turnout, but whose ballot nobody was shown. */
function* unseen({ box, electorate }: Poll): Generator<string> {
  for (const [place, { ballot }] of box.entries()) {
    if (ballot === null) yield electorate.voters[place].userId;
  }
}

async function mistakeIn(
  poll: Poll,
  revealed: { readonly [key: string]: Json } | null,
  commitmentOf: CommitmentOf,
): Promise<string | undefined> {
  const userId = textOf(revealed?.userId);
  const salt = textOf(revealed?.salt);
  const ballot = readBallot(revealed?.ballot);
  if (userId === null || !isHex(salt) || ballot === null) {
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

function isHex(text: string | null): text is string {
  return text !== null && /^(?:[0-9a-f]{2})+$/.test(text);
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
