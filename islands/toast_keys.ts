/**
 * The toasts by keyboard: F8 or Alt+T leads there, arrows move, Enter acts, Escape dismisses.
 * Loaded with the first toast or the first wish for one.
 */
import type { ToastsModel } from "./notification_model.ts";

/** Leads to the list from anywhere on the page. */
export function leadToToasts(
  root: Element,
  announce: (text: string, assertive: boolean) => void,
): void {
  const [first] = toastsIn(root);
  if (!first) return announce("No notifications.", false);
  remember(root);
  first.focus();
}

/** Moves within the list, or does what the key asks of the toast that has the focus. */
export function onListKey(event: KeyboardEvent, model: ToastsModel): void {
  const list = event.currentTarget;
  const { target } = event;
  if (!(list instanceof Element) || !(target instanceof Element)) return;
  const elements = toastsIn(list);
  const place = elements.findIndex((one) => one.contains(target));
  const toast = model.toasts.peek()[place];
  if (!toast) return;
  switch (event.key) {
    case "ArrowDown":
      elements[Math.min(place + 1, elements.length - 1)].focus();
      break;
    case "ArrowUp":
      elements[Math.max(place - 1, 0)].focus();
      break;
    case "Home":
      elements[0].focus();
      break;
    case "End":
      elements.at(-1)?.focus();
      break;
    case "Enter":
      // A link or button inside does its own.
      if (target !== elements[place]) return;
      elements[place].querySelector("a")?.click();
      break;
    case "Escape": {
      const next = elements[place + 1] ?? elements[place - 1];
      // Moved before it goes: a focus that vanishes with its toast is lost.
      if (next) next.focus();
      model.dismiss(toast);
      // One that waited may take its place, once it is drawn.
      if (!next) requestAnimationFrame(() => focusFirst(list));
      break;
    }
    default:
      return;
  }
  event.preventDefault();
}

/** Where the focus was before, by list; gone with it. */
const before = new WeakMap<Element, HTMLElement>();

function remember(root: Element): void {
  const { activeElement } = document;
  const list = root.querySelector(".toasts");
  if (!list || list.contains(activeElement)) return;
  if (activeElement instanceof HTMLElement) before.set(list, activeElement);
}

function focusFirst(list: Element): void {
  const [first] = toastsIn(list);
  if (first) first.focus();
  else giveBack(list);
}

function giveBack(list: Element): void {
  const element = before.get(list);
  before.delete(list);
  if (element?.isConnected) element.focus();
  else document.getElementById("main")?.focus();
}

function toastsIn(root: Element): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(".toast")];
}
