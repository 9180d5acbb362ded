/** MEREC: a criterion counts by what leaving it out would change. */
import {
  columnsOf,
  extremes,
  isConstant,
  scaleColumns,
  sumOf,
} from "./columns.ts";
import type { Problem } from "./decision.ts";
import type { Information } from "./weigh.ts";

/**
 * Eⱼ = Σᵢ |S′ᵢⱼ − Sᵢ| with Sᵢ = ln(1 + Σ|ln nᵢⱼ| / m), n = min/x of a benefit and x/max of a
 * cost. All values must be above 0. Source: M. Keshavarz-Ghorabaee et al., Determination of
 * objective weights using a new method based on the removal effects of criteria (MEREC),
 * Symmetry 13 (2021).
 */
export function merec({ matrix, directions }: Problem): Information {
  const size = directions.length;
  const normalized = scaleColumns(matrix, (column, j) => {
    if (isConstant(column)) return column.map(() => 1);
    const { worst } = extremes(column, directions[j]);
    return column.map((value) =>
      directions[j] === "cost" ? value / worst : worst / value
    );
  });
  const logs = normalized.map((row) =>
    row.map((value) => Math.abs(Math.log(value)))
  );
  const overall = (sum: number) => Math.log1p(sum / size);
  const performance = logs.map((row) => overall(sumOf(row)));
  const effects = columnsOf(logs).map((column) =>
    sumOf(column.map((log, i) => {
      // Without it the sum is smaller; 0 is not to become a bit less than 0.
      const without = Math.max(sumOf(logs[i]) - log, 0);
      return Math.abs(overall(without) - performance[i]);
    }))
  );
  return {
    information: effects.map((effect, j) =>
      columnsOf(logs)[j].every((log) => log === 0) ? 0 : effect
    ),
    details: { normalized, performance, effects },
  };
}
