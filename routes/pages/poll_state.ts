/** The polls of a room's page: the one that is shown in full, the others by name. */
import { polls, pollSubject } from "../../domain/consensus/polls/commands.ts";
import type { Poll, PollState } from "../../domain/consensus/polls/poll.ts";
import { foremost } from "../../islands/poll_record.ts";
import {
  type PollsState,
  storedPoll,
  summaryOf,
} from "../../islands/poll_state.ts";
import { recordedEvent } from "../../realtime/fold.ts";
import type { User } from "../../realtime/user.ts";
import { PollReading, type ReadPoll } from "../poll_reading.ts";
import type { PageParts } from "./page_parts.ts";

/** Digits of a hash that readers are told. */
const HASH_DIGITS = 16;
const PAGE_ENTRIES = 500;

export interface PollsWanted {
  readonly sessionId: string;
  readonly channel: string;
  /** The poll that the address asks for. */
  readonly pollId?: string | undefined;
  /** The entry that the page looks back at. */
  readonly at?: number | undefined;
}

type Sources = Pick<PageParts, "commands" | "log">;

/** Undefined where the session has no polls, or had none at that moment. */
export async function readPolls(
  parts: Sources,
  user: User,
  { sessionId, channel, pollId, at }: PollsWanted,
): Promise<PollsState | undefined> {
  const found = await new PollReading(parts).ofSession(user, sessionId);
  if (at !== undefined) return await pastPolls(parts, { channel, at, found });
  const shown = foremost(found.map(({ poll }) => poll), pollId);
  const read = found.find(({ poll }) => poll === shown);
  if (!shown || !read) return undefined;
  return {
    list: found.map(({ poll }) => summaryOf(poll)).reverse(),
    shown: storedPoll(shown),
    own: await ownOf(parts, channel, read),
    offset: Math.min(...found.map(({ position }) => position.offset)),
  };
}

/** With the hash of its entry, which makes it a receipt. */
async function ownOf(
  { log }: Sources,
  channel: string,
  { own }: ReadPoll,
): Promise<PollsState["own"]> {
  if (own === null) return null;
  const [entry] = await log.read(channel, own.offset - 1, 1);
  return {
    ...own,
    at: entry?.at ?? 0,
    hash: entry?.hash.slice(0, HASH_DIGITS),
  };
}

async function pastPolls(
  parts: Sources,
  { channel, at, found }: {
    readonly channel: string;
    readonly at: number;
    readonly found: readonly ReadPoll[];
  },
): Promise<PollsState | undefined> {
  const then: Poll[] = [];
  for (const { poll } of found.toReversed()) {
    if (poll.offset > at) continue;
    const past = await pollAt(parts, { channel, at, pollId: poll.pollId });
    if (past) then.unshift(past);
    // Whatever came before an open one is not shown.
    if (past?.status === "open") break;
  }
  const shown = foremost(then);
  return shown && {
    list: [],
    shown: storedPoll(shown),
    own: null,
    offset: at,
  };
}

async function pollAt(
  { log }: Sources,
  { channel, at, pollId }: {
    readonly channel: string;
    readonly at: number;
    readonly pollId: string;
  },
): Promise<Poll | undefined> {
  let state: PollState = polls.initial();
  for (let after = 0;;) {
    const page = await log.readSubject(
      channel,
      pollSubject(pollId),
      after,
      PAGE_ENTRIES,
    );
    for (const entry of page) {
      if (entry.offset <= at) state = polls.evolve(state, recordedEvent(entry));
    }
    const last = page.at(-1)?.offset ?? at;
    if (last >= at) return state.status === "none" ? undefined : state;
    after = last;
  }
}
