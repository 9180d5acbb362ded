/** Quantiles of the Beta distribution, by inverting the incomplete beta function. */
import {
  type Beta,
  betaDensity,
  demandShape,
  incompleteBeta,
} from "./incomplete_beta.ts";

/** Halving a bracket of doubles ends before this. */
const MAX_STEPS = 1_200;
/** Above it the other tail is solved for: near 1 the probability has no digits left to tell. */
const MIRRORED_FROM = 0.9;

/**
 * The point below which a Beta variable falls with probability `share`: Newton's method,
 * with bisection wherever a step would leave the bracket.
 *
 * @param share From 0 to 1.
 * @returns From 0 to 1, to about 1e-14.
 * @throws {RangeError} If `share` is outside 0 to 1 or a shape is not above 0.
 */
export function betaQuantile(share: number, shape: Beta): number {
  demandShape(shape);
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(
      `Cannot take a quantile: share must be 0 to 1, got ${share}`,
    );
  }
  if (share === 0 || share === 1) return share;
  if (share > MIRRORED_FROM) {
    const { alpha, beta } = shape;
    return 1 - betaQuantile(1 - share, { alpha: beta, beta: alpha });
  }
  let low = 0;
  let high = 1;
  let x = shape.alpha / (shape.alpha + shape.beta);
  for (let step = 0; step < MAX_STEPS; step++) {
    const excess = incompleteBeta(x, shape) - share;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const newton = x - excess / betaDensity(x, shape);
    // A flat density gives no step, NaN neither: then the bracket is halved.
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === x || next <= low || next >= high) return next;
    if (Math.abs(next - x) <= Number.EPSILON * next) return next;
    x = next;
  }
  return x;
}
