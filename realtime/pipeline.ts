/**
 * The pipeline of one channel: commands are decided one after the other, at once, against
 * committed plus in-flight state; only their answers wait for the disk.
 *
 * A tip is the state of a subject with everything in flight folded in. Tips rest on
 * predicted offsets; a commit that fails makes every prediction behind it void. Then the
 * flight is waited for, the tips are dropped, the folds brought up to date from the log, and
 * what did not get through is decided again in its first order.
 */
import { publicError, unavailable } from "./command_errors.ts";
import type { Fold, Folds } from "./fold.ts";
import {
  type Commit,
  type Committed,
  type Log,
  LogUnavailable,
} from "./log/log.ts";
import type { Logger } from "./logger.ts";
import { type Plan, plan } from "./plan.ts";
import {
  foldsOf,
  isExpectedConflict,
  type Outcome,
  type Ride,
  rootOf,
  type Work,
} from "./ride.ts";
import { RealtimeError } from "./realtime_error.ts";
import { Tips } from "./tips.ts";
import type { Tracing } from "./tracing.ts";
import type { Turns } from "./turns.ts";

/** Commands of one channel that wait for the disk at once; more wait undecided. */
const MAX_IN_FLIGHT = 1024;
/** Commands of one channel that wait undecided; more are refused. */
const MAX_WAITING = 10_000;
/** Times a command is decided before a channel counts as too contended. */
const MAX_ATTEMPTS = 10;

/** What of the store the commands use. */
export type CommandLog = Pick<
  Log,
  "commit" | "recall" | "readSubject" | "head" | "feed" | "turn"
>;

export interface PipelineParts {
  readonly log: CommandLog;
  readonly folds: Folds;
  readonly turns: Turns;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  readonly clock: () => number;
  readonly newId: (now: number) => string;
  readonly counters: Counters;
}

