/** A list of alerts as signals: its rows, which are picked, where one is, which is open. */
import { type Signal, signal } from "@preact/signals";
import type { AlertNote } from "../domain/alerts/alert.ts";
import type { AlertChoice } from "../domain/alerts/alert_choice.ts";
import type { Person } from "../domain/alerts/events.ts";
import type { NamedPosition } from "../realtime/client/wire.ts";
import type { Act } from "./alert_acts.ts";
import { type AlertRow, unpackRow } from "./alert_row.ts";
import type { Zone } from "./format.ts";

/** What the page carries for its island. */
export interface AlertPageState {
  readonly rows: readonly Partial<AlertRow>[];
  readonly choice: AlertChoice;
  readonly page: number;
  /** Id of the row that is open, with what only an open one shows. */
  readonly opened: OpenedAlert | null;
  readonly picked: readonly string[];
  readonly asked: Asked | null;
  readonly reader: Person & {
    readonly mayAct: boolean;
    /** Leads the house, and is told who has read an alert. */
    readonly mayLead: boolean;
  };
  /** Where it was read: the house's channel and those of sessions among the rows. */
  readonly positions: readonly NamedPosition[];
  readonly now: number;
  readonly zone: Zone;
  /** Of the form. */
  readonly messageId: string;
}

export interface OpenedAlert {
  readonly alertId: string;
  readonly body: string;
  readonly notes: readonly AlertNote[];
  /** Those who have it furthest first; undefined for who is not told. */
  readonly readers?: readonly AlertReader[];
}

/** Who has read an alert, as far as their inbox has reported it; times in ms since 1970. */
export interface AlertReader extends Person {
  readonly delivered: number | null;
  readonly shown: number | null;
  readonly acknowledged: number | null;
}

/** Asked once more before it is done to several. */
export interface Asked {
  readonly act: Act;
  readonly count: number;
}

export interface AlertModel {
  readonly rows: Signal<readonly AlertRow[]>;
  /** Rows that came, or came again, since the page was read. */
  readonly fresh: Signal<ReadonlySet<string>>;
  readonly picked: Signal<ReadonlySet<string>>;
  /** Where the keys are. */
  readonly at: Signal<string | undefined>;
  readonly opened: Signal<OpenedAlert | undefined>;
  readonly asked: Signal<Asked | undefined>;
  readonly said: Signal<string>;
  readonly mistake: Signal<string>;
  readonly helps: Signal<boolean>;
  readonly now: Signal<number>;
  readonly zone: Signal<Zone>;
  /** Undefined until scripts run: then buttons act where they stand. */
  readonly act: Signal<
    ((act: Act, ids: readonly string[]) => void) | undefined
  >;
  readonly open: Signal<((id: string) => void) | undefined>;
  readonly state: AlertPageState;
}

export function createAlerts(state: AlertPageState): AlertModel {
  return {
    rows: signal(state.rows.map(unpackRow)),
    fresh: signal(new Set()),
    picked: signal(new Set(state.picked)),
    at: signal(undefined),
    opened: signal(state.opened ?? undefined),
    asked: signal(state.asked ?? undefined),
    said: signal(""),
    mistake: signal(""),
    helps: signal(false),
    now: signal(state.now),
    zone: signal(state.zone),
    act: signal(undefined),
    open: signal(undefined),
    state,
  };
}

/**
 * Address of a list; with `open` of a row opened in it. It always says something of what is
 * chosen: where nothing is asked for, the list begins with a view that its reader saved.
 */
export function addressOf(
  { show, severities, since, by }: AlertChoice,
  { page = 1, open }: { readonly page?: number; readonly open?: string } = {},
): string {
  const query = new URLSearchParams();
  if (show !== "active") query.set("show", show);
  if (severities.length > 0) query.set("severity", severities.join());
  if (since !== undefined) query.set("since", since);
  if (by !== undefined) query.set("by", by);
  if (page > 1) query.set("page", String(page));
  if (open !== undefined) query.set("open", open);
  if (query.size === 0) query.set("show", show);
  // A comma means nothing in a query, and reads better as itself.
  const path = `/alerts?${query.toString().replaceAll("%2C", ",")}`;
  return open === undefined ? path : `${path}#alert-${open}`;
}
