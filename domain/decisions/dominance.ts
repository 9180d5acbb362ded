/** Dominance: another alternative is nowhere worse and somewhere better, so no weights can help. */
import type { Problem } from "./decision.ts";

// Not an interface: it travels as JSON.
export type Dominated = {
  readonly alternative: number;
  /** Everyone who dominates it, in input order. */
  readonly by: readonly number[];
};

/** All dominated alternatives, in input order. Compares the values as given, under no weights. */
export function dominated(
  { matrix, directions }: Problem,
): readonly Dominated[] {
  // Signed once, so that more is better everywhere.
  const rows = matrix.map((row) =>
    row.map((value, j) => directions[j] === "cost" ? -value : value)
  );
  const found: Dominated[] = [];
  rows.forEach((row, alternative) => {
    const by: number[] = [];
    for (let one = 0; one < rows.length; one++) {
      if (dominates(rows[one], row)) by.push(one);
    }
    if (by.length > 0) found.push({ alternative, by });
  });
  return found;
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let j = 0; j < a.length; j++) {
    if (a[j] < b[j]) return false;
    if (a[j] > b[j]) better = true;
  }
  return better;
}
