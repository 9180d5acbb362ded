/**
 * Proof in the reader's own browser: the poll counted again from its entries, and the own
 * receipt held against the record. Loaded when somebody first asks.
 */
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { recount } from "../domain/consensus/polls/recount.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import { commitmentOf } from "../realtime/client/commitment.ts";
import { isRecord, numberOf, stringOf } from "../realtime/client/wire.ts";
import { count } from "./format.ts";
import type { Receipt } from "./poll_receipts.ts";
import { recordedItem } from "./recorded_event.ts";

/** What a check came to, in words. */
export interface Checked {
  readonly ok: boolean;
  readonly says: string;
}

interface ProofEntry {
  readonly event: RecordedEvent;
  readonly hash: string | undefined;
}

const PAGE_ENTRIES = 500;
/** Digits of a hash that two answers must share: a connection is told no more. */
const HASH_DIGITS = 16;

/** @throws {Error} If the record cannot be read. */
export async function recountHere(
  poll: Poll,
  channel: string,
  get: typeof fetch = fetch,
): Promise<Checked> {
  const entries = await entriesFrom(channel, poll.offset - 1, get);
  const own = entries.map(({ event }) => event).filter(({ body }) =>
    body?.pollId === poll.pollId
  );
  const counted = await recount(own, commitmentOf);
  if (!counted) return { ok: false, says: "The record holds no such poll." };
  // Whose it was is gone with the body; only of polls can it matter here.
  const isErased = entries.some(({ event }) =>
    event.body === null && event.type === CONSENSUS_UPDATE
  );
  if (!counted.ok && isErased) {
    return {
      ok: false,
      says:
        "An entry of a poll was erased here, so this cannot be counted again.",
    };
  }
  if (!counted.ok) {
    return {
      ok: false,
      says: `Counted again here, and it does not match: ${
        counted.mistakes.join("; ")
      }.`,
    };
  }
  const ballots = counted.rounds.reduce((sum, one) => sum + one.ballots, 0);
  const commitments = counted.commitmentsChecked > 0
    ? `, ${
      count(
        counted.commitmentsChecked,
        "commitment matches",
        "commitments match",
      )
    }`
    : "";
  if (counted.rounds.length === 0) {
    return {
      ok: true,
      says: poll.revealed
        ? `Read again here: ${
          count(poll.box.size, "ballot", "ballots")
        } so far${commitments}. The result is not announced yet.`
        : `Read again here: ${
          count(poll.box.size, "sealed ballot", "sealed ballots")
        } so far. They can be checked once they are shown.`,
    };
  }
  const rounds = counted.rounds.length > 1
    ? ` in ${counted.rounds.length} rounds`
    : "";
  return {
    ok: true,
    says: `Counted again here: ${
      count(ballots, "ballot", "ballots")
    }${rounds}${commitments}, same result.`,
  };
}

export interface CheckOptions {
  readonly channel: string;
  readonly userId: string;
  readonly kept: Receipt | null;
  readonly get?: typeof fetch;
}

/** Whether the entry of the receipt is in the record as it was. @throws as `recountHere` */
export async function checkBallot(
  poll: Poll,
  { channel, userId, kept, get = fetch }: CheckOptions,
): Promise<Checked> {
  if (!kept) return { ok: false, says: "This browser has kept no receipt." };
  const { offset, hash } = kept;
  const page = await readPage(channel, offset - 1, 1, get);
  const [entry] = page;
  const { body } = entry?.event ?? {};
  const isMine = entry?.event.offset === offset &&
    body?.event === "vote_cast" && body.pollId === poll.pollId &&
    body.userId === userId;
  if (!isMine) {
    return {
      ok: false,
      says: `Entry ${offset} of the record is not your ballot any more.`,
    };
  }
  if (hash === undefined || entry.hash === undefined) {
    return {
      ok: true,
      says: `Your ballot is entry ${offset} of the record.`,
    };
  }
  return entry.hash.slice(0, HASH_DIGITS) === hash.slice(0, HASH_DIGITS)
    ? {
      ok: true,
      says:
        `Your ballot is in the record: entry ${offset} has the hash of your receipt, ${
          hash.slice(0, 8)
        }…`,
    }
    : {
      ok: false,
      says: `Entry ${offset} has another hash than your receipt says: ${
        entry.hash.slice(0, 8)
      }…, not ${hash.slice(0, 8)}….`,
    };
}

async function entriesFrom(
  channel: string,
  after: number,
  get: typeof fetch,
): Promise<readonly ProofEntry[]> {
  const entries: ProofEntry[] = [];
  for (let last = after;;) {
    const page = await readPage(channel, last, PAGE_ENTRIES, get);
    entries.push(...page);
    const next = page.at(-1)?.event.offset;
    if (next === undefined || page.length < PAGE_ENTRIES) return entries;
    last = next;
  }
}

async function readPage(
  channel: string,
  after: number,
  limit: number,
  get: typeof fetch,
): Promise<readonly ProofEntry[]> {
  const name = encodeURIComponent(channel);
  const response = await get(
    `/api/v1/channels/${name}/history?after=${after}&limit=${limit}`,
    { cache: "no-store" },
  );
  if (!response.ok) {
    throw new Error(`Cannot read the record: status ${response.status}`);
  }
  const page: unknown = await response.json();
  const items = isRecord(page) && Array.isArray(page.items) ? page.items : [];
  return items.flatMap((item: unknown) => {
    const event = recordedItem(item, channel);
    if (!event || numberOf(event.offset) === undefined) return [];
    return [{ event, hash: isRecord(item) ? stringOf(item.hash) : undefined }];
  });
}
