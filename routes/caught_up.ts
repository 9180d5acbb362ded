/**
 * Reading what one has just written, over nodes: the answer to a change says how far the log
 * was, in a cookie of a few seconds, and a node that has not read so far waits a moment before
 * it answers. Otherwise whoever signs in at one node is a stranger at the next.
 */
import { createMiddleware } from "hono/factory";
import type { MiddlewareHandler } from "hono";
import type { Log } from "../realtime/log/log.ts";
import type { Bus } from "../realtime/nodes/bus.ts";
import { type After, systemAfter } from "../realtime/timer.ts";
import { cookieOf } from "./auth_identify.ts";
import type { Env } from "./env.ts";

const COOKIE = "regulens-seen";
/** Any node has read on long before. */
const COOKIE_LIFETIME_S = 10;
/** A node that takes longer is cut off; it answers with what it has. */
const MAX_WAIT_MS = 1_000;
/** Who comes then is answered at once. */
const MAX_WAITING = 1_000;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface CaughtUpOptions {
  readonly log: Pick<Log, "feed">;
  readonly bus: Pick<Bus, "peers">;
  /** @default the system's */
  readonly after?: After;
}

interface Waiting {
  readonly cursor: number;
  readonly go: () => void;
}

export class CaughtUp {
  readonly #bus: Pick<Bus, "peers">;
  readonly #after: After;
  readonly #waiting = new Set<Waiting>();
  readonly #stop: () => void;
  /** How far this node has read; 0 until something came since it started. */
  #cursor = 0;

  constructor({ log, bus, after = systemAfter }: CaughtUpOptions) {
    this.#bus = bus;
    this.#after = after;
    this.#stop = log.feed((_, cursor) => {
      this.#cursor = cursor;
      for (const one of this.#waiting) if (one.cursor <= cursor) one.go();
    });
  }

  close(): void {
    this.#stop();
    for (const { go } of this.#waiting) go();
  }

  /** Resolves when this node has read what the caller has changed; undefined when it has. */
  behind(request: Request): Promise<void> | undefined {
    // What there was before the start was read at the start.
    if (this.#cursor === 0 || this.#bus.peers().length === 0) return undefined;
    const cursor = Number(cookieOf(request, COOKIE) ?? 0);
    const isBehind = cursor > this.#cursor && Number.isSafeInteger(cursor);
    if (!isBehind || this.#waiting.size >= MAX_WAITING) return undefined;
    return new Promise((resolve) => {
      const go = () => {
        stopTimer();
        this.#waiting.delete(waiting);
        resolve();
      };
      const stopTimer = this.#after(MAX_WAIT_MS, go);
      const waiting = { cursor, go };
      this.#waiting.add(waiting);
    });
  }

  /** Waits before a request is looked at, and marks the answers to those that change something. */
  middleware(): MiddlewareHandler<Env> {
    return createMiddleware<Env>(async (c, next) => {
      const behind = this.behind(c.req.raw);
      if (behind) await behind;
      await next();
      // A redirect may come of a sign-in: the one back from a provider is a GET.
      const changes = !SAFE_METHODS.has(c.req.method) || c.res.status === 303;
      if (!changes || this.#cursor === 0) return;
      if (this.#bus.peers().length === 0) return;
      const attributes = `Max-Age=${COOKIE_LIFETIME_S}; Path=/; HttpOnly; ` +
        "SameSite=Lax";
      const cookie = `${COOKIE}=${this.#cursor}; ${attributes}`;
      c.header("Set-Cookie", cookie, { append: true });
    });
  }
}
