/**
 * Atoms: the smallest parts into which the simple cells of one column cut their values.
 * No cell tells two values of an atom apart, so one of them speaks for all.
 */
import type { SimpleCell, SimpleTest } from "./feel/simple_cell.ts";
import { simpleTest } from "./feel/simple_tests.ts";

export interface Atom {
  /** One value of it. */
  readonly value: string | number | boolean;
  /** How a cell would say it. */
  readonly text: string;
  /** Of numbers: where it starts and ends, itself included at a single point. */
  readonly from?: number;
  readonly to?: number;
}

/** Stands for every text that no cell names. */
const OTHER = "\u0000other";

/**
 * The atoms of a column; `undefined` where kinds are mixed or texts are compared by order.
 * A column that takes anything has one atom. Null is in none: a missing value is no gap.
 *
 * @param allowed What values there can be at all, if that is declared and simple.
 */
export function atomsOf(
  cells: readonly SimpleCell[],
  allowed?: SimpleCell,
): readonly Atom[] | undefined {
  const tests = [...cells, ...allowed ? [allowed] : []]
    .flatMap(({ tests }) => tests);
  const kinds = new Set(tests.flatMap(kindsIn));
  if (kinds.size === 0) return [{ value: true, text: "-" }];
  if (kinds.size > 1) return undefined;
  const atoms = kinds.has("number")
    ? numbers(tests)
    : kinds.has("boolean")
    ? [true, false].map((value) => ({ value, text: String(value) }))
    : texts(tests);
  return allowed === undefined ? atoms : atoms?.filter(coveredBy(allowed));
}

/** Tells of which atoms a cell takes the values. */
export function coveredBy(
  { negated, tests }: SimpleCell,
): (atom: Atom) => boolean {
  if (tests.length === 0) return () => true;
  const passes = tests.map(simpleTest);
  return ({ value }) =>
    negated !== passes.some((passes) => passes(value) === true);
}

function kindsIn(test: SimpleTest): readonly string[] {
  if (test.type === "equal") {
    return test.value === null ? [] : [typeof test.value];
  }
  return [typeof (test.from ?? test.to)];
}

function numbers(tests: readonly SimpleTest[]): readonly Atom[] {
  const ends = tests.flatMap((test) =>
    test.type === "equal" ? [test.value] : [test.from, test.to]
  ).filter((end) => typeof end === "number");
  const cuts = [...new Set(ends)].sort((a, b) => a - b);
  const [first] = cuts;
  const atoms: Atom[] = [{ value: first - 1, to: first, text: `< ${first}` }];
  for (const [index, cut] of cuts.entries()) {
    atoms.push({ value: cut, from: cut, to: cut, text: String(cut) });
    const next = cuts[index + 1];
    if (next === undefined) {
      atoms.push({ value: cut + 1, from: cut, text: `> ${cut}` });
      continue;
    }
    const value = cut + (next - cut) / 2;
    // Neighbours among floating-point numbers have nothing between them.
    if (value > cut && value < next) {
      atoms.push({ value, from: cut, to: next, text: `(${cut}..${next})` });
    }
  }
  return atoms;
}

function texts(tests: readonly SimpleTest[]): readonly Atom[] | undefined {
  const named = new Set<string>();
  for (const test of tests) {
    if (test.type === "interval") return undefined;
    if (typeof test.value === "string") named.add(test.value);
  }
  const known = [...named].map((value) => ({ value, text: `"${value}"` }));
  return [...known, { value: OTHER, text: OTHER }];
}

/**
 * How a cell would say several atoms, neighbours among numbers as one interval.
 *
 * @param all The atoms of the column: texts that no cell names are said by what they are not.
 */
export function textOf(atoms: readonly Atom[], all: readonly Atom[]): string {
  if (atoms.length === all.length) return "-";
  if (atoms.some(({ value }) => value === OTHER)) {
    const others = all.filter((atom) => !atoms.includes(atom));
    return `not(${others.map(({ text }) => text).join(", ")})`;
  }
  const parts: string[] = [];
  for (let index = 0; index < atoms.length; index++) {
    const start = atoms[index];
    let end = start;
    while (index + 1 < atoms.length && touches(end, atoms[index + 1])) {
      end = atoms[++index];
    }
    parts.push(start === end ? start.text : intervalOf(start, end));
  }
  return parts.join(", ");
}

function touches(left: Atom, right: Atom): boolean {
  // Two open ends at one point leave the point itself out.
  const closed = left.from === left.to || right.from === right.to;
  return closed && left.to !== undefined && left.to === right.from;
}

function intervalOf(start: Atom, end: Atom): string {
  const opening = start.from === start.to ? "[" : "(";
  const closing = end.from === end.to ? "]" : ")";
  const [from, to] = [start.from, end.to];
  if (from === undefined && to === undefined) return "-";
  if (from === undefined) return `${closing === "]" ? "<=" : "<"} ${to}`;
  if (to === undefined) return `${opening === "[" ? ">=" : ">"} ${from}`;
  return `${opening}${from}..${to}${closing}`;
}
