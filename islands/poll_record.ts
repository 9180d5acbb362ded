/** The polls of the past from the entries that were read to look back. */
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import {
  evolve,
  initial,
  type Poll,
  type PollState,
} from "../domain/consensus/polls/poll.ts";
import type { RecordedEvent } from "../domain/decider.ts";

export class PollRecord {
  readonly #entries = new Map<number, RecordedEvent>();

  /** An entry read again takes the place of what was known of it: it may have been erased. */
  hear(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.type === CONSENSUS_UPDATE) {
        this.#entries.set(event.offset, event);
      }
    }
  }

  /** The polls as they were after an entry, in the order they were opened. */
  at(offset: number): readonly Poll[] {
    const polls = new Map<string, PollState>();
    const entries = [...this.#entries.values()]
      .filter((event) => event.offset <= offset)
      .sort((a, b) => a.offset - b.offset);
    for (const event of entries) {
      const pollId = event.body?.pollId;
      if (typeof pollId !== "string") continue;
      polls.set(pollId, evolve(polls.get(pollId) ?? initial(), event));
    }
    return [...polls.values()].filter((poll) => poll.status !== "none");
  }
}

/** The poll a page is about: the one asked for, else the newest open one, else the newest. */
export function foremost<Known extends Pick<Poll, "pollId" | "status">>(
  polls: readonly Known[],
  wanted?: string,
): Known | undefined {
  return polls.find(({ pollId }) => pollId === wanted) ??
    polls.findLast(({ status }) => status === "open") ?? polls.at(-1);
}
