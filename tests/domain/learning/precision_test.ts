/** Beta beliefs: quantiles against closed forms and scipy, and how labels move them. */
import fc from "fast-check";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { probabilityBest } from "../../../domain/learning/best_arm.ts";
import { betaQuantile } from "../../../domain/learning/beta_quantile.ts";
import { incompleteBeta } from "../../../domain/learning/incomplete_beta.ts";
import { normalQuantile } from "../../../domain/learning/normal_quantile.ts";
import {
  beliefAfter,
  labelled,
  posterior,
  PRIOR,
} from "../../../domain/learning/precision.ts";
import { wilson } from "../../../domain/learning/wilson.ts";

const shape = fc.record({
  // Below 1 a quantile may lie nearer to 0 than any double does to 1.
  alpha: fc.double({ min: 1, max: 500, noNaN: true }),
  beta: fc.double({ min: 1, max: 500, noNaN: true }),
});
const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

Deno.test("[LE1] quantiles are those of the closed forms, to 1e-12", () => {
  fc.assert(fc.property(share, fc.integer({ min: 1, max: 300 }), (p, n) => {
    const uniform = betaQuantile(p, { alpha: 1, beta: 1 });
    assertAlmostEquals(uniform, p, 1e-12);
    const falling = betaQuantile(p, { alpha: 1, beta: n });
    assertAlmostEquals(falling, -Math.expm1(Math.log1p(-p) / n), 1e-12);
    const rising = betaQuantile(p, { alpha: n, beta: 1 });
    assertAlmostEquals(rising, p ** (1 / n), 1e-12);
    const arcsine = betaQuantile(p, { alpha: 0.5, beta: 0.5 });
    assertAlmostEquals(arcsine, Math.sin(Math.PI * p / 2) ** 2, 1e-12);
  }));
});

/** [alpha, beta, share, quantile]: scipy 1.17.1, `stats.beta.ppf`. */
const SCIPY = [
  [3.5, 1.9, 0.025, 0.24809843395674522],
  [3.5, 1.9, 0.975, 0.9473947092903001],
  [51, 1, 0.025, 0.9302229692504613],
  [12, 4, 0.975, 0.9221284537089564],
  [30, 2, 0.5, 0.9464479478829972],
  [500, 1500, 0.025, 0.2312673629930339],
  [100_000, 200_000, 0.975, 0.33502124990043863],
  [0.2, 7, 0.3, 0.00024032522824386817],
];

for (const [alpha, beta, p, expected] of SCIPY) {
  Deno.test(`[LE1] quantile ${p} of Beta(${alpha}, ${beta}) is scipy's`, () => {
    assertAlmostEquals(betaQuantile(p, { alpha, beta }), expected, 1e-9);
  });
}

Deno.test("[LE1] a quantile has its share below it, and mirrors", () => {
  fc.assert(fc.property(shape, share, (beta, p) => {
    const x = betaQuantile(p, beta);
    assertAlmostEquals(incompleteBeta(x, beta), p, 1e-9);
    const mirrored = { alpha: beta.beta, beta: beta.alpha };
    const back = incompleteBeta(1 - x, mirrored);
    assertAlmostEquals(back, 1 - p, 1e-9);
  }));
});

Deno.test("[LE1] Wilson's interval holds the share and mirrors", () => {
  const counts = fc.tuple(fc.nat(500), fc.nat(500))
    .filter(([yes, no]) => yes + no > 0);
  fc.assert(fc.property(counts, ([yes, no]) => {
    const n = yes + no;
    const [low, high] = wilson({ successes: yes, n });
    assert(0 <= low && low <= yes / n && yes / n <= high && high <= 1);
    const [mirroredLow, mirroredHigh] = wilson({ successes: no, n });
    assertAlmostEquals(mirroredLow, 1 - high, 1e-12);
    assertAlmostEquals(mirroredHigh, 1 - low, 1e-12);
  }));
  assertAlmostEquals(normalQuantile(0.975), 1.959963984540054, 1e-14);
  assertAlmostEquals(normalQuantile(1e-10), -6.361340902404056, 1e-13);
});

Deno.test("[LE5] a label moves the mean its way, unless it was there", () => {
  const outcomes = fc.array(fc.boolean(), { maxLength: 200 });
  fc.assert(fc.property(outcomes, (labels) => {
    const before = beliefAfter(labels);
    const mean = ({ alpha, beta }: typeof before) => alpha / (alpha + beta);
    const right = labelled(before, true);
    const wrong = labelled(before, false);
    assert(mean(right) > mean(wrong));
    assert(mean(right) > mean(before) && mean(wrong) < mean(before));
    const { mean: middle, interval95: [low, high] } = posterior(before);
    assert(0 <= low && low < middle && middle < high && high <= 1);
  }));
});

Deno.test("[LE5] the evidence of all labels never counts as more than 50", () => {
  const many = beliefAfter(Array.from({ length: 5_000 }, () => true));
  assertAlmostEquals(many.alpha, 51, 1e-9);
  assertAlmostEquals(many.beta, 1, 1e-9);
});

Deno.test("[LE5] a rule that turned bad is seen to be bad", () => {
  const good = Array.from({ length: 500 }, () => true);
  const bad = Array.from({ length: 50 }, () => false);
  const { interval95: [, high] } = posterior(beliefAfter([...good, ...bad]));
  assert(high < 0.55, `still thought to be right up to ${high}`);
});

Deno.test("[LE5] without decay it is the plain count", () => {
  const { alpha, beta } = beliefAfter([true, true, false], { decay: 1 });
  assertAlmostEquals(alpha, 3, 1e-12);
  assertAlmostEquals(beta, 2, 1e-12);
});

Deno.test("[LE1] the shares of being best sum to 1, and equals share alike", () => {
  const [first, second, third] = probabilityBest([PRIOR, PRIOR, {
    alpha: 40,
    beta: 2,
  }]);
  assertAlmostEquals(first, second, 1e-12);
  assertAlmostEquals(first + second + third, 1, 1e-12);
  assert(third > 0.8);
});

Deno.test("[LE4] what is no shape, share or decay is refused", () => {
  assertThrows(() => betaQuantile(1.1, PRIOR), RangeError);
  assertThrows(() => betaQuantile(NaN, PRIOR), RangeError);
  assertThrows(() => betaQuantile(0.5, { alpha: 0, beta: 1 }), RangeError);
  assertThrows(() => incompleteBeta(NaN, PRIOR), RangeError);
  assertThrows(() => labelled(PRIOR, true, { decay: 0 }), RangeError);
  assertThrows(() => wilson({ successes: 2, n: 1 }), RangeError);
  assertThrows(() => wilson({ successes: 0, n: 0 }), RangeError);
  assertThrows(() => probabilityBest([]), RangeError);
  assertThrows(() => normalQuantile(1), RangeError);
});
