/** The editor of a rule: a plain form, checked while one writes once scripts run. */
import { hydrate } from "preact";
import { PRIORITIES, RISK_LEVELS, RULE_TYPES } from "../domain/rules/rule.ts";
import { Banner } from "./components/Banner.tsx";
import { Button } from "./components/Button.tsx";
import { described, Field } from "./components/Field.tsx";
import { count } from "./format.ts";
import { type PageContext, readState } from "./page_context.ts";
import { goLive } from "./rule_editor_live.ts";
import {
  createEditor,
  mistakeAt,
  type RuleEditorState,
} from "./rule_editor_model.ts";
import { RULE_FORM, type RuleFields } from "./rule_fields.ts";
import { Choice, type Part, Text, write } from "./RuleControls.tsx";
import { RuleSource } from "./RuleSource.tsx";
import * as RuleTry from "./RuleTry.tsx";
import { readEditor } from "./rule_editor_form.ts";

export function RuleEditor({ editor }: Part) {
  const { ruleId, basedOn, refusal, mayEdit, formId } = editor.state;
  return (
    <form
      id={RULE_FORM}
      class="pad form"
      method="post"
      action={ruleId === null ? "/rules" : `/rules/${ruleId}`}
      noValidate
    >
      <input type="hidden" name="messageId" value={`${formId}.rule`} />
      <input type="hidden" name="basedOn" value={basedOn ?? ""} />
      {refusal && <Banner kind="bad">{refusal}</Banner>}
      {editor.overtaken.value && (
        <Banner kind="warn" alert>
          {editor.overtaken.value}{" "}
          has saved this draft just now. What you write stays here: saving it
          shows both side by side.
        </Banner>
      )}
      <Text editor={editor} field="name" label="Name" maxLength={200} />
      <Condition editor={editor} />
      <div class="columns">
        <Choice
          editor={editor}
          field="riskLevel"
          label="Risk level"
          choices={RISK_LEVELS}
        />
        <Text
          editor={editor}
          field="score"
          label="Score"
          hint="0 to 1, or CEL; empty: by risk level"
          mono
        />
      </div>
      <Message editor={editor} />
      <More editor={editor} />
      {mayEdit && (
        <div class="actions">
          <Button kind="primary" type="submit">
            {ruleId === null ? "Save the first draft" : "Save draft"}
          </Button>
          <CheckWord editor={editor} />
        </div>
      )}
    </form>
  );
}

function Condition({ editor }: Part) {
  const mistakes = editor.mistakes.value.filter(({ path }) => path === "when");
  const wrong = mistakeAt(editor, "when");
  return (
    <Field
      id="when"
      label="Fires when"
      wrong={mistakes.length > 0 ? undefined : wrong}
      hint="CEL, true when the rule fires. Names are the facts."
    >
      <RuleSource
        id="when"
        name="when"
        rows={4}
        maxLength={10_000}
        value={editor.fields.value.when}
        mistakes={mistakes}
        wrong={wrong}
        isLive={editor.isLive.value}
        readOnly={!editor.state.mayEdit}
        onInput={(text) => write(editor, "when", text)}
      />
    </Field>
  );
}

function Message({ editor }: Part) {
  const wrong = mistakeAt(editor, "message");
  return (
    <Field
      id="message"
      label="Message when it fires"
      wrong={wrong}
      hint="Text with {{ CEL }} in it; empty: the name."
    >
      <textarea
        id="message"
        name="message"
        class="input"
        rows={2}
        maxLength={2000}
        readOnly={!editor.state.mayEdit}
        {...described("message", { hint: true, wrong })}
        value={editor.fields.value.message}
        onInput={({ currentTarget }) =>
          write(editor, "message", currentTarget.value)}
      />
    </Field>
  );
}

/** What most rules leave as it is. */
function More({ editor }: Part) {
  const inside = [
    "description",
    "priority",
    "type",
    "validFrom",
    "validUntil",
  ] as const;
  const isWrong = inside.some((field) => mistakeAt(editor, field));
  const { description } = editor.fields.value;
  const { mayEdit } = editor.state;
  return (
    <details class="details" open={isWrong || undefined}>
      <summary>Description, priority, validity</summary>
      <div class="form">
        <Field
          id="description"
          label="Description"
          wrong={mistakeAt(editor, "description")}
        >
          <textarea
            id="description"
            name="description"
            class="input"
            rows={2}
            maxLength={5000}
            readOnly={!mayEdit}
            {...described("description", {
              wrong: mistakeAt(editor, "description"),
            })}
            value={description}
            onInput={({ currentTarget }) =>
              write(editor, "description", currentTarget.value)}
          />
        </Field>
        <div class="columns">
          <Choice
            editor={editor}
            field="priority"
            label="Priority"
            choices={PRIORITIES}
          />
          <Choice
            editor={editor}
            field="type"
            label="Type"
            choices={RULE_TYPES}
          />
        </div>
        <div class="columns">
          <Text
            editor={editor}
            field="validFrom"
            label="Valid from"
            hint="2026-01-31, or with a time; UTC"
            mono
          />
          <Text
            editor={editor}
            field="validUntil"
            label="Valid until"
            hint="From then on it is skipped"
            mono
          />
        </div>
      </div>
    </details>
  );
}

function CheckWord({ editor }: Part) {
  const { length } = editor.mistakes.value;
  const state = editor.check.value;
  const word = !editor.isDirty.value
    ? ""
    : state === "unreachable"
    ? "Not checked: the server cannot be reached"
    : state === "checking"
    ? "Checking…"
    : length > 0
    ? `${count(length, "mistake", "mistakes")}: not to be saved yet`
    : "No mistakes · not saved yet";
  return <span class="hint live-only" role="status">{word}</span>;
}

/** The page's other parts come with it: trying at once, the backtest when somebody turns to it. */
export function mount(root: Element, context: PageContext): void {
  const { client } = context;
  const written = readEditor();
  const editor = createEditor(
    readState<RuleEditorState>("RuleEditor", document),
  );
  hydrate(<RuleEditor editor={editor} />, root);
  // What was written before this script came is not lost.
  if (!isSame(written, editor.fields.peek())) editor.fields.value = written;
  goLive(editor, { client });
  let isLeaving = false;
  root.addEventListener("submit", () => isLeaving = true);
  // Another form of the page would take what is written here along.
  addEventListener("beforeunload", (event) => {
    if (editor.isDirty.peek() && !isLeaving) event.preventDefault();
  });
  const trying = document.querySelector("[data-part=RuleTry]");
  if (trying) RuleTry.mount(trying);
  const backtest = document.querySelector<HTMLElement>(
    "[data-part=RuleBacktest]",
  );
  if (backtest) mountLater(backtest, context);
}

function isSame(a: RuleFields, b: RuleFields): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Until then its plain form does the same. */
function mountLater(root: HTMLElement, context: PageContext): void {
  const stop = new AbortController();
  const load = async () => {
    stop.abort();
    const { mount } = await import("./RuleBacktest.tsx");
    mount(root, context);
  };
  const once = { signal: stop.signal };
  root.addEventListener("focusin", () => void load(), once);
  root.addEventListener("pointerover", () => void load(), once);
  // A backtest under way is followed at once.
  if (root.querySelector(".meter")) void load();
}
