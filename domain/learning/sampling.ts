/** Which dismissed alerts are looked at once more: a share of them, chosen by their ids. */

/** Share of dismissed alerts that are sampled. */
export const SAMPLE_SHARE = 0.05;

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const TWO_TO_32 = 2 ** 32;

export interface Sampling {
  /** From 0 to 1. @default SAMPLE_SHARE */
  readonly share?: number;
  /** Whole numbers from 0 to 2³² − 1, evenly spread. @default hashOf */
  readonly hash?: (id: string) => number;
}

/**
 * Reports whether an alert is sampled. It follows from the id alone, so that nobody can
 * choose what is looked at, and everybody can check what was.
 *
 * @throws {RangeError} If `share` is outside 0 to 1.
 */
export function isSampled(
  id: string,
  { share = SAMPLE_SHARE, hash = hashOf }: Sampling = {},
): boolean {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot sample: share must be 0 to 1, got ${share}`);
  }
  return hash(id) / TWO_TO_32 < share;
}

/**
 * FNV-1a of 32 bits over UTF-16 units, low byte first, then MurmurHash3's finaliser: ids that
 * follow one another differ in their last bits, and FNV alone hardly carries those upwards.
 * Sources: G. Fowler, L. C. Noll, K.-P. Vo; A. Appleby.
 */
export function hashOf(id: string): number {
  let hash = FNV_BASIS;
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
    hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
