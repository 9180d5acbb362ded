/** A list of alerts one works through: rows under heads, what is done to those picked, keys. */
import { hydrate } from "preact";
import { Banner } from "./components/Banner.tsx";
import { Badge } from "./components/Badge.tsx";
import { Button } from "./components/Button.tsx";
import { AlertRows, COLUMNS } from "./AlertRows.tsx";
import type { Act } from "./alert_acts.ts";
import { goLive } from "./alert_live.ts";
import {
  type AlertModel,
  type AlertPageState,
  createAlerts,
} from "./alert_model.ts";
import { grouped, type RowGroup } from "./alert_row.ts";
import { ALERT_SEVERITIES } from "../domain/alerts/events.ts";
import { count, readerZone } from "./format.ts";
import type { NotificationState } from "./notification_model.ts";
import { type PageContext, readState } from "./page_context.ts";

export const ISLAND = "AlertTriage";

export function AlertTriage({ model }: { readonly model: AlertModel }) {
  const { choice, reader } = model.state;
  return (
    <>
      {model.mistake.value && <Banner kind="warn">{model.mistake.value}
      </Banner>}
      {reader.mayAct && <Bar model={model} />}
      <table class="table alerts">
        <caption class="visually-hidden">
          Alerts, the most urgent first, then the last raised
        </caption>
        <thead>
          <tr>
            {reader.mayAct && (
              <th scope="col" class="pick">
                <span class="visually-hidden">Select</span>
              </th>
            )}
            <th scope="col" class="w-sev">Severity</th>
            <th scope="col">Alert</th>
            <th scope="col" class="w-state">State</th>
            <th scope="col" class="w-m wide-only">Assigned to</th>
            <th scope="col" class="num w-s wide-only">Age</th>
            {reader.mayAct && (
              <th scope="col" class="w-m wide-only">
                <span class="visually-hidden">Acknowledge</span>
              </th>
            )}
          </tr>
        </thead>
        {grouped(model.rows.value, choice.by).map((group) => (
          <Group key={group.name} group={group} model={model} />
        ))}
      </table>
      <p class="visually-hidden" role="status">{model.said.value}</p>
    </>
  );
}

function Group(
  { group: { name, rows }, model }: {
    readonly group: RowGroup;
    readonly model: AlertModel;
  },
) {
  const severity = ALERT_SEVERITIES.find((one) => one === name);
  return (
    <tbody>
      {name !== "" && (
        <tr class="group">
          <th scope="rowgroup" colSpan={COLUMNS}>
            {severity ? <Badge status={severity} /> : name}{" "}
            <span class="muted">{rows.length}</span>
          </th>
        </tr>
      )}
      {rows.map((row) => (
        <AlertRows
          key={row.alertId}
          row={row}
          model={model}
        />
      ))}
    </tbody>
  );
}

const BULK: readonly (readonly [Act, string])[] = [
  ["acknowledge", "Acknowledge"],
  ["mine", "Assign to me"],
  ["hour", "Snooze 1 h"],
  ["tomorrow", "Until tomorrow"],
  ["dismiss", "Dismiss"],
  ["resolve", "Resolve"],
];

/** What is done to all that are picked; ending several is asked about once more. */
function Bar({ model }: { readonly model: AlertModel }) {
  const picked = model.picked.value;
  const asked = model.asked.value;
  const run = (act: Act) => (event: Event) => {
    const doIt = model.act.peek();
    if (!doIt) return;
    event.preventDefault();
    doIt(act, [...picked]);
  };
  if (asked) {
    const verb = asked.act === "dismiss" ? "Dismiss" : "Resolve";
    return (
      <div class="bar asks" role="group" aria-label="Selection">
        <span>{verb} {count(asked.count, "alert", "alerts")}?</span>
        <label class="visually-hidden" for="reason">How they ended</label>
        <input
          id="reason"
          name="reason"
          class="input"
          maxLength={2000}
          placeholder="How they ended, if it is to be said"
        />
        <Button
          small
          kind="primary"
          type="submit"
          name="sure"
          value={asked.act}
          id="sure"
          onClick={run(asked.act)}
        >
          {verb} {asked.count}
        </Button>
        <Button
          small
          type="submit"
          name="act"
          value="nothing"
          onClick={(event) => {
            if (!model.act.peek()) return;
            event.preventDefault();
            model.asked.value = undefined;
          }}
        >
          Cancel
        </Button>
      </div>
    );
  }
  return (
    <div class="bar" role="group" aria-label="Selection">
      <span class="muted">
        {picked.size === 0
          ? "With those you select:"
          : `${picked.size} selected`}
      </span>
      {BULK.map(([act, word]) => (
        <Button
          key={act}
          small
          type="submit"
          name="act"
          value={act}
          onClick={run(act)}
        >
          {word}
        </Button>
      ))}
      {model.act.value && (
        <Button
          small
          aria-expanded={model.helps.value}
          aria-controls="alert-keys"
          onClick={() => model.helps.value = !model.helps.peek()}
        >
          Keys
        </Button>
      )}
      {model.helps.value && <Keys />}
    </div>
  );
}

function Keys() {
  return (
    <dl class="keys" id="alert-keys">
      {[
        ["j k", "down, up"],
        ["x", "select"],
        ["Enter", "open"],
        ["a", "acknowledge"],
        ["r", "resolve"],
        ["s", "snooze 1 h"],
        ["m", "assign to me"],
        ["n", "note; Ctrl Enter adds it"],
        ["?", "these keys"],
      ].map(([key, does]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Offset in the house's channel at which the page's toasts were read. */
function toastsFrom(): number | undefined {
  if (!document.getElementById("state-Notifications")) return undefined;
  const { positions } = readState<NotificationState>("Notifications", document);
  return positions.find(({ channel }) => channel === "alerts")?.offset;
}

export function mount(root: HTMLElement, { client }: PageContext): void {
  const model = createAlerts(readState<AlertPageState>(ISLAND, document));
  hydrate(<AlertTriage model={model} />, root);
  model.zone.value = readerZone();
  goLive(model, { client, root, toastsFrom: toastsFrom() });
}
