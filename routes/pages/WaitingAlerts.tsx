/** Alerts that nobody has acknowledged: the first few, and how many more there are. */
import { ALL_ACTIVE } from "../../domain/alerts/alert_choice.ts";
import { addressOf } from "../../islands/alert_model.ts";
import type { AlertRow } from "../../islands/alert_row.ts";
import { span, timeLeft } from "../../islands/alert_words.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { count } from "../../islands/format.ts";

const SHOWN = 4;

export function WaitingAlerts(
  { rows, now }: { readonly rows: readonly AlertRow[]; readonly now: number },
) {
  if (rows.length === 0) return null;
  return (
    <Panel
      id="alerts"
      title="Alerts that wait to be acknowledged"
      end={<a href="/alerts">{count(rows.length, "alert", "alerts")}</a>}
    >
      <ul class="waiting-alerts">
        {rows.slice(0, SHOWN).map((row) => {
          const left = timeLeft(row, now);
          return (
            <li key={row.alertId}>
              <Badge status={row.severity} />
              <a href={addressOf(ALL_ACTIVE, { open: row.alertId })}>
                {row.title}
              </a>
              {row.count > 1 && <b>×{row.count}</b>}
              <span class={left?.late ? "due late" : "due"}>
                {left?.words ?? span(now - row.lastAt)}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
