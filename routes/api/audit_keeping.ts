/** How long things are kept, over HTTP: what is on hold, what retention would take, and erasing by hand. */
import { z } from "zod";
import { hasRole } from "../../domain/access.ts";
import { AUDIT_CHANNEL } from "../../domain/audit/keeping.ts";
import { Channel, Reason } from "../../domain/audit/keeping_input.ts";
import type { Log } from "../../realtime/log/log.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import { AuditAccess } from "../audit_access.ts";
import type { Removals } from "../audit_removal.ts";
import type { HeldChannel, Retention } from "../audit_retention.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";

const tag = "Audit";

const Hold = z.object({
  channel: z.string(),
  userId: z.string().meta({ description: "Who placed it" }),
  name: z.string(),
  at: z.string(),
  reason: z.string(),
  byAdmin: z.boolean().meta({ description: "Only an admin lifts it" }),
});

const Days = z.int().nullable().meta({ description: "null: for ever" });

const Plan = z.object({
  days: Days,
  own: z.array(z.object({
    channel: z.string(),
    subject: z.string().nullable(),
    days: Days,
  })),
  overdue: z.array(z.object({
    channel: z.string(),
    subject: z.string().nullable().meta({ description: "null: all of it" }),
    title: z.string(),
    closedAt: z.string(),
    days: z.int(),
    dueAt: z.string(),
    held: z.boolean().meta({ description: "On hold: it stays" }),
  })),
  held: z.array(Hold),
});

const Erase = z.object({
  channel: Channel,
  subject: z.string().min(1).max(256).optional().meta({
    description: "Only this subject",
  }),
  offset: z.int().positive().optional().meta({
    description: "Only the body of this entry",
  }),
  reason: Reason,
}).refine(({ subject, offset }) => !(subject && offset), {
  error: "cannot stand beside a subject",
  path: ["offset"],
});

export interface AuditKeepingParts {
  readonly log: Pick<Log, "query" | "read">;
  readonly removals: Pick<Removals, "eraseBody" | "removeChannel">;
  readonly retention: Pick<Retention, "holds" | "plan">;
}

export function auditKeepingRoutes(
  { log, removals, retention }: AuditKeepingParts,
): readonly Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/audit/holds",
      summary: "Lists the channels on legal hold, as far as one may see them",
      tag,
      input: {},
      answers: {
        200: {
          description: "All of them",
          schema: z.object({ items: z.array(Hold) }),
        },
      },
      run: async ({ c, user }) => {
        const access = new AuditAccess(log, user);
        const items = [];
        for (const hold of await retention.holds()) {
          if (await access.mayTrace(hold.channel)) items.push(shown(hold));
        }
        return c.json({ items });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/audit/retention",
      summary:
        "Tells what retention would take now, and what is held; a dry run",
      tag,
      input: {},
      answers: { 200: { description: "Nothing is changed", schema: Plan } },
      run: async ({ c, user }) => {
        demandAdmin(user);
        const { held, overdue, ...plan } = await retention.plan();
        return c.json({
          ...plan,
          overdue: overdue.map((one) => ({
            ...one,
            closedAt: isoTime(one.closedAt),
            dueAt: isoTime(one.dueAt),
          })),
          held: held.map(shown),
        });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/audit/erase",
      summary:
        "Erases a body, a subject or a channel, and keeps the proof of it",
      tag,
      input: { body: Erase },
      answers: {
        200: {
          description: "How many bodies went",
          schema: z.object({ erased: z.int() }),
        },
      },
      run: async ({ c, user, body: { channel, offset, ...rest } }) => {
        demandAdmin(user);
        demandErasable(channel);
        const options = { ...rest, user };
        if (offset === undefined) {
          return c.json({
            erased: await removals.removeChannel(channel, options),
          });
        }
        try {
          return c.json({
            erased: await removals.eraseBody(channel, offset, options),
          });
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          throw new RealtimeError("not_found", error.message);
        }
      },
    }),
  ];
}

function demandAdmin(user: User): void {
  if (hasRole(user, "admin")) return;
  throw new RealtimeError("forbidden", "Cannot do this: it takes an admin", {
    reason: "not_allowed",
  });
}

/** The trail of erasures stays, and what is sealed goes with what it is sealed for. */
function demandErasable(channel: string): void {
  if (channel !== AUDIT_CHANNEL && !channel.startsWith("sealed:")) return;
  throw new RealtimeError("forbidden", `Cannot erase ${channel} by hand`);
}

function shown({ at, ...hold }: HeldChannel): z.infer<typeof Hold> {
  return { ...hold, at: isoTime(at) };
}
