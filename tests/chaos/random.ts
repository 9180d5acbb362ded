/** Seeded randomness, so that a failing schedule can be run again. */

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `from` to `to`, both included. */
export function intBetween(
  random: () => number,
  from: number,
  to: number,
): number {
  return from + Math.floor(random() * (to - from + 1));
}

export function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)];
}

/** A whole number from the environment, for running a test at another size. */
export function sizeFrom(name: string, usual: number): number {
  const value = Number(Deno.env.get(name) ?? usual);
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`Cannot use ${name}: a whole number above 0 is due`);
  }
  return value;
}
