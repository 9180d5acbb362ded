/** Makes a list of alerts live: entries through the domain's evolve, one's own acts as commands. */
import { batch } from "@preact/signals";
import { evolve, initial } from "../domain/alerts/alert.ts";
import { ALERT } from "../domain/alerts/events.ts";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import { MessageRefused } from "../realtime/client/message_refused.ts";
import { isRecord, numberOf } from "../realtime/client/wire.ts";
import {
  type Act,
  ACTS,
  commandFor,
  endsIt,
  refusalWords,
} from "./alert_acts.ts";
import { listenToKeys } from "./alert_keys.ts";
import type { AlertModel, OpenedAlert } from "./alert_model.ts";
import { type AlertRow, byUrgency, fits } from "./alert_row.ts";
import { count } from "./format.ts";

/** Ages and what is left are written anew as often as they can change. */
const TICK_MS = 20_000;
/** Sessions whose channels are followed for their alerts. */
const MAX_SESSIONS = 20;

/** A publication, as the socket tells it or as history has it. */
export interface Told {
  readonly type: string;
  readonly channel?: string;
  readonly offset?: number;
  readonly at?: number;
  readonly payload: { readonly [name: string]: unknown };
}

export interface LiveAlerts {
  readonly client: Pick<
    RealtimeClient,
    "command" | "on" | "subscribe" | "unsubscribe"
  >;
  readonly root: HTMLElement;
  /** Where the page's toasts begin to hear the channel of the house. */
  readonly toastsFrom?: number;
  /** @default the browser's */
  readonly clock?: Clock;
  /** @default over HTTP */
  readonly readAlert?: (alertId: string) => Promise<OpenedAlert | undefined>;
}

/** Hands back the stop. */
export function goLive(model: AlertModel, options: LiveAlerts): () => void {
  const { client, root, clock = monotonicClock } = options;
  const { state } = model;
  const readAlert = options.readAlert ??
    ((id: string) => overHttp(id, state.reader.mayLead));
  const startedAt = clock.now();
  const now = () => Math.round(state.now + clock.now() - startedAt);

  const channels = state.positions.slice(0, MAX_SESSIONS + 1);
  for (const { channel, ...since } of channels) {
    client.subscribe(channel, { since });
  }
  const stops = [client.on(ALERT, (message) => take(model, message))];
  // Toasts follow the house's channel from where they were read, which may be later.
  const [house] = channels;
  if (house && (options.toastsFrom ?? 0) > house.offset) {
    void readMissed(house).then((missed) => {
      for (const one of missed) take(model, one);
    }, () => {});
  }

  let stopTick = () => {};
  const tick = () => {
    model.now.value = now();
    stopTick = clock.after(TICK_MS, tick);
  };
  tick();

  const open = async (id: string) => {
    if (model.opened.peek()?.alertId === id) {
      model.opened.value = undefined;
      return;
    }
    model.at.value = id;
    const row = model.rows.peek().find(({ alertId }) => alertId === id);
    model.opened.value = { alertId: id, body: row?.body ?? "", notes: [] };
    const read = await readAlert(id).catch(() => undefined);
    if (read && model.opened.peek()?.alertId === id) model.opened.value = read;
  };

  const act = async (name: Act, ids: readonly string[]) => {
    const rows = model.rows.peek().filter(({ alertId }) =>
      ids.includes(alertId)
    );
    if (rows.length === 0) {
      model.said.value = "Nothing is selected";
      return;
    }
    const isSure = model.asked.peek()?.act === name;
    if (endsIt(name) && rows.length > 1 && !isSure) {
      model.asked.value = { act: name, count: rows.length };
      queueMicrotask(() => focusOn("#sure"));
      return;
    }
    const acting = {
      user: state.reader,
      now: now(),
      tomorrow: nextMorning(now()),
      text: textFor(rows),
    };
    const results = await Promise.all(rows.map(async (row) => {
      const { command, input } = commandFor(name, row, acting);
      return await client.command(command, input).then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof MessageRefused)) throw error;
          const { alertId, title } = row;
          return { alertId, title, message: error.message };
        },
      );
    }));
    const refused = results.filter((one) => one !== undefined);
    const done = results.length - refused.length;
    batch(() => {
      model.asked.value = undefined;
      // Those stay at hand: the others need nothing more.
      model.picked.value = rows.length > 1
        ? new Set(refused.map(({ alertId }) => alertId))
        : new Set();
      model.mistake.value = refusalWords(refused, rows.length);
      model.said.value = `${count(done, "alert", "alerts")} ${ACTS[name]}`;
    });
  };

  /** What was written where the act belongs: in the open row, or beside the question. */
  const textFor = (rows: readonly AlertRow[]): string => {
    const opened = model.opened.peek()?.alertId;
    const isOpen = rows.length === 1 && rows[0].alertId === opened;
    const field = root.querySelector<HTMLTextAreaElement | HTMLInputElement>(
      isOpen ? "textarea[name=text]" : "input[name=reason]",
    );
    const text = field?.value ?? "";
    if (field) field.value = "";
    return text;
  };

  const focusOn = (selector: string) =>
    root.querySelector<HTMLElement>(selector)?.focus();

  batch(() => {
    model.act.value = (name, ids) => void act(name, ids);
    model.open.value = (id) => void open(id);
  });
  stops.push(listenToKeys(model, root));
  return () => {
    stopTick();
    for (const stop of stops) stop();
    for (const { channel } of channels) client.unsubscribe(channel);
  };
}

