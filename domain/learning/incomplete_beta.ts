/** The Beta distribution: the share of it that lies below a point. */

/** Terms of Stirling's series for log Γ: B₂ₖ / (2k (2k − 1)). DLMF 5.11.1. */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
];
/** From here on the series is exact to a double. */
const STIRLING_FROM = 12;
const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Keeps the denominators of the continued fraction off zero. */
const TINY = 1e-300;
/** About √(α + β) are needed: enough for counts of 10⁸. */
const MAX_TERMS = 50_000;

/** Shape of a Beta distribution; both above 0. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * The regularised incomplete beta function: the probability that a Beta variable is at most
 * `x`. By its continued fraction, DLMF 8.17.22, evaluated by Lentz's method on the side where
 * it converges fast.
 *
 * @param x From 0 to 1; what lies outside counts as the nearer end.
 * @returns From 0 to 1.
 * @throws {RangeError} If a shape is not a finite number above 0, or `x` is NaN.
 */
export function incompleteBeta(x: number, { alpha, beta }: Beta): number {
  demandShape({ alpha, beta });
  if (Number.isNaN(x)) {
    throw new RangeError("Cannot place a Beta variable: x is NaN");
  }
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const below = x <= (alpha + 1) / (alpha + beta + 2);
  const share = below
    ? kernel(x, { alpha, beta }) / alpha * fraction(x, alpha, beta)
    : 1 -
      kernel(x, { alpha, beta }) / beta * fraction(1 - x, beta, alpha);
  return Math.min(Math.max(share, 0), 1);
}

/** The density at `x` above 0 and below 1. */
export function betaDensity(x: number, shape: Beta): number {
  return kernel(x, shape) / (x * (1 - x));
}

/** @throws {RangeError} If a shape is not a finite number above 0. */
export function demandShape({ alpha, beta }: Beta): void {
  if (alpha > 0 && beta > 0 && Number.isFinite(alpha + beta)) return;
  throw new RangeError(
    `Cannot use a Beta distribution: alpha and beta must be above 0, got ${alpha} and ${beta}`,
  );
}

/**
 * xᵅ (1 − x)ᵝ / B(α, β). Written around the mean, so that large powers cancel before they
 * are taken and not after.
 */
function kernel(x: number, { alpha, beta }: Beta): number {
  const sum = alpha + beta;
  const powers = alpha * Math.log(x * sum / alpha) +
    beta * Math.log((1 - x) * sum / beta);
  const scale = 0.5 * (Math.log(alpha) + Math.log(beta / sum) - LOG_TWO_PI);
  const rest = stirlingRest(sum) - stirlingRest(alpha) - stirlingRest(beta);
  return Math.exp(powers + scale + rest);
}

/** log Γ(x) less Stirling's (x − ½) log x − x + ½ log 2π. */
function stirlingRest(x: number): number {
  // Γ(x + 1) = x Γ(x), up to where the series holds (DLMF 5.5.1).
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) product *= shifted++;
  const square = shifted * shifted;
  const series = STIRLING.reduceRight((sum, term) => sum / square + term, 0) /
    shifted;
  if (shifted === x) return series;
  return series + (shifted - 0.5) * Math.log(shifted) - shifted -
    Math.log(product) - ((x - 0.5) * Math.log(x) - x);
}

function fraction(x: number, a: number, b: number): number {
  const away = (value: number) => Math.abs(value) < TINY ? TINY : value;
  let c = 1;
  let d = 1 / away(1 - (a + b) * x / (a + 1));
  let value = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < Number.EPSILON) break;
  }
  return value;
}
