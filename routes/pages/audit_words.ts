/** What an entry of the log says was done, in words; its body is not read for it. */
import type { AuditRow } from "../../realtime/log/audit_messages.ts";
import type { BadReason } from "../../realtime/log/log.ts";

/** `rule_published` becomes "Rule published"; `SIGN_IN` becomes "Sign in". */
export function didWhat(
  { event, type }: Pick<AuditRow, "event" | "type">,
): string {
  const words = (event ?? type).toLowerCase().replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is wrong at the first bad offset. */
export const WHAT_IS_WRONG = {
  missing_entry: "an entry is missing there",
  altered_header: "who, when or what was changed there after it was written",
  altered_body: "what it says was changed after it was written",
  missing_body: "its content was taken away without an erasure",
  broken_chain: "it does not follow from the entry before it",
  truncated: "entries at the end are missing",
  bad_checkpoint: "it is not what was signed for",
  altered_answer: "what is answered to a repeated message was changed",
  damaged_file: "the file itself is damaged",
} as const satisfies Record<BadReason, string>;
