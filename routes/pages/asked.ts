/** "Was this right?" as a page asks it: about what, where the answer is kept, what was said before. */
import type { FeedbackSubject } from "../../domain/learning/events.ts";
import { LEARNING_CHANNEL } from "../../domain/learning/feedback_command.ts";
import { type Session, sessionChannel } from "../../domain/sessions/session.ts";
import { hasVoice } from "../../domain/sessions/voice.ts";
import type { User } from "../../realtime/user.ts";
import type { LearningReading, OwnLabel } from "../learning_reading.ts";
import type { Fields } from "./form.ts";

/** Pages that ask; after an answer one is there again. */
export const ASKING = ["rule", "evaluation", "decision"] as const;
export type Asking = typeof ASKING[number];

export interface Asked {
  readonly subject: FeedbackSubject;
  /** The session that what is said stays in; null for the house. */
  readonly sessionId: string | null;
  readonly from: Asking;
  /** What the reader said of it so far. */
  readonly said: OwnLabel | undefined;
  readonly mayGive: boolean;
}

export interface Asker {
  readonly reading: Pick<LearningReading, "saidBy">;
  readonly user: User;
}

/** @param about.session Undefined for what belongs to no session. */
export async function asked(
  { reading, user }: Asker,
  { subject, session, from }: Pick<Asked, "subject" | "from"> & {
    readonly session: Session | undefined;
  },
): Promise<Asked> {
  const channel = session ? sessionChannel(session.id) : LEARNING_CHANNEL;
  return {
    subject,
    sessionId: session?.id ?? null,
    from,
    said: await reading.saidBy(user.userId, subject, channel),
    mayGive: hasVoice(user, session),
  };
}

/** The id of the element that asks: one comes back to it. */
export function askedId(
  { from, subject: { id, evaluationId } }: Pick<Asked, "from" | "subject">,
): string {
  return `right-${from === "rule" ? evaluationId ?? "whole" : id}`;
}

/** The page that asked, by the fields of its form: put together here, so it leads nowhere else. */
export function backTo(fields: Fields): string {
  const { id = "", evaluationId = "", sessionId = "" } = fields;
  const from = ASKING.find((one) => one === fields.from) ?? "rule";
  const part = encodeURIComponent;
  const subject = {
    kind: from === "decision" ? "decision" : "rule",
    id,
    evaluationId: evaluationId || null,
  } as const;
  const place = `#${part(askedId({ from, subject }))}`;
  if (from === "evaluation") {
    return `/sessions/${part(sessionId)}/evaluations/${
      part(evaluationId)
    }${place}`;
  }
  return from === "decision"
    ? `/decisions/${part(id)}${place}`
    : `/rules/${part(id)}${place}`;
}
