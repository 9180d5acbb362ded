/** Removing what people wrote and keeping the proof of it: a body, a subject, or a channel and what is sealed for it. */
import {
  AUDIT,
  AUDIT_CHANNEL,
  keepingSubject,
} from "../domain/audit/keeping.ts";
import { POLL_SUBJECT } from "../domain/consensus/polls/commands.ts";
import { sealedChannel } from "../domain/consensus/polls/sealed.ts";
import { DECISION_SUBJECT } from "../domain/decisions/live/decision_commands.ts";
import { sealedSheetsChannel } from "../domain/decisions/live/sealed.ts";
import { contentChannel } from "../domain/jobs/content.ts";
import { JOB_SUBJECT } from "../domain/jobs/view.ts";
import type { Json } from "../realtime/json.ts";
import {
  HOLDS_VIEW,
  type Log,
  LogHeld,
  type Write,
} from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";

const PAGE_ENTRIES = 500;
const SESSION_PREFIX = "session:";

export interface RemovalOptions {
  /** Only this subject. @default the whole channel */
  readonly subject?: string;
  /** Kept in the audit trail. */
  readonly reason: string;
  readonly user: Pick<User, "userId" | "name">;
}

type RemovalLog = Pick<Log, "erase" | "query" | "read" | "remove">;

export interface RemovalParts {
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** Copies of what is kept, that can be made again. */
  readonly files?: { removeAll(): Promise<void> };
}

export class Removals {
  readonly #log: RemovalLog;
  readonly #now: () => number;
  readonly #files: RemovalParts["files"];

  constructor(log: RemovalLog, { now = Date.now, files }: RemovalParts = {}) {
    this.#log = log;
    this.#now = now;
    this.#files = files;
  }

  /**
   * Erases every body of a channel, or of one subject of it, with the view rows that follow
   * from them, and what is kept under seal for its polls, decisions and jobs. Headers and hashes
   * stay, so chain, checkpoints and exports verify; channel and ids may be used again. Who
   * did it and why is an entry of the channel `audit`, written as one with it. Repeating it
   * changes nothing.
   *
   * @returns How many bodies went.
   * @throws {LogHeld} If the channel is on legal hold. @throws {LogConflict} @throws {LogUnavailable}
   */
  async removeChannel(
    channel: string,
    { subject, reason, user }: RemovalOptions,
  ): Promise<number> {
    // Asked before anything goes: what is under seal is in channels of its own.
    const held = await this.#log.query(HOLDS_VIEW, { key: channel, limit: 1 });
    if (held.rows.length > 0) throw new LogHeld(channel);
    const subjects = subject === undefined
      ? await this.#subjects(channel)
      : [subject];
    const sender = user.userId;
    let erased = 0;
    // First: were it cut short after the channel had gone, nothing would lead to them.
    const sealed = subjects.flatMap((one) => sealedFor(channel, one));
    erased += await this.#removeSealed(sealed, sender);
    const said = { event: "erased", channel, subject: subject ?? null, reason };
    const writes = [this.#note(said, { channel, user })];
    const removed = await this.#log.remove({
      channel,
      subject,
      sender,
      writes,
    });
    // A job may have ended in between: now that it is gone, nothing more comes of it.
    erased += await this.#removeSealed(sealed, sender);
    await this.#files?.removeAll();
    return erased + removed.erased;
  }

  /**
   * Erases one body.
   *
   * @returns How many went: 0 when it had been erased before.
   * @throws {RangeError} If there is none. @throws {LogHeld}
   */
  async eraseBody(
    channel: string,
    offset: number,
    { reason, user }: Omit<RemovalOptions, "subject">,
  ): Promise<number> {
    const said = { event: "erased", channel, offset, reason };
    const writes = [this.#note(said, { channel, user })];
    const done = await this.#log.erase(channel, offset, user.userId, writes);
    await this.#files?.removeAll();
    return done.duplicate ? 0 : 1;
  }

  async #removeSealed(
    places: readonly SealedPlace[],
    sender: string,
  ): Promise<number> {
    let erased = 0;
    for (const place of places) {
      erased += (await this.#log.remove({ ...place, sender })).erased;
    }
    return erased;
  }

  async #subjects(channel: string): Promise<readonly string[]> {
    const subjects = new Set<string>();
    for (let after = 0;;) {
      const entries = await this.#log.read(channel, after, PAGE_ENTRIES);
      if (entries.length === 0) return [...subjects];
      for (const entry of entries) {
        subjects.add(entry.subject);
        after = entry.offset;
      }
    }
  }

  #note(
    body: { readonly [key: string]: Json },
    { channel, user }: Pick<RemovalOptions, "user"> & { channel: string },
  ): Write {
    const { userId, name } = user;
    return {
      channel: AUDIT_CHANNEL,
      entries: [{
        type: AUDIT,
        v: 1,
        subject: keepingSubject(channel),
        at: this.#now(),
        body: { ...body, userId, name },
      }],
    };
  }
}

interface SealedPlace {
  readonly channel: string;
  readonly subject?: string;
}

/** Where the server keeps to itself what belongs to a subject of a channel. */
function sealedFor(channel: string, subject: string): readonly SealedPlace[] {
  if (subject.startsWith(POLL_SUBJECT)) {
    return [{ channel: sealedChannel(subject.slice(POLL_SUBJECT.length)) }];
  }
  if (subject.startsWith(DECISION_SUBJECT)) {
    const id = subject.slice(DECISION_SUBJECT.length);
    return [{ channel: sealedSheetsChannel(id) }];
  }
  if (subject.startsWith(JOB_SUBJECT)) {
    const sessionId = channel.startsWith(SESSION_PREFIX)
      ? channel.slice(SESSION_PREFIX.length)
      : null;
    return [{ channel: contentChannel(sessionId), subject }];
  }
  return [];
}
