/** A first look at an expression, before any parser recurses into it: its length, its brackets, its nesting. */

/** Longest expression, in UTF-16 units. */
export const MAX_EXPRESSION_LENGTH = 10_000;
/** Deepest nesting of brackets, of signs in a row, of operators. */
export const MAX_DEPTH = 200;

/** A place in an expression's text that is wrong, and why. */
export interface CelMistake {
  readonly message: string;
  /** First unit of the place. */
  readonly from: number;
  /** Behind its last unit. */
  readonly to: number;
}

export interface Scan {
  /** Where each pair of round brackets opens and closes. */
  readonly pairs: readonly (readonly [open: number, close: number])[];
  readonly mistake?: CelMistake;
}

/**
 * Finds what would exhaust the stack of a parser that recurses. Brackets in strings and
 * comments are none. What is merely wrong, a bracket that never closes, is the parser's to tell.
 */
export function scanCel(text: string): Scan {
  const pairs: [number, number][] = [];
  if (text.length > MAX_EXPRESSION_LENGTH) {
    const message =
      `Too long: at most ${MAX_EXPRESSION_LENGTH} characters, got ${text.length}`;
    return { pairs, mistake: { message, from: 0, to: text.length } };
  }
  const open: { at: number; round: boolean }[] = [];
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"' || unit === "'") at = endOfString(text, at) - 1;
    else if (unit === "/" && text[at + 1] === "/") {
      at = endOfLine(text, at);
      continue;
    } else if (unit === "(" || unit === "[" || unit === "{") {
      open.push({ at, round: unit === "(" });
    } else if (unit === ")" || unit === "]" || unit === "}") {
      const opened = open.pop();
      if (opened?.round && unit === ")") pairs.push([opened.at, at]);
    }
    if (unit === "!" || unit === "-") signs++;
    else if (!/\s/.test(unit)) signs = 0;
    if (open.length <= MAX_DEPTH && signs <= MAX_DEPTH) continue;
    return { pairs, mistake: tooDeep(at) };
  }
  return { pairs };
}

/** The mistake of nesting beyond `MAX_DEPTH`, found at a place. */
export function tooDeep(from: number, to = from + 1): CelMistake {
  return { message: `Nested deeper than ${MAX_DEPTH} levels`, from, to };
}

/** The offset behind a string that starts at a quote; the text's end where it never closes. */
function endOfString(text: string, start: number): number {
  const quote = text[start];
  // In a raw string a backslash still keeps the quote behind it from closing, as the parser has it.
  const mark = text.startsWith(quote.repeat(3), start)
    ? quote.repeat(3)
    : quote;
  for (let at = start + mark.length; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(mark, at)) return at + mark.length;
    else if (mark === quote && text[at] === "\n") return at;
  }
  return text.length;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end < 0 ? text.length : end;
}
