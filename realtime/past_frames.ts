/**
 * Frames of what was missed, joined once for all who stand at the same place: after a stall
 * a thousand readers miss the same, and joining it for each would keep them behind.
 */
import { frameEnd, joinLines } from "./frame.ts";
import type { Line } from "./history.ts";

/** Frames kept at most; each is at most 64 KiB, or one message. */
const MAX_FRAMES = 64;

/** How long one is used, in ms: what is erased meanwhile must not be sent for long. */
const MAX_AGE_MS = 1_000;

export interface PastFrame {
  readonly text: string;
  /** Length of `text` in UTF-8. */
  readonly bytes: number;
  /** Publications in it. */
  readonly count: number;
  /** Offset of the last of them. */
  readonly last: number;
}

interface Kept extends PastFrame {
  /** The channel stood further on when it was made: it was as long as it may be. */
  readonly isFull: boolean;
  readonly madeAt: number;
}

/** One life of a channel. */
export interface PastPlace {
  readonly name: string;
  readonly epoch: string;
}

export class PastFrames {
  /** Oldest first. */
  readonly #frames = new Map<string, Kept>();
  readonly #now: () => number;

  /** @param now ms, monotonic. @default performance.now */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#frames.size;
  }

  /** The frame that follows `after` and goes no further than `upTo`, if it was joined lately. */
  find(
    place: PastPlace,
    { after, upTo }: { readonly after: number; readonly upTo: number },
  ): PastFrame | undefined {
    const kept = this.#frames.get(keyOf(place, after));
    if (kept === undefined || this.#now() - kept.madeAt > MAX_AGE_MS) {
      return undefined;
    }
    // One that could hold more by now would only make more frames of the rest.
    return kept.last === upTo || (kept.isFull && kept.last < upTo)
      ? kept
      : undefined;
  }

  /** Joins the lines from `start` on, as many as fit; the channel stands at `upTo`. */
  join(
    place: PastPlace,
    lines: readonly Line[],
    { start, upTo, maxBytes }: {
      readonly start: number;
      readonly upTo: number;
      readonly maxBytes: number;
    },
  ): PastFrame {
    const end = frameEnd(lines, start, maxBytes);
    const last = lines[end - 1].offset;
    const frame = {
      ...joinLines(lines, start, end),
      count: end - start,
      last,
      isFull: last < upTo,
      madeAt: this.#now(),
    };
    const key = keyOf(place, lines[start].offset - 1);
    this.#frames.delete(key);
    this.#frames.set(key, frame);
    this.#forgetOld();
    return frame;
  }

  #forgetOld(): void {
    const oldest = this.#now() - MAX_AGE_MS;
    for (const [key, { madeAt }] of this.#frames) {
      if (this.#frames.size <= MAX_FRAMES && madeAt >= oldest) return;
      this.#frames.delete(key);
    }
  }
}

function keyOf({ name, epoch }: PastPlace, after: number): string {
  return `${after} ${epoch} ${name}`;
}
