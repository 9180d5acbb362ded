/** The audit trail over HTTP: who did what, whether it still verifies, and one channel as a file. */
import { z } from "zod";
import type { AuditRow } from "../../realtime/log/audit_messages.ts";
import type { AuditReading } from "../../realtime/log/audit_reading.ts";
import type { Log } from "../../realtime/log/log.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { AuditAccess } from "../audit_access.ts";
import { AuditChecks } from "../audit_checks.ts";
import { listAudit } from "../audit_list.ts";
import { operation, type Route } from "./operation.ts";
import { Limit, pageOf } from "./paging.ts";
import { isoTime } from "./times.ts";

const tag = "Audit";
const RETRY_AFTER_MS = 1_000;

const Channel = z.string().min(1).max(256);

const Time = z.union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text));

const ListQuery = z.object({
  channel: Channel.optional(),
  actor: z.string().min(1).max(256).optional().meta({
    description: "A user id, or an actor id as entries have it",
  }),
  subject: z.string().min(1).max(256).optional().meta({
    description: "What it is about, as entries have it",
  }),
  since: Time.optional().meta({ description: "Not older than this" }),
  limit: Limit,
  cursor: z.string().regex(/^\d{1,15}$/).transform(Number).optional(),
});

const AuditEntry = z.object({
  channel: z.string(),
  offset: z.int(),
  at: z.string(),
  actor: z.string().meta({ description: "A random id per person" }),
  userId: z.string().nullable().meta({
    description: "Who that is; null once that person was erased",
  }),
  type: z.string(),
  v: z.int(),
  event: z.string().nullable(),
  subject: z.string(),
  messageId: z.string().nullable(),
  erased: z.boolean().meta({ description: "Its body was erased" }),
  hash: z.string(),
});

const Verified = z.object({
  ok: z.boolean(),
  count: z.int().meta({ description: "Entries checked" }),
  head: z.object({ epoch: z.string(), offset: z.int(), hash: z.string() })
    .nullable().meta({ description: "null when all channels were checked" }),
  firstBadOffset: z.int().optional(),
  channel: z.string().optional().meta({ description: "Where the first is" }),
  reason: z.string().optional(),
  publicKey: z.string().nullable().meta({
    description:
      "Signs checkpoints and exports; note it down where this server cannot write",
  }),
});

export interface AuditParts {
  readonly log: Pick<Log, "head" | "query" | "read" | "verify">;
  readonly audit: Pick<
    AuditReading,
    "export" | "list" | "mayExport" | "publicKey"
  >;
  /** Shared with whoever else lets people check. @default its own */
  readonly checks?: AuditChecks;
}

export function auditRoutes(
  { log, audit, checks = new AuditChecks(log) }: AuditParts,
): readonly Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/audit",
      summary: "Lists who did what, newest first, as far as one may see it",
      tag,
      input: { query: ListQuery },
      answers: {
        200: {
          description: "A page; it may be short and still have a next one",
          schema: pageOf(AuditEntry),
        },
      },
      run: async ({ c, user, query: { cursor: before, ...query } }) => {
        const access = new AuditAccess(log, user);
        if (query.channel !== undefined) {
          if (!await access.mayTrace(query.channel)) throw hidden();
        }
        const page = await listAudit(audit, access, { ...query, before });
        const nextCursor = page.cursor === null ? null : String(page.cursor);
        return c.json({ items: page.rows.map(shown), nextCursor });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/audit/verify",
      summary: "Checks every hash of a channel and the checkpoints over it",
      tag,
      input: { query: z.object({ channel: Channel.optional() }) },
      answers: {
        200: { description: "What the check found", schema: Verified },
      },
      run: async ({ c, user, query: { channel } }) => {
        const access = new AuditAccess(log, user);
        // All of them is asked as a channel of no name, which only an admin may see.
        if (!await access.mayTrace(channel ?? "")) throw hidden();
        const { ok, count, firstBad } = await checks.check(channel);
        const head = channel === undefined ? null : await log.head(channel);
        // A bad checkpoint may first speak of a channel that is not theirs to know.
        const here = firstBad && (channel ?? firstBad.channel);
        const named = firstBad?.channel === here;
        return c.json({
          ok,
          count,
          head,
          ...firstBad && { reason: firstBad.reason },
          ...firstBad && named &&
            { channel: firstBad.channel, firstBadOffset: firstBad.offset },
          publicKey: audit.publicKey(),
        });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/audit/export",
      summary: "Gives a channel as one file that verifies without this server",
      tag,
      input: {
        query: z.object({
          channel: Channel,
          actors: z.enum(["include"]).optional().meta({
            description: "Also tells who is behind the actor ids",
          }),
        }),
      },
      answers: {
        200: {
          description: "The file, as docs/audit.md describes it",
          schema: z.looseObject({
            summary: z.looseObject({ channel: z.string(), count: z.int() }),
          }),
        },
      },
      run: async ({ c, user, query: { channel, actors } }) => {
        if (!await new AuditAccess(log, user).mayRead(channel)) throw hidden();
        c.header("Content-Type", "application/json");
        c.header("Content-Disposition", attachment(channel));
        // Nobody would read the file of a HEAD request to its end.
        if (c.req.method === "HEAD") return c.body(null);
        if (!audit.mayExport()) {
          throw new RealtimeError(
            "unavailable",
            "Cannot export now: too many exports are under way",
            { retryAfterMs: RETRY_AFTER_MS },
          );
        }
        const options = { actors: actors === "include" };
        return c.body(await audit.export(channel, options));
      },
    }),
  ];
}

/** The same for what does not exist and what one may not see (P8). */
function hidden(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this channel");
}

function shown(
  { cursor: _, sender: userId, at, ...row }: AuditRow,
): z.infer<typeof AuditEntry> {
  return { ...row, at: isoTime(at), userId };
}

/** Names the file by its channel, in characters that no system objects to. */
function attachment(channel: string): string {
  const name = channel.replace(/[^A-Za-z0-9_.-]+/g, "-");
  return `attachment; filename="audit-${name}.json"`;
}
