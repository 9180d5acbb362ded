/**
 * Deadlines: rows of the view `due`, each a command that fires once its time has come.
 *
 * An area's `index` writes `{view: "due", key, sort: atMs, data: {command, input}}` and
 * deletes the row with what makes it moot; the command it names must delete it too. The
 * messageId is made of key and time, so it takes effect once, whoever fires it and however
 * often. What the command does when it comes too early or too late, `decide` says.
 */
import type { Clock } from "./clock.ts";
import { commandOf, type Fate, fateOf, isUnavailable } from "./due_command.ts";
import { DueTries, retryMs } from "./due_tries.ts";
import type { Log, Rows } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import { type After, systemAfter } from "./timer.ts";

/** The view's name. */
export const DUE_VIEW = "due";

const PAGE_ROWS = 100;
/** Commands under way at once. */
const MAX_RUNNING = 8;
/** Rows remembered after they were tried. */
const MAX_REMEMBERED = 100_000;
/** Longest time between two looks: rows of another node and a clock that jumped. */
const MAX_SLEEP_MS = 30_000;
/** Shortest time between two looks. */
const MIN_PAUSE_MS = 50;
/** And when only a commit asks for the second: it may have brought an earlier row. */
const COMMIT_PAUSE_MS = 500;
/** Looking takes at most a tenth of the time, but no deadline waits longer for that. */
const PAUSE_PER_READ = 9;
const MAX_PAUSE_MS = 1_000;

export interface DueOptions {
  readonly log: Pick<Log, "query" | "feed">;
  /** Executes a command as the system itself. */
  readonly execute: (
    name: string,
    input: unknown,
    options: { readonly messageId: string },
  ) => Promise<unknown>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default setTimeout */
  readonly after?: After;
  /** @default Math.random */
  readonly random?: () => number;
}

export interface DueStats {
  /** Commands that took effect, or had before. */
  readonly fired: number;
  readonly refused: number;
  /** Tries that ended without an answer of the domain; each is tried again. */
  readonly failed: number;
  readonly running: number;
  /** Tried rows that are still remembered. */
  readonly remembered: number;
  /** Times the view was looked through. */
  readonly looks: number;
}

type Row = Rows["rows"][number];

export class Due {
  readonly #options: DueOptions;
  readonly #after: After;
  readonly #random: () => number;
  readonly #tries: DueTries;
  readonly #running = new Map<string, Promise<void>>();
  readonly #counts = { done: 0, refused: 0, failed: 0 };
  #state: "new" | "asleep" | "looking" | "closed" = "new";
  #look = 0;
  #looking?: Promise<void>;
  #stopFeed?: () => void;
  #stopTimer?: () => void;
  /** Wakes a look that waits for a command to end. */
  #freed?: () => void;
  /** When the next row falls due, by the wall clock. */
  #nextRowAt = Infinity;
  /** No look before this, by the monotonic clock. */
  #notBefore = -Infinity;
  /** When a commit or a failed look first asked for the next, by the monotonic clock. */
  #askedAt = Infinity;
  #lastLookAt = -Infinity;
  /** Looks in a row that could not read. */
  #unread = 0;
  /** No command was answered since one could not be executed. */
  #isOutage = false;

