/** The matrix: one's own scores in the cells, what the group says beside them, and who has scored. */
import { Button } from "./components/Button.tsx";
import { FieldMistake } from "./components/Field.tsx";
import { Panel } from "./components/Panel.tsx";
import { type DecisionModel, isOpen, scorers } from "./decision_model.ts";
import { scoreAt } from "./decision_state.ts";
import { formatNumber, formatSpread } from "./decision_words.ts";
import { Icon } from "./icon.tsx";

interface Props {
  readonly model: DecisionModel;
}

export function DecisionSheet({ model }: Props) {
  const { decisionId, revealed } = model.decision.value;
  const scores = isOpen(model) && model.rights.value.score;
  const people = scorers(model);
  const done = people.filter(({ scored }) => scored !== 0).length;
  return (
    <Panel
      id="matrix"
      title="Scores"
      part="matrix"
      end={`${done} of ${people.length} scored`}
    >
      <form
        method="post"
        action={`/decisions/${decisionId}/scores`}
        autocomplete="off"
        // Fractions too: the fields do without a step, which would be said of every one.
        noValidate
        onSubmit={(event) => model.actions.peek() && event.preventDefault()}
      >
        <input
          type="hidden"
          name="messageId"
          value={`${model.formId}.scores`}
        />
        <p class="note" id="matrix-help">
          {scores
            ? (
              <>
                Your score stands in the field
                {revealed &&
                  ", the group’s beside it, shaded where people differ"}.{" "}
                <span class="live-only">
                  Arrow keys move, Enter edits, a block from a spreadsheet can
                  be pasted.
                </span>
              </>
            )
            : "The group’s score and its spread, shaded where people differ."}
          {!revealed &&
            " Blind: what others scored stays hidden until it is revealed. Yours is sealed, and only you see it."}
        </p>
        <Wrong model={model} />
        <div
          class="across"
          tabIndex={scores && model.grid.value ? undefined : 0}
          onPointerEnter={() => model.prepare.peek()?.()}
          onFocusIn={() => model.prepare.peek()?.()}
          role="region"
          aria-label="Matrix of scores"
        >
          <Grid model={model} editable={scores} />
        </div>
        {scores && (
          <div class="actions plain-only">
            <Button kind="primary" type="submit">Save my scores</Button>
          </div>
        )}
      </form>
      <ul class="scorers" aria-label="Who has scored">
        {people.map(({ person, scored, total }) => (
          <li key={person.userId}>
            <Icon
              name={scored === 0
                ? "wait"
                : scored === total || scored === undefined
                ? "check"
                : "half"}
              tone={scored === 0 ? "tone-slate" : "tone-jade"}
            />
            {person.name}{" "}
            <span class="muted">
              {scored === undefined
                ? "has scored"
                : scored === 0
                ? "not yet"
                : scored === total
                ? "all cells"
                : `${scored} of ${total}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Wrong({ model }: Props) {
  const mistake = model.mistake.value;
  if (mistake?.form !== "scores") return null;
  return (
    <FieldMistake>
      {mistake.message ?? Object.values(mistake.fields).join(". ")}
    </FieldMistake>
  );
}

function Grid({ model, editable }: Props & { readonly editable: boolean }) {
  const { alternatives, criteria } = model.shown.value;
  const events = editable ? model.grid.value : undefined;
  const live = events !== undefined;
  return (
    <table
      class="grid"
      role={live ? "grid" : undefined}
      aria-describedby="matrix-help"
      {...events}
    >
      <caption class="visually-hidden">
        Alternatives by criteria
      </caption>
      <thead>
        <tr>
          <th scope="col">Alternative</th>
          {criteria.map(({ id, label, unit, direction }, column) => (
            <th key={id} scope="col" id={`c${column}`}>
              {label}
              <small>
                {unit && `${unit}, `}
                {direction === "cost" ? "less is better" : "more is better"}
              </small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {alternatives.map(({ id }, row) => (
          <Row
            key={id}
            model={model}
            row={row}
            editable={editable}
            live={live}
          />
        ))}
      </tbody>
    </table>
  );
}

/** Steps of shade, by how far scores spread as a share of all there are in the column. */
const SHADES = [0.05, 0.15, 0.3];

function Row(
  { model, row, editable, live }: Props & {
    readonly row: number;
    readonly editable: boolean;
    readonly live: boolean;
  },
) {
  const { alternatives, criteria, revealed } = model.shown.value;
  const { cells } = model.together.value;
  const { id, label } = alternatives[row];
  const own = model.own.value;
  const cursor = model.cursor.value;
  const draft = model.draft.value;
  const waiting = model.waiting.value;
  return (
    <tr>
      <th scope="row" id={`r${row}`}>{label}</th>
      {criteria.map((criterion, column) => {
        const here = cursor.row === row && cursor.column === column;
        const typed = draft?.row === row && draft.column === column;
        const score = scoreAt(own, id, criterion.id);
        const waits = waiting.some(({ scores }) =>
          Object.hasOwn(scores, id) && Object.hasOwn(scores[id], criterion.id)
        );
        return (
          <td
            key={criterion.id}
            {...(live ? { tabIndex: here ? 0 : -1 } : {})}
            {...classOf(waits, revealed ? shadeOf(cells, row, column) : 0)}
          >
            {editable && (
              <input
                type="number"
                name={`${id}.${criterion.id}`}
                value={typed ? draft.text : score ?? ""}
                aria-labelledby={`r${row} c${column}`}
                {...(live ? { tabIndex: -1 } : {})}
              />
            )}
            {revealed && <Together cell={cells[row][column]} />}
          </td>
        );
      })}
    </tr>
  );
}

type Cells = DecisionModel["together"]["value"]["cells"];

function Together({ cell }: { readonly cell: Cells[number][number] }) {
  const { value, spread } = cell;
  if (value === null) return <>–</>;
  return (
    <>
      {formatNumber(value)}
      {spread > 0 && <small>±{formatSpread(spread)}</small>}
    </>
  );
}

/** Attributes that are not said need no room: there is a cell for every score. */
function classOf(waits: boolean, shade: number) {
  const names = [waits ? "waits" : "", shade > 0 ? `d${shade}` : ""];
  const said = names.filter(Boolean).join(" ");
  return said === "" ? {} : { class: said };
}

function shadeOf(cells: Cells, row: number, column: number): number {
  const { spread } = cells[row][column];
  if (spread === 0) return 0;
  const lowest = cells.map((one) => one[column].lowest ?? Infinity);
  const highest = cells.map((one) => one[column].highest ?? -Infinity);
  const range = Math.max(...highest) - Math.min(...lowest);
  return SHADES.filter((step) => spread / range > step).length;
}
