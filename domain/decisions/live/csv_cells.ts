/** CSV as rows of cells (RFC 4180), whatever stands between them, and mistakes with their place. */

/** Row and column as a spreadsheet counts them, from 1. */
export interface CsvMistake {
  readonly row: number;
  readonly column: number;
  readonly message: string;
}

export interface CsvRow {
  /** From 1; empty ones count, as in a spreadsheet. */
  readonly row: number;
  readonly cells: readonly string[];
}

export type Separator = "," | ";" | "\t";

/** Told at once; more are of the same kind. */
const MAX_MISTAKES = 20;

/** Gathers what is wrong, up to a number that people read. */
export class CsvMistakes {
  readonly #found: CsvMistake[] = [];

  get any(): boolean {
    return this.#found.length > 0;
  }

  add(row: number, column: number, message: string): void {
    this.#found.push({ row, column, message });
  }

  answer(): { state: "wrong"; mistakes: readonly CsvMistake[] } {
    const inOrder = this.#found.toSorted((a, b) =>
      a.row - b.row || a.column - b.column
    );
    return { state: "wrong", mistakes: inOrder.slice(0, MAX_MISTAKES) };
  }
}

/** Rows that hold something; the mark at the front that spreadsheets write is left out. */
export function cellsOf(text: string, wrong: CsvMistakes): {
  readonly rows: readonly CsvRow[];
  readonly separator: Separator;
} {
  const plain = text.replace(/^\ufeff/, "");
  const separator = separatorOf(plain);
  const rows = split(plain, separator, wrong)
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  return { rows, separator };
}

/** A text short enough to stand in a sentence. */
export function cut(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

/** What stands outside of quotes in the first line: tabs win over semicolons over commas. */
function separatorOf(text: string): Separator {
  const outside = text.trimStart().replaceAll(/"(?:[^"]|"")*"/g, "");
  const [line] = outside.split(/[\r\n]/, 1);
  if (line.includes("\t")) return "\t";
  return line.includes(";") ? ";" : ",";
}

function split(
  text: string,
  separator: Separator,
  wrong: CsvMistakes,
): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let row = 1;
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"'
      ? quoted(text, at)
      : bare(text, at, separator);
    if (cell.end === undefined) {
      const place = [row, cells.length + 1] as const;
      wrong.add(...place, "The quote that opens here is never closed");
      return rows;
    }
    const { end } = cell;
    const next = text[end];
    cells.push(cell.text);
    at = end + 1;
    // At the very end it has an empty cell behind it, which says nothing.
    if (next === separator) continue;
    if (next !== undefined && next !== "\r" && next !== "\n") {
      const place = [row, cells.length] as const;
      wrong.add(...place, "Text behind a closing quote: double quotes inside");
      return rows;
    }
    if (next === "\r" && text[at] === "\n") at++;
    rows.push({ row, cells });
    row++;
    cells = [];
  }
  if (cells.length > 0) rows.push({ row, cells });
  return rows;
}

interface Cell {
  readonly text: string;
  /** Index behind it; undefined if it never ends. */
  readonly end?: number;
}

function quoted(text: string, start: number): Cell {
  let end = start + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) return { text: "" };
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inside = text.slice(start + 1, end).replaceAll('""', '"');
  return { text: inside, end: end + 1 };
}

function bare(text: string, start: number, separator: Separator): Cell {
  let end = start;
  while (end < text.length && !isEnd(text[end], separator)) end++;
  return { text: text.slice(start, end), end };
}

function isEnd(char: string, separator: Separator): boolean {
  return char === separator || char === "\r" || char === "\n";
}
