/** Retention: closed sessions that were kept for long enough are removed, unless they are on hold. */
import { HOLDS_VIEW, RETENTIONS_VIEW } from "../domain/audit/keeping.ts";
import {
  type Overdue,
  overdueOf,
  type OwnDays,
} from "../domain/audit/retention.ts";
import { numberOf, recordOf, textOf } from "../domain/read_json.ts";
import { sessionChannel } from "../domain/sessions/session.ts";
import { SESSIONS_VIEW } from "../domain/sessions/view.ts";
import type { Json } from "../realtime/json.ts";
import { type Log, LogHeld } from "../realtime/log/log.ts";
import type { Logger } from "../realtime/logger.ts";
import type { After } from "../realtime/timer.ts";
import type { User } from "../realtime/user.ts";
import type { Removals } from "./audit_removal.ts";

/** Between two looks, in ms. A day more or less does not matter; a start often means many. */
const INTERVAL_MS = 3_600_000;
const PAGE = 500;

/** A legal hold, as its row has it. */
export interface HeldChannel {
  readonly channel: string;
  readonly userId: string;
  readonly name: string;
  /** ms since 1970. */
  readonly at: number;
  readonly reason: string;
  readonly byAdmin: boolean;
}

export interface OverdueSession extends Overdue {
  readonly title: string;
  readonly closedAt: number;
  /** On hold: it stays. */
  readonly held: boolean;
}

export interface RetentionPlan {
  /** Everybody's days; null: for ever. */
  readonly days: number | null;
  /** Days other than everybody's. */
  readonly own: readonly OwnDays[];
  /** What the next run takes, but for what is held; longest overdue first. */
  readonly overdue: readonly OverdueSession[];
  readonly held: readonly HeldChannel[];
}

export interface RetentionParts {
  readonly log: Pick<Log, "query">;
  readonly removals: Pick<Removals, "removeChannel">;
  /** Days a session is kept after it was closed; undefined: for ever. */
  readonly days?: number;
  /** Who removes: the server itself. */
  readonly user: Pick<User, "userId" | "name">;
  readonly now: () => number;
  readonly after: After;
  readonly logger: Logger;
}

export class Retention {
  readonly #parts: RetentionParts;
  #stopTimer: () => void = () => {};
  #running: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Looks now, and then every hour. */
  start(): void {
    this.#running = this.#look();
  }

  /** Resolves when nothing more is removed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#running;
  }

  /** What would go if it ran now, and what is held. */
  async plan(): Promise<RetentionPlan> {
    const { log, now, days = null } = this.#parts;
    const held = await this.holds();
    const own = (await rowsOf(log, RETENTIONS_VIEW)).flatMap(readOwnDays);
    const onHold = new Set(held.map(({ channel }) => channel));
    const sessions = await rowsOf(log, SESSIONS_VIEW);
    const overdue = sessions.flatMap(readEnded).flatMap((ended) =>
      overdueOf(ended, own, { days, now: now() }).map((one) => ({
        ...one,
        title: ended.title,
        closedAt: ended.closedAt,
        held: onHold.has(one.channel),
      }))
    );
    overdue.sort((a, b) => a.dueAt - b.dueAt);
    return { days, own, overdue, held };
  }

  async holds(): Promise<readonly HeldChannel[]> {
    return (await rowsOf(this.#parts.log, HOLDS_VIEW)).flatMap(readHold);
  }

  /** Removes what is overdue and not held. @returns How many bodies went. */
  async run(): Promise<number> {
    const { removals, user, logger } = this.#parts;
    let erased = 0;
    for (
      const { channel, subject, days, held } of (await this.plan()).overdue
    ) {
      if (held || this.#isClosed) continue;
      const reason = `Kept for ${days} days after the session was closed`;
      try {
        erased += await removals.removeChannel(channel, {
          subject: subject ?? undefined,
          reason,
          user,
        });
      } catch (error) {
        // Placed since we looked; anything else must not keep the others.
        if (error instanceof LogHeld) continue;
        logger.error("cannot remove what is overdue", { channel, error });
      }
    }
    if (erased > 0) logger.info("retention removed bodies", { erased });
    return erased;
  }

  async #look(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.#parts.logger.error("cannot look for what is overdue", { error });
    }
    if (this.#isClosed) return;
    this.#stopTimer = this.#parts.after(INTERVAL_MS, () => {
      this.#running = this.#look();
    });
  }
}

async function rowsOf(
  log: Pick<Log, "query">,
  view: string,
): Promise<readonly Json[]> {
  const rows: Json[] = [];
  let cursor: string | undefined;
  do {
    const page = await log.query(view, { limit: PAGE, cursor });
    rows.push(...page.rows.map(({ data }) => data));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

function readEnded(data: Json) {
  const row = recordOf(data);
  const id = textOf(row?.id);
  const closedAt = numberOf(row?.closedAt);
  if (id === null || closedAt === null) return [];
  const title = textOf(row?.title) ?? "";
  return [{ channel: sessionChannel(id), title, closedAt }];
}

function readOwnDays(data: Json): readonly OwnDays[] {
  const row = recordOf(data);
  const channel = textOf(row?.channel);
  if (channel === null) return [];
  const subject = textOf(row?.subject);
  return [{ channel, subject, days: numberOf(row?.days) }];
}

function readHold(data: Json): readonly HeldChannel[] {
  const row = recordOf(data);
  const channel = textOf(row?.channel);
  if (channel === null) return [];
  return [{
    channel,
    userId: textOf(row?.userId) ?? "",
    name: textOf(row?.name) ?? "",
    at: numberOf(row?.at) ?? 0,
    reason: textOf(row?.reason) ?? "",
    byAdmin: row?.byAdmin === true,
  }];
}
