/**
 * A decision's matrix as CSV (RFC 4180), for spreadsheets: written and read.
 *
 * The first row has the criteria, each with `(unit, cost)`, `(unit, benefit)`, `(cost)` or
 * `(benefit)` behind its label; the first column has the alternatives. A cell that is text and
 * that a spreadsheet would take for a formula gets a `'` in front, which reading takes away.
 *
 * Read are commas, semicolons and tabs between cells. Numbers have a decimal point; between
 * semicolons or tabs they may have a decimal comma instead, then all of them. Marks for
 * thousands are never read: `1.234` would mean two things.
 */
import type { Direction } from "../decision.ts";
import { isValue } from "../magnitudes.ts";
import { cellsOf, type CsvMistake, CsvMistakes, cut } from "./csv_cells.ts";
import { MAX_ALTERNATIVES, MAX_CELLS, MAX_CRITERIA } from "./sizes.ts";

export interface CsvCriterion {
  readonly label: string;
  readonly unit: string | null;
  readonly direction: Direction;
}

/** Values by alternative, by criterion; null where there is none. */
export interface DecisionTable {
  readonly alternatives: readonly string[];
  readonly criteria: readonly CsvCriterion[];
  readonly values: readonly (readonly (number | null)[])[];
}

export type ReadTable =
  | { readonly state: "read"; readonly table: DecisionTable }
  | { readonly state: "wrong"; readonly mistakes: readonly CsvMistake[] };

/** UTF-16 units of a table: some ten times what its largest matrix needs. */
export const MAX_CSV_LENGTH = 256 * 1024;
const MAX_LABEL = 200;
const MAX_UNIT = 40;

/** What a spreadsheet takes for the start of a formula; `'` so that reading can undo it. */
const GUARDED = /^[=+\-@\t\r']/;
const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
const COMMA_NUMBER = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d{1,3})?$/i;