/** Folds one entry in: rows change where they stand, new ones come into their place. */
export function take(model: AlertModel, message: Told): void {
  const { channel, offset, at = 0, payload } = message;
  if (channel === undefined || offset === undefined) return;
  const id = payload.alertId;
  const rows = model.rows.peek();
  const before = rows.find(({ alertId }) => alertId === id);
  // The page was read after it; another channel's offsets say nothing of this one.
  if (before && offset <= before.offset) return;
  const state = evolve(before ? { ...before, notes: [] } : initial(), {
    type: message.type,
    v: 1,
    channel,
    offset,
    at,
    sender: null,
    body: { ...bodyOf(payload) },
  });
  if (state.status === "none") return;
  const { notes, ...row } = state;
  const { choice, reader } = model.state;
  const { userId } = reader;
  const current = model.now.peek();
  if (!before && !fits(row, choice, { userId, now: current })) return;
  const others = rows.filter((one) => one !== before);
  batch(() => {
    // What people work on stays where it is; only what is new looks for its place.
    model.rows.value = before
      ? rows.map((one) => one === before ? row : one)
      : [...others, row].sort(byUrgency);
    if (!before || payload.event === "alert_repeated") {
      model.fresh.value = new Set([...model.fresh.peek(), row.alertId]);
    }
    const opened = model.opened.peek();
    if (opened?.alertId !== row.alertId) return;
    // It may have been read with the open row already.
    const news = notes.filter(({ at, text }) =>
      !opened.notes.some((one) => one.at === at && one.text === text)
    );
    model.opened.value = { ...opened, notes: [...opened.notes, ...news] };
  });
}

async function readMissed(
  { channel, offset }: { readonly channel: string; readonly offset: number },
): Promise<readonly Told[]> {
  const path = `/api/v1/channels/${channel}/history?after=${offset}&limit=500`;
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) return [];
  const { items } = await response.json();
  return Array.isArray(items) ? items.filter(isTold) : [];
}

function isTold(item: unknown): item is Told {
  return isRecord(item) && item.type === ALERT && isRecord(item.payload) &&
    numberOf(item.offset) !== undefined;
}

function bodyOf(payload: Told["payload"]): { event: string } {
  return JSON.parse(JSON.stringify(payload));
}

/** Nine in the morning of the next day, where the reader is. */
function nextMorning(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 9)
    .getTime();
}

async function overHttp(
  alertId: string,
  mayLead: boolean,
): Promise<OpenedAlert | undefined> {
  const path = `/api/v1/alerts/${alertId}`;
  const [response, readers] = await Promise.all([
    fetch(path, { cache: "no-store" }),
    mayLead ? readReaders(path) : undefined,
  ]);
  if (!response.ok) return undefined;
  const { alert } = await response.json();
  const notes = alert.notes.map((note: { at: string }) => ({
    ...note,
    at: Date.parse(note.at),
  }));
  return { alertId, body: alert.body, notes, readers };
}

/** Without an answer nobody is named, rather than nobody said to have read it. */
async function readReaders(
  path: string,
): Promise<OpenedAlert["readers"]> {
  const response = await fetch(`${path}/readers`, { cache: "no-store" })
    .catch(() => undefined);
  if (!response?.ok) return undefined;
  const { items } = await response.json();
  const time = (iso: string | null) => iso === null ? null : Date.parse(iso);
  return items.map((
    { userId, name, delivered, shown, acknowledged }: Record<string, string>,
  ) => ({
    userId,
    name,
    delivered: time(delivered),
    shown: time(shown),
    acknowledged: time(acknowledged),
  }));
}
