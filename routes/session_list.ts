/** The sessions a user may see, last active first, read from the view and never folded. */
import { z } from "zod";
import { may } from "../domain/access.ts";
import { SESSIONS_VIEW } from "../domain/sessions/view.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";

/** A row as pages and API show it. Rows are ours; the schema reads them back as what they were. */
const Row = z.object({
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(["open", "closed"]),
  open: z.boolean(),
  openedBy: z.string(),
  openedAt: z.number(),
  lastActivityAt: z.number(),
  participantCount: z.number(),
  participants: z.array(z.object({
    userId: z.string(),
    role: z.enum(["observer", "member", "facilitator"]),
  })),
});

export interface ListedSession extends z.infer<typeof Row> {
  readonly id: string;
  /** The row as it is kept. */
  readonly data: Json;
}

export interface SessionPage {
  readonly items: readonly ListedSession[];
  readonly nextCursor: string | null;
}

/** Pages of the view looked at for one page of the list: many rows may be hidden from a user. */
const MAX_ROUNDS = 20;

/** @throws {RangeError} If the cursor was not made by this list. */
export async function listSessions(
  log: Pick<Log, "query">,
  user: User,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<SessionPage> {
  const items: ListedSession[] = [];
  let next: string | null = cursor ?? null;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { rows, nextCursor } = await log.query(SESSIONS_VIEW, {
      descending: true,
      limit: limit - items.length,
      cursor: next ?? undefined,
    });
    for (const { key, data } of rows) {
      const { data: row } = Row.safeParse(data);
      if (row && may(user, "read", { kind: "session", session: row })) {
        items.push({ ...row, id: key, data });
      }
    }
    next = nextCursor;
    if (next === null || items.length >= limit) break;
  }
  return { items, nextCursor: next };
}
