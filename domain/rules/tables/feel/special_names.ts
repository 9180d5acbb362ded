/**
 * Names the grammar cannot read by itself: `Approved/Declined`, `date of birth`. The parser
 * is told of these only, as it looks through all it is told at every word.
 */
import { canonicalName, type Names } from "./syntax.ts";
import { isContext, isList } from "./values.ts";

/** More such names than this are not told. */
const MAX_SPECIAL = 1_000;
/** How many items of a list tell the names in it. */
const MAX_ITEMS = 20;
const MAX_DEPTH = 8;

const WORDS = /^[\p{L}_][\p{L}\p{N}_]*(?: [\p{L}\p{N}_]+)*$/u;
const RESERVED = new Set(
  ("for in return if then else some every satisfies and or not between instance of " +
    "function external true false null date time duration list context range item " +
    "years months days partial Any number string boolean").split(" "),
);

interface Special {
  readonly name: string;
  readonly inner: unknown;
  readonly canonical: string;
}

/** Of facts, what the parser must be told for a text: names in their places, without values. */
export class SpecialNames {
  /** Each by the name as written, and as it is compared. */
  readonly #names: readonly Special[];

  constructor(facts: Names) {
    const special: [string, unknown][] = [];
    for (const [name, value] of Object.entries(facts)) {
      if (special.length >= MAX_SPECIAL) break;
      const inner = specialIn(value, 0);
      if (inner !== undefined || isSpecial(name)) {
        special.push([name, inner ?? null]);
      }
    }
    this.#names = special.map(([name, inner]) => ({
      name,
      inner,
      canonical: canonicalName(name),
    }));
  }

  in(text: string): Names {
    if (this.#names.length === 0) return {};
    const written = canonicalName(text);
    return Object.fromEntries(
      this.#names.filter(({ canonical }) => written.includes(canonical))
        .map(({ name, inner }) => [name, inner]),
    );
  }
}

function isSpecial(name: string): boolean {
  return !WORDS.test(name) ||
    name.split(" ").some((word) => RESERVED.has(word));
}

function specialIn(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (isList(value)) {
    const items = value.slice(0, MAX_ITEMS)
      .map((item) => specialIn(item, depth + 1))
      .filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isContext(value)) return undefined;
  const special: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value).slice(0, MAX_SPECIAL)) {
    const inner = specialIn(item, depth + 1);
    if (inner !== undefined || isSpecial(name)) {
      special.push([name, inner ?? null]);
    }
  }
  return special.length === 0 ? undefined : Object.fromEntries(special);
}
