/** Switch weights: where the winner changes as one criterion counts more or less. */
import { utilities } from "./additive.ts";
import type { WsmParams } from "./additive.ts";
import { highest, sumOf } from "./columns.ts";
import type { Problem } from "./decision.ts";
import { SAME_SCORE } from "./ranks.ts";

/** Weights are shares of 1. Winners are all who share the highest sum just beside the weight. */
export interface Switch {
  readonly weight: number;
  readonly winnersBelow: readonly number[];
  readonly winnersAbove: readonly number[];
}

export interface Switches {
  readonly criterion: number;
  readonly currentWeight: number;
  /** The one nearest to the current weight, the lower of two; null if nothing changes the winner. */
  readonly switchWeight: number | null;
  /** The first of the winners on either side. */
  readonly winnerBelow: number | null;
  readonly winnerAbove: number | null;
  /** All there are between 0 and 1, lowest first. */
  readonly switches: readonly Switch[];
}

interface SwitchInput extends Problem {
  readonly weights: readonly number[];
  readonly params?: WsmParams;
}

/** A weighted sum as the criterion's weight goes from 0 to 1. */
interface Line {
  readonly from: number;
  readonly to: number;
}

/**
 * The exact weights at which another alternative takes the lead by the weighted sum, the other
 * criteria keeping their proportions (equal ones if they count nothing now). Every sum is a
 * straight line in the weight, so the lead changes where lines of the upper hull meet.
 * Source: E. Triantaphyllou and A. Sánchez, A sensitivity analysis approach for some
 * deterministic multi-criteria decision-making methods, Decision Sciences 28 (1997).
 */
export function switchesOf(
  { weights, params = {}, ...problem }: SwitchInput,
  criterion: number,
): Switches {
  const rows = utilities(problem, params);
  const total = sumOf(weights);
  const currentWeight = weights[criterion] / total;
  const others = weights.map((weight, j) => j === criterion ? 0 : weight);
  const rest = sumOf(others);
  const shares = others.map((weight, j) => {
    if (j === criterion) return 0;
    return rest === 0 ? 1 / (weights.length - 1) : weight / rest;
  });
  const lines = rows.map((row): Line => ({
    from: sumOf(row.map((value, j) => value * shares[j])),
    to: row[criterion],
  }));
  // The only criterion has all the weight there is.
  const switches = weights.length === 1 ? [] : changesOfLead(lines);
  const nearest = switches.reduce<Switch | undefined>((best, one) => {
    const gap = ({ weight }: Switch) => Math.abs(weight - currentWeight);
    return best === undefined || gap(one) < gap(best) ? one : best;
  }, undefined);
  return {
    criterion,
    currentWeight,
    switchWeight: nearest?.weight ?? null,
    winnerBelow: nearest?.winnersBelow[0] ?? null,
    winnerAbove: nearest?.winnersAbove[0] ?? null,
    switches,
  };
}

/** Walks along the highest line, from where the weight is 0. */
function changesOfLead(lines: readonly Line[]): readonly Switch[] {
  const size = highest(
    lines.map(({ from, to }) => Math.max(Math.abs(from), Math.abs(to))),
  );
  const tiny = SAME_SCORE * size;
  const slope = ({ from, to }: Line) => to - from;
  const alike = (a: Line, b: Line) =>
    Math.abs(a.from - b.from) <= tiny && Math.abs(a.to - b.to) <= tiny;
  const leaders = (leader: Line) =>
    lines.flatMap((line, one) => alike(line, leader) ? [one] : []);
  const start = highest(lines.map(({ from }) => from));
  let leader = steepest(lines.filter(({ from }) => start - from <= tiny));
  const switches: Switch[] = [];
  while (true) {
    // Whoever rises faster meets the leader once; the first to do so takes the lead.
    const meetings = lines.flatMap((line) => {
      const faster = slope(line) - slope(leader);
      if (faster <= tiny) return [];
      return [{ line, weight: (leader.from - line.from) / faster }];
    }).filter(({ weight }) => weight > 0 && weight < 1 - SAME_SCORE);
    if (meetings.length === 0) return switches;
    const weight = Math.min(...meetings.map((one) => one.weight));
    const next = steepest(
      meetings.filter((one) => one.weight - weight <= SAME_SCORE)
        .map(({ line }) => line),
    );
    const winnersBelow = leaders(leader);
    switches.push({ weight, winnersBelow, winnersAbove: leaders(next) });
    leader = next;
  }

  function steepest(among: readonly Line[]): Line {
    return among.reduce((a, b) => slope(b) > slope(a) ? b : a);
  }
}
