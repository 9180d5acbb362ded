/** Discordance: the worst that speaks against one alternative beside another. */
import type { Criterion, Pairs } from "./outranking.ts";

/** The largest lead of b over a, as a share of the largest range of all criteria. */
export function discordanceOf(
  criteria: readonly Criterion[],
): Pairs<Float64Array> {
  const size = criteria[0].values.length;
  const at = new Float64Array(size * size);
  let largest = 0;
  for (const criterion of criteria) {
    largest = Math.max(largest, raise({ size, at }, criterion));
  }
  if (largest > 0) {
    for (let pair = 0; pair < at.length; pair++) at[pair] /= largest;
  }
  return { size, at };
}

/** Raises each pair to its lead by one more criterion. @returns the lead of the best over the worst */
function raise(
  { size, at }: Pairs<Float64Array>,
  { values, ascending }: Criterion,
): number {
  // Worst first: whoever comes later is ahead, and no pair is looked at twice.
  const sorted = new Float64Array(size);
  for (let place = 0; place < size; place++) {
    sorted[place] = values[ascending[place]];
  }
  for (let behind = 0; behind < size; behind++) {
    const base = sorted[behind];
    const row = ascending[behind] * size;
    for (let ahead = behind + 1; ahead < size; ahead++) {
      const lead = sorted[ahead] - base;
      const pair = row + ascending[ahead];
      // Not Math.max: it also minds NaN and -0, and is slower for it.
      if (lead > at[pair]) at[pair] = lead;
    }
  }
  return sorted[size - 1] - sorted[0];
}
