/** The calls that raise the alerts of the case and do with each what people did. */
import {
  type AlertAct,
  CASE_ALERTS,
  type CaseAlert,
} from "./case_alert_list.ts";
import { DEMO_PEOPLE, DEMO_SOURCE } from "./demo_people.ts";
import { demoId, type DemoPlan, type DemoStep, timeFrom } from "./demo_step.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Between two of the same. */
const AGAIN_MS = 5 * HOUR_MS;

/** Everything about the forty alerts, one alert after the other. */
export function alertSteps(plan: DemoPlan): readonly DemoStep[] {
  return CASE_ALERTS.flatMap((alert, index) => stepsOf(plan, alert, index));
}

function stepsOf(
  plan: DemoPlan,
  { daysAgo, severity, title, body, times = 1, acts = [] }: CaseAlert,
  index: number,
): readonly DemoStep[] {
  const key = `alert.${index + 1}`;
  const id = demoId(plan, `alert-${index + 1}`);
  const raised = Array.from({ length: times }, (_, nth): DemoStep => {
    // The last one came when it says; those before it, hours earlier.
    const at = -daysAgo * DAY_MS - (times - 1 - nth) * AGAIN_MS;
    return {
      key: nth === 0 ? key : `${key}.again.${nth}`,
      as: "monitoring",
      path: "/alerts",
      body: {
        severity,
        title,
        body,
        source: DEMO_SOURCE,
        occurredAt: timeFrom(plan, at),
        // With a dedupe key the id follows from it.
        ...times > 1 ? { dedupeKey: id } : { id },
      },
    };
  });
  const done = acts.map((act, nth): DemoStep => ({
    key: `${key}.act.${nth + 1}`,
    under: key,
    ...callOf(plan, act),
  }));
  return [...raised, ...done];
}

function callOf(
  plan: DemoPlan,
  act: AlertAct,
): Pick<DemoStep, "as" | "path" | "body"> {
  switch (act.act) {
    case "acknowledge":
      return { as: act.by, path: "/acknowledge" };
    case "assign": {
      const { userId, name } = DEMO_PEOPLE[act.to];
      return { as: "mara", path: "/assign", body: { userId, name } };
    }
    case "snooze": {
      const until = timeFrom(plan, act.days * DAY_MS);
      return { as: act.by, path: "/snooze", body: { until } };
    }
    case "note":
      return { as: act.by, path: "/notes", body: { text: act.text } };
    case "resolve":
    case "dismiss": {
      const dismissed = act.act === "dismiss";
      const body = { resolution: act.text, dismissed };
      return { as: act.by, path: "/resolve", body };
    }
  }
}
