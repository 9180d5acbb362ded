/** Working through a list of alerts by keys: j and k move, x selects, a r s m act, n notes, ? shows them. */
import { pick } from "./AlertRows.tsx";
import type { Act } from "./alert_acts.ts";
import type { AlertModel } from "./alert_model.ts";
import { grouped } from "./alert_row.ts";

const ACTING: Readonly<Record<string, Act>> = {
  a: "acknowledge",
  r: "resolve",
  s: "hour",
  m: "mine",
};

/** Hands back the stop. */
export function listenToKeys(model: AlertModel, root: HTMLElement): () => void {
  const listen = (event: KeyboardEvent) => {
    const { key, target } = event;
    const opened = model.opened.peek()?.alertId;
    if (
      key === "Enter" && event.ctrlKey && opened !== undefined &&
      target instanceof HTMLElement && target.id === `text-${opened}`
    ) {
      event.preventDefault();
      model.act.peek()?.("note", [opened]);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && isTyping(target)) {
      if (key === "Escape") target.blur();
      return;
    }
    if (press(model, key)) {
      event.preventDefault();
      show(model, root);
      // Drawn by then: an open row has its field after this turn.
      if (key === "n") queueMicrotask(() => focusNote(root));
    }
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

/** True when the key means something here. */
export function press(model: AlertModel, key: string): boolean {
  const { at, picked, asked, helps, opened } = model;
  if (key === "j" || key === "k") {
    at.value = next(model, key === "j" ? 1 : -1);
    return true;
  }
  if (key === "?") {
    helps.value = !helps.peek();
    return true;
  }
  if (key === "Escape") {
    if (asked.peek()) asked.value = undefined;
    else if (opened.peek()) opened.value = undefined;
    else picked.value = new Set();
    return true;
  }
  const id = at.peek();
  if (key === "x" && id !== undefined && model.state.reader.mayAct) {
    pick(model, id);
    return true;
  }
  if (key === "n" && id !== undefined && model.state.reader.mayAct) {
    if (opened.peek()?.alertId !== id) model.open.peek()?.(id);
    return true;
  }
  if ((key === "Enter" || key === "o") && id !== undefined) {
    // A link or button in focus answers Enter by itself.
    if (key === "Enter" && isControl(document.activeElement)) return false;
    model.open.peek()?.(id);
    return true;
  }
  const act = Object.hasOwn(ACTING, key) ? ACTING[key] : undefined;
  if (act === undefined || !model.state.reader.mayAct) return false;
  const ids = picked.peek().size > 0 ? [...picked.peek()] : id ? [id] : [];
  model.act.peek()?.(act, ids);
  return true;
}

/** The row below or above, of those that still belong here. */
function next(model: AlertModel, step: 1 | -1): string | undefined {
  const isResolved = model.state.choice.show === "resolved";
  const here = model.at.peek();
  const ids = shownIds(model).filter(({ alertId, status }) =>
    alertId === here || (status === "resolved") === isResolved
  ).map(({ alertId }) => alertId);
  const index = here === undefined ? -1 : ids.indexOf(here);
  if (index < 0) return step === 1 ? ids[0] : ids.at(-1);
  return ids[Math.min(Math.max(index + step, 0), ids.length - 1)];
}

/** In the order they stand in, heads or not. */
function shownIds({ rows, state }: AlertModel) {
  return grouped(rows.peek(), state.choice.by).flatMap(({ rows }) => rows);
}

function show({ at }: AlertModel, root: HTMLElement): void {
  const id = at.peek();
  if (id === undefined) return;
  const row = root.querySelector<HTMLElement>(`#alert-${CSS.escape(id)}`);
  // Reading on from here, the screen's reader says which alert it is.
  row?.querySelector<HTMLElement>("td.name a")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

function focusNote(root: HTMLElement): void {
  root.querySelector<HTMLElement>(".opened textarea")?.focus();
}

function isTyping(target: HTMLElement): boolean {
  return target.matches("textarea, select, [contenteditable]") ||
    target.matches("input:not([type=checkbox], [type=radio])");
}

function isControl(element: Element | null): boolean {
  return element?.matches("a, button, input, summary") === true;
}
