/** The sample of dismissed alerts: those one may see, with what people said of dismissing them. */
import { SAMPLED_ALERTS_VIEW } from "../domain/alerts/view.ts";
import type { Outcome } from "../domain/learning/events.ts";
import {
  labelPrefix,
  LABELS_VIEW,
  readLabelRow,
} from "../domain/learning/feedback_view.ts";
import { type AlertRow, readRow } from "../islands/alert_row.ts";
import type { User } from "../realtime/user.ts";
import type { AlertSources } from "./alert_reading.ts";
import { maySeeSession } from "./session_sight.ts";

/** Reviews of one alert that are looked at. */
const MAX_REVIEWS = 200;
/** Pages of rows looked at for one page of the list: many may be hidden. */
const MAX_PAGES = 20;

/** What one person said of it: `correct`, dismissing was right. */
export interface Review {
  readonly userId: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** ms since 1970. */
  readonly at: number;
}

export interface SampledAlert {
  readonly alert: AlertRow;
  /** Oldest first, since it was last dismissed. */
  readonly reviews: readonly Review[];
}

/**
 * What feedback on a dismissal names: an alert that is raised and dismissed anew is asked
 * about anew.
 */
export function dismissalOf({ raisings }: Pick<AlertRow, "raisings">): string {
  return `raising-${raisings}`;
}

/** Last dismissed first. @throws {RangeError} If the cursor is none of this list's */
export async function listSample(
  { commands, log }: AlertSources,
  user: User,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<{ items: SampledAlert[]; nextCursor: string | null }> {
  const items: SampledAlert[] = [];
  let next = cursor ?? null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { rows, nextCursor } = await log.query(SAMPLED_ALERTS_VIEW, {
      descending: true,
      limit: limit - items.length,
      cursor: next ?? undefined,
    });
    for (const { data } of rows) {
      const alert = readRow(data);
      if (!alert || !await maySeeSession(commands, user, alert.sessionId)) {
        continue;
      }
      items.push({ alert, reviews: await reviewsOf(log, alert) });
    }
    next = nextCursor;
    if (next === null || items.length >= limit) break;
  }
  return { items, nextCursor: next };
}

async function reviewsOf(
  log: AlertSources["log"],
  { alertId, resolvedAt }: AlertRow,
): Promise<readonly Review[]> {
  const { rows } = await log.query(LABELS_VIEW, {
    prefix: labelPrefix("alert", alertId),
    from: resolvedAt ?? 0,
    limit: MAX_REVIEWS,
  });
  return rows.flatMap(({ data }) => {
    const label = readLabelRow(data);
    if (!label) return [];
    const { userId, name, outcome, at } = label;
    return [{ userId, name, outcome, at }];
  });
}
