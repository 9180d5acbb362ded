/** The inbox over HTTP; what was seen of it is said by the command `record_notifications`. */
import { z } from "zod";
import { SEVERITIES } from "../../domain/inbox/words.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import {
  type InboxItem,
  type InboxParts,
  inboxSummary,
  readInbox,
} from "../inbox.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf } from "./paging.ts";
import { isoTime } from "./times.ts";

const Time = z.iso.datetime();

const Item = z.object({
  channel: z.string(),
  offset: z.int(),
  at: Time,
  severity: z.enum(SEVERITIES),
  title: z.string(),
  body: z.string(),
  href: z.string(),
  sender: z.string().nullable(),
  unread: z.boolean(),
  delivered: Time.nullable(),
  shown: Time.nullable(),
  acknowledged: Time.nullable(),
});

const Query = Page.extend({
  filter: z.enum(["all", "unread"]).default("all"),
});

export function inboxRoutes(parts: InboxParts): readonly Route[] {
  return [operation({
    method: "GET",
    path: "/api/v1/inbox",
    summary: "Lists what one was notified of, newest first",
    tag: "Inbox",
    input: { query: Query },
    answers: {
      200: {
        description: "A page; unread counts the newest 200 of each channel",
        schema: pageOf(Item).extend({ unread: z.int() }),
      },
    },
    run: async ({ c, user, query: { limit, cursor, filter } }) => {
      const unreadOnly = filter === "unread";
      const [page, { unread }] = await Promise.all([
        readInbox(parts, user, { limit, cursor, unreadOnly })
          .catch(refuseCursor),
        inboxSummary(parts, user),
      ]);
      const { items, nextCursor } = page;
      return c.json({ items: items.map(inHttp), unread, nextCursor });
    },
  })];
}

function inHttp(item: InboxItem): z.infer<typeof Item> {
  const { channel, offset, severity, title, body, href, sender } = item;
  const { at, unread, delivered, shown, acknowledged } = item;
  return {
    channel,
    offset,
    at: isoTime(at),
    severity,
    title,
    body,
    href,
    sender,
    unread,
    delivered: timeOf(delivered),
    shown: timeOf(shown),
    acknowledged: timeOf(acknowledged),
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

/** A cursor is the caller's; one that was not made here is their mistake. */
function refuseCursor(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  const errors = [{ path: "cursor", message: "Not a cursor of this list" }];
  throw new RealtimeError("invalid", "Cannot accept the cursor", { errors });
}
