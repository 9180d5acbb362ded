/** Linear programs in tableau form: the largest value of a sum under upper limits. */

/** Less than this is rounding. */
const TINY = 1e-10;

interface Bounds {
  readonly rows: readonly (readonly number[])[];
  /** One per row, 0 or more: so 0 everywhere is a place to start. */
  readonly limits: readonly number[];
}

/** The best place, or the direction in which there is always a better one. */
export interface Optimum {
  readonly state: "optimal" | "unbounded";
  readonly at: readonly number[];
}

/**
 * The simplex method for max c·x with A·x ≤ b, x ≥ 0, b ≥ 0. Pivots by R. G. Bland's rule
 * (1977), under which it never goes in circles.
 */
export function maximize(
  objective: readonly number[],
  { rows, limits }: Bounds,
): Optimum {
  const size = objective.length;
  const tableau = rows.map((row, i) => [
    ...row,
    ...rows.map((_, k) => k === i ? 1 : 0),
    limits[i],
  ]);
  const goal = [...objective, ...rows.map(() => 0), 0];
  const basis = rows.map((_, i) => size + i);
  while (true) {
    const entering = goal.findIndex((value, k) =>
      k < goal.length - 1 && value > TINY
    );
    if (entering < 0) return { state: "optimal", at: place(basis, tableau) };
    const leaving = leavingRow(tableau, basis, entering);
    if (leaving === undefined) {
      return { state: "unbounded", at: ray(basis, tableau, entering) };
    }
    pivot(tableau, goal, { row: leaving, column: entering });
    basis[leaving] = entering;
  }

  function place(columns: readonly number[], table: number[][]) {
    const at = objective.map(() => 0);
    columns.forEach((column, i) => {
      if (column < size) at[column] = table[i].at(-1) ?? 0;
    });
    return at;
  }

  function ray(
    columns: readonly number[],
    table: number[][],
    entering: number,
  ) {
    const at = objective.map((_, k) => Number(k === entering));
    columns.forEach((column, i) => {
      if (column < size) at[column] = Math.max(0, -table[i][entering]);
    });
    return at;
  }
}

/** The row that limits the entering variable first; of equals that of the lowest variable. */
function leavingRow(
  tableau: readonly (readonly number[])[],
  basis: readonly number[],
  entering: number,
): number | undefined {
  let leaving: number | undefined;
  let least = Infinity;
  tableau.forEach((row, i) => {
    if (row[entering] <= TINY) return;
    const ratio = row[row.length - 1] / row[entering];
    const equal = Math.abs(ratio - least) <= TINY;
    if (leaving === undefined || ratio < least - TINY) {
      [leaving, least] = [i, ratio];
    } else if (equal && basis[i] < basis[leaving]) leaving = i;
  });
  return leaving;
}

function pivot(
  tableau: number[][],
  goal: number[],
  { row, column }: { readonly row: number; readonly column: number },
): void {
  const pivotRow = tableau[row];
  const divisor = pivotRow[column];
  for (let k = 0; k < pivotRow.length; k++) pivotRow[k] /= divisor;
  for (const other of [...tableau, goal]) {
    if (other === pivotRow || other[column] === 0) continue;
    const times = other[column];
    for (let k = 0; k < other.length; k++) other[k] -= times * pivotRow[k];
  }
}
