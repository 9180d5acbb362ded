/** Gaps and overlaps of a table, worked out from its simple cells before any case is seen. */
import { type Atom, textOf } from "./atoms.ts";
import type { CompiledTable } from "./compile.ts";
import { Column } from "./coverage_column.ts";

/** Of each at most so many are named. */
const MAX_NAMED = 20;
/** Looks at a cell or a pair of rows, for gaps and again for overlaps: some 100 ms each. */
const MAX_LOOKS = 10_000_000;
/** Atoms times different cells, over all columns. */
const MAX_COVERED = 10_000_000;

export interface Overlap {
  readonly rules: readonly [number, number];
  /** One case both take, as a row of cells. */
  readonly where: readonly string[];
}

export interface Coverage {
  /** Cases no rule takes, as rows of cells. Null is no case. */
  readonly gaps: readonly (readonly string[])[];
  /** Under `U`, rules that take the same case; under `A`, those that also answer differently. */
  readonly overlaps: readonly Overlap[];
  /** Whether there are no others: every cell is simple, and all were looked at. */
  readonly complete: boolean;
}

/**
 * What is named is so: a cell that is not simple is taken to close every gap and to
 * overlap with nothing.
 *
 * @param answers The output cells as written, by rule: equal texts are equal answers.
 */
export function coverage(
  table: CompiledTable,
  answers: readonly (readonly string[])[],
): Coverage {
  const columns = table.inputs.map(({ allowed }, column) =>
    new Column(
      table.rules.map(({ cells }) => cells[column].simple),
      {
        allowed: allowed && { simple: allowed.simple },
        maxCovered: MAX_COVERED / table.inputs.length,
      },
    )
  );
  const [one, other] = [1, 2].map(() =>
    new Search(columns, table.rules.length)
  );
  const gaps = table.outputs.some(({ fallback }) => fallback) ? [] : one.gaps();
  const { policy } = table;
  const overlaps = policy === "U" || policy === "A"
    ? other.overlaps((a, b) =>
      policy === "U" || answers[a].join("\n") !== answers[b].join("\n")
    )
    : [];
  const complete = !one.stopped && !other.stopped &&
    columns.every(({ known }) => known) &&
    gaps.length < MAX_NAMED && overlaps.length < MAX_NAMED;
  return { gaps, overlaps, complete };
}

class Search {
  readonly #columns: readonly Column[];
  readonly #count: number;
  #left = MAX_LOOKS;

  constructor(columns: readonly Column[], count: number) {
    this.#columns = columns;
    this.#count = count;
  }

  /** Whether it had to stop before it had looked at all. */
  get stopped(): boolean {
    return this.#left < 0;
  }

  gaps(): string[][] {
    const found: string[][] = [];
    const visit = (column: number, rules: readonly number[], so: string[]) => {
      if (found.length >= MAX_NAMED || this.#spent(rules.length + 1)) return;
      if (rules.length === 0) {
        const rest = this.#columns.slice(column).map(() => "-");
        found.push([...so, ...rest]);
        return;
      }
      const rest = this.#columns.slice(column);
      if (rules.some((rule) => rest.every((one) => one.takesAll[rule]))) return;
      for (const { atoms, left } of this.#parts(column, rules)) {
        visit(column + 1, left, [
          ...so,
          textOf(atoms, this.#columns[column].atoms),
        ]);
      }
    };
    visit(0, [...Array(this.#count).keys()], []);
    return found;
  }

  /** The atoms of a column, those together that leave the same rules. */
  #parts(index: number, rules: readonly number[]) {
    const column = this.#columns[index];
    const parts = new Map<string, { atoms: Atom[]; left: number[] }>();
    for (const [place, atom] of column.atoms.entries()) {
      if (this.#spent(rules.length)) break;
      const left = rules.filter((rule) => column.takes(rule, place));
      const key = left.join();
      const part = parts.get(key);
      if (part === undefined) parts.set(key, { atoms: [atom], left });
      else part.atoms.push(atom);
    }
    return parts.values();
  }

  overlaps(matters: (a: number, b: number) => boolean): Overlap[] {
    const found: Overlap[] = [];
    for (let a = 0; a < this.#count; a++) {
      for (let b = a + 1; b < this.#count; b++) {
        if (found.length >= MAX_NAMED || this.#spent(1)) return found;
        const where = this.#common(a, b);
        if (where !== undefined && matters(a, b)) {
          found.push({ rules: [a, b], where });
        }
      }
    }
    return found;
  }

  #common(a: number, b: number): string[] | undefined {
    const where: string[] = [];
    for (const column of this.#columns) {
      this.#left -= column.words / 8;
      const atom = column.common(a, b);
      if (atom === undefined) return undefined;
      where.push(textOf([atom], column.atoms));
    }
    return where;
  }

  #spent(looks: number): boolean {
    this.#left -= looks;
    return this.#left < 0;
  }
}
