/** Alternatives and criteria of a draft, a row each; the server adds rows, so no script is needed. */
import type { ComponentChildren } from "preact";
import {
  MAX_ALTERNATIVES,
  MAX_CRITERIA,
} from "../../domain/decisions/live/sizes.ts";
import { templateOf } from "../../domain/decisions/live/templates.ts";
import { Button } from "../../islands/components/Button.tsx";
import { described, FieldMistake } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Draft, DraftCriterion, Wrong } from "./decision_draft.ts";

interface RowsProps {
  readonly draft: Draft;
  readonly wrong: Wrong;
  /** Name of the control to begin with. */
  readonly focus?: string;
  /** What else stands in a row, where rows have a life of their own. */
  readonly under?: (row: number) => ComponentChildren;
}

export function AlternativeRows({ draft, wrong, focus, under }: RowsProps) {
  const { alternatives } = draft;
  return (
    <Panel
      id="alternatives"
      title="Alternatives"
      end={under ? "Empty new rows are left out" : "Empty rows are left out"}
    >
      <div class="pad form">
        {wrong.alternatives && (
          <div class="field">
            <FieldMistake>{wrong.alternatives}</FieldMistake>
          </div>
        )}
        <ol class="draft-rows">
          {alternatives.map((label, row) => {
            const name = `alternative.${row}`;
            return (
              <li key={name} class="field">
                <input
                  id={name}
                  name={name}
                  class="input"
                  value={label}
                  maxLength={200}
                  autocomplete="off"
                  autofocus={focus === name}
                  aria-label={`Alternative ${row + 1}`}
                  {...described(name, { wrong: wrong[name] })}
                />
                {wrong[name] && (
                  <FieldMistake id={`${name}-mistake`}>
                    {wrong[name]}
                  </FieldMistake>
                )}
                {under?.(row)}
              </li>
            );
          })}
        </ol>
        <p>
          <Button
            small
            type="submit"
            name="do"
            value="add-alternative"
            formNoValidate
            disabled={alternatives.length >= MAX_ALTERNATIVES}
          >
            Add a row
          </Button>
        </p>
      </div>
    </Panel>
  );
}

export function CriterionRows({ draft, wrong, focus, under }: RowsProps) {
  const { criteria } = draft;
  const known = templateOf(draft.template)?.criteria ?? [];
  return (
    <Panel
      id="criteria"
      title="Criteria"
      end="Only proportions of weights count"
    >
      <div class="pad form">
        {wrong.criteria && (
          <div class="field">
            <FieldMistake>{wrong.criteria}</FieldMistake>
          </div>
        )}
        <ol class="draft-rows criteria">
          {criteria.map((criterion, row) => (
            <CriterionRow
              key={row}
              criterion={criterion}
              row={row}
              help={known.find(({ label }) => label === criterion.label)?.help}
              wrong={wrong}
              focus={focus}
              under={under?.(row)}
            />
          ))}
        </ol>
        <p>
          <Button
            small
            type="submit"
            name="do"
            value="add-criterion"
            formNoValidate
            disabled={criteria.length >= MAX_CRITERIA}
          >
            Add a row
          </Button>
        </p>
      </div>
    </Panel>
  );
}

function CriterionRow({ criterion, row, help, wrong, focus, under }: {
  criterion: DraftCriterion;
  row: number;
  help?: string;
  wrong: Wrong;
  focus?: string;
  under?: ComponentChildren;
}) {
  const of = (field: string) => `criterion.${row}.${field}`;
  const input = (field: "label" | "unit" | "weight", maxLength: number) => ({
    id: of(field),
    name: of(field),
    class: "input",
    value: criterion[field],
    maxLength,
    autocomplete: "off",
    ...described(of(field), { wrong: wrong[of(field)] }),
  });
  const mistakes = ["label", "unit", "direction", "weight"].filter((field) =>
    wrong[of(field)]
  );
  return (
    <li class="field" aria-label={`Criterion ${row + 1}`}>
      <label>
        <span>Criterion</span>
        <input {...input("label", 200)} autofocus={focus === of("label")} />
      </label>
      <label>
        <span>Unit</span>
        <input {...input("unit", 40)} placeholder="1–10" />
      </label>
      <label>
        <span>Better is</span>
        <select id={of("direction")} name={of("direction")} class="input">
          <option value="benefit" selected={criterion.direction === "benefit"}>
            more
          </option>
          <option value="cost" selected={criterion.direction === "cost"}>
            less
          </option>
        </select>
      </label>
      <label>
        <span>Weight</span>
        <input {...input("weight", 12)} inputmode="decimal" />
      </label>
      {mistakes.map((field) => (
        <FieldMistake key={field} id={`${of(field)}-mistake`}>
          {wrong[of(field)]}
        </FieldMistake>
      ))}
      {help && <p class="hint">{help}</p>}
      {under}
    </li>
  );
}
