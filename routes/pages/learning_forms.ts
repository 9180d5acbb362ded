/** The forms of the page of learning: what each sends, as a command, and how a refusal is told. */
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";
import { problemOf } from "../problem.ts";
import { type Fields, messageIdOf, type Refused, refusedBy } from "./form.ts";
import type { PageParts } from "./page_parts.ts";

export type LearningForm = "feedback" | "propose" | "settle";

/** A form that was refused, with what it said. */
export interface SentForm {
  readonly form: LearningForm;
  readonly fields: Fields;
  readonly refused: Refused;
}

export type Outcome =
  | { readonly state: "done"; readonly done: string }
  | { readonly state: "refused"; readonly sent: SentForm };

interface Wanted {
  readonly command: string;
  readonly input: object;
  readonly done: string;
}

export async function actOn(
  c: AppContext,
  { commands }: Pick<PageParts, "commands">,
  { form, user }: { readonly form: LearningForm; readonly user: User },
): Promise<Outcome> {
  const body = await c.req.parseBody({ all: true });
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") fields[name] = value;
  }
  const decisionIds = [body.decisionId].flat().filter((id) =>
    typeof id === "string"
  );
  const { command, input, done } = wantedBy(form, fields, decisionIds);
  try {
    await commands.execute(command, input, {
      user,
      messageId: messageIdOf(fields),
    });
    return { state: "done", done };
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    const sent = { form, fields, refused: inWords(error, refused, form) };
    return { state: "refused", sent };
  }
}

function wantedBy(
  form: LearningForm,
  { rule, outcome, comment, evaluation, proposalId, reason, settle }: Fields,
  decisionIds: readonly string[],
): Wanted {
  if (form === "feedback") {
    const evaluationId = evaluation?.trim() || undefined;
    return {
      command: "give_feedback",
      input: {
        subject: { kind: "rule", id: rule, evaluationId },
        outcome,
        comment: comment?.trim() || undefined,
      },
      done: "feedback",
    };
  }
  if (form === "propose") {
    return {
      command: "propose_weights",
      input: { decisionIds },
      done: "propose",
    };
  }
  const done = settle === "accept" ? "accept" : "reject";
  return {
    command: `${done}_proposal`,
    input: { proposalId, reason: reason?.trim() || undefined },
    done,
  };
}

/** The reason in words for the page; what belongs to a control of the form stays there. */
function inWords(error: unknown, refused: Refused, form: LearningForm) {
  const message = WORDS[problemOf(error).reason ?? ""] ?? refused.message;
  if (message !== undefined) return { ...refused, message };
  const mistakes = Object.values(refused.fields).join(". ");
  return form === "feedback"
    ? { ...refused, message: "Not counted yet: see what is marked." }
    : { ...refused, message: `This cannot be done: ${mistakes}.` };
}

const WORDS: Readonly<Record<string, string>> = {
  own_proposal:
    "You made this proposal or it rests on your feedback; someone else must settle it.",
  proposal_settled: "Somebody has settled this proposal already.",
  proposal_not_found: "There is no such proposal.",
  too_little_known:
    "Too few choices to learn from: it takes three closed decisions that tell the criteria apart and that people did not call wrong.",
};
