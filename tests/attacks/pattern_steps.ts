/**
 * A regular expression run step by step, as engines that go back do it: how the work grows with
 * the text is counted, not timed. Knows what our patterns are made of; says so of anything else.
 */

type Node =
  | { readonly kind: "set"; readonly fits: (char: string) => boolean }
  | {
    readonly kind: "at";
    readonly holds: (text: string, at: number) => boolean;
  }
  | { readonly kind: "all"; readonly items: readonly Node[] }
  | { readonly kind: "either"; readonly options: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly item: Node;
    readonly min: number;
    readonly max: number;
    readonly isLazy: boolean;
  }
  | { readonly kind: "look"; readonly item: Node; readonly isNot: boolean }
  /** Looking back is counted as one step: ours look at a character or two. */
  | { readonly kind: "behind" };

type Repeat = Extract<Node, { kind: "repeat" }>;

/** Steps after which a text counts as one that takes for ever. */
const MANY_STEPS = 2_000_000;
/** Lengths compared: what grows with the length doubles, what grows with its square grows fourfold. */
const LENGTH = 40;
/** Between the two. */
const LINEAR_BELOW = 3;
/** A repetition bounded below this is a constant. */
const LONG = 1_000;

/** Characters that stand for what a set may hold. */
const CHARS = [
  ..." \t\n\"'!#$%&()*+,-./0159:;<=>?@AFZ[\\]^_`abefxz{|}~\u0000",
  "é",
  "ß",
  "\u2028",
  "€",
  "😀",
];

export class Pattern {
  readonly #root: Node;
  readonly #isSticky: boolean;

  /** @throws {SyntaxError} What is no pattern. @throws {RangeError} What is not known here. */
  constructor(readonly source: string, readonly flags: string) {
    new RegExp(source, flags);
    this.#root = parse(source, flags);
    this.#isSticky = flags.includes("y");
  }

  /** Steps of looking for it in a text, in vain or not, from every place one could begin at. */
  steps(text: string): number {
    let steps = 0;
    const chars = [...text];
    const run = (node: Node, at: number, then: (at: number) => boolean) => {
      if (++steps > MANY_STEPS) return true;
      return match(node, at, then);
    };
    const match = (
      node: Node,
      at: number,
      then: (at: number) => boolean,
    ): boolean => {
      switch (node.kind) {
        case "set":
          return at < chars.length && node.fits(chars[at]) && then(at + 1);
        case "at":
          return node.holds(text, at) && then(at);
        case "behind":
          return then(at);
        case "all": {
          const from = (index: number, place: number): boolean =>
            index === node.items.length
              ? then(place)
              : run(node.items[index], place, (next) => from(index + 1, next));
          return from(0, at);
        }
        case "either":
          return node.options.some((option) => run(option, at, then));
        case "look":
          return run(node.item, at, () => true) !== node.isNot && then(at);
        case "repeat": {
          const { item, min, max, isLazy } = node;
          const round = (count: number, place: number): boolean => {
            const more = () =>
              count < max && run(item, place, (next) =>
                // A round that takes nothing would go on for ever.
                (next > place || count < min) && round(count + 1, next));
            const enough = () => count >= min && then(place);
            return isLazy ? enough() || more() : more() || enough();
          };
          return round(0, at);
        }
      }
    };
    const starts = this.#isSticky ? 1 : chars.length + 1;
    for (let start = 0; start < starts; start++) {
      if (run(this.#root, start, () => true)) break;
    }
    return steps;
  }

  /** A text whose doubling makes far more than twice the work; undefined when none was found. */
  worst(): string | undefined {
    for (const { before, pump } of this.#pumps()) {
      for (const after of ["", "\u0000", "!", "a", "\n"]) {
        const text = (times: number) => before + pump.repeat(times) + after;
        const once = this.steps(text(LENGTH));
        const doubled = this.steps(text(2 * LENGTH));
        if (doubled > MANY_STEPS || doubled > LINEAR_BELOW * once) {
          return JSON.stringify(text(3));
        }
      }
    }
    return undefined;
  }

  /** What may be repeated in a text, and what leads there. */
  #pumps() {
    const pumps = new Map<string, { before: string; pump: string }>();
    const walk = (node: Node, before: string) => {
      switch (node.kind) {
        case "all": {
          let lead = before;
          for (const item of node.items) {
            walk(item, lead);
            lead += exampleOf(item, 0);
          }
          break;
        }
        case "either":
          for (const option of node.options) walk(option, before);
          break;
        case "look":
          walk(node.item, before);
          break;
        case "repeat": {
          if (node.max < LONG) return walk(node.item, before);
          for (const pump of pumpsOf(node)) {
            pumps.set(`${before} ${pump}`, { before, pump });
            pumps.set(` ${pump}`, { before: "", pump });
          }
          walk(node.item, before);
        }
      }
    };
    walk(this.#root, "");
    return pumps.values();
  }
}

function pumpsOf({ item }: Repeat): Iterable<string> {
  const found = new Set<string>();
  for (let pick = 0; pick < 8; pick++) {
    const example = exampleOf(item, pick);
    if (example !== "") found.add(example);
  }
  return found;
}

/** A text that fits; another for another `pick`, where there is one. */
function exampleOf(node: Node, pick: number): string {
  switch (node.kind) {
    case "set": {
      const fitting = CHARS.filter(node.fits);
      return fitting.length === 0
        ? ""
        : fitting[(pick * 7) % fitting.length] ?? "";
    }
    case "all":
      return node.items.map((item) => exampleOf(item, pick)).join("");
    case "either":
      return exampleOf(node.options[pick % node.options.length], pick);
    case "repeat":
      return exampleOf(node.item, pick).repeat(Math.max(1, node.min));
    default:
      return "";
  }
}

/** One escape or character, as the engine itself would match it. */
const UNIT =
  /^(?:\\(?:p\{[^}]*\}|P\{[^}]*\}|u\{[^}]*\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|.)|\[(?:[^\]\\]|\\.)*\]|.)/su;

