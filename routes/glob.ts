/** Patterns for names: `*` stands for any text, everything else for itself. */

/** Longest pattern, in characters. */
export const MAX_PATTERN = 256;

/** A text to look for, with how far one need not go back after a mismatch. */
interface Piece {
  readonly text: string;
  readonly fallbacks: readonly number[];
}

/**
 * Reports whether a whole name fits. Each character of a name is looked at a bounded number of
 * times however often it repeats itself: pieces are found by Knuth, Morris and Pratt, Fast
 * Pattern Matching in Strings (1977), and the first place is always a right one.
 */
export function createGlob(pattern: string): (name: string) => boolean {
  const [start, ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return (name) => name === pattern;
  const pieces = rest.filter((text) => text !== "").map(pieceOf);
  return (name) => {
    if (name.length < start.length + end.length) return false;
    if (!name.startsWith(start) || !name.endsWith(end)) return false;
    const until = name.length - end.length;
    let from = start.length;
    for (const piece of pieces) {
      from = behind(piece, name, { from, until });
      if (from < 0) return false;
    }
    return true;
  };
}

function pieceOf(text: string): Piece {
  const fallbacks = [0];
  let length = 0;
  for (let i = 1; i < text.length; i++) {
    while (length > 0 && text[i] !== text[length]) {
      length = fallbacks[length - 1];
    }
    if (text[i] === text[length]) length++;
    fallbacks.push(length);
  }
  return { text, fallbacks };
}

/** Where the first place of a piece ends; -1 when there is none. */
function behind(
  { text, fallbacks }: Piece,
  name: string,
  { from, until }: { readonly from: number; readonly until: number },
): number {
  let length = 0;
  for (let i = from; i < until; i++) {
    while (length > 0 && name[i] !== text[length]) {
      length = fallbacks[length - 1];
    }
    if (name[i] === text[length]) length++;
    if (length === text.length) return i + 1;
  }
  return -1;
}
