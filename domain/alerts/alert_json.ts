/** An alert as it is shown; times in ms since 1970. */
import type { Json } from "../decider.ts";
import type { Alert } from "./alert.ts";
import type { Person } from "./events.ts";

export function alertJson(alert: Alert) {
  return {
    ...alert,
    id: alert.alertId,
    acknowledgedBy: personJson(alert.acknowledgedBy),
    assignee: personJson(alert.assignee),
    resolvedBy: personJson(alert.resolvedBy),
    notes: alert.notes.map((note) => ({ ...note })),
  } satisfies Json;
}

function personJson(person: Person | null) {
  return person && { ...person };
}
