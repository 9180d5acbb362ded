/**
 * Signals computed from a subject's state after it changed, as often as their own cost
 * allows. The first change is told at once; then a place rests, and what changed meanwhile
 * is told once at the end of the rest, so the last state is always told. Nobody there to
 * read it: nothing is computed.
 */
import type { Clock } from "./clock.ts";
import type { Entry, Log } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import { type After, systemAfter } from "./timer.ts";

const MIN_INTERVAL_MS = 50;
const MAX_SHARE = 0.1;
/** Tells in a row that may fail before a place waits for its next change. */
const MAX_FAILURES = 5;
/** Rest after the first failure; doubles with each. */
const FAILURE_REST_MS = 1_000;

/** What is told about: a subject of a channel. */
export interface DerivedPlace {
  readonly channel: string;
  readonly subject: string;
}

/** A signal to send (P9): the latest per `key` wins. */
export interface DerivedSignal {
  readonly type: string;
  readonly key: string;
  readonly payload: object;
}

/** How one kind of signal follows from entries. */
export interface Derivation {
  /** The place whose signal this entry changes; asked for every entry, so cheap. */
  keyOf(entry: Entry): DerivedPlace | undefined;
  /** What to tell of the place as it is now; undefined: nothing. */
  tell(
    place: DerivedPlace,
  ): DerivedSignal | undefined | Promise<DerivedSignal | undefined>;
}

export interface DerivedOptions {
  readonly log: Pick<Log, "feed">;
  readonly derivations: readonly Derivation[];
  readonly signal: (
    channel: string,
    type: string,
    key: string,
    payload: object,
  ) => void;
  /** Reports whether anybody on this node reads the channel. */
  readonly hasReaders: (channel: string) => boolean;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly logger: Logger;
  /** Shortest time from one tell of a place to its next, in ms. @default 50 */
  readonly minIntervalMs?: number;
  /** Most of the time that telling of one place may take, over 0 to 1. @default 0.1 */
  readonly maxShare?: number;
  /** @default setTimeout */
  readonly after?: After;
}

export interface DerivedStats {
  /** Signals sent. */
  readonly told: number;
  /** Time telling took; of a tell that waits, the waiting too. */
  readonly ms: number;
  /** Places that changed a moment ago. */
  readonly places: number;
}

interface Place extends DerivedPlace {
  readonly id: string;
  readonly derivation: Derivation;
  /** Since its last tell began. */
  changed: boolean;
  failures: number;
  stopRest?: () => void;
}

export class Derived {
  readonly #options: DerivedOptions;
  readonly #minIntervalMs: number;
  readonly #maxShare: number;
  readonly #after: After;
  /** Places that are about to be told, being told, or at rest after it. */
  readonly #places = new Map<string, Place>();
  readonly #stopFeed: () => void;
  #told = 0;
  #ms = 0;
  /** Entries a derivation could not read. */
  #faults = 0;
  #isClosed = false;

  /** @throws {RangeError} On a share outside 0 to 1 or a negative interval. */
  constructor(options: DerivedOptions) {
    const { minIntervalMs = MIN_INTERVAL_MS, maxShare = MAX_SHARE } = options;
    if (!(maxShare > 0 && maxShare <= 1)) {
      throw new RangeError(
        `Cannot derive: maxShare must be over 0 to 1, got ${maxShare}`,
      );
    }
    if (!(minIntervalMs >= 0)) {
      throw new RangeError(
        `Cannot derive: minIntervalMs must not be negative, got ${minIntervalMs}`,
      );
    }
    this.#options = options;
    this.#minIntervalMs = minIntervalMs;
    this.#maxShare = maxShare;
    this.#after = options.after ?? systemAfter;
    this.#stopFeed = options.log.feed((entries) => this.#follow(entries));
  }

