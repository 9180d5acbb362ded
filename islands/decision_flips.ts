/** Flip points: the weight of each criterion at which somebody else would lead. */
import {
  type AnalysisInput,
  rated,
  scorerOf,
} from "../domain/decisions/analyze.ts";
import { sumOf } from "../domain/decisions/columns.ts";
import type { Scorer } from "../domain/decisions/decision.ts";
import { winnersOf } from "../domain/decisions/ranks.ts";
import {
  type Switch,
  switchesOf,
} from "../domain/decisions/sensitivity_switch.ts";
import type { Flip, FlipsBy } from "./decision_figures.ts";
import { weightsWithShare } from "./decision_weights.ts";

/** How far apart weights are tried: a lead that is shorter than this is not found. */
export const STEP = 0.01;
/** At the very ends a criterion is alone or gone, and ties there flip nothing. */
const LEAST = 0.001;
const MOST = 0.999;
/** How near a flip is told. */
const NEAR = 1e-4;
/** Values that one search may read: some 20 ms. */
const MAX_VALUES_READ = 2e7;

/** Shares are shown to 0.1 %. */
const SHOWN_DIGITS = 6;

const NO_FLIP: Flip = { share: null, winners: [], side: "above" };

/**
 * The nearest flip of every criterion, the others keeping their proportions. Exact for the
 * weighted sum, where scores are straight lines in a weight; by search in steps for others.
 */
export function flipsOf(
  input: AnalysisInput,
): { readonly flips: readonly Flip[]; readonly flipsBy: FlipsBy } {
  const { method, weights, matrix } = input;
  if (matrix.length < 2 || weights.length < 2) {
    return { flips: [], flipsBy: "none" };
  }
  if (method === "wsm") {
    return {
      flips: weights.map((_, j) => exactFlip(input, j)),
      flipsBy: "exact",
    };
  }
  const pairwise = method === "electre1" || method === "electre2";
  const once = matrix.length * weights.length * (pairwise ? matrix.length : 1);
  if (once * weights.length / STEP > MAX_VALUES_READ) {
    return { flips: [], flipsBy: "none" };
  }
  const scorer = scorerOf(method, input, input.params);
  const flips = weights.map((_, j) => searchedFlip(scorer, weights, j));
  return { flips, flipsBy: "search" };
}

function exactFlip(input: AnalysisInput, criterion: number): Flip {
  const { switches, currentWeight } = switchesOf(input, criterion);
  const nearest = switches.reduce<Switch | undefined>((best, one) => {
    const gap = ({ weight }: Switch) => Math.abs(weight - currentWeight);
    return best === undefined || gap(one) < gap(best) ? one : best;
  }, undefined);
  if (!nearest) return NO_FLIP;
  const { weight, winnersAbove, winnersBelow } = nearest;
  const share = Number(weight.toPrecision(SHOWN_DIGITS));
  return weight >= currentWeight
    ? { share, winners: winnersAbove, side: "above" }
    : { share, winners: winnersBelow, side: "below" };
}

/** Goes away from the current weight step by step, then halves the step in which it flips. */
function searchedFlip(
  scorer: Scorer,
  weights: readonly number[],
  criterion: number,
): Flip {
  const current = weights[criterion] / sumOf(weights);
  const winnersAt = (share: number) =>
    winnersOf(rated(scorer, weightsWithShare(weights, criterion, share)).ranks);
  const now = winnersOf(rated(scorer, weights).ranks);
  const same = (winners: readonly number[]) =>
    winners.length === now.length && winners.every((one, i) => one === now[i]);
  let below = current;
  let above = current;
  while (below > LEAST || above < MOST) {
    const next = Math.min(MOST, above + STEP);
    if (above < MOST && !same(winnersAt(next))) {
      return told(above, next, "above");
    }
    above = Math.max(above, next);
    const before = Math.max(LEAST, below - STEP);
    if (below > LEAST && !same(winnersAt(before))) {
      return told(below, before, "below");
    }
    below = Math.min(below, before);
  }
  return NO_FLIP;

  function told(from: number, to: number, side: Flip["side"]): Flip {
    let [stays, flips] = [from, to];
    while (Math.abs(flips - stays) > NEAR) {
      const middle = (stays + flips) / 2;
      if (same(winnersAt(middle))) stays = middle;
      else flips = middle;
    }
    const after = winnersAt(flips);
    const others = after.filter((one) => !now.includes(one));
    const share = Number(flips.toPrecision(SHOWN_DIGITS));
    return { share, winners: others.length > 0 ? others : after, side };
  }
}
