/**
 * Who was delivered, shown and has acknowledged one alert, as far as it is known: what people's
 * own inboxes have reported, and who acted on it. Nobody lists an audience of the whole house.
 */
import { alertChannel, alertSubject } from "../domain/alerts/alert_commands.ts";
import type { Alert } from "../domain/alerts/alert.ts";
import { hasRole, roleIn } from "../domain/access.ts";
import { inbox } from "../domain/inbox/commands.ts";
import { isRecord } from "../domain/inbox/events.ts";
import { INBOX_SUBJECT, statusOf } from "../domain/inbox/inbox.ts";
import { notificationOf } from "../domain/inbox/notification.ts";
import {
  READ_THROUGH_VIEW,
  type ReaderRow,
  READERS_VIEW,
  readersPrefix,
  readReaderRow,
} from "../domain/inbox/readers_view.ts";
import { Refusal } from "../domain/refusal.ts";
import { sessionPlace } from "../domain/sessions/session_place.ts";
import { userChannel } from "../domain/user_id.ts";
import type { Commands } from "../realtime/commands.ts";
import type { Entry, Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";

/** Entries of an alert that are looked through, a page at a time. */
const PAGE = 500;
const MAX_PAGES = 10;
/** The newest of its entries that people were told of. */
const MAX_TOLD = 50;
/** Readers at most. */
export const MAX_READERS = 500;

export interface ReaderSources {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query" | "readSubject">;
}

/**
 * Those who have it furthest stand first. Each level holds those before it, since the alert
 * was last raised anew.
 *
 * @throws {Refusal} `not_allowed` for who neither leads the house nor the alert's session
 */
export async function readersOf(
  sources: ReaderSources,
  user: User,
  alert: Alert,
): Promise<readonly ReaderRow[]> {
  if (!await mayKnow(sources, user, alert)) throw new Refusal("not_allowed");
  const entries = await entriesOf(sources, alert);
  const readers = new Readers();
  if (alert.sessionId === null) {
    const offsets = entries.filter(isTold).slice(-MAX_TOLD)
      .map(({ offset }) => offset);
    await readReported(sources, offsets, readers);
  }
  for (const userId of noticed(entries)) {
    await readNoticed(sources, { alert, userId }, readers);
  }
  const { acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt } = alert;
  for (
    const [person, at] of [
      [acknowledgedBy, acknowledgedAt],
      [resolvedBy, resolvedAt],
    ] as const
  ) {
    // Acting on it is acknowledging it.
    if (person === null || at === null) continue;
    readers.add({ ...person, delivered: at, shown: at, acknowledged: at });
  }
  return readers.list();
}

/** Who leads the house, or the session that the alert belongs to. */
async function mayKnow(
  { commands }: ReaderSources,
  user: User,
  { sessionId }: Alert,
): Promise<boolean> {
  if (hasRole(user, "facilitator")) return true;
  if (sessionId === null) return false;
  const { area, channel, subject } = sessionPlace(sessionId);
  const { state } = await commands.state(area, channel, subject);
  return state.status !== "none" && roleIn(user, state) === "facilitator";
}

/** Its entries since it was last raised anew, oldest first. */
async function entriesOf(
  { log }: ReaderSources,
  { alertId, sessionId }: Alert,
): Promise<readonly Entry[]> {
  const [channel, subject] = [alertChannel(sessionId), alertSubject(alertId)];
  let entries: Entry[] = [];
  for (let page = 0, after = 0; page < MAX_PAGES; page++) {
    const read = await log.readSubject(channel, subject, after, PAGE);
    for (const entry of read) {
      if (eventOf(entry) === "alert_raised") entries = [];
      entries.push(entry);
    }
    after = read.at(-1)?.offset ?? after;
    if (read.length < PAGE) break;
  }
  return entries;
}

/** What people recorded of the entries that everybody in the house was told of. */
async function readReported(
  { log }: ReaderSources,
  offsets: readonly number[],
  readers: Readers,
): Promise<void> {
  const [first] = offsets;
  if (first === undefined) return;
  const pages = await Promise.all([
    ...offsets.map((offset) =>
      log.query(READERS_VIEW, {
        prefix: readersPrefix(offset),
        limit: MAX_READERS,
      })
    ),
    log.query(READ_THROUGH_VIEW, { limit: MAX_READERS }),
  ]);
  for (const { data } of pages.flatMap(({ rows }) => rows)) {
    const reader = readReaderRow(data, first);
    if (reader) readers.add(reader);
  }
}

/** What one who was told on their own channel recorded of that. */
async function readNoticed(
  { commands, log }: ReaderSources,
  { alert, userId }: { readonly alert: Alert; readonly userId: string },
  readers: Readers,
): Promise<void> {
  const channel = userChannel(userId);
  if (channel === undefined) return;
  const { state } = await commands.state(inbox, channel, INBOX_SUBJECT);
  const name = alert.assignee?.userId === userId ? alert.assignee.name : userId;
  for (let page = 0, after = 0; page < MAX_PAGES; page++) {
    const read = await log.readSubject(channel, "notices", after, PAGE);
    for (const entry of read) {
      if (bodyOf(entry)?.alertId !== alert.alertId) continue;
      if (entry.at < alert.raisedAt) continue;
      const { delivered, shown, acknowledged } = statusOf(state, entry);
      if (delivered === null) continue;
      readers.add({ userId, name, delivered, shown, acknowledged });
    }
    after = read.at(-1)?.offset ?? after;
    if (read.length < PAGE) break;
  }
}

/** Whom it was put into the hands of, or who was told that it is late. */
function noticed(entries: readonly Entry[]): ReadonlySet<string> {
  const userIds = new Set<string>();
  for (const entry of entries) {
    const body = bodyOf(entry);
    const assignee = isRecord(body?.assignee) ? body.assignee.userId : null;
    const to = Array.isArray(body?.to) ? body.to : [];
    for (const one of [assignee, ...to]) {
      if (typeof one === "string") userIds.add(one);
    }
  }
  return userIds;
}

/** Merges what is known of each person: when each level was first reached. */
class Readers {
  readonly #byId = new Map<string, ReaderRow>();

  add(reader: ReaderRow): void {
    const before = this.#byId.get(reader.userId);
    this.#byId.set(reader.userId, {
      userId: reader.userId,
      name: before && before.name !== before.userId ? before.name : reader.name,
      delivered: earlier(before?.delivered, reader.delivered),
      shown: earlier(before?.shown, reader.shown),
      acknowledged: earlier(before?.acknowledged, reader.acknowledged),
    });
  }

  list(): readonly ReaderRow[] {
    const furthest = ({ acknowledged, shown }: ReaderRow) =>
      acknowledged !== null ? 0 : shown !== null ? 1 : 2;
    return [...this.#byId.values()].sort((a, b) =>
      furthest(a) - furthest(b) || (a.delivered ?? 0) - (b.delivered ?? 0)
    ).slice(0, MAX_READERS);
  }
}

function earlier(a: number | null | undefined, b: number | null) {
  if (a === null || a === undefined) return b;
  return b === null ? a : Math.min(a, b);
}

function isTold(entry: Entry): boolean {
  const told = { ...entry, sender: null, body: bodyOf(entry) };
  const notification = notificationOf(told, { userId: "" });
  return notification !== undefined && notification.isSilent !== true;
}

function eventOf(entry: Entry): unknown {
  return bodyOf(entry)?.event;
}

function bodyOf({ bodyText }: Entry) {
  const body: unknown = bodyText === null ? null : JSON.parse(bodyText);
  return isRecord(body) ? body : undefined;
}