/** Lines end in CRLF. Brackets take the place of parentheses in a unit, which reading needs. */
export function writeCsv({ alternatives, criteria, values }: DecisionTable) {
  const head = ["Alternative", ...criteria.map(headOf)].map(textCell);
  const rows = alternatives.map((label, i) => [
    textCell(label),
    ...criteria.map((_, j) => numberCell(values[i]?.[j] ?? null)),
  ]);
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Every mistake has its row and column as a spreadsheet counts them, from 1. */
export function readCsv(text: string): ReadTable {
  const wrong = new CsvMistakes();
  if (text.length > MAX_CSV_LENGTH) {
    wrong.add(1, 1, `Too long: at most ${MAX_CSV_LENGTH} characters`);
    return wrong.answer();
  }
  const lost = text.indexOf("\ufffd");
  if (lost >= 0) {
    const row = text.slice(0, lost).split("\n").length;
    wrong.add(row, 1, "A letter was lost: save the file as CSV UTF-8");
    return wrong.answer();
  }
  const { rows, separator } = cellsOf(text, wrong);
  const [head, ...body] = rows;
  if (head === undefined || wrong.any) {
    if (!wrong.any) wrong.add(1, 1, "Empty: the first row has the criteria");
    return wrong.answer();
  }
  const heads = withoutEmptyEnd(head.cells);
  const criteria = heads.slice(1).map((cell, j) => {
    const criterion = criterionOf(unguarded(cell));
    const place = [head.row, j + 2] as const;
    checkLabel(criterion.label, place, wrong);
    if ((criterion.unit ?? "").length > MAX_UNIT) {
      wrong.add(...place, `The unit is too long: at most ${MAX_UNIT}`);
    }
    return criterion;
  });
  const marks =
    body.some(({ cells }) =>
        cells.slice(1).some((cell) => COMMA_NUMBER.test(cell.trim()))
      ) && separator !== ","
      ? "comma"
      : "point";
  const alternatives: string[] = [];
  const rowsOf: number[] = [];
  const values: (number | null)[][] = [];
  for (const { row, cells } of body) {
    const filled = withoutEmptyEnd(cells);
    if (filled.length > heads.length) {
      const message =
        `${filled.length} cells, where the first row has ${heads.length}`;
      wrong.add(row, heads.length + 1, message);
      continue;
    }
    const label = unguarded(cells[0] ?? "");
    checkLabel(label, [row, 1], wrong);
    alternatives.push(label);
    rowsOf.push(row);
    values.push(
      criteria.map((_, j) =>
        numberOf(cells[j + 1] ?? "", marks, [row, j + 2], wrong)
      ),
    );
  }
  checkSizes({ alternatives, criteria }, wrong);
  checkTwice(
    criteria.map(({ label }) => label),
    (j) => [head.row, j + 2],
    wrong,
  );
  checkTwice(alternatives, (i) => [rowsOf[i], 1], wrong);
  return wrong.any
    ? wrong.answer()
    : { state: "read", table: { alternatives, criteria, values } };
}

function headOf({ label, unit, direction }: CsvCriterion): string {
  const shown = unit?.replaceAll("(", "[").replaceAll(")", "]");
  return `${label} (${shown ? `${shown}, ` : ""}${direction})`;
}

/** `Cost (EUR, cost)`; without a direction more is better, as in `Speed (km/h)`. */
function criterionOf(head: string): CsvCriterion {
  const [, label, inside] = head.match(/^(.*\S)\s*\(([^()]*)\)$/s) ?? [];
  if (label === undefined) {
    return { label: head, unit: null, direction: "benefit" };
  }
  const [, unit = "", said] =
    inside.match(/^(?:(.*),)?\s*(cost|benefit)\s*$/is) ?? [, inside, ""];
  return {
    label,
    unit: unit.trim() || null,
    direction: said.toLowerCase() === "cost" ? "cost" : "benefit",
  };
}

function textCell(text: string): string {
  const safe = GUARDED.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function numberCell(value: number | null): string {
  return value === null ? "" : String(value);
}

function unguarded(cell: string): string {
  const text = cell.trim();
  return text.startsWith("'") && GUARDED.test(text.slice(1))
    ? text.slice(1)
    : text;
}

function numberOf(
  cell: string,
  marks: "comma" | "point",
  [row, column]: Place,
  wrong: CsvMistakes,
): number | null {
  // People copy the true minus from documents.
  const text = cell.trim().replace(/^\u2212/, "-");
  if (text === "") return null;
  const plain = marks === "comma" && COMMA_NUMBER.test(text)
    ? text.replace(",", ".")
    : text;
  const hasOther = marks === "comma" && text.includes(".");
  if (hasOther && NUMBER.test(text)) {
    const message = `"${
      cut(text)
    }" has a point, other numbers a comma: write them one way, without marks for thousands`;
    wrong.add(row, column, message);
    return null;
  }
  if (!NUMBER.test(plain)) {
    const why = /^[\d.,' \u00a0\u202f+-]+$/.test(text)
      ? marks === "comma"
        ? "write it as 1234,5, without marks for thousands"
        : "write it as 1234.5, without marks for thousands"
      : "leave the cell empty if nobody has scored it";
    wrong.add(row, column, `"${cut(text)}" is not a number: ${why}`);
    return null;
  }
  const value = Number(plain);
  if (isValue(value)) return value + 0;
  wrong.add(row, column, `"${cut(text)}" is out of range`);
  return null;
}

/** Row and column, from 1. */
type Place = readonly [number, number];

function checkLabel(label: string, place: Place, wrong: CsvMistakes): void {
  if (label === "") wrong.add(...place, "A name is missing");
  else if (label.length > MAX_LABEL) {
    wrong.add(...place, `The name is too long: at most ${MAX_LABEL}`);
  }
}

function checkSizes(
  { alternatives, criteria }: Pick<DecisionTable, "alternatives" | "criteria">,
  wrong: CsvMistakes,
): void {
  const [rows, columns] = [alternatives.length, criteria.length];
  if (columns === 0) wrong.add(1, 2, "No criteria: the first row has them");
  if (rows === 0) wrong.add(2, 1, "No alternatives: one row for each");
  if (columns > MAX_CRITERIA) {
    const at = MAX_CRITERIA + 2;
    wrong.add(1, at, `${columns} criteria, at most ${MAX_CRITERIA}`);
  }
  if (rows > MAX_ALTERNATIVES) {
    const at = MAX_ALTERNATIVES + 2;
    wrong.add(at, 1, `${rows} alternatives, at most ${MAX_ALTERNATIVES}`);
  }
  if (rows * columns > MAX_CELLS) {
    wrong.add(1, 1, `${rows * columns} cells, at most ${MAX_CELLS}`);
  }
}

function checkTwice(
  labels: readonly string[],
  placeOf: (index: number) => Place,
  wrong: CsvMistakes,
): void {
  const seen = new Set<string>();
  for (const [index, label] of labels.entries()) {
    if (label !== "" && seen.has(label)) {
      wrong.add(...placeOf(index), `"${cut(label)}" is there twice`);
    }
    seen.add(label);
  }
}

function withoutEmptyEnd(cells: readonly string[]): readonly string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== "");
  return cells.slice(0, last + 1);
}
