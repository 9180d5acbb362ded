/** Random numbers that are the same for a seed on every machine: xoshiro128** seeded by SplitMix32. */

/** Seeds are whole numbers from 0 to this. */
export const MAX_SEED = 2 ** 32 - 1;

const TWO_TO_26 = 2 ** 26;
const TWO_TO_53 = 2 ** 53;

/**
 * Uniform numbers from 0 to less than 1, with 53 bits.
 * Source: D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators, ACM TOMS
 * 47 (2021).
 */
export function createRandom(seed: number): () => number {
  const [a, b, c, d] = splitMix(seed);
  const state = Uint32Array.of(a, b, c, d);
  const next = () => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return result;
  };
  return () => ((next() >>> 5) * TWO_TO_26 + (next() >>> 6)) / TWO_TO_53;
}

/** Four words that look like chance even for seeds in a row. */
function splitMix(seed: number): readonly number[] {
  let state = seed >>> 0;
  return [0, 1, 2, 3].map(() => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  });
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
