/** Saying whether a rule was right: the one thing learning rests on. */
import { Button } from "../../islands/components/Button.tsx";
import {
  described,
  Field,
  FieldMistake,
} from "../../islands/components/Field.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { SentForm } from "./learning_forms.ts";

export interface FeedbackFormProps {
  readonly rules: readonly { readonly ruleId: string; readonly name: string }[];
  readonly mayGive: boolean;
  readonly messageId: string;
  readonly sent: SentForm | undefined;
}

export function FeedbackForm(props: FeedbackFormProps) {
  const { rules, mayGive } = props;
  return (
    <Panel id="feedback" title="Was a rule right?">
      {!mayGive
        ? (
          <EmptyState
            title="Observers read only"
            text="Members say whether a rule was right. Ask for that role to have a say."
          />
        )
        : rules.length === 0
        ? (
          <EmptyState
            title="No rules to speak of"
            text="The book holds no rule yet."
            action={<a class="button" href="/rules">See the rules</a>}
          />
        )
        : <Form {...props} />}
    </Panel>
  );
}

function Form({ rules, messageId, sent }: FeedbackFormProps) {
  const { fields = {}, refused } = sent ?? {};
  const wrong = refused?.fields ?? {};
  const evaluation = wrong["subject.evaluationId"];
  return (
    <form
      method="post"
      action="/learning/feedback"
      class="form pad"
      autocomplete="off"
    >
      <input type="hidden" name="messageId" value={messageId} />
      <Field id="rule" label="Rule" wrong={wrong["subject.id"]}>
        <select
          id="rule"
          name="rule"
          class="input"
          required
          {...described("rule", { wrong: wrong["subject.id"] })}
        >
          {rules.map(({ ruleId, name }) => (
            <option
              key={ruleId}
              value={ruleId}
              selected={fields.rule === ruleId}
            >
              {name === ruleId ? name : `${name} (${ruleId})`}
            </option>
          ))}
        </select>
      </Field>
      <fieldset class="field">
        <legend>It was</legend>
        <div class="choices two-choices">
          <label>
            <input
              type="radio"
              name="outcome"
              value="correct"
              required
              checked={fields.outcome === "correct"}
            />
            <span>Right</span>
          </label>
          <label>
            <input
              type="radio"
              name="outcome"
              value="incorrect"
              checked={fields.outcome === "incorrect"}
            />
            <span>Wrong</span>
          </label>
        </div>
        {wrong.outcome && <FieldMistake>Say which</FieldMistake>}
      </fieldset>
      <Field id="comment" label="Why (optional)" wrong={wrong.comment}>
        <textarea
          id="comment"
          name="comment"
          class="input"
          maxLength={1000}
          {...described("comment", { wrong: wrong.comment })}
        >
          {fields.comment}
        </textarea>
      </Field>
      <Field
        id="evaluation"
        label="On which evaluation (optional)"
        hint="Its id. You count once per evaluation, with what you said last; left empty, this is about the rule as a whole."
        wrong={evaluation}
      >
        <input
          id="evaluation"
          name="evaluation"
          class="input mono"
          maxLength={128}
          value={fields.evaluation}
          {...described("evaluation", { hint: true, wrong: evaluation })}
        />
      </Field>
      <Button kind="primary" type="submit">Say so</Button>
    </form>
  );
}
