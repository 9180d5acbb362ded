/**
 * Keys of the matrix: a grid in which one cell has the focus, as in a spreadsheet. Arrows
 * move, Enter or a digit edits, Esc gives up, Tab leaves. Source: the grid pattern of the
 * ARIA Authoring Practices Guide.
 */
import { batch } from "@preact/signals";
import { readBlock } from "./decision_paste.ts";
import type { CellPlace, DecisionModel, GridEvents } from "./decision_model.ts";
import { scoreAt } from "./decision_state.ts";

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Takes over the fields of the matrix. What was typed into them before is given, and what is
 * being typed goes on.
 */
export function openGrid(model: DecisionModel, page: ParentNode): void {
  const typed = [...page.querySelectorAll<HTMLInputElement>("td > input")]
    .filter((input) => input.value !== input.defaultValue);
  batch(() => {
    for (const input of typed) {
      const place = placeOf(input);
      if (!place) continue;
      if (input === document.activeElement) {
        model.draft.value = { ...place, text: input.value };
      } else if (!input.validity.badInput) {
        giveOne(model, place, valueOf(input));
      }
    }
    const place = placeOf(document.activeElement);
    if (place) model.cursor.value = place;
    model.grid.value = gridEvents(model);
  });
}

/** Where a key leads; undefined for keys that do not move. */
export function nextCell(
  key: string,
  { row, column }: CellPlace,
  { rows, columns }: Size,
  toEnd = false,
): CellPlace | undefined {
  switch (key) {
    case "ArrowLeft":
      return { row, column: Math.max(0, column - 1) };
    case "ArrowRight":
      return { row, column: Math.min(columns - 1, column + 1) };
    case "ArrowUp":
      return { row: Math.max(0, row - 1), column };
    case "ArrowDown":
      return { row: Math.min(rows - 1, row + 1), column };
    case "Home":
      return { row: toEnd ? 0 : row, column: 0 };
    case "End":
      return { row: toEnd ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}

/** Listeners for the table; they know a cell by its place in it. */
export function gridEvents(model: DecisionModel): GridEvents {
  return {
    onKeyDown: (event: KeyboardEvent) => key(model, event),
    onFocusIn: ({ target }: Event) => {
      const place = placeOf(target);
      if (place) model.cursor.value = place;
    },
    onInput: ({ target }: Event) => {
      const place = placeOf(target);
      if (place && target instanceof HTMLInputElement) {
        model.draft.value = { ...place, text: target.value };
      }
    },
    onChange: ({ target }: Event) => {
      const place = placeOf(target);
      if (place && target instanceof HTMLInputElement) {
        give(model, place, target);
      }
    },
    onPaste: (event: ClipboardEvent) => paste(model, event),
  };
}

function key(model: DecisionModel, event: KeyboardEvent): void {
  const { target } = event;
  const place = placeOf(target);
  if (!place || event.altKey || event.isComposing) return;
  if (target instanceof HTMLInputElement) {
    return edit(model, place, target, event);
  }
  if (!(target instanceof HTMLTableCellElement)) return;
  const input = target.querySelector("input");
  const control = event.ctrlKey || event.metaKey;
  const next = nextCell(event.key, place, sizeOf(model), control);
  if (next) {
    event.preventDefault();
    focusCell(target, next);
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    input?.focus();
    input?.select();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    giveOne(model, place, null);
  } else if (/^[\d.,-]$/.test(event.key) && !control && input) {
    // What is typed replaces what is there: the key itself goes into the field.
    input.focus();
    input.select();
  }
}

function edit(
  model: DecisionModel,
  place: CellPlace,
  input: HTMLInputElement,
  event: KeyboardEvent,
): void {
  const cell = input.closest("td");
  if (!cell) return;
  if (event.key === "Enter") {
    event.preventDefault();
    if (!give(model, place, input)) return;
    focusCell(cell, nextCell("ArrowDown", place, sizeOf(model)) ?? place);
  } else if (event.key === "Escape") {
    event.preventDefault();
    model.draft.value = undefined;
    input.value = textOf(model, place);
    cell.focus();
  }
}

/** Takes what the field says; false where it is no number, which the browser then tells. */
function give(
  model: DecisionModel,
  place: CellPlace,
  input: HTMLInputElement,
): boolean {
  // Any number will do, also between whole ones: only what is none is refused.
  if (input.validity.badInput) {
    input.reportValidity();
    return false;
  }
  giveOne(model, place, valueOf(input));
  return true;
}

function valueOf({ value }: HTMLInputElement): number | null {
  return value === "" ? null : Number(value);
}

function giveOne(
  model: DecisionModel,
  { row, column }: CellPlace,
  value: number | null,
): void {
  const { alternatives, criteria } = model.shown.peek();
  const { id } = alternatives[row];
  const criterion = criteria[column].id;
  const isSame = scoreAt(model.own.peek(), id, criterion) === value;
  if (!isSame) {
    model.actions.peek()?.give({ [id]: { [criterion]: value } });
  }
  model.draft.value = undefined;
}

function paste(model: DecisionModel, event: ClipboardEvent): void {
  const place = placeOf(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const inField = event.target instanceof HTMLInputElement;
  // One value in a field is the browser's own business.
  if (!place || (inField && !/[\t\n]/.test(text.trim()))) return;
  event.preventDefault();
  const { scores, taken, skipped } = readBlock(text, place, model.shown.peek());
  if (taken > 0) model.actions.peek()?.give(scores);
  model.draft.value = undefined;
  model.says.value = skipped.length === 0
    ? `${taken} cells pasted`
    : `${taken} cells pasted, left out: ${skipped.slice(0, 5).join(", ")}`;
}

function textOf(model: DecisionModel, { row, column }: CellPlace): string {
  const { alternatives, criteria } = model.shown.peek();
  const { id } = alternatives[row];
  return String(scoreAt(model.own.peek(), id, criteria[column].id) ?? "");
}

function sizeOf(model: DecisionModel): Size {
  const { alternatives, criteria } = model.shown.peek();
  return { rows: alternatives.length, columns: criteria.length };
}

function placeOf(target: EventTarget | null): CellPlace | undefined {
  const cell = target instanceof Element ? target.closest("td") : null;
  const row = cell?.closest("tr");
  return cell && row
    ? { row: row.sectionRowIndex, column: cell.cellIndex - 1 }
    : undefined;
}

function focusCell(from: HTMLTableCellElement, { row, column }: CellPlace) {
  const body = from.closest("tbody");
  body?.rows[row]?.cells[column + 1]?.focus();
}
