/** What numbers can be calculated with: none so large that its square is lost, none so small. */

/** Values are 0 or of a size whose squares are still numbers. */
export const MAX_SIZE = 1e100;
export const MAX_WEIGHT = 1e9;

export function isValue(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size <= MAX_SIZE && size >= 1 / MAX_SIZE);
}

/** None is so small that it is lost in a sum. */
export function isWeight(weight: number): boolean {
  return weight === 0 || (weight >= 1 / MAX_WEIGHT && weight <= MAX_WEIGHT);
}
