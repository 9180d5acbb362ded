/** Dominance: another alternative is nowhere worse and somewhere better, so no weights can help. */
import { sumOf } from "./columns.ts";
import type { Problem } from "./decision.ts";
import { ascendingOrder } from "./order.ts";

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
  // Nowhere worse is no less in sum either: rounding keeps the order of what it adds up.
  const sums = rows.map(sumOf);
  const order = ascendingOrder(sums).reverse();
  const found: Dominated[] = [];
  rows.forEach((row, alternative) => {
    const by: number[] = [];
    const sum = sums[alternative];
    for (let place = 0; place < order.length; place++) {
      const one = order[place];
      if (sums[one] < sum) break;
      if (dominates(rows[one], row)) by.push(one);
    }
    if (by.length === 0) return;
    found.push({ alternative, by: by.sort((a, b) => a - b) });
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
