/**
 * Simple cells, read without the grammar: literals, comparisons with literals, intervals,
 * `-`, `not(…)` and lists of these. Most cells of most tables are simple, are asked most
 * often, and are the ones whose gaps and overlaps can be worked out.
 */

export type Literal = string | number | boolean | null;

export type SimpleTest =
  | { readonly type: "equal"; readonly value: Literal }
  | {
    readonly type: "interval";
    /** Open-ended where `undefined`; both ends are of one kind. */
    readonly from?: string | number;
    readonly to?: string | number;
    readonly fromIncluded: boolean;
    readonly toIncluded: boolean;
  };

export interface SimpleCell {
  /** Whether the tests are those a value must not pass. */
  readonly negated: boolean;
  /** No tests: any value will do, null too. */
  readonly tests: readonly SimpleTest[];
}

const LITERAL = String
  .raw`(-?(?:\d+(?:\.\d+)?|\.\d+)|"[^"\\]*"|true|false|null)`;
const BOUND = String.raw`(-?(?:\d+(?:\.\d+)?|\.\d+)|"[^"\\]*")`;
const TEST = new RegExp(
  String
    .raw`\s*(?:${LITERAL}|([<>]=?)\s*${BOUND}|([[(\]])\s*${BOUND}\s*\.\.\s*${BOUND}\s*([\])[]))\s*`,
  "y",
);
const NEGATION = /^\s*not\s*\(([\s\S]*)\)\s*$/;
const ANY = /^\s*(?:-\s*)?$/;

/** Reads a simple cell; `undefined` if it is not one. */
export function readSimpleCell(text: string): SimpleCell | undefined {
  if (ANY.test(text)) return { negated: false, tests: [] };
  const inner = NEGATION.exec(text)?.[1];
  const tests = readTests(inner ?? text);
  if (tests === undefined) return undefined;
  return { negated: inner !== undefined, tests };
}

function readTests(text: string): readonly SimpleTest[] | undefined {
  const tests: SimpleTest[] = [];
  for (let at = 0;; at = TEST.lastIndex + 1) {
    TEST.lastIndex = at;
    const match = TEST.exec(text);
    const test = match === null ? undefined : testOf(match);
    if (test === undefined) return undefined;
    tests.push(test);
    if (TEST.lastIndex === text.length) return tests;
    if (text[TEST.lastIndex] !== ",") return undefined;
  }
}

function testOf(
  [, literal, sign, bound, opening, low, high, closing]: RegExpExecArray,
): SimpleTest | undefined {
  // Too large for a number: left to the grammar, which says where.
  if ([literal, bound, low, high].some(isTooLarge)) return undefined;
  if (literal !== undefined) {
    return { type: "equal", value: literalOf(literal) };
  }
  if (sign !== undefined) {
    const end = boundOf(bound);
    const included = sign.length === 2;
    return sign.startsWith(">")
      ? {
        type: "interval",
        from: end,
        fromIncluded: included,
        toIncluded: false,
      }
      : {
        type: "interval",
        to: end,
        fromIncluded: false,
        toIncluded: included,
      };
  }
  const from = boundOf(low);
  const to = boundOf(high);
  // Left to the grammar, which says where such an interval is wrong.
  if (typeof from !== typeof to || from > to) return undefined;
  return {
    type: "interval",
    from,
    to,
    fromIncluded: opening === "[",
    toIncluded: closing === "]",
  };
}

function literalOf(text: string): Literal {
  if (text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  return boundOf(text);
}

function boundOf(text: string): string | number {
  return text.startsWith('"') ? text.slice(1, -1) : Number(text);
}

function isTooLarge(text: string | undefined): boolean {
  return text !== undefined && /^[-.\d]/.test(text) &&
    !Number.isFinite(Number(text));
}
