/** Counts what each rule did and how long it took: executions, fired, errors, mean and p99. */
import type { RuleOutcome } from "./risk_score.ts";

/** Rules counted at most; the one counted longest ago makes room. */
const MAX_RULES = 10_000;
/** Bounds of the histogram grow by this: a p99 is at most 10 % too high. */
const GROWTH = 1.1;
/** Upper bound of the first bucket, in ms: one microsecond, as fine as durations are. */
const FIRST_MS = 0.001;

export interface RuleCount {
  /** Evaluations; skipped ones and cached ones are none. */
  readonly executions: number;
  readonly fired: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly meanMs: number;
  /** By a histogram: the upper bound of the bucket, but never above the largest. */
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What is counted: a `RuleResult` has it all. */
export interface Countable {
  readonly ruleId: string;
  readonly result: RuleOutcome;
  readonly durationMs: number;
  readonly cached: boolean;
}

interface Counting {
  executions: number;
  fired: number;
  errors: number;
  timeouts: number;
  totalMs: number;
  maxMs: number;
  /** How many took up to FIRST_MS × GROWTH^index. */
  readonly buckets: number[];
}

export class RuleCounters {
  readonly #counts = new Map<string, Counting>();

  count({ ruleId, result, durationMs, cached }: Countable): void {
    if (cached || result === "SKIPPED") return;
    const counting = this.#of(ruleId);
    counting.executions++;
    if (result === "FAIL") counting.fired++;
    if (result === "ERROR") counting.errors++;
    if (result === "TIMEOUT") counting.timeouts++;
    counting.totalMs += durationMs;
    counting.maxMs = Math.max(counting.maxMs, durationMs);
    const bucket = bucketOf(durationMs);
    counting.buckets[bucket] = (counting.buckets[bucket] ?? 0) + 1;
  }

  /** The counts of a rule; all zero before its first evaluation. */
  of(ruleId: string): RuleCount {
    const counting = this.#counts.get(ruleId) ?? empty();
    const { executions, fired, errors, timeouts, totalMs, maxMs } = counting;
    const meanMs = executions === 0 ? 0 : totalMs / executions;
    return {
      executions,
      fired,
      errors,
      timeouts,
      meanMs,
      p99Ms: quantileMs(counting, 0.99),
      maxMs,
    };
  }

  #of(ruleId: string): Counting {
    const known = this.#counts.get(ruleId);
    if (known !== undefined) return known;
    if (this.#counts.size >= MAX_RULES) {
      const [first] = this.#counts.keys();
      this.#counts.delete(first);
    }
    const counting = empty();
    this.#counts.set(ruleId, counting);
    return counting;
  }
}

function empty(): Counting {
  return {
    executions: 0,
    fired: 0,
    errors: 0,
    timeouts: 0,
    totalMs: 0,
    maxMs: 0,
    buckets: [],
  };
}

function bucketOf(durationMs: number): number {
  if (durationMs <= FIRST_MS) return 0;
  return Math.ceil(Math.log(durationMs / FIRST_MS) / Math.log(GROWTH));
}

/** The nearest rank: the least bound that `share` of the durations do not exceed. */
function quantileMs({ executions, buckets, maxMs }: Counting, share: number) {
  let left = Math.ceil(executions * share);
  for (let index = 0; index < buckets.length; index++) {
    left -= buckets[index] ?? 0;
    if (left <= 0) return Math.min(maxMs, FIRST_MS * GROWTH ** index);
  }
  return maxMs;
}
