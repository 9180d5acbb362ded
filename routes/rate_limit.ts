/**
 * How fast anybody may change things over HTTP: a bucket per user, and per address for the
 * rest. Nodes tell each other once a second who took much, and take that from their own buckets.
 */
import { createMiddleware } from "hono/factory";
import type { MiddlewareHandler } from "hono";
import { TokenBucket } from "../realtime/limits.ts";
import type { Bus } from "../realtime/nodes/bus.ts";
import {
  type Figure,
  SharedFigures,
} from "../realtime/nodes/shared_figures.ts";
import type { After } from "../realtime/timer.ts";
import type { Env } from "./env.ts";
import { problem } from "./problem.ts";

/** Seconds of the rate that may come at once. */
const BURST_S = 4;
/** Buckets kept at most, each some 200 bytes; those used longest ago go first. */
const MAX_BUCKETS = 20_000;

/** What takes less than this share of the rate in a second is not told to other nodes. */
const LEAST_SHARE = 0.1;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface RateLimitOptions {
  /** Requests that change something, for one user or one address. */
  readonly perSecond: number;
  readonly clock: { monotonicMs(): number };
  /** @default there are no other nodes */
  readonly bus?: Bus;
  /** When nodes tell each other. @default the system's */
  readonly after?: After;
}

interface Kept {
  readonly bucket: TokenBucket;
  usedAt: number;
  /** Taken here and not told yet. */
  taken: number;
  /** How long it takes to fill from the least it can hold, in ms. */
  fillsInMs: number;
}

/** Buckets by who asks. A bucket that has refilled says nothing, so it is not kept. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  /** Used longest ago first. */
  readonly #kept = new Map<string, Kept>();
  readonly #shared: SharedFigures | undefined;

  constructor(options: RateLimitOptions) {
    this.#options = options;
    const { bus, after } = options;
    this.#shared = bus && new SharedFigures({
      bus,
      subject: "http.taken",
      figures: () => this.#taken(),
      heard: (_, figures) => this.#heard(figures),
      ...after && { after },
    });
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Undefined when `who` may; otherwise how long to wait, in ms. */
  take(who: string): number | undefined {
    const now = this.#options.clock.monotonicMs();
    const kept = this.#use(who, now);
    const taken = kept.bucket.take(now);
    if (!taken.ok) return taken.retryAfterMs;
    kept.taken++;
  }

  /** Hears no more of other nodes. */
  stop(): void {
    this.#shared?.stop();
  }

  #use(who: string, now: number): Kept {
    const { perSecond } = this.#options;
    const kept = this.#kept.get(who) ??
      {
        bucket: new TokenBucket(perSecond, perSecond * BURST_S, now),
        usedAt: 0,
        taken: 0,
        fillsInMs: BURST_S * 1000,
      };
    kept.usedAt = now;
    this.#kept.delete(who);
    this.#kept.set(who, kept);
    this.#forget(now);
    return kept;
  }

  /** Who took much since it was last told. */
  *#taken(): Iterable<Figure> {
    const least = this.#options.perSecond * LEAST_SHARE;
    for (const [who, kept] of this.#kept) {
      const { taken } = kept;
      kept.taken = 0;
      if (taken >= least) yield [who, taken];
    }
  }

  #heard(figures: readonly Figure[]): void {
    const now = this.#options.clock.monotonicMs();
    for (const [who, taken] of figures) {
      const kept = this.#use(who, now);
      kept.bucket.drain(taken, now);
      // It may owe a whole bucket now.
      kept.fillsInMs = 2 * BURST_S * 1000;
    }
  }

  #forget(now: number): void {
    for (const [who, { usedAt, fillsInMs }] of this.#kept) {
      const hasRefilled = now - usedAt >= fillsInMs;
      if (!hasRefilled && this.#kept.size <= MAX_BUCKETS) return;
      this.#kept.delete(who);
    }
  }
}

/**
 * Answers 429 with `Retry-After` to whoever changes things faster than the limit. The
 * service token is the operator's own and has none; reading has none either.
 */
export function limitRate(
  limit: RateLimit | undefined,
): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    if (limit === undefined || SAFE_METHODS.has(c.req.method)) {
      return await next();
    }
    const user = c.get("user");
    if (user?.userId === "service") return await next();
    const who = user === undefined
      ? `address ${c.env?.remoteAddress ?? ""}`
      : `user ${user.userId}`;
    const retryAfterMs = limit.take(who);
    if (retryAfterMs === undefined) return await next();
    return problem(c, {
      code: "rate_limited",
      detail: "Cannot take more: too many requests a second",
      retryAfterMs,
    });
  });
}
