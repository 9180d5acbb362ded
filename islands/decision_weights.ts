/** Weights as shares of all: what one slider says, and what it leaves to the others. */
import type { WeightsById } from "../domain/decisions/live/events.ts";

interface Weighted {
  readonly id: string;
  readonly weight: number;
}

/** Each weight as a part of 1; equal parts where all are 0. */
export function sharesOf(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) =>
    total > 0 ? weight / total : 1 / weights.length
  );
}

/**
 * The same weights with one at `share` of their sum, the others keeping their proportions
 * (equal ones if they count nothing now). The sum stays: some methods read it.
 *
 * @param share From 0 to 1.
 */
export function weightsWithShare(
  weights: readonly number[],
  criterion: number,
  share: number,
): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const left = total * (1 - share);
  const others = weights.reduce(
    (sum, weight, j) => j === criterion ? sum : sum + weight,
    0,
  );
  return weights.map((weight, j) => {
    if (weights.length === 1) return total;
    if (j === criterion) return total * share;
    return others === 0 ? left / (weights.length - 1) : weight / others * left;
  });
}

/** By criterion, as commands carry them. */
export function weightsById(
  criteria: readonly Weighted[],
  weights: readonly number[],
): WeightsById {
  return Object.fromEntries(
    criteria.map(({ id }, j) => [id, Number(weights[j].toPrecision(9))]),
  );
}

/**
 * Which criterion somebody is moving: the one whose share has changed most. Undefined where
 * two have changed as much, as when there are only two.
 */
export function movedCriterion(
  criteria: readonly Weighted[],
  dragged: WeightsById,
): string | undefined {
  const before = sharesOf(criteria.map(({ weight }) => weight));
  const after = sharesOf(
    criteria.map(({ id, weight }) =>
      Object.hasOwn(dragged, id) ? dragged[id] : weight
    ),
  );
  const changes = before.map((share, j) => Math.abs(share - after[j]));
  const most = Math.max(...changes);
  if (most < 1e-9) return undefined;
  const moved = criteria.filter((_, j) => most - changes[j] < 1e-6);
  return moved.length === 1 ? moved[0].id : undefined;
}
