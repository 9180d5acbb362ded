/** The weights as sliders, each with the point at which somebody else would lead. */
import { SHADES } from "./charts/part_shades.ts";
import { Button } from "./components/Button.tsx";
import { FieldMistake } from "./components/Field.tsx";
import { Panel } from "./components/Panel.tsx";
import {
  type DecisionModel,
  isOpen,
  letGo,
  moveWeight,
} from "./decision_model.ts";
import { flipWords, formatShare } from "./decision_words.ts";

interface Props {
  readonly model: DecisionModel;
}

export function DecisionWeights({ model }: Props) {
  const { decisionId, criteria } = model.decision.value;
  const mistake = model.mistake.value;
  const movable = isOpen(model) && model.rights.value.score;
  const { flipsBy } = model.flips.value;
  return (
    <Panel id="weights" title="Weights" end={<Mover model={model} />}>
      <form
        class="pad stack"
        method="post"
        action={`/decisions/${decisionId}/weights`}
        autocomplete="off"
        // Tenths too: the fields do without a step.
        noValidate
        onSubmit={(event) => model.actions.peek() && event.preventDefault()}
        onPointerEnter={() => model.prepare.peek()?.()}
        onFocusIn={() => model.prepare.peek()?.()}
      >
        <input
          type="hidden"
          name="messageId"
          value={`${model.formId}.weights`}
        />
        {mistake?.form === "weights" && (
          <FieldMistake>
            {mistake.message ?? Object.values(mistake.fields).join(". ")}
          </FieldMistake>
        )}
        <ul class="weights">
          {criteria.map((criterion, index) => (
            <Weight
              key={criterion.id}
              model={model}
              index={index}
              movable={movable}
            />
          ))}
        </ul>
        {flipsBy !== "none" && (
          <p class="muted note">
            {flipsBy === "exact"
              ? "Where somebody else takes the lead, exactly, the other weights keeping their proportions."
              : "Where somebody else takes the lead by this method, searched in steps of 1 % and then told to 0.1 %, the other weights keeping their proportions."}
          </p>
        )}
        {movable && (
          <div class="actions plain-only">
            <Button type="submit">Save weights</Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

/** Keys that move a slider. */
const MOVING = /^(Arrow|Page|Home|End)/;

/** Who moves what, while somebody does. */
function Mover({ model }: Props) {
  const drag = model.drag.value;
  if (!drag || drag.by.userId === model.reader.userId) return <>sum 100 %</>;
  const { criteria } = model.decision.value;
  const moved = criteria.find(({ id }) => id === drag.criterion);
  return <>{drag.by.name} is moving {moved?.label ?? "the weights"}</>;
}

function Weight(
  { model, index, movable }: Props & {
    readonly index: number;
    readonly movable: boolean;
  },
) {
  const { id, label } = model.decision.value.criteria[index];
  const share = model.shares.value[index] ?? 0;
  const flip = model.flips.value.flips[index];
  const shown = formatShare(share);
  // Only scripts can move it, so it comes with them; its place is kept.
  const live = model.prepare.value !== undefined;
  const move = (text: string) => {
    const percent = Number(text);
    if (text === "" || !(percent >= 0 && percent <= 100)) return;
    moveWeight(model, id, percent / 100);
  };
  const over = () => letGo(model);
  const release = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    delete currentTarget.dataset.held;
    over();
  };
  return (
    <li>
      <label for={`w-${id}`}>
        {model.figures.value.parts && (
          <svg class="swatch" viewBox="0 0 8 8" aria-hidden="true">
            <path class={`shade p${index % SHADES}`} d="M0 0H8V8H0z" />
          </svg>
        )}
        {label}
      </label>
      <span class="percent">
        {movable
          ? (
            <input
              class="input"
              id={`w-${id}`}
              name={`weight.${id}`}
              type="number"
              value={shown}
              onChange={(event) => {
                move(event.currentTarget.value);
                over();
              }}
            />
          )
          : <b id={`w-${id}`}>{shown}</b>} %
      </span>
      <span class="way">
        {movable && live && (
          <input
            class="slider"
            type="range"
            min={0}
            max={100}
            step={1}
            value={Math.round(share * 100)}
            aria-label={`Weight of ${label}`}
            aria-valuetext={`${shown} %`}
            onInput={(event) => move(event.currentTarget.value)}
            // A key that is held down changes it again and again: it is let go of once.
            onKeyDown={({ key, currentTarget }) => {
              if (MOVING.test(key)) currentTarget.dataset.held = "";
            }}
            onKeyUp={release}
            onChange={({ currentTarget }) => {
              if (currentTarget.dataset.held === undefined) over();
            }}
            onPointerUp={over}
            onBlur={release}
          />
        )}
        {flip && flip.share !== null && (
          <svg
            viewBox="0 0 100 6"
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <path d={`M${Math.round(flip.share * 1e3) / 10} 0V6`} />
          </svg>
        )}
      </span>
      {flip && (
        <span class={flip.share === null ? "flip" : "flip at"}>
          {flipWords(model.decision.value, flip)}
        </span>
      )}
    </li>
  );
}
