/** What of the audit trail is asked for: read from an address, however odd, and written into one. */
import type { AuditQuery } from "../../realtime/log/audit_messages.ts";

export interface AuditPlace {
  readonly channel: string;
  readonly subject: string;
  readonly actor: string;
  /** A day, `2026-01-31`; empty for all. */
  readonly since: string;
  /** Entries before this one; undefined begins with the newest. */
  readonly before: number | undefined;
}

const MAX_NAME = 256;

export function placeIn(query: Readonly<Record<string, string>>): AuditPlace {
  const { channel = "", subject = "", actor = "", since = "", before } = query;
  return {
    channel: channel.trim().slice(0, MAX_NAME),
    subject: subject.trim().slice(0, MAX_NAME),
    actor: actor.trim().slice(0, MAX_NAME),
    since: dayStart(since) === undefined ? "" : since,
    before: /^\d{1,15}$/.test(before ?? "") ? Number(before) : undefined,
  };
}

export function addressOf(
  { channel, subject, actor, since, before }: Partial<AuditPlace>,
): string {
  const query = new URLSearchParams();
  if (channel) query.set("channel", channel);
  if (subject) query.set("subject", subject);
  if (actor) query.set("actor", actor);
  if (since) query.set("since", since);
  if (before !== undefined) query.set("before", String(before));
  return query.size > 0 ? `/audit?${query}` : "/audit";
}

/** @param limit Rows of a page. */
export function queryOf(place: AuditPlace, limit: number): AuditQuery {
  const { channel, subject, actor, since, before } = place;
  return {
    limit,
    before,
    channel: channel || undefined,
    subject: subject || undefined,
    actor: actor || undefined,
    since: dayStart(since),
  };
}

/** When a day begins, in UTC; undefined for what is none. */
function dayStart(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const at = Date.parse(day);
  return Number.isNaN(at) ? undefined : at;
}
