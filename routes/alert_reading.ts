/** Reading alerts for somebody: one of them, and the list of those they may see. */
import {
  alertChannel,
  alerts,
  alertSubject,
} from "../domain/alerts/alert_commands.ts";
import { MAX_AHEAD_MS } from "../domain/alerts/decide.ts";
import type { Alert, AlertState } from "../domain/alerts/alert.ts";
import {
  ACTIVE_ALERTS_VIEW,
  ALERTS_VIEW,
  RESOLVED_ALERTS_VIEW,
} from "../domain/alerts/view.ts";
import { savedViews } from "../domain/alerts/saved_view_commands.ts";
import {
  SAVED_VIEWS_SUBJECT,
  type SavedViews,
} from "../domain/alerts/saved_views.ts";
import type { ReaderRow } from "../domain/inbox/readers_view.ts";
import { userChannel } from "../domain/user_id.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Commands, Snapshot } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import type { Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";
import { readersOf } from "./alert_readers.ts";
import { listSample } from "./alert_sample.ts";
import { isJsonObject } from "./json_body.ts";
import { maySeeSession, sessionOfRow } from "./session_sight.ts";

/** Pages of rows looked at for one list: many may be hidden, or not what was asked for. */
const MAX_PAGES = 20;

export interface AlertFilter {
  readonly limit: number;
  readonly cursor?: string;
  /** `active` is everything but resolved; all without it. */
  readonly status?: "active" | Alert["status"];
  readonly severity?: Alert["severity"];
  /** User id of whom it is assigned to. */
  readonly assignee?: string;
  readonly sessionId?: string;
  /** Only what happened then or later; ms since 1970. */
  readonly since?: number;
}

export interface AlertSources {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query" | "readSubject">;
}

export class AlertReading {
  readonly #sources: AlertSources;

  constructor(sources: AlertSources) {
    this.#sources = sources;
  }

  /** @throws {Refusal} `alert_not_found`, also where one may not even look */
  async read(
    user: User,
    alertId: string,
  ): Promise<{ alert: Alert; position: Snapshot<unknown>["position"] }> {
    const { commands, log } = this.#sources;
    const { rows: [row] } = await log.query(ALERTS_VIEW, { key: alertId });
    if (!row || !await this.#maySee(user, row.data)) {
      throw new Refusal("alert_not_found");
    }
    const { state, position } = await commands.state<AlertState>(
      alerts,
      alertChannel(sessionOfRow(row.data)),
      alertSubject(alertId),
    );
    if (state.status === "none") throw new Refusal("alert_not_found");
    return { alert: state, position };
  }

  /** Last raised first; resolved ones last resolved first. @throws {RangeError} If the cursor is none of this list's */
  async list(
    user: User,
    filter: AlertFilter,
  ): Promise<{ items: Json[]; nextCursor: string | null }> {
    const { limit, cursor, status, since } = filter;
    const view = status === undefined
      ? ALERTS_VIEW
      : status === "resolved"
      ? RESOLVED_ALERTS_VIEW
      : ACTIVE_ALERTS_VIEW;
    const items: Json[] = [];
    let next = cursor ?? null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { rows, nextCursor } = await this.#sources.log.query(view, {
        descending: true,
        // Nothing is raised before it happened, but for what clocks may differ by.
        from: since === undefined ? undefined : since - MAX_AHEAD_MS,
        limit: limit - items.length,
        cursor: next ?? undefined,
      });
      for (const { data } of rows) {
        if (isAsked(data, filter) && await this.#maySee(user, data)) {
          items.push(data);
        }
      }
      next = nextCursor;
      if (next === null || items.length >= limit) break;
    }
    return { items, nextCursor: next };
  }

  /** Who has read one, and how far. @throws {Refusal} `alert_not_found`, `not_allowed` */
  async readers(user: User, alertId: string): Promise<readonly ReaderRow[]> {
    const { alert } = await this.read(user, alertId);
    return await readersOf(this.#sources, user, alert);
  }

  /** The sample of dismissed alerts, last dismissed first. @throws {RangeError} for a foreign cursor */
  sample(user: User, page: Pick<AlertFilter, "limit" | "cursor">) {
    return listSample(this.#sources, user, page);
  }

  /** The views of the list that somebody keeps. */
  async views({ userId }: User): Promise<SavedViews> {
    const channel = userChannel(userId) ?? "";
    const { commands } = this.#sources;
    const { state } = await commands.state(
      savedViews,
      channel,
      SAVED_VIEWS_SUBJECT,
    );
    return state;
  }

  #maySee(user: User, data: Json): Promise<boolean> {
    const { commands } = this.#sources;
    return maySeeSession(commands, user, sessionOfRow(data));
  }
}

function isAsked(
  data: Json,
  { status, severity, assignee, sessionId, since }: AlertFilter,
): boolean {
  if (!isJsonObject(data)) return false;
  if (status && status !== "active" && data.status !== status) return false;
  if (severity && data.severity !== severity) return false;
  if (since !== undefined && !(Number(data.occurredAt) >= since)) return false;
  if (sessionId && data.sessionId !== sessionId) return false;
  if (assignee === undefined) return true;
  return isJsonObject(data.assignee) && data.assignee.userId === assignee;
}
