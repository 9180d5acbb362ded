/** The past of a session from its entries: the state at any of them, and older lines. */
import type { RecordedEvent } from "../domain/decider.ts";
import { pollLineOf, type PollName } from "../domain/consensus/polls/lines.ts";
import {
  evolve,
  initial,
  type Session,
  type SessionState,
} from "../domain/sessions/session.ts";
import {
  type Line,
  LINE_ENTRIES,
  linesOf,
  MAX_LINES,
  type PollNames,
  unnamedPolls,
} from "./room_lines.ts";

/** Entries with offset > `after`, oldest first, at most `limit`; fewer only at the end. */
export type ReadRecord = (
  after: number,
  limit: number,
) => Promise<readonly RecordedEvent[]>;

/** The session as it was right after one of its entries. */
export interface Replayed {
  readonly offset: number;
  /** When that entry was made, ms since 1970. */
  readonly at: number;
  /** Without its own lines: they are among `lines`. */
  readonly session: Session;
  /** The last ones up to that entry, oldest first. */
  readonly lines: readonly Line[];
  /** What polls are called whose opening is not among them. */
  readonly pollNames: PollNames;
}

/** Entries read at once. */
const PAGE_ENTRIES = 500;
/** A state is kept every so many entries, so that a step back folds no more than these. */
const SNAPSHOT_EVERY = 100;

/** The same fold that made the live state, over entries 1 to n; what was read is kept. */
export class Replay {
  readonly #read: ReadRecord;
  readonly #events: RecordedEvent[] = [];
  /** Every poll opened in what was read. */
  readonly #polls = new Map<string, PollName>();
  /** After 0, 100, 200 … entries. */
  #snapshots: SessionState[] = [initial()];
  #reading: Promise<void> = Promise.resolve();

  constructor(read: ReadRecord) {
    this.#read = read;
  }

  /** The state after entry `offset`, or after the last one there is; undefined before any. */
  async at(offset: number): Promise<Replayed | undefined> {
    // One after the other: two readings at once would keep entries twice.
    const reading = this.#reading.then(() => this.#readTo(offset));
    this.#reading = reading.catch(() => {});
    await reading;
    const last = this.#events[Math.min(offset, this.#events.length) - 1];
    if (!last) return undefined;
    const session = this.#stateAt(last.offset);
    if (session.status === "none") return undefined;
    const { offset: at, at: when } = last;
    const lines = lastLines(
      this.#events.slice(Math.max(0, at - LINE_ENTRIES), at),
    );
    return {
      offset: at,
      at: when,
      session: { ...session, activity: [] },
      lines,
      pollNames: Object.fromEntries(
        unnamedPolls(lines).flatMap((id) => {
          const name = this.#polls.get(id);
          return name ? [[id, name] as const] : [];
        }),
      ),
    };
  }

  async #readTo(offset: number): Promise<void> {
    while (this.#events.length < offset) {
      const events = await this.#read(this.#events.length, PAGE_ENTRIES);
      if (events.length === 0) return;
      this.#events.push(...events);
      for (const event of events) this.#name(event);
    }
  }

  #name(event: RecordedEvent): void {
    if (event.body?.event !== "consensus_initiated") return;
    const line = pollLineOf(event);
    if (line?.event !== "consensus_initiated") return;
    const { question, labels } = line;
    this.#polls.set(line.pollId, { question, labels });
  }

  #stateAt(offset: number): SessionState {
    const known = Math.min(
      Math.floor(offset / SNAPSHOT_EVERY),
      this.#snapshots.length - 1,
    );
    let state = this.#snapshots[known] ?? initial();
    for (let n = known * SNAPSHOT_EVERY; n < offset; n++) {
      const event = this.#events[n];
      if (event) state = evolve(state, event);
      if ((n + 1) % SNAPSHOT_EVERY === 0) {
        this.#snapshots[(n + 1) / SNAPSHOT_EVERY] = state;
      }
    }
    return state;
  }
}

/** The last lines of the entries before `before`, oldest first; none only where there are none. */
export async function readOlder(
  read: ReadRecord,
  before: number,
): Promise<readonly Line[]> {
  for (let end = before - 1; end > 0;) {
    const after = Math.max(0, end - LINE_ENTRIES);
    const lines = lastLines(await read(after, end - after));
    // Entries that make no line must not look like the beginning.
    if (lines.length > 0) return lines;
    end = after;
  }
  return [];
}

function lastLines(events: readonly RecordedEvent[]): readonly Line[] {
  return linesOf(events).slice(-MAX_LINES);
}
