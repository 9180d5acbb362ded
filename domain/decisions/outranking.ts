/** Outranking: the weight of what speaks for a over b, and the worst that speaks against it. */
import { columnsOf, highest, isConstant, lowest, sumOf } from "./columns.ts";
import type { Problem } from "./decision.ts";
import { isSame, SAME_SCORE } from "./ranks.ts";

/** `relation[a][b]`: a outranks b. */
export type Relation = readonly (readonly boolean[])[];

/** Compares every pair once; what weights change is left open. */
export function pairsOf({ matrix, directions }: Problem) {
  const rows = matrix.map((row) =>
    row.map((value, j) => directions[j] === "cost" ? -value : value)
  );
  const ranges = columnsOf(matrix).map((column) =>
    highest(column) - lowest(column)
  );
  const largest = highest(ranges);
  const constant = columnsOf(matrix).map(isConstant);
  return {
    /**
     * Share of the weights by which a is at least as good as b; 1 beside itself. A criterion
     * that is the same for all would speak for everyone, and so bring thresholds nearer: it
     * does not count. Where nothing does, everyone is as good as everyone.
     */
    concordance(weights: readonly number[]): readonly (readonly number[])[] {
      const counted = weights.map((weight, j) => constant[j] ? 0 : weight);
      const total = sumOf(counted);
      return rows.map((a, one) =>
        rows.map((b, other) => {
          if (one === other || total === 0) return 1;
          let sum = 0;
          for (let j = 0; j < a.length; j++) {
            // Scaling must not part what is equal.
            if (a[j] >= b[j] || isSame(a[j], b[j])) sum += counted[j];
          }
          return sum / total;
        })
      );
    },
    /** The largest lead of b over a, as a share of the largest range of all criteria. */
    discordance: rows.map((a) =>
      rows.map((b) => {
        let most = 0;
        for (let j = 0; j < a.length; j++) most = Math.max(most, b[j] - a[j]);
        return largest === 0 ? 0 : most / largest;
      })
    ),
  };
}

/** Thresholds are met by what only rounding keeps from them. */
export function atLeast(value: number, threshold: number): boolean {
  return value >= threshold - SAME_SCORE;
}

export function atMost(value: number, threshold: number): boolean {
  return value <= threshold + SAME_SCORE;
}
