/** A block copied from a spreadsheet, as scores from one cell on. */
import type { Scores } from "../domain/decisions/live/events.ts";
import type { LiveDecision } from "../domain/decisions/live/live_decision.ts";
import type { CellPlace } from "./decision_model.ts";

interface Block {
  readonly scores: Scores;
  readonly taken: number;
  /** Texts that are no number, or could be two. */
  readonly skipped: readonly string[];
}

/** Rows by line, cells by tab. What reaches over the edge of the matrix is left out, as is what is empty. */
export function readBlock(
  text: string,
  { row, column }: CellPlace,
  { alternatives, criteria }: Pick<LiveDecision, "alternatives" | "criteria">,
): Block {
  const scores: Record<string, Record<string, number>> = {};
  const skipped: string[] = [];
  let taken = 0;
  text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, i) => {
    line.split("\t").forEach((cell, j) => {
      const alternative = alternatives[row + i];
      const criterion = criteria[column + j];
      const said = cell.trim();
      if (!alternative || !criterion || said === "") return;
      const value = numberIn(said);
      if (value === undefined) return void skipped.push(`“${said}”`);
      (scores[alternative.id] ??= {})[criterion.id] = value;
      taken++;
    });
  });
  return { scores, taken, skipped };
}

/**
 * A number as spreadsheets of several countries write it: `1234.5`, `1 234,5`, `1'234.5`,
 * `1.234,5`. Undefined for `1,234`: a thousand here, a little more than one there.
 */
export function numberIn(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f'’]/g, "").replace("−", "-");
  if (!/^[-+]?[\d.,]+(e[-+]?\d+)?$/i.test(plain)) return undefined;
  const marks = plain.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  const kinds = new Set(marks).size;
  if (last === "," && marks.length === 1 && /\d,\d{3}$/.test(plain)) {
    return undefined;
  }
  // Two kinds: the last is the decimal mark. One kind, many times: thousands.
  const normal = kinds === 2
    ? plain.replaceAll(last === "," ? "." : ",", "").replace(",", ".")
    : marks.length > 1
    ? plain.replaceAll(last ?? "", "")
    : plain.replace(",", ".");
  const value = Number(normal);
  return normal !== "" && Number.isFinite(value) ? value : undefined;
}
