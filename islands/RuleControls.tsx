/** The single-line controls of a rule's form, each with its mistake. */
import { described, Field } from "./components/Field.tsx";
import { mistakeAt, type RuleEditorModel } from "./rule_editor_model.ts";
import type { RuleField } from "./rule_fields.ts";

export interface Part {
  readonly editor: RuleEditorModel;
}

export function Text(
  { editor, field, label, hint, mono, maxLength }: Part & {
    readonly field: RuleField;
    readonly label: string;
    readonly hint?: string;
    readonly mono?: boolean;
    readonly maxLength?: number;
  },
) {
  const wrong = mistakeAt(editor, field);
  return (
    <Field id={field} label={label} hint={hint} wrong={wrong}>
      <input
        id={field}
        name={field}
        class={mono ? "input mono" : "input"}
        autocomplete="off"
        maxLength={maxLength}
        readOnly={!editor.state.mayEdit}
        {...described(field, { hint: hint !== undefined, wrong })}
        value={editor.fields.value[field]}
        onInput={({ currentTarget }) =>
          write(editor, field, currentTarget.value)}
      />
    </Field>
  );
}

export function Choice(
  { editor, field, label, choices }: Part & {
    readonly field: RuleField;
    readonly label: string;
    readonly choices: readonly string[];
  },
) {
  const chosen = editor.fields.value[field];
  return (
    <Field id={field} label={label}>
      <select
        id={field}
        name={field}
        class="input"
        disabled={!editor.state.mayEdit}
        onChange={({ currentTarget }) =>
          write(editor, field, currentTarget.value)}
      >
        {choices.map((one) => (
          <option key={one} value={one} selected={one === chosen}>
            {one.charAt(0) + one.slice(1).toLowerCase()}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** What is written takes back what was said of the field as it was sent. */
export function write(
  editor: RuleEditorModel,
  field: RuleField,
  text: string,
): void {
  const { [field]: _, ...others } = editor.wrong.peek();
  editor.wrong.value = others;
  editor.fields.value = { ...editor.fields.peek(), [field]: text };
}
