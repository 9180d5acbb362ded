/**
 * How often a rule is right: a Beta posterior of its precision that forgets, so that a rule
 * that got worse is seen to be worse.
 */
import { betaQuantile } from "./beta_quantile.ts";
import type { Beta } from "./incomplete_beta.ts";

/** What is believed before anybody said anything: every precision alike. */
export const PRIOR: Beta = { alpha: 1, beta: 1 };
/** What is left of older evidence at each new label; together they count as 50 at most. */
export const DECAY = 0.98;
/** Fewer labels are too few to judge a rule by. */
export const MIN_LABELS = 10;

export interface Forgetting {
  /** @default PRIOR */
  readonly prior?: Beta;
  /** Share of the older evidence that stays, above 0 and at most 1. @default DECAY */
  readonly decay?: number;
}

/** A share from 0 to 1 with its equal-tailed interval. */
export interface Posterior extends Beta {
  readonly mean: number;
  readonly variance: number;
  /** 2.5 % of the belief lies below the first, 2.5 % above the second. */
  readonly interval95: readonly [low: number, high: number];
}

/**
 * The belief after one more label: α ← α₀ + γ(α − α₀) + y, β ← β₀ + γ(β − β₀) + 1 − y. Only
 * evidence fades, never the prior. Source: discounted Beta-Bernoulli; V. Raj and S. Kalyani,
 * Taming non-stationary bandits (2017).
 *
 * @param correct Whether the rule was right (y = 1).
 * @throws {RangeError} If `decay` is not above 0 and at most 1.
 */
export function labelled(
  { alpha, beta }: Beta,
  correct: boolean,
  { prior = PRIOR, decay = DECAY }: Forgetting = {},
): Beta {
  if (!(decay > 0 && decay <= 1)) {
    throw new RangeError(
      `Cannot forget: decay must be above 0 and at most 1, got ${decay}`,
    );
  }
  return {
    alpha: prior.alpha + decay * (alpha - prior.alpha) + (correct ? 1 : 0),
    beta: prior.beta + decay * (beta - prior.beta) + (correct ? 0 : 1),
  };
}

/** The belief after labels, oldest first. @throws {RangeError} see `labelled` */
export function beliefAfter(
  outcomes: Iterable<boolean>,
  forgetting: Forgetting = {},
): Beta {
  let belief = forgetting.prior ?? PRIOR;
  for (const correct of outcomes) {
    belief = labelled(belief, correct, forgetting);
  }
  return belief;
}

/** What a belief says. @throws {RangeError} If a shape is not above 0. */
export function posterior({ alpha, beta }: Beta): Posterior {
  const low = betaQuantile(0.025, { alpha, beta });
  const high = betaQuantile(0.975, { alpha, beta });
  const sum = alpha + beta;
  return {
    alpha,
    beta,
    mean: alpha / sum,
    variance: alpha / sum * (beta / sum) / (sum + 1),
    interval95: [low, high],
  };
}
