/** Trying a rule on facts before anybody is bound by it: verdict, message, and why. */
import { hydrate } from "preact";
import type { RuleResult } from "../domain/rules/evaluate.ts";
import { Badge } from "./components/Badge.tsx";
import { Banner } from "./components/Banner.tsx";
import { Button } from "./components/Button.tsx";
import { described, Field } from "./components/Field.tsx";
import { readState } from "./page_context.ts";
import { onEdit, readEditor } from "./rule_editor_form.ts";
import { RULE_FORM } from "./rule_fields.ts";
import { goLive } from "./rule_try_live.ts";
import {
  createTry,
  type RuleTryModel,
  type RuleTryState,
  type Tried,
} from "./rule_try_model.ts";
import { RESULT_LOOKS } from "./rule_words.ts";
import { RuleTrace } from "./RuleTrace.tsx";

export function RuleTry({ model }: { readonly model: RuleTryModel }) {
  const { ruleId } = model.state;
  const run = model.run.value;
  const tried = model.tried.value;
  return (
    <div class="pad form">
      <Field
        id="facts"
        label="Facts"
        hint="JSON, by name. Nothing is kept."
      >
        <textarea
          id="facts"
          name="facts"
          form={RULE_FORM}
          class="input mono facts-box"
          rows={6}
          spellcheck={false}
          autocomplete="off"
          {...described("facts", { hint: true })}
          value={model.facts.value}
          onInput={({ currentTarget }) =>
            model.facts.value = currentTarget.value}
        />
      </Field>
      <div class="actions">
        <button
          class="button"
          type="submit"
          form={RULE_FORM}
          formaction={`/rules/${ruleId ?? "new"}/try#tried`}
          onClick={(event) => {
            if (!run) return;
            event.preventDefault();
            run();
          }}
        >
          Try it
        </button>
        {model.fill.value && (
          <Button onClick={model.fill.value}>Fill in an example</Button>
        )}
      </div>
      <div id="tried" class="form" aria-live="polite">
        {tried && <Answer tried={tried} />}
      </div>
    </div>
  );
}

function Answer({ tried }: { readonly tried: Tried }) {
  if (tried.state === "refused") {
    return <Banner kind="bad" alert={false}>{tried.message}</Banner>;
  }
  const { result, source, from } = tried;
  return (
    <>
      <Verdict result={result} />
      {from && <p class="muted">From cache, computed at {from}</p>}
      {result.trace && <RuleTrace source={source} trace={result.trace} />}
    </>
  );
}

function Verdict({ result }: { readonly result: RuleResult }) {
  const { result: outcome, score, riskLevel, message } = result;
  const { status, word } = RESULT_LOOKS[outcome];
  return (
    <div class="verdict">
      <p>
        <Badge status={status}>{outcome}</Badge> <b>{word}</b>
        {outcome === "FAIL" && (
          <span class="muted">
            {" "}
            · score {score} · {riskLevel.toLowerCase()} risk
          </span>
        )}
      </p>
      {message && <p class="rule-says">{message}</p>}
    </div>
  );
}

export function mount(root: Element): void {
  const model = createTry(readState<RuleTryState>("RuleTry", document));
  const written = root.querySelector("textarea")?.value;
  hydrate(<RuleTry model={model} />, root);
  if (written !== undefined) model.facts.value = written;
  goLive(model, { read: readEditor, onEdit });
}
