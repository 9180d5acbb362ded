/**
 * A Postgres database as the nodes of a house share it: a pool for single statements, one
 * connection that listens, and lines for transactions.
 */
import type { Logger } from "../logger.ts";
import type { Sql } from "./driver.ts";
import { Line, type LineOptions } from "./line.ts";
import { type Listener, Listening } from "./listening.ts";
import { Pool } from "./pool.ts";

export interface DatabaseOptions {
  readonly logger: Logger;
  /** Most connections of the pool. @default 6 */
  readonly max?: number;
  /** How long a statement of the pool may go unanswered, in ms. @default 5_000 */
  readonly answerTimeoutMs?: number;
}

export interface Database {
  /** As it was given, with its password: never to be logged. */
  readonly url: string;
  /**
   * Asks one statement of the pool; a transaction takes a `line`. When it is not answered in
   * time every connection of the pool is cut and made anew.
   * @throws {DatabaseUnavailable} Then: whether it took effect is unknown. @throws what the driver says
   */
  ask<Answer>(ask: (sql: Sql) => Promise<Answer>): Promise<Answer>;
  /** A connection of its own. @throws when there is none to be had */
  line(options?: LineOptions): Promise<Line>;
  /**
   * Told of NOTIFY on this channel, for as long as there is a connection: notifications may be
   * lost. One connection listens for all. Returns the stop.
   */
  listen(
    channel: string,
    onNotify: Listener["onNotify"],
    options?: Pick<Listener, "onListening">,
  ): () => void;
  /** Lets go of every connection but the lines. */
  close(): Promise<void>;
}

/** Connects when first asked something. */
export function openDatabase(
  url: string,
  { logger, max = 6, answerTimeoutMs = 5_000 }: DatabaseOptions,
): Database {
  const pool = new Pool(url, { max, answerTimeoutMs });
  const line = (options?: LineOptions) => Line.open(url, options);
  const listening = new Listening({ line, logger });
  let closing: Promise<void> | undefined;
  return {
    url,
    ask: (ask) => pool.ask(ask),
    line,
    listen: (channel, onNotify, options) =>
      listening.add(channel, { onNotify, ...options }),
    close: () => closing ??= close(),
  };

  async function close(): Promise<void> {
    await listening.close();
    await pool.close();
  }
}
