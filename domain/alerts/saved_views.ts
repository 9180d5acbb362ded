/** The views of the list of alerts that one person keeps: the fold of their own channel. */
import type { Context, DomainEvent, Json, RecordedEvent } from "../decider.ts";
import {
  alertViewRemoved,
  alertViewSaved,
  INBOX_UPDATE,
} from "../inbox/events.ts";
import { textOf } from "../read_json.ts";
import { Refusal } from "../refusal.ts";
import {
  type AlertChoice,
  choiceJson,
  isSameChoice,
  readChoice,
} from "./alert_choice.ts";

/** Views one person keeps at most. */
export const MAX_SAVED_VIEWS = 20;

/** The subject of the saved views within a person's channel. */
export const SAVED_VIEWS_SUBJECT = "alert_views";

export interface SavedView {
  readonly viewId: string;
  readonly name: string;
  readonly choice: AlertChoice;
  /** What the list shows where nothing else is asked for; of one view at most. */
  readonly isDefault: boolean;
}

/** In the order in which they were first saved. */
export type SavedViews = readonly SavedView[];

export type SavedViewCommand =
  | {
    readonly command: "save_alert_view";
    readonly name: string;
    readonly choice: AlertChoice;
    readonly isDefault: boolean;
  }
  | { readonly command: "remove_alert_view"; readonly viewId: string };

export function initial(): SavedViews {
  return [];
}

/** Folds one entry in; what it does not know changes nothing. */
export function evolve(views: SavedViews, event: RecordedEvent): SavedViews {
  const { type, v, body } = event;
  if (type !== INBOX_UPDATE || v !== 1 || body === null) return views;
  const viewId = textOf(body.viewId);
  if (viewId === null) return views;
  switch (body.event) {
    case "alert_view_saved": {
      const view = {
        viewId,
        name: textOf(body.name) ?? "",
        choice: readChoice(body.choice),
        isDefault: body.isDefault === true,
      };
      const others = views.map((one) =>
        view.isDefault ? { ...one, isDefault: false } : one
      );
      return others.some((one) => one.viewId === viewId)
        ? others.map((one) => one.viewId === viewId ? view : one)
        : [...others, view];
    }
    case "alert_view_removed":
      return views.filter((one) => one.viewId !== viewId);
    default:
      return views;
  }
}

/** A name is taken once: saved again, it shows what is chosen now. @throws {Refusal} */
export function decide(
  views: SavedViews,
  command: SavedViewCommand,
  { newId }: Pick<Context, "newId">,
): readonly DomainEvent[] {
  if (command.command === "remove_alert_view") {
    const { viewId } = command;
    return views.some((one) => one.viewId === viewId)
      ? [alertViewRemoved(viewId)]
      : [];
  }
  const { name, choice, isDefault } = command;
  const before = viewNamed(views, name);
  if (before === undefined && views.length >= MAX_SAVED_VIEWS) {
    throw new Refusal("too_many_alert_views");
  }
  const isSo = before?.name === name && before.isDefault === isDefault &&
    isSameChoice(before.choice, choice);
  if (isSo) return [];
  const viewId = before?.viewId ?? newId();
  const view = { viewId, name, choice: choiceJson(choice), isDefault };
  return [alertViewSaved(view)];
}

/** Capital or small letters make no other name. */
export function viewNamed(
  views: SavedViews,
  name: string,
): SavedView | undefined {
  return views.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

export function viewJson({ viewId, name, choice, isDefault }: SavedView) {
  const shown = choiceJson(choice);
  return { id: viewId, viewId, name, choice: shown, isDefault } satisfies Json;
}
