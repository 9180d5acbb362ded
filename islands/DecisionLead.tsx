/** How the decision is made, and for those who lead: the method, the reveal, the end. */
import { type Signal, useSignal } from "@preact/signals";
import type { TargetedSubmitEvent } from "preact";
import { Button } from "./components/Button.tsx";
import { described, Field, FieldMistake } from "./components/Field.tsx";
import { Panel } from "./components/Panel.tsx";
import { type DecisionModel, isOpen } from "./decision_model.ts";
import type { DecisionMistake } from "./decision_state.ts";
import { settingsFrom } from "./decision_fields.ts";
import { METHODS } from "../domain/decisions/methods.ts";
import { METHOD_HELP, NORMALIZATION_WORDS } from "./decision_methods.ts";
import { METHOD_NAMES } from "./decision_words.ts";

interface Props {
  readonly model: DecisionModel;
}

/** The forms that open on demand. */
export type LeadForm = "settings" | "close";

const OPENERS: Readonly<Record<LeadForm, string>> = {
  settings: "Change the method",
  close: "Close the decision",
};

const MAX_REASON_LENGTH = 4000;

export function DecisionLead(
  { model, first }: Props & { readonly first: LeadForm | undefined },
) {
  const open = useSignal(first);
  const { method, blind, revealed, aggregation } = model.decision.value;
  const leads = isOpen(model) && model.rights.value.shape;
  return (
    <Panel id="lead" title="How it is decided">
      <div class="pad stack">
        <p>
          <b>{METHOD_NAMES[method]}.</b> {METHOD_HELP[method]}{" "}
          {aggregation === "median"
            ? "Several people’s scores become one by their median: one wild score does not move it."
            : "Several people’s scores become one by their mean: every score moves it."}
        </p>
        {leads && (
          <>
            {blind && !revealed && <Reveal model={model} />}
            <Openers model={model} open={open} />
            {open.value === "settings" && <Settings model={model} />}
            {open.value === "close" && <Close model={model} />}
          </>
        )}
      </div>
    </Panel>
  );
}

/** The form an address asks for, or one that came back. */
export function leadFormNamed(name: string | undefined): LeadForm | undefined {
  return name === "settings" || name === "close" ? name : undefined;
}

/** Links that work without scripts; with them the form opens in place. */
function Openers(
  { model, open }: Props & { readonly open: Signal<LeadForm | undefined> },
) {
  const { decisionId } = model.decision.value;
  const links: readonly LeadForm[] = ["settings", "close"];
  return (
    <p class="openers">
      {links.map((name) => (
        <a
          key={name}
          class="button"
          href={`/decisions/${decisionId}?do=${name}#lead`}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            open.value = open.value === name ? undefined : name;
          }}
        >
          {OPENERS[name]}
        </a>
      ))}
    </p>
  );
}

/** Over the socket with scripts, as a form without. */
function form(
  model: DecisionModel,
  name: DecisionMistake["form"],
  act: (fields: Readonly<Record<string, string>>) => void,
) {
  return {
    class: "form",
    method: "post",
    action: `/decisions/${model.decision.value.decisionId}/${name}`,
    autocomplete: "off",
    onSubmit: (event: TargetedSubmitEvent<HTMLFormElement>) => {
      if (!model.actions.peek()) return;
      event.preventDefault();
      const data = new FormData(event.currentTarget);
      act(
        Object.fromEntries(
          [...data].flatMap(([key, value]) =>
            typeof value === "string" ? [[key, value]] : []
          ),
        ),
      );
    },
  } as const;
}

function FormId({ model, name }: Props & { readonly name: string }) {
  const value = `${model.formId}.${name}`;
  return <input type="hidden" name="messageId" value={value} />;
}

function Wrong({ model, name }: Props & { readonly name: string }) {
  const mistake = model.mistake.value;
  if (mistake?.form !== name) return null;
  const said = Object.values(mistake.fields).join(". ");
  return <FieldMistake>{mistake.message ?? said}</FieldMistake>;
}

function Reveal({ model }: Props) {
  const send = () => model.actions.peek()?.send("reveal", "reveal_scores", {});
  return (
    <form {...form(model, "reveal", send)}>
      <FormId model={model} name="reveal" />
      <Wrong model={model} name="reveal" />
      <p class="muted">
        Shows everyone’s scores with their names. They cannot be hidden again.
      </p>
      <div class="actions">
        <Button kind="primary" type="submit">Reveal scores</Button>
      </div>
    </form>
  );
}

function Settings({ model }: Props) {
  const { method, params, aggregation } = model.decision.value;
  const chosen = model.mistake.value?.form === "settings"
    ? model.mistake.value.input.method
    : method;
  const normalization = typeof params.normalization === "string"
    ? params.normalization
    : "";
  return (
    <form
      {...form(model, "settings", (fields) =>
        model.actions.peek()?.send(
          "settings",
          "change_decision",
          settingsFrom(fields, model.decision.peek()),
        ))}
    >
      <FormId model={model} name="settings" />
      <Wrong model={model} name="settings" />
      <Field id="method" label="Method">
        <select class="input" id="method" name="method">
          {METHODS.map((name) => (
            <option key={name} value={name} selected={name === chosen}>
              {METHOD_NAMES[name]}
            </option>
          ))}
        </select>
      </Field>
      <Field
        id="normalization"
        label="Scaling of values"
        hint="For weighted sum, weighted product and TOPSIS; the others have their own."
      >
        <select
          class="input"
          id="normalization"
          name="normalization"
          {...described("normalization", { hint: true })}
        >
          {Object.entries(NORMALIZATION_WORDS).map(([value, words]) => (
            <option
              key={value}
              value={value}
              selected={value === normalization}
            >
              {words}
            </option>
          ))}
        </select>
      </Field>
      <Field id="aggregation" label="Several people’s scores become one by">
        <select class="input" id="aggregation" name="aggregation">
          {["median", "mean"].map((name) => (
            <option key={name} selected={name === aggregation}>{name}</option>
          ))}
        </select>
      </Field>
      <div class="actions">
        <Button type="submit">Use this</Button>
      </div>
    </form>
  );
}

function Close({ model }: Props) {
  const { alternatives } = model.decision.value;
  const mistake = model.mistake.value?.form === "close"
    ? model.mistake.value
    : undefined;
  const first = model.order.value[0];
  const chosen = mistake?.input.chosen ?? alternatives[first]?.id ?? "";
  return (
    <form
      {...form(model, "close", ({ chosen, reason = "" }) =>
        model.actions.peek()?.send("close", "close_decision", {
          ...(chosen && { chosen }),
          ...(reason.trim() && { reason }),
        }))}
    >
      <FormId model={model} name="close" />
      <Wrong model={model} name="close" />
      <Field id="chosen" label="Chosen">
        <select class="input" id="chosen" name="chosen">
          {alternatives.map(({ id, label }) => (
            <option key={id} value={id} selected={id === chosen}>
              {label}
            </option>
          ))}
          <option value="" selected={chosen === ""}>None of them</option>
        </select>
      </Field>
      <Field
        id="reason"
        label="Reason"
        hint="Kept with the analysis it rests on."
        wrong={mistake?.fields.reason}
      >
        <textarea
          class="input"
          id="reason"
          name="reason"
          rows={2}
          maxLength={MAX_REASON_LENGTH}
          defaultValue={mistake?.input.reason ?? ""}
          {...described("reason", {
            hint: true,
            wrong: mistake?.fields.reason,
          })}
        />
      </Field>
      <div class="actions">
        <Button kind="danger" type="submit">Close for good</Button>
      </div>
    </form>
  );
}
