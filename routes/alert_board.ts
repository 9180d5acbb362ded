/**
 * The alerts that are going on, in memory and in order: with ten thousand of them a page still
 * counts, filters and sorts in a few ms. The view is the truth; entries say which rows to read anew.
 */
import { ALERT } from "../domain/alerts/events.ts";
import { ACTIVE_ALERTS_VIEW } from "../domain/alerts/view.ts";
import { ALERT_SUBJECT } from "../domain/alerts/alert_commands.ts";
import type { AlertRow } from "../islands/alert_row.ts";
import { byUrgency, readRow } from "../islands/alert_row.ts";
import type { Entry, Log } from "../realtime/log/log.ts";

/** Rows read at once. */
const PAGE = 500;
/** More changed rows than this are read as the whole view. */
const MAX_STALE = 200;

export class AlertBoard {
  readonly #log: Pick<Log, "query" | "feed">;
  readonly #rows = new Map<string, AlertRow>();
  /** Ids whose row has changed since it was read. */
  readonly #stale = new Set<string>();
  #sorted: readonly AlertRow[] | undefined;
  #stopFeed: (() => void) | undefined;
  /** The whole view was read once. */
  #isRead = false;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(log: Pick<Log, "query" | "feed">) {
    this.#log = log;
  }

  /** All that are not resolved, the most urgent first, then the last raised. */
  active(): Promise<readonly AlertRow[]> {
    // One after the other: who asks meanwhile gets what is read by then.
    const reading = this.#reading.then(() => this.#read());
    this.#reading = reading.catch(() => {});
    return reading;
  }

  close(): void {
    this.#stopFeed?.();
  }

  async #read(): Promise<readonly AlertRow[]> {
    if (!this.#isRead) await this.#start();
    else if (this.#stale.size > MAX_STALE) await this.#readAll();
    else await this.#readStale();
    this.#sorted ??= [...this.#rows.values()].sort(byUrgency);
    return this.#sorted;
  }

  /** Follows the log from before it reads: what changes meanwhile is read again. */
  async #start(): Promise<void> {
    this.#stopFeed ??= this.#log.feed((entries) => this.#hear(entries));
    await this.#readAll();
    this.#isRead = true;
  }

  #hear(entries: readonly Entry[]): void {
    for (const { type, subject } of entries) {
      if (type !== ALERT || !subject.startsWith(ALERT_SUBJECT)) continue;
      this.#stale.add(subject.slice(ALERT_SUBJECT.length));
    }
  }

  async #readAll(): Promise<void> {
    this.#stale.clear();
    const rows = new Map<string, AlertRow>();
    let cursor: string | undefined;
    do {
      const page = await this.#log.query(ACTIVE_ALERTS_VIEW, {
        limit: PAGE,
        cursor,
      });
      for (const { key, data } of page.rows) {
        const row = readRow(data);
        if (row) rows.set(key, row);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    this.#rows.clear();
    for (const [key, row] of rows) this.#rows.set(key, row);
    this.#sorted = undefined;
  }

  async #readStale(): Promise<void> {
    const ids = [...this.#stale];
    this.#stale.clear();
    try {
      await Promise.all(ids.map(async (key) => {
        const page = await this.#log.query(ACTIVE_ALERTS_VIEW, { key });
        const row = readRow(page.rows[0]?.data ?? null);
        if (row) this.#rows.set(key, row);
        else this.#rows.delete(key);
        this.#sorted = undefined;
      }));
    } catch (error) {
      for (const id of ids) this.#stale.add(id);
      throw error;
    }
  }
}
