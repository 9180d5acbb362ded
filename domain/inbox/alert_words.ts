/** Words for alerts: only what people must hear of; the rest is seen on their page. */
import { isRecord } from "./events.ts";
import { type Body, SEVERITIES, text, type Words } from "./words.ts";

/** What happens to an alert that people must hear of; the rest is seen on its page. */
const ALERTING = new Set([
  undefined,
  "alert_raised",
  "alert_repeated",
  "alert_escalated",
  "raised",
  "repeated",
  "escalated",
]);

export function alert(body: Body): Words | undefined {
  if (!ALERTING.has(text(body.event))) return undefined;
  const about = isRecord(body.alert) ? { ...body, ...body.alert } : body;
  const id = text(about.alertId) ?? text(about.id);
  const severity = SEVERITIES.find((one) => one === about.severity) ??
    "medium";
  return {
    severity,
    title: text(about.title) ?? "Alert",
    body: text(about.body) ?? "",
    href: id === undefined ? "/alerts" : `/alerts#${encodeURIComponent(id)}`,
    dedupeKey: `alert:${text(about.dedupeKey) ?? id ?? text(about.title)}`,
  };
}