/** Counted over all channels since the start. */
export interface Counters {
  executed: number;
  refused: number;
  conflicts: number;
  duplicates: number;
  unavailable: number;
}

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #onIdle: () => void;
  /** Arrived and not decided, oldest first. */
  #waiting: Ride[] = [];
  /** Index in `#waiting` of the next to decide. */
  #next = 0;
  /** Decided and not answered, in the order of the decisions. */
  readonly #flight: Ride[] = [];
  #again: Ride[] = [];
  readonly #tips: Tips;
  /** Ties what is in flight together: what rests on a failed commit must fail too. */
  #chain = crypto.randomUUID();
  /** `broken`: predictions are void, nothing is decided until all is settled and read again. */
  #state: "flowing" | "broken" | "recovering" = "flowing";
  /** Ends the turn this node has at the channel; undefined when it has none. */
  #endTurn?: (() => void) | undefined;
  /** How many of those that wait belong to the turn; who comes later is for the next one. */
  #admitted = Infinity;
  /** Why the store could not write, once it could not during this flight. */
  #down?: unknown;

  constructor(parts: PipelineParts, onIdle: () => void) {
    this.#parts = parts;
    this.#tips = new Tips(parts.folds);
    this.#onIdle = onIdle;
  }

  get waiting(): number {
    return this.#waiting.length - this.#next + this.#again.length;
  }

  get inFlight(): number {
    return this.#flight.length;
  }

  run(work: Work): void {
    if (this.waiting >= MAX_WAITING) {
      return work.reject(unavailable("too many commands wait here"));
    }
    const { folds } = this.#parts;
    const { area } = work.declaration;
    const fold = folds.hold(area, work.channel, work.subject);
    const also = new Map(
      Object.entries(work.also).map(([name, { area, channel, subject }]) =>
        [name, folds.hold(area, channel, subject)] as const
      ),
    );
    const ride: Ride = {
      work,
      fold,
      also,
      within: this.#parts.tracing?.here(),
      state: "preparing",
      attempts: 0,
      isCurrent: false,
    };
    this.#waiting.push(ride);
    const loading = foldsOf(ride).flatMap(({ loading }) => loading ?? []);
    if (loading.length === 0) {
      ride.state = "ready";
      this.#pump();
    } else {
      this.#prepare(ride, Promise.all(loading)).then(() => this.#pump());
    }
  }

  /** Waits for the folds; on a second attempt asks for the messageId as well. Never rejects. */
  async #prepare(ride: Ride, current: Promise<unknown>): Promise<void> {
    // Both at once, and for all that wait: the line is not held up by one round trip each.
    const [known, folded] = await Promise.allSettled([
      ride.attempts > 0 ? this.#recall(ride) : undefined,
      current,
    ]);
    if (known.status === "fulfilled" && known.value !== undefined) {
      this.#parts.counters.duplicates++;
      this.#resolve(ride, { ...known.value, duplicate: true });
    } else if (known.status === "rejected") {
      this.#fail(ride, known.reason);
    } else if (folded.status === "rejected") {
      this.#fail(ride, folded.reason);
    } else {
      ride.state = "ready";
    }
  }

  #pump(): void {
    if (this.#isTurnDue()) {
      if (this.#flight.length === 0) this.#recover();
      return;
    }
    while (
      this.#state === "flowing" && this.#flight.length < MAX_IN_FLIGHT &&
      this.#admitted > 0
    ) {
      const ride = this.#waiting[this.#next];
      // The order of arrival holds: nobody overtakes one that is still being prepared.
      if (ride === undefined || ride.state === "preparing") break;
      this.#next++;
      this.#admitted--;
      if (ride.state === "ready") this.#decide(ride);
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    const isTurnOver = this.#admitted === 0 && this.#flight.length === 0;
    if (isTurnOver && this.#state === "flowing") this.#giveTurn();
    this.#idle();
  }

  /** Other nodes decide here as well: nothing is decided before it is our turn. */
  #isTurnDue(): boolean {
    const ride = this.#waiting[this.#next];
    return this.#state === "flowing" && this.#endTurn === undefined &&
      ride !== undefined && this.#parts.turns.isContended(ride.work.channel);
  }

  #giveTurn(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
    this.#admitted = Infinity;
    if (this.#waiting.length > 0) this.#pump();
  }

  #decide(ride: Ride): void {
    const { fold, also, work } = ride;
    ride.attempts++;
    let planned: Plan;
    try {
      const { clock, newId } = this.#parts;
      planned = plan(work, {
        ...this.#tips.standingOf(fold),
        also: Object.fromEntries(
          [...also].map(([name, fold]) => [name, this.#tips.standingOf(fold)]),
        ),
        now: clock(),
        newId,
      });
    } catch (error) {
      return this.#rest(ride, { state: "refused", error });
    }
    const { own, result, rows } = planned;
    // With a messageId even "nothing to do" is remembered: a retry must not do it later.
    const nothing = own.entries.length === 0 && planned.also.length === 0;
    if (nothing && work.once === undefined) {
      return this.#rest(ride, { state: "answered", result });
    }
    this.#flight.push(ride);
    this.#commit(ride, {
      writes: [
        this.#tips.write(fold, own),
        ...planned.also.map((part) => {
          const further = also.get(part.name ?? "");
          if (!further) throw new RangeError(`Cannot find ${part.name}`);
          return this.#tips.write(further, part);
        }),
        ...planned.notices,
      ],
      index: rows,
      sender: work.user.userId,
      result,
      chain: `${this.#chain} ${rootOf(ride)}`,
      ...work.once,
    });
  }

  async #commit(ride: Ride, commit: Commit): Promise<void> {
    try {
      const { log } = this.#parts;
      const { within } = ride;
      // Another's answer may be what decides this one: its span is not ours.
      const committed = await (within
        ? within(() => log.commit(commit))
        : log.commit(commit));
      ride.outcome = { state: "committed", committed };
    } catch (error) {
      ride.outcome = { state: "failed", error };
    }
    this.#settle();
  }

  /** Answers at once, or after what the answer rests on: a tip is not committed yet. */
  #rest(ride: Ride, outcome: Outcome): void {
    if (this.#parts.turns.areShared && !ride.isCurrent) {
      // Nobody is told no for what another node has made possible a moment ago.
      ride.outcome = { state: "stale" };
      this.#flight.push(ride);
      if (this.#flight.length === 1) this.#settle();
    } else if (ride.work.once !== undefined && ride.attempts === 1) {
      this.#flight.push(ride);
      this.#askBefore(ride, outcome);
    } else if (!foldsOf(ride).some((fold) => this.#tips.has(fold))) {
      this.#answer(ride, outcome);
    } else {
      ride.outcome = outcome;
      this.#flight.push(ride);
    }
  }

  /**
   * A commit finds a known messageId by itself (L4), so the log is not asked before each; but
   * what would be refused now may be a retry of what was done then.
   */
  async #askBefore(ride: Ride, outcome: Outcome): Promise<void> {
    try {
      const known = await this.#recall(ride);
      ride.outcome = known ? { state: "known", committed: known } : outcome;
    } catch (error) {
      ride.outcome = { state: "failed", error };
    }
    this.#settle();
  }

  async #recall({ work }: Ride): Promise<Committed | undefined> {
    const { once, user } = work;
    return once &&
      await this.#parts.log.recall({ sender: user.userId, ...once });
  }

  /** Answers from the front of the flight, so answers keep the order of the decisions. */
  #settle(): void {
    let settled = 0;
    for (const ride of this.#flight) {
      if (ride.outcome === undefined) break;
      settled++;
      this.#answer(ride, ride.outcome);
    }
    this.#flight.splice(0, settled);
    if (this.#flight.length > 0) return this.#pump();
    this.#tips.clear();
    if (this.#state === "broken") this.#recover();
    else this.#pump();
  }

  #answer(ride: Ride, outcome: Outcome): void {
    const { counters, folds, turns } = this.#parts;
    if (outcome.state === "committed") {
      const { committed } = outcome;
      if (committed.duplicate) {
        // Another node was first: the entries predicted here were never written.
        this.#state = "broken";
        counters.duplicates++;
      } else counters.executed++;
      return this.#resolve(ride, committed);
    }
    if (outcome.state === "known") {
      counters.duplicates++;
      return this.#resolve(ride, { ...outcome.committed, duplicate: true });
    }
    if (outcome.state === "stale") this.#state = "broken";
    if (outcome.state === "failed") {
      this.#state = "broken";
      if (!isExpectedConflict(outcome.error)) {
        const answer = this.#fail(ride, outcome.error);
        if (outcome.error instanceof LogUnavailable) this.#down = answer;
        return;
      }
      counters.conflicts++;
      turns.met(ride.work.channel);
    }
    // What follows rests on something that did not happen.
    if (this.#state === "broken") {
      ride.outcome = undefined;
      if (this.#down) this.#fail(ride, this.#down);
      else this.#again.push(ride);
    } else if (outcome.state === "refused") {
      this.#fail(ride, outcome.error);
    } else if (outcome.state === "answered") {
      counters.executed++;
      const positions = [folds.position(ride.fold)];
      this.#resolve(ride, { result: outcome.result, positions });
    }
  }

  /**
   * Brings the folds up to date from the log and puts what conflicted in front again. On a
   * channel that other nodes decide on, too, it does so once it is this node's turn.
   */
  async #recover(): Promise<void> {
    this.#state = "recovering";
    const { turns } = this.#parts;
    const again = this.#again;
    const waiting = this.#waiting.slice(this.#next)
      .filter(({ state }) => turns.areShared && state === "ready");
    const rides = [...again, ...waiting];
    const lasts = new Map(
      rides.flatMap(foldsOf).map((fold) => [fold, fold.last] as const),
    );
    const channel = rides[0]?.work.channel;
    if (channel !== undefined) this.#endTurn ??= await turns.take(channel);
    await Promise.all(this.#catchUp(rides));
    const isOthers = [...lasts].some(([fold, last]) => fold.last > last);
    if (channel !== undefined && isOthers) turns.met(channel);
    this.#waiting = [...again, ...this.#waiting.slice(this.#next)];
    this.#next = 0;
    this.#again = [];
    this.#admitted = this.#endTurn ? this.#waiting.length : Infinity;
    this.#chain = crypto.randomUUID();
    this.#down = undefined;
    this.#state = "flowing";
    this.#pump();
  }

  #catchUp(rides: readonly Ride[]): Promise<unknown>[] {
    const current = new Map<Fold<unknown>, Promise<void>>();
    return rides.map((ride) => {
      if (ride.attempts >= MAX_ATTEMPTS) {
        this.#fail(ride, unavailable("others keep changing it"));
        return Promise.resolve();
      }
      const caughtUp = foldsOf(ride).map((fold) => {
        const once = current.get(fold) ?? this.#parts.folds.catchUp(fold);
        current.set(fold, once);
        return once;
      });
      ride.isCurrent = true;
      return this.#prepare(ride, Promise.all(caughtUp));
    });
  }

  #resolve(ride: Ride, { result, positions, duplicate }: Committed): void {
    this.#done(ride);
    ride.work.resolve({
      result: result ?? null,
      // Of its own channel, written first: where others were told is theirs to know.
      positions: positions.slice(0, 1),
      ...(duplicate && { duplicate }),
    });
  }

  /** Rejects with what a caller may see, and returns that. */
  #fail(ride: Ride, error: unknown): unknown {
    const { counters, logger } = this.#parts;
    const answer = publicError(error);
    if (!(answer instanceof RealtimeError)) counters.refused++;
    else if (answer.code === "unavailable") counters.unavailable++;
    else if (answer.code === "internal") {
      logger.error("Cannot execute a command", {
        command: ride.work.declaration.name,
        channel: ride.work.channel,
        userId: ride.work.user.userId,
        error,
      });
    }
    this.#done(ride);
    ride.work.reject(answer);
    return answer;
  }

  #done(ride: Ride): void {
    ride.state = "done";
    for (const fold of foldsOf(ride)) this.#parts.folds.release(fold);
  }

  #idle(): void {
    if (
      this.#state === "flowing" && this.#flight.length === 0 &&
      this.#waiting.length === 0
    ) this.#onIdle();
  }
}
