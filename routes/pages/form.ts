/** Form posts: fields as text, the id against sending twice, and mistakes put at their control. */
import type { Mistake } from "../../islands/room_state.ts";
import type { AppContext } from "../env.ts";
import { problemOf, STATUS } from "../problem.ts";

export type Fields = Readonly<Record<string, string>>;

/** What a page's form sends, not a program. */
export function isForm(c: AppContext): boolean {
  const type = c.req.header("content-type") ?? "";
  return type.startsWith("application/x-www-form-urlencoded") ||
    type.startsWith("multipart/form-data");
}

/** The text fields of a form; files and repeated fields are not ours. */
export async function readFields(c: AppContext): Promise<Fields> {
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : []
    ),
  );
}

/** The form's id, when it has a usable one. */
export function messageIdOf({ messageId }: Fields): string | undefined {
  return /^[\w.:-]{1,128}$/.test(messageId ?? "") ? messageId : undefined;
}

export interface Refused
  extends Pick<Mistake, "message" | "reason" | "fields"> {
  readonly status: 400 | 403 | 404 | 409 | 422 | 429 | 503;
}

/**
 * What to say at the form for an error that the reader can do something about;
 * undefined for a fault of ours.
 */
export function refusedBy(error: unknown): Refused | undefined {
  const { code, detail, reason, errors = [] } = problemOf(error);
  if (code === "internal" || code === "unauthorized") return undefined;
  if (reason === "message_id_reused" || reason === "message_id") {
    return {
      status: 409,
      message:
        "This form was sent before with other words. Send it again to add these as well.",
      fields: {},
    };
  }
  const fields = Object.fromEntries(
    errors.filter(({ path }) => path !== "").map((
      { path, message },
    ) => [path, sentence(message)]),
  );
  const status = STATUS[code];
  const message = errors.length > 0 ? undefined : detail;
  return { status, message, reason, fields };
}

/** Schemas speak in fragments; at a control a sentence stands better. */
function sentence(message: string): string {
  if (/expected string to have >=1|Too small/.test(message)) {
    return "This cannot be empty";
  }
  return message.charAt(0).toUpperCase() + message.slice(1);
}