  constructor(options: DueOptions) {
    this.#options = options;
    this.#after = options.after ?? systemAfter;
    this.#random = options.random ?? Math.random;
    this.#tries = new DueTries({
      maxRows: MAX_REMEMBERED,
      random: this.#random,
    });
  }

  /** Looks at once, and from now on whenever a row falls due. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "asleep";
    this.#stopFeed = this.#options.log.feed(() => this.#ask());
    this.#sleep(0);
  }

  /** Fires nothing more, and resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#stopFeed?.();
    this.#stopTimer?.();
    this.#freed?.();
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  stats(): DueStats {
    const { done, refused, failed } = this.#counts;
    return {
      fired: done,
      refused,
      failed,
      running: this.#running.size,
      remembered: this.#tries.size,
      looks: this.#look,
    };
  }

  /** The feed does not tell which rows a commit wrote: look soon, once for many commits. */
  #ask(): void {
    if (this.#askedAt !== Infinity) return;
    this.#askedAt = this.#options.clock.monotonicMs();
    this.#sleepUntilNeeded();
  }

  #sleepUntilNeeded(): void {
    if (this.#state !== "asleep") return;
    const { clock } = this.#options;
    const now = clock.monotonicMs();
    const answerAt = Math.max(
      this.#askedAt + MIN_PAUSE_MS,
      this.#lastLookAt + COMMIT_PAUSE_MS,
    );
    const wakeInMs = Math.min(
      this.#lastLookAt + MAX_SLEEP_MS - now,
      this.#nextRowAt - clock.now(),
      this.#tries.soonest - now,
      answerAt - now,
    );
    this.#sleep(Math.max(0, wakeInMs, this.#notBefore - now));
  }

  #sleep(ms: number): void {
    this.#stopTimer?.();
    // Rounded up: a timer that is early only costs a look for nothing.
    this.#stopTimer = this.#after(Math.ceil(ms), () => {
      this.#looking = this.#lookThrough();
    });
  }

  /** Never rejects. */
  async #lookThrough(): Promise<void> {
    this.#state = "looking";
    this.#askedAt = Infinity;
    this.#look++;
    const { clock, logger } = this.#options;
    let pauseMs: number;
    try {
      const readMs = await this.#fireDue();
      pauseMs = Math.min(
        MAX_PAUSE_MS,
        Math.max(MIN_PAUSE_MS, PAUSE_PER_READ * readMs),
      );
      this.#unread = 0;
    } catch (error) {
      if (this.#unread++ === 0) {
        logger.warn("cannot read what is due", { error });
      }
      pauseMs = retryMs(this.#unread, this.#random);
      // Whatever it would have seen is still to be seen.
      this.#askedAt = clock.monotonicMs();
    }
    if (this.#isClosed()) return;
    this.#lastLookAt = clock.monotonicMs();
    this.#notBefore = this.#lastLookAt + pauseMs;
    this.#state = "asleep";
    this.#sleepUntilNeeded();
  }

  /** Fires every row whose time has come, earliest first. Returns how long reading took, in ms. */
  async #fireDue(): Promise<number> {
    const { clock, log } = this.#options;
    let readMs = 0;
    let cursor: string | undefined;
    for (;;) {
      const startedAt = clock.monotonicMs();
      // Not only what is due: the first row that is not tells how long to sleep.
      const page = await log.query(DUE_VIEW, { limit: PAGE_ROWS, cursor });
      readMs += clock.monotonicMs() - startedAt;
      for (const row of page.rows) {
        if (this.#isClosed()) return readMs;
        if (row.sort > clock.now()) return this.#seenAll(readMs, row.sort);
        await this.#fire(row);
      }
      if (page.nextCursor === null) return this.#seenAll(readMs, Infinity);
      cursor = page.nextCursor;
    }
  }

  #seenAll(readMs: number, nextRowAt: number): number {
    this.#nextRowAt = nextRowAt;
    this.#tries.sweep(this.#look);
    return readMs;
  }

  /** Starts a row's command when there is room; does not wait for its end. */
  async #fire(row: Row): Promise<void> {
    const id = `due:${row.key}:${row.sort}`;
    const now = this.#options.clock.monotonicMs();
    if (!this.#tries.mayTry(id, { now, look: this.#look })) return;
    if (this.#running.has(id)) return;
    while (this.#running.size >= MAX_RUNNING) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#freed = resolve;
      await promise;
      if (this.#isClosed()) return;
    }
    // In a turn of its own: what ends at once must not end before it is kept here.
    this.#running.set(id, Promise.resolve().then(() => this.#run(row, id)));
  }

  /** Never rejects. */
  async #run({ key, sort, data }: Row, messageId: string): Promise<void> {
    const { clock, execute, logger } = this.#options;
    const look = this.#look;
    let fate: Fate = "done";
    let error: unknown;
    try {
      const { command, input } = commandOf(data);
      await execute(command, input, { messageId });
    } catch (thrown) {
      error = thrown;
      fate = fateOf(thrown);
    }
    this.#counts[fate]++;
    const now = clock.monotonicMs();
    const count = this.#tries.ended(messageId, fate, { now, look });
    this.#running.delete(messageId);
    this.#freed?.();
    const isOutage = isUnavailable(error);
    // Once per row, or once for all while nothing works: repeats say nothing new.
    if (isOutage ? !this.#isOutage : count === FIRST_SAID[fate]) {
      logger.warn(SAID[fate], { key, at: sort, error });
    }
    this.#isOutage = isOutage;
    this.#sleepUntilNeeded();
  }

  /** A call, since the state changes across an `await` where a comparison would not see it. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }
}

const SAID: Record<Fate, string> = {
  done: "a due command is done, but its area has not deleted the row",
  refused: "a due command was refused, and its area has not deleted the row",
  failed: "a due command failed; it is tried again",
};

/** The try of a row at which to say so: a row that is done goes away at first. */
const FIRST_SAID: Record<Fate, number> = { done: 2, refused: 1, failed: 1 };
