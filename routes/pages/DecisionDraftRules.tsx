/** How a draft will be decided: method, how scores come together, and who sees them when. */
import { type Method, METHODS } from "../../domain/decisions/analyze.ts";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { METHOD_HELP } from "../../islands/decision_methods.ts";
import { METHOD_NAMES } from "../../islands/decision_words.ts";
import type { Draft } from "./decision_draft.ts";

/** Those that read any value and need nothing set; the first is a good one where none is asked for. */
const USUAL: readonly Method[] = ["topsis", "vikor", "wsm", "promethee2"];

const ADVICE: Partial<Record<Method, string>> = {
  topsis: "Recommended: reads any numbers, and units do not matter.",
  wsm: "Take it where all criteria are scored on one scale.",
};

export function HowItIsDecided({ draft }: { draft: Draft }) {
  const others = METHODS.filter((method) => !USUAL.includes(method));
  return (
    <div class="stack draft-rules">
      <Panel id="method" title="Method" end="Can be changed later">
        <fieldset class="pad field">
          <legend class="visually-hidden">Method</legend>
          <div class="choices">
            {USUAL.map((method) => (
              <MethodChoice key={method} method={method} draft={draft} />
            ))}
          </div>
          <details class="details" open={others.includes(draft.method)}>
            <summary>{others.length} more methods</summary>
            <div class="choices">
              {others.map((method) => (
                <MethodChoice key={method} method={method} draft={draft} />
              ))}
            </div>
          </details>
        </fieldset>
      </Panel>
      <Panel id="scores" title="Scores">
        <div class="pad form">
          <fieldset class="field">
            <legend>Several people's scores become one</legend>
            <div class="choices">
              <Choice
                name="aggregation"
                value="median"
                checked={draft.aggregation === "median"}
                title="Median"
                help="Recommended: one wild score moves nothing."
              />
              <Choice
                name="aggregation"
                value="mean"
                checked={draft.aggregation === "mean"}
                title="Mean"
                help="Everyone moves it a little."
              />
            </div>
          </fieldset>
          <div class="choices">
            <label>
              <input type="checkbox" name="blind" checked={draft.blind} />
              <span>
                Blind until revealed<small>
                  Nobody sees another's scores before; the record proves them
                  after.
                </small>
              </span>
            </label>
          </div>
        </div>
      </Panel>
      <div class="draft-end">
        <Button kind="primary" type="submit" name="do" value="open">
          Open decision
        </Button>
        <ButtonLink href="/decisions">Cancel</ButtonLink>
      </div>
    </div>
  );
}

function MethodChoice({ method, draft }: { method: Method; draft: Draft }) {
  const help = METHOD_HELP[method];
  const advice = ADVICE[method];
  return (
    <Choice
      name="method"
      value={method}
      checked={draft.method === method}
      title={METHOD_NAMES[method]}
      help={advice ? `${help} ${advice}` : help}
    />
  );
}

function Choice({ name, value, checked, title, help }: {
  name: string;
  value: string;
  checked: boolean;
  title: string;
  help: string;
}) {
  return (
    <label>
      <input type="radio" name={name} value={value} checked={checked} />
      <span>
        {title}
        <small>{help}</small>
      </span>
    </label>
  );
}
