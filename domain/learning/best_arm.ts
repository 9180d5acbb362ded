/** Which of several rules is the most precise, as far as labels tell: what Thompson samples. */
import { betaQuantile } from "./beta_quantile.ts";
import { type Beta, incompleteBeta } from "./incomplete_beta.ts";

/** Points of the integral; the error falls with their square. */
const POINTS = 512;
const MAX_ARMS = 64;

/**
 * The probability of each that it is the best, if each is distributed as its Beta: the
 * integral of Π Fⱼ(Fᵢ⁻¹(u)) over u from 0 to 1, by the midpoint rule. Exact, where Thompson
 * sampling (W. R. Thompson, Biometrika 25, 1933) would draw at random; to about 1e-5.
 *
 * @returns In the order given; they sum to 1.
 * @throws {RangeError} If there are none, more than 64, or a shape is not above 0.
 */
export function probabilityBest(arms: readonly Beta[]): readonly number[] {
  if (arms.length === 0 || arms.length > MAX_ARMS) {
    throw new RangeError(
      `Cannot compare: needs 1 to ${MAX_ARMS} arms, got ${arms.length}`,
    );
  }
  const shares = arms.map((arm, index) => {
    const others = arms.filter((_, at) => at !== index);
    let sum = 0;
    for (let point = 0; point < POINTS; point++) {
      const x = betaQuantile((point + 0.5) / POINTS, arm);
      sum += others.reduce((all, one) => all * incompleteBeta(x, one), 1);
    }
    return sum / POINTS;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