function parse(source: string, flags: string): Node {
  let rest = source;
  const setFlags = flags.replace(/[gymd]/g, "");
  const takes = (text: string): boolean => {
    if (!rest.startsWith(text)) return false;
    rest = rest.slice(text.length);
    return true;
  };
  const either = (): Node => {
    const options = [all()];
    while (takes("|")) options.push(all());
    return options.length === 1 ? options[0] : { kind: "either", options };
  };
  const all = (): Node => {
    const items: Node[] = [];
    while (rest !== "" && rest[0] !== "|" && rest[0] !== ")") {
      items.push(repeated(atom()));
    }
    return { kind: "all", items };
  };
  const repeated = (item: Node): Node => {
    const [text, star, from, comma, to] =
      /^(?:([*+?])|\{(\d+)(,?)(\d*)\})/.exec(rest) ?? [];
    if (text === undefined) return item;
    rest = rest.slice(text.length);
    const min = star ? (star === "+" ? 1 : 0) : Number(from);
    const max = star
      ? (star === "?" ? 1 : Infinity)
      : comma
      ? (to ? Number(to) : Infinity)
      : min;
    return { kind: "repeat", item, min, max, isLazy: takes("?") };
  };
  const closed = (item: Node): Node => {
    if (!takes(")")) throw new RangeError(`Cannot read ${source}`);
    return item;
  };
  const atom = (): Node => {
    for (const [opening, isNot] of [["(?=", false], ["(?!", true]] as const) {
      if (takes(opening)) {
        return { kind: "look", item: closed(either()), isNot };
      }
    }
    if (takes("(?<=") || takes("(?<!")) {
      closed(either());
      return { kind: "behind" };
    }
    const named = /^\((?:\?:|\?<\w+>)?/.exec(rest);
    if (named) {
      rest = rest.slice(named[0].length);
      return closed(either());
    }
    const isMany = flags.includes("m");
    if (takes("^")) {
      return {
        kind: "at",
        holds: (text, at) => at === 0 || (isMany && text[at - 1] === "\n"),
      };
    }
    if (takes("$")) {
      return {
        kind: "at",
        holds: (text, at) =>
          at >= [...text].length || (isMany && [...text][at] === "\n"),
      };
    }
    if (takes("\\b") || takes("\\B")) return { kind: "behind" };
    const [unit] = UNIT.exec(rest) ?? [];
    if (unit === undefined || /^\\[1-9k]/.test(unit)) {
      throw new RangeError(`Cannot read ${source} at ${rest}`);
    }
    rest = rest.slice(unit.length);
    const one = new RegExp(`^(?:${unit})$`, setFlags);
    const known = new Map<string, boolean>();
    const fits = (char: string) => {
      let fitting = known.get(char);
      if (fitting === undefined) known.set(char, fitting = one.test(char));
      return fitting;
    };
    return { kind: "set", fits };
  };
  const root = either();
  if (rest !== "") throw new RangeError(`Cannot read ${source} at ${rest}`);
  return root;
}
