/** Sensitivity: how far a result rests on its weights. */
import type { WeightedProblem } from "./analyze.ts";
import type { Details } from "./decision.ts";
import { type Switches, switchesOf } from "./sensitivity_switch.ts";

export const SENSITIVITIES = ["switch", "smaa"] as const;

export interface SwitchInput extends WeightedProblem {
  /** @default every criterion, under `criteria` */
  readonly criterion?: number;
}

/** The switches of one criterion, or of all. */
export function switchDetails({ criterion, ...problem }: SwitchInput): Details {
  if (criterion !== undefined) return plain(switchesOf(problem, criterion));
  const criteria = problem.weights.map((_, j) => plain(switchesOf(problem, j)));
  return { criteria };
}

function plain(found: Switches): Details {
  return { ...found, switches: found.switches.map((one) => ({ ...one })) };
}
