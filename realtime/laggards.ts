/**
 * Connections whose socket is full, or who catch up: looked at again until they have
 * drained, and given up when nothing moves for 30 seconds (P17). There is no event for
 * a drained socket, so this polls, only while somebody lags.
 */
import type { Connection } from "./connection.ts";

/** How often the sockets of laggards are looked at while nothing moves, in ms. */
const POLL_MS = 20;

/** And while some of them drain: a reader on a fast line must not wait for our next look. */
const BUSY_POLL_MS = 4;

/** A socket that has not drained at all for this long is given up, in ms. */
export const STUCK_MS = 30_000;

export interface LaggardsOptions {
  readonly now: () => number;
  /** The socket has room again: send what waits. True when nothing waits any more. */
  readonly resume: (connection: Connection) => boolean;
  /** Nothing moved for `STUCK_MS`. */
  readonly giveUp: (connection: Connection) => void;
}

export class Laggards {
  readonly #connections = new Set<Connection>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly options: LaggardsOptions) {}

  get size(): number {
    return this.#connections.size;
  }

  has(connection: Connection): boolean {
    return this.#connections.has(connection);
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
    this.#timer ??= setTimeout(this.#poll, POLL_MS);
  }

  delete(connection: Connection): void {
    this.#connections.delete(connection);
    connection.stuck = undefined;
    if (this.#connections.size === 0) this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Looks at every laggard once. True when one of them was sent something. */
  check(): boolean {
    let isBusy = false;
    for (const connection of this.#connections) {
      if (connection.state === "closed") {
        this.delete(connection);
        continue;
      }
      const { maxBufferedBytes } = connection.limits;
      const bufferedBytes = connection.bufferedBytes;
      if (bufferedBytes === 0) connection.stuck = undefined;
      else if (this.#isStuck(connection, bufferedBytes)) {
        this.delete(connection);
        this.options.giveUp(connection);
        continue;
      }
      // Refilled at half, so that a frame of any size fits and sends are few.
      if (bufferedBytes * 2 > maxBufferedBytes) continue;
      if (connection.state !== "open") continue;
      isBusy = true;
      if (this.options.resume(connection)) this.delete(connection);
    }
    return isBusy;
  }

  #poll = () => {
    this.#timer = undefined;
    const pauseMs = this.check() ? BUSY_POLL_MS : POLL_MS;
    if (this.#connections.size > 0) {
      this.#timer = setTimeout(this.#poll, pauseMs);
    }
  };

  #isStuck(connection: Connection, bufferedBytes: number): boolean {
    const now = this.options.now();
    const { stuck } = connection;
    if (stuck === undefined || bufferedBytes < stuck.bufferedBytes) {
      connection.stuck = { since: now, bufferedBytes };
      return false;
    }
    if (bufferedBytes > stuck.bufferedBytes) {
      // We sent more meanwhile; only what drains counts as progress.
      connection.stuck = { since: stuck.since, bufferedBytes };
    }
    return now - stuck.since >= STUCK_MS;
  }
}
