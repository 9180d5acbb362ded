/** The editor of a rule as signals: its text, its mistakes, and what others did meanwhile. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { RuleMistake } from "../domain/rules/rule.ts";
import type { RuleField, RuleFields } from "./rule_fields.ts";

/** What the page carries. */
export interface RuleEditorState {
  /** Null for a rule that is not kept yet. */
  readonly ruleId: string | null;
  readonly fields: RuleFields;
  /** Offset of the text that the fields started from; null for none. */
  readonly basedOn: number | null;
  readonly mistakes: readonly RuleMistake[];
  /** Mistakes of the form as it was sent, by field. */
  readonly wrong: Readonly<Partial<Record<RuleField, string>>>;
  /** Mistake of the form as a whole. */
  readonly refusal: string | null;
  readonly mayEdit: boolean;
  readonly userId: string;
  readonly formId: string;
}

/** How the last check ended. */
export type CheckState = "checked" | "checking" | "unreachable";

export interface RuleEditorModel {
  readonly state: RuleEditorState;
  readonly fields: Signal<RuleFields>;
  readonly mistakes: Signal<readonly RuleMistake[]>;
  readonly wrong: Signal<RuleEditorState["wrong"]>;
  readonly check: Signal<CheckState>;
  /** Something was written that is not saved. */
  readonly isDirty: ReadonlySignal<boolean>;
  /** Who has saved another text since; undefined while nobody has. */
  readonly overtaken: Signal<string | undefined>;
  /** Scripts run: marks stand over the text. */
  readonly isLive: Signal<boolean>;
}

export function createEditor(state: RuleEditorState): RuleEditorModel {
  const fields = signal(state.fields);
  const { refusal, wrong } = state;
  return {
    state,
    fields,
    mistakes: signal(state.mistakes),
    wrong: signal(wrong),
    check: signal("checked"),
    isDirty: computed(() => refusal !== null || fields.value !== state.fields),
    overtaken: signal(undefined),
    isLive: signal(false),
  };
}

/** What is wrong with a field: as it was sent, or as it stands now. */
export function mistakeAt(
  { wrong, mistakes }: RuleEditorModel,
  field: RuleField,
): string | undefined {
  const [first] = mistakes.value.filter(({ path }) => path === field);
  if (first === undefined) return wrong.value[field];
  const { message, line, column } = first;
  return `${message} (line ${line}, column ${column})`;
}
