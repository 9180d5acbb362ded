/** The past of a session from its entries: the state at any of them, and older lines. */
import type { RecordedEvent } from "../domain/decider.ts";
import {
  type Activity,
  evolve,
  initial,
  MAX_ACTIVITY,
  type Session,
  type SessionState,
} from "../domain/sessions/session.ts";

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
  readonly session: Session;
}

/** Entries read at once. */
const PAGE_ENTRIES = 500;
/** A state is kept every so many entries, so that a step back folds no more than these. */
const SNAPSHOT_EVERY = 100;
/** Lines of one older part: as many as a state keeps. */
export const OLDER_LINES = MAX_ACTIVITY;

/** The same fold that made the live state, over entries 1 to n; what was read is kept. */
export class Replay {
  readonly #read: ReadRecord;
  readonly #events: RecordedEvent[] = [];
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
    return { offset: last.offset, at: last.at, session };
  }

  async #readTo(offset: number): Promise<void> {
    while (this.#events.length < offset) {
      const before = this.#events.length;
      this.#events.push(...await this.#read(before, PAGE_ENTRIES));
      if (this.#events.length === before) return;
    }
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

/** The lines of the entries before `before`, oldest first. */
export async function readOlder(
  read: ReadRecord,
  before: number,
): Promise<readonly Activity[]> {
  const after = Math.max(0, before - 1 - OLDER_LINES);
  return linesOf(await read(after, before - 1 - after));
}

/** A line says everything itself, so lines need no entry from before them. */
function linesOf(events: readonly RecordedEvent[]): readonly Activity[] {
  const start: SessionState = events[0]?.offset === 1 ? initial() : SOMEWHERE;
  const state = events.reduce(evolve, start);
  return state.status === "none" ? [] : state.activity;
}

/** A session in the middle of its life, of which only the lines that follow matter. */
const SOMEWHERE: Session = {
  status: "open",
  id: "",
  title: "",
  description: null,
  open: false,
  openedBy: "",
  openedAt: 0,
  closedAt: null,
  lastActivityAt: 0,
  participants: [],
  activity: [],
};
