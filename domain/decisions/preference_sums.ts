/** Preferences summed: how much each value of a criterion is preferred to all others, and they to it. */
import {
  type Preference,
  preferenceOf,
  type Thresholds,
} from "./preference.ts";

interface Shape extends Thresholds {
  readonly shape: Preference;
}

/** By place. */
interface Sums {
  /** Preference of each over all after it. */
  readonly won: Float64Array;
  /** Preference over each of all before it. */
  readonly lost: Float64Array;
}

/**
 * Sums `preferenceOf` over all pairs, bit for bit. A shape of steps is counted: whoever is
 * ahead by more than a threshold is ahead by it of all who come later, too.
 *
 * @param sorted The best first; more is better.
 */
export function preferenceSums(sorted: Float64Array, shape: Shape): Sums {
  const { q, p } = shape;
  const sums: Sums = {
    won: new Float64Array(sorted.length),
    lost: new Float64Array(sorted.length),
  };
  switch (shape.shape) {
    case "usual":
      addStep(sums, sorted, { from: 0, height: 1 });
      break;
    case "ushape":
      addStep(sums, sorted, { from: Math.max(q, 0), height: 1 });
      break;
    case "level":
      // Halves add up without rounding, in any order.
      addStep(sums, sorted, { from: Math.max(q, 0), height: 0.5 });
      addStep(sums, sorted, { from: Math.max(p, q, 0), height: 0.5 });
      break;
    case "vshape":
      addRamp(sums, sorted, { q: 0, p });
      break;
    case "linear":
      addRamp(sums, sorted, { q, p });
      break;
    case "gaussian":
      addPairs(sums, sorted, shape);
  }
  return sums;
}

/** All who are ahead by more than `from`. */
function addStep(
  { won, lost }: Sums,
  sorted: Float64Array,
  { from, height }: { readonly from: number; readonly height: number },
): void {
  const size = sorted.length;
  for (let a = 0, b = 0; a < size; a++) {
    while (b < size && !(sorted[a] - sorted[b] > from)) b++;
    won[a] += (size - b) * height;
  }
  for (let b = 0, a = 0; b < size; b++) {
    while (a < b && sorted[a] - sorted[b] > from) a++;
    lost[b] += a * height;
  }
}

/** From nothing at `q` up to all at `p`, pair by pair: in another order, sums would round otherwise. */
function addRamp(
  { won, lost }: Sums,
  sorted: Float64Array,
  { q, p }: Pick<Thresholds, "q" | "p">,
): void {
  const size = sorted.length;
  const range = p - q;
  const least = Math.max(q, 0);
  for (let a = 0, first = 0; a < size; a++) {
    const base = sorted[a];
    while (first < size && !(base - sorted[first] > least)) first++;
    let sum = 0;
    for (let b = first; b < size; b++) {
      const difference = base - sorted[b];
      const preference = difference >= p ? 1 : (difference - q) / range;
      sum += preference;
      lost[b] += preference;
    }
    won[a] = sum;
  }
}

function addPairs(
  { won, lost }: Sums,
  sorted: Float64Array,
  shape: Shape,
): void {
  for (let a = 0; a < sorted.length; a++) {
    let sum = 0;
    for (let b = a + 1; b < sorted.length; b++) {
      const preference = preferenceOf(
        sorted[a] - sorted[b],
        shape.shape,
        shape,
      );
      sum += preference;
      lost[b] += preference;
    }
    won[a] = sum;
  }
}
