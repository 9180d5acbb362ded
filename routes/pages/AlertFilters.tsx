/** The filters of the list of alerts, all of them links: state, severity, time, heads. */
import {
  type AlertChoice,
  GROUPINGS,
  PERIODS,
  SHOWS,
} from "../../domain/alerts/alert_choice.ts";
import {
  ALERT_SEVERITIES,
  type AlertSeverity,
} from "../../domain/alerts/events.ts";
import { addressOf } from "../../islands/alert_model.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import type { AlertList } from "./alert_list.ts";

export const SHOW_WORDS = {
  active: "Active",
  mine: "Mine",
  unassigned: "Unassigned",
  resolved: "Resolved",
} as const;

const PERIOD_WORDS = { day: "Last 24 hours", week: "Last 7 days" } as const;

interface FilterProps {
  readonly list: AlertList;
  readonly choice: AlertChoice;
}

export function AlertFilters({ list, choice }: FilterProps) {
  const { counts } = list;
  return (
    <>
      <nav class="segments" aria-label="Show">
        {SHOWS.map((show) => (
          <a
            key={show}
            href={addressOf({ ...choice, show })}
            aria-current={choice.show === show ? "true" : undefined}
          >
            {SHOW_WORDS[show]}
            {show !== "resolved" && ` ${counts[show]}`}
          </a>
        ))}
      </nav>
      <Severities list={list} choice={choice} />
      <nav class="segments" aria-label="Happened">
        {([undefined, ...PERIODS] as const).map((since) => (
          <a
            key={since}
            href={addressOf({ ...choice, since })}
            aria-current={choice.since === since ? "true" : undefined}
          >
            {since === undefined ? "Any time" : PERIOD_WORDS[since]}
          </a>
        ))}
      </nav>
      <nav class="segments" aria-label="Group by">
        {([undefined, ...GROUPINGS] as const).map((by) => (
          <a
            key={by}
            href={addressOf({ ...choice, by })}
            aria-current={choice.by === by ? "true" : undefined}
          >
            {by === undefined ? "One list" : `By ${by}`}
          </a>
        ))}
      </nav>
    </>
  );
}

/** Each adds itself to those that are chosen, or takes itself out. */
function Severities({ list: { severities }, choice }: FilterProps) {
  const chosen = choice.severities;
  const total = Object.values(severities).reduce((sum, one) => sum + one, 0);
  return (
    <nav class="severities" aria-label="Severity">
      <a
        href={addressOf({ ...choice, severities: [] })}
        aria-current={chosen.length === 0 ? "true" : undefined}
      >
        All {total}
      </a>
      {ALERT_SEVERITIES.filter((one) =>
        severities[one] > 0 || chosen.includes(one)
      ).map((severity) => (
        <a
          key={severity}
          href={addressOf({ ...choice, severities: toggled(chosen, severity) })}
          aria-current={chosen.includes(severity) ? "true" : undefined}
        >
          <Badge status={severity} /> {severities[severity]}
        </a>
      ))}
    </nav>
  );
}

function toggled(
  chosen: readonly AlertSeverity[],
  severity: AlertSeverity,
): readonly AlertSeverity[] {
  return ALERT_SEVERITIES.filter((one) =>
    chosen.includes(one) !== (one === severity)
  );
}
