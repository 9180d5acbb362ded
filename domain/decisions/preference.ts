/** Preference: how much a difference by one criterion counts, from 0 to 1; six shapes. */

export const PREFERENCES = [
  "usual",
  "ushape",
  "vshape",
  "level",
  "linear",
  "gaussian",
] as const;
export type Preference = typeof PREFERENCES[number];

/** The thresholds a shape reads, in the criterion's own unit. */
export interface Thresholds {
  /** Up to here a difference says nothing. */
  readonly q: number;
  /** From here on it says all. */
  readonly p: number;
  /** Where a gaussian bends. */
  readonly s: number;
}

/** Which thresholds each shape needs. */
export const NEEDED = {
  usual: [],
  ushape: ["q"],
  vshape: ["p"],
  level: ["q", "p"],
  linear: ["q", "p"],
  gaussian: ["s"],
} as const satisfies Record<Preference, readonly (keyof Thresholds)[]>;

/**
 * The preference for whoever is ahead by `difference`; 0 for whoever is not ahead.
 * Source: J. P. Brans, P. Vincke and B. Mareschal, How to select and how to rank projects,
 * European Journal of Operational Research 24 (1986), types I to VI.
 */
export function preferenceOf(
  difference: number,
  shape: Preference,
  { q, p, s }: Thresholds,
): number {
  if (difference <= 0) return 0;
  switch (shape) {
    case "usual":
      return 1;
    case "ushape":
      return difference <= q ? 0 : 1;
    case "vshape":
      return difference >= p ? 1 : difference / p;
    case "level":
      return difference <= q ? 0 : difference <= p ? 0.5 : 1;
    case "linear":
      if (difference <= q) return 0;
      return difference >= p ? 1 : (difference - q) / (p - q);
    case "gaussian":
      return -Math.expm1(-((difference / s) ** 2) / 2);
  }
}
