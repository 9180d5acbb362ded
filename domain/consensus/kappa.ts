/** Kappas: agreement on categories beyond what chance would give. */
import type { Agreement } from "./agreement.ts";
import { sumOf } from "./sums.ts";

const ONE_CATEGORY =
  "All ratings are in one category, so chance alone would agree";

/**
 * Fleiss' kappa. Source: J. L. Fleiss, Psychological Bulletin 76 (1971).
 *
 * @param counts Per item, how many raters chose each category; the same number for every item.
 */
export function fleissKappa(
  counts: readonly (readonly number[])[],
): Agreement {
  const items = counts.length;
  const raters = sumOf(counts[0] ?? []);
  if (items === 0 || raters < 2) {
    const reason = "It takes two raters to agree";
    return { value: null, details: { items, raters, reason } };
  }
  const po = sumOf(
    counts.map((row) =>
      sumOf(row.map((count) => count * (count - 1))) / (raters * (raters - 1))
    ),
  ) / items;
  const totals = counts[0].map((_, category) =>
    sumOf(counts.map((row) => row[category]))
  );
  const pe = sumOf(totals.map((total) => (total / (items * raters)) ** 2));
  return kappa(po, pe, { items, raters, po, pe }, {
    single: totals.filter((total) => total > 0).length === 1,
  });
}

/**
 * Cohen's kappa of two raters. Source: J. Cohen, Educational and Psychological Measurement 20 (1960).
 *
 * @param table `table[a][b]`: how many items the first rater put in a and the second in b.
 */
export function cohenKappa(table: readonly (readonly number[])[]): Agreement {
  const rows = table.map(sumOf);
  const columns = rows.map((_, category) =>
    sumOf(table.map((row) => row[category]))
  );
  const items = sumOf(rows);
  if (items === 0) {
    return { value: null, details: { items, reason: "Nothing was rated" } };
  }
  const po = sumOf(table.map((row, category) => row[category])) / items;
  const pe = sumOf(
    rows.map((row, category) => row / items * (columns[category] / items)),
  );
  return kappa(po, pe, { items, po, pe }, {
    single: rows.some((row, category) =>
      row > 0 && row === items && columns[category] === items
    ),
  });
}

function kappa(
  po: number,
  pe: number,
  details: Agreement["details"],
  { single }: { readonly single: boolean },
): Agreement {
  if (single || pe === 1) {
    return { value: null, details: { ...details, reason: ONE_CATEGORY } };
  }
  return { value: (po - pe) / (1 - pe), details };
}
