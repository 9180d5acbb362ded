/** What the audit page shows of retention and holds, and the forms that change it. */
import { hasRole } from "../../domain/access.ts";
import type { User } from "../../realtime/user.ts";
import type { AuditAccess } from "../audit_access.ts";
import type {
  HeldChannel,
  Retention,
  RetentionPlan,
} from "../audit_retention.ts";
import { type Fields, messageIdOf, type Refused, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";

export interface KeepingShown {
  /** Those whose channel the reader may see. */
  readonly held: readonly HeldChannel[];
  /** For admins only. */
  readonly plan: RetentionPlan | null;
  readonly isAdmin: boolean;
}

/** Undefined for whom neither a hold nor a form would be there. */
export async function keepingFor(
  retention: Pick<Retention, "holds" | "plan">,
  access: AuditAccess,
  user: User,
): Promise<KeepingShown | undefined> {
  const isAdmin = hasRole(user, "admin");
  if (isAdmin) {
    const plan = await retention.plan();
    return { held: plan.held, plan, isAdmin };
  }
  if (!hasRole(user, "facilitator")) return undefined;
  const held: HeldChannel[] = [];
  for (const hold of await retention.holds()) {
    if (await access.mayTrace(hold.channel)) held.push(hold);
  }
  return { held, plan: null, isAdmin };
}

/** What a form of this part asks for, by its address; undefined for another. */
const COMMANDS: Readonly<Record<string, (fields: Fields) => object>> = {
  place_hold: ({ channel, reason }) => ({ channel, reason }),
  lift_hold: ({ channel }) => ({ channel }),
  set_retention: ({ channel, days }) => ({
    channel,
    days: /^\d+$/.test(days ?? "") ? Number(days) : days,
  }),
};

export interface KeepingRefusal {
  readonly message: string;
  readonly status: Refused["status"];
}

/**
 * Does what a form asks for; undefined when it is done.
 *
 * @throws Whatever the reader can do nothing about.
 */
export async function submitKeeping(
  { commands }: Pick<PageParts, "commands">,
  user: User,
  fields: Fields,
): Promise<KeepingRefusal | undefined> {
  const name = fields.command ?? "";
  const input = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!input) return { status: 422, message: "Nothing was asked for." };
  try {
    const messageId = messageIdOf(fields);
    await commands.execute(name, input(trimmed(fields)), { user, messageId });
    return undefined;
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    const wrong = Object.entries(refused.fields)
      .map(([field, message]) => `${field}: ${message}`);
    const message = refused.message ?? wrong.join("; ");
    return { status: refused.status, message: `${message}.` };
  }
}

function trimmed(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value.trim()]),
  );
}
