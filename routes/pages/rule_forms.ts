/** The forms of a rule's page: what each sends, as a command, and how a refusal is told where it belongs. */
import type { RuleState } from "../../domain/rules/book/kept_rule.ts";
import { checkRule } from "../../domain/rules/compile_rule.ts";
import type { RuleMistake } from "../../domain/rules/rule.ts";
import {
  type RuleField,
  type RuleFields,
  ruleFrom,
} from "../../islands/rule_fields.ts";
import { problemOf } from "../problem.ts";
import type { Fields, Refused } from "./form.ts";

/** An action on a kept rule, by the last part of its path. */
export const RULE_ACTIONS = {
  publish: "publish_rule",
  discard: "discard_draft",
  deactivate: "deactivate_rule",
  activate: "activate_rule",
} as const;
export type RuleAction = keyof typeof RULE_ACTIONS;

/** The input of an action, from its form. */
export function actionInput(
  ruleId: string,
  action: RuleAction,
  { reason = "", seen = "" }: Fields,
): Readonly<Record<string, string | number>> {
  const offset = Number(seen);
  return {
    ruleId,
    ...(action === "publish" && offset > 0 && { basedOn: offset }),
    ...(action === "deactivate" && reason.trim() && { reason: reason.trim() }),
  };
}

/** What the editor says of a save that was refused. */
export interface EditorRefusal {
  readonly mistakes: readonly RuleMistake[];
  readonly wrong: Readonly<Partial<Record<RuleField, string>>>;
  readonly refusal: string | null;
  /** Another has saved since: their text is to be shown beside. */
  readonly isOvertaken: boolean;
}

export function editorRefusal(
  error: unknown,
  refused: Refused,
  fields: RuleFields,
): EditorRefusal {
  const { reason } = problemOf(error);
  if (reason === "draft_changed") {
    return { mistakes: [], wrong: {}, refusal: null, isOvertaken: true };
  }
  // The engine's places are better than sentences about them.
  const mistakes = reason === "rule_invalid" ? mistakesIn(fields) : [];
  const marked = new Set(mistakes.map(({ path }) => path));
  const wrong = Object.fromEntries(
    Object.entries(refused.fields).filter(([field]) => !marked.has(field)),
  );
  return {
    mistakes,
    wrong,
    refusal: refused.message ?? "Not saved yet: see what is marked below.",
    isOvertaken: false,
  };
}

/** What the engine sees to be wrong; an empty condition is told as such. */
export function mistakesIn(fields: RuleFields): readonly RuleMistake[] {
  return checkRule({ ...ruleFrom(fields), id: "unsaved" });
}

/** Why an action was refused, in words for the page. */
export function actionRefusal(
  error: unknown,
  { message, fields }: Refused,
  state: RuleState,
): string {
  const { reason } = problemOf(error);
  const draft = state.status === "kept" ? state.draft : null;
  if (reason === "own_draft" && draft) {
    return `${
      draft.authorNames.join(" and ")
    } wrote this draft; someone else must publish it.`;
  }
  if (reason === "draft_changed") {
    return "The draft was saved again after you read it. Read it as it is now, then publish.";
  }
  if (reason === "nothing_to_publish") {
    return "There is no draft any more: somebody has published or discarded it.";
  }
  return message ?? Object.values(fields).at(0) ?? "This cannot be done now.";
}
