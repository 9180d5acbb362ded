/** Calibration: whether what was said to be 80 % likely happened in eight of ten cases. */
import { wilson } from "./wilson.ts";

/** Bins of equal width for ECE and the curve; the last holds 1 as well. */
export const BINS = 10;
/**
 * Least probability that log loss reads: who was sure and wrong pays −ln 1e-15 = 34.5388, not
 * Infinity. It bounds the probability of what happened, so both sides pay alike; bounding the
 * forecast itself would make a wrong 1 pay for 1 − (1 − 1e-15), which rounds to 34.5396.
 */
export const CLIP = 1e-15;

export interface Forecasts {
  /** Probabilities, from 0 to 1. */
  readonly predicted: readonly number[];
  /** What happened, in the same order: 1 if it did, 0 if it did not. */
  readonly observed: readonly number[];
}

export interface CalibrationBin {
  /** Of the forecasts in it: from `low` up to and without `high`, but for the last. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means of the forecasts and of what happened; null where there are none. */
  readonly predicted: number | null;
  readonly observed: number | null;
  /** Wilson's 95 % interval of `observed`; null where there are none. */
  readonly interval95: readonly [low: number, high: number] | null;
}

export interface Calibration {
  /** Mean squared error: 0 is perfect, 0.25 is what always saying one half gets. */
  readonly brier: number;
  /** How far forecasts are from what happened; 0 is best. */
  readonly reliability: number;
  /** How far forecasts tell cases apart; more is better. */
  readonly resolution: number;
  /** What nobody can help: the variance of what happened. */
  readonly uncertainty: number;
  /** Expected calibration error: the bins' |forecast − observed|, by their counts. */
  readonly ece: number;
  /** Mean of −log of the probability given to what happened, in nats. */
  readonly logLoss: number;
  readonly curve: readonly CalibrationBin[];
}

interface Group {
  readonly count: number;
  /** Sums over the group. */
  readonly predicted: number;
  readonly observed: number;
}

/**
 * Measures forecasts against what happened; the order of the cases changes no bit of it.
 *
 * Brier (Monthly Weather Review 78, 1950) with Murphy's split (J. Applied Meteorology 12,
 * 1973): brier = reliability − resolution + uncertainty. It is by distinct forecasts, where
 * it is exact; by bins it would not be. ECE and the curve are by ten bins of equal width.
 *
 * @throws {RangeError} If there are none, the lists differ in length, a forecast is outside
 * 0 to 1, or what happened is neither 0 nor 1.
 */
export function calibrate(forecasts: Forecasts): Calibration {
  const cases = sorted(forecasts);
  const total = cases.length;
  const happened = cases.reduce((sum, { observed }) => sum + observed, 0);
  const base = happened / total;
  const meanOf = (value: (one: Case) => number) =>
    cases.reduce((sum, one) => sum + value(one), 0) / total;
  const groups = groupsOf(cases);
  const byGroup = (value: (group: Group) => number) =>
    groups.reduce((sum, group) => sum + group.count * value(group), 0) / total;
  const bins = binsOf(cases);
  return {
    brier: meanOf(({ predicted, observed }) => (predicted - observed) ** 2),
    reliability: byGroup(({ count, predicted, observed }) =>
      ((predicted - observed) / count) ** 2
    ),
    resolution: byGroup(({ count, observed }) =>
      (observed / count - base) ** 2
    ),
    uncertainty: base * (1 - base),
    ece: bins.reduce(
      (sum, { predicted, observed }) => sum + Math.abs(predicted - observed),
      0,
    ) / total,
    logLoss: meanOf(surprise),
    curve: bins.map(shown),
  };
}

interface Case {
  readonly predicted: number;
  readonly observed: number;
}

/** Sorted, so that rounding is the same whatever order they came in. */
function sorted({ predicted, observed }: Forecasts): readonly Case[] {
  if (predicted.length === 0 || predicted.length !== observed.length) {
    throw new RangeError(
      `Cannot measure calibration: needs as many forecasts as outcomes, got ${predicted.length} and ${observed.length}`,
    );
  }
  return predicted.map((forecast, index): Case => {
    const outcome = observed[index];
    if (forecast >= 0 && forecast <= 1 && (outcome === 0 || outcome === 1)) {
      return { predicted: forecast, observed: outcome };
    }
    throw new RangeError(
      `Cannot measure calibration: needs a forecast from 0 to 1 and an outcome 0 or 1, got ${forecast} and ${outcome}`,
    );
  }).sort((a, b) => a.predicted - b.predicted || a.observed - b.observed);
}

/** The cases with equal forecasts together. */
function groupsOf(cases: readonly Case[]): readonly Group[] {
  const groups: { count: number; predicted: number; observed: number }[] = [];
  let before: number | undefined;
  for (const { predicted, observed } of cases) {
    if (predicted !== before) {
      groups.push({ count: 0, predicted: 0, observed: 0 });
      before = predicted;
    }
    const group = groups[groups.length - 1];
    group.count++;
    // A product, not a sum of equals: 0.1 ten times over is not 1.
    group.predicted = group.count * predicted;
    group.observed += observed;
  }
  return groups;
}

function binsOf(cases: readonly Case[]): readonly Group[] {
  const bins = Array.from(
    { length: BINS },
    () => ({ count: 0, predicted: 0, observed: 0 }),
  );
  for (const { predicted, observed } of cases) {
    const bin = bins[Math.min(Math.floor(predicted * BINS), BINS - 1)];
    bin.count++;
    bin.predicted += predicted;
    bin.observed += observed;
  }
  return bins;
}

function shown(
  { count, predicted, observed }: Group,
  index: number,
): CalibrationBin {
  const place = { low: index / BINS, high: (index + 1) / BINS, count };
  if (count === 0) {
    return { ...place, predicted: null, observed: null, interval95: null };
  }
  return {
    ...place,
    predicted: predicted / count,
    observed: observed / count,
    interval95: wilson({ successes: observed, n: count }),
  };
}

function surprise({ predicted, observed }: Case): number {
  const given = observed === 1 ? predicted : 1 - predicted;
  // 0 is added because the log has no -0.
  return -Math.log(Math.max(given, CLIP)) + 0;
}
