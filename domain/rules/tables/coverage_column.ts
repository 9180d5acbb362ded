/** One input of a table as a check sees it: its atoms, and which of them each rule takes. */
import { type Atom, atomsOf, coveredBy } from "./atoms.ts";
import type { SimpleCell } from "./feel/simple_cell.ts";

/** The allowed values of an input; not simple if there are some nobody can list. */
export interface Allowed {
  readonly simple?: SimpleCell;
}

export class Column {
  readonly atoms: readonly Atom[];
  /** Whether every cell is simple and of one kind, and all could be worked out. */
  readonly known: boolean;
  /** By rule whether it takes every atom. */
  readonly takesAll: readonly boolean[];
  /** By rule one bit per atom; `undefined` for a cell nobody can tell. */
  readonly #taken: readonly (Uint32Array | undefined)[];

  /** @param options.maxCovered Atoms times different cells, beyond which nothing is worked out. */
  constructor(
    cells: readonly (SimpleCell | undefined)[],
    options: { readonly allowed?: Allowed; readonly maxCovered: number },
  ) {
    const { allowed, maxCovered } = options;
    const simple = cells.filter((cell) => cell !== undefined);
    const keys = new Map(simple.map((cell) => [cell, JSON.stringify(cell)]));
    const different = new Set(keys.values()).size;
    const atoms = allowed && !allowed.simple
      ? undefined
      : atomsOf(simple, allowed?.simple);
    const told = atoms !== undefined && atoms.length * different <= maxCovered;
    this.known = told && simple.length === cells.length;
    this.atoms = told ? atoms : [{ value: true, text: "-" }];
    // Equal cells share their bits, so a long column of few texts stays small.
    const bits = new Map<string, Uint32Array>();
    this.#taken = cells.map((cell) => {
      if (cell === undefined || !told && cell.tests.length > 0) {
        return undefined;
      }
      const key = keys.get(cell) ?? "";
      const known = bits.get(key) ?? bitsOf(cell, this.atoms);
      bits.set(key, known);
      return known;
    });
    const whole = new Map(
      [...bits.values()].map((
        one,
      ) => [one, countOf(one) === this.atoms.length]),
    );
    this.takesAll = this.#taken.map((one) =>
      one === undefined || whole.get(one) === true
    );
  }

  /** What looking at two rules costs, in words of 32 atoms. */
  get words(): number {
    return Math.ceil(this.atoms.length / 32);
  }

  takes(rule: number, atom: number): boolean {
    const bits = this.#taken[rule];
    return bits === undefined || (bits[atom >>> 5] >>> (atom & 31) & 1) === 1;
  }

  /** The first atom both rules take; `undefined` if there is none, or nobody can tell. */
  common(a: number, b: number): Atom | undefined {
    const [left, right] = [this.#taken[a], this.#taken[b]];
    if (left === undefined || right === undefined) return undefined;
    for (let word = 0; word < left.length; word++) {
      const both = left[word] & right[word];
      if (both === 0) continue;
      return this.atoms[word * 32 + 31 - Math.clz32(both & -both)];
    }
  }
}

function bitsOf(cell: SimpleCell, atoms: readonly Atom[]): Uint32Array {
  const bits = new Uint32Array(Math.ceil(atoms.length / 32));
  const covered = coveredBy(cell);
  for (const [place, atom] of atoms.entries()) {
    if (covered(atom)) bits[place >>> 5] |= 1 << (place & 31);
  }
  return bits;
}

function countOf(bits: Uint32Array): number {
  let count = 0;
  for (const word of bits) {
    for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  }
  return count;
}