  /** Tells nothing more, also not what is being computed. */
  close(): void {
    this.#isClosed = true;
    this.#stopFeed();
    for (const { stopRest } of this.#places.values()) stopRest?.();
    this.#places.clear();
  }

  stats(): DerivedStats {
    return { told: this.#told, ms: this.#ms, places: this.#places.size };
  }

  #follow(entries: readonly Entry[]): void {
    this.#options.derivations.forEach((derivation, index) => {
      for (const entry of entries) {
        try {
          this.#changedBy(entry, derivation, index);
        } catch (error) {
          this.#strayed(entry, error);
        }
      }
    });
  }

  /** A bug of a derivation; it must not stop the feed for everyone else. */
  #strayed({ channel, offset }: Entry, error: unknown): void {
    const faults = ++this.#faults;
    // The 1st, 2nd, 4th, 8th …: it may happen with every entry.
    if ((faults & (faults - 1)) !== 0) return;
    this.#options.logger.error("cannot derive from an entry", {
      channel,
      offset,
      faults,
      error,
    });
  }

  #changedBy(entry: Entry, derivation: Derivation, index: number): void {
    const found = derivation.keyOf(entry);
    if (found === undefined) return;
    const { channel, subject } = found;
    if (!this.#options.hasReaders(channel)) return;
    const id = `${index} ${channel} ${subject}`;
    const known = this.#places.get(id);
    if (known !== undefined) {
      known.changed = true;
      return;
    }
    const place = {
      id,
      derivation,
      channel,
      subject,
      changed: true,
      failures: 0,
    };
    this.#places.set(id, place);
    // After this turn: the folds that `tell` reads follow the same feed.
    queueMicrotask(() => this.#tell(place));
  }

  /** Never rejects. */
  async #tell(place: Place): Promise<void> {
    const { clock, hasReaders, signal } = this.#options;
    const { channel, subject, derivation } = place;
    if (this.#isClosed) return;
    const startedAt = clock.monotonicMs();
    place.changed = false;
    try {
      if (!hasReaders(channel)) return this.#drop(place);
      const answer = derivation.tell({ channel, subject });
      // Not awaited for nothing: others' turns would count as its cost.
      const told = answer instanceof Promise ? await answer : answer;
      if (this.#isClosed) return;
      if (told !== undefined) {
        signal(channel, told.type, told.key, told.payload);
        this.#told++;
      }
      place.failures = 0;
    } catch (error) {
      if (this.#isClosed) return;
      this.#failed(place, error);
    }
    const costMs = clock.monotonicMs() - startedAt;
    this.#ms += costMs;
    const restMs = Math.max(
      this.#minIntervalMs,
      costMs / this.#maxShare,
      failureRestMs(place.failures),
    );
    this.#rest(place, startedAt + restMs);
  }

  #rest(place: Place, until: number): void {
    const { clock } = this.#options;
    const restMs = Math.max(0, Math.ceil(until - clock.monotonicMs()));
    place.stopRest = this.#after(restMs, () => {
      // Timers may be early by a fraction of a millisecond.
      if (clock.monotonicMs() < until) this.#rest(place, until);
      else if (place.changed) this.#tell(place);
      else this.#drop(place);
    });
  }

  #failed(place: Place, error: unknown): void {
    const { channel, subject } = place;
    place.failures++;
    const isRetried = place.failures < MAX_FAILURES;
    // Its last state is still to be told, but not for ever.
    if (isRetried) place.changed = true;
    // The first and the last of a row: those between say nothing new.
    if (place.failures !== 1 && place.failures !== MAX_FAILURES) return;
    this.#options.logger.error(
      isRetried
        ? "cannot derive a signal; it is tried again"
        : "cannot derive a signal; given up until the next change",
      { channel, subject, error },
    );
  }

  #drop(place: Place): void {
    this.#places.delete(place.id);
  }
}

function failureRestMs(failures: number): number {
  if (failures === 0) return 0;
  return FAILURE_REST_MS * 2 ** Math.min(failures - 1, MAX_FAILURES);
}
