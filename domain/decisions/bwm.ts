/** BWM: weights from comparing the best criterion to all others, and all others to the worst. */
import type { Weighing } from "./weigh.ts";
import { linearBestWorst } from "./bwm_linear.ts";
import { nonlinearBestWorst } from "./bwm_nonlinear.ts";

export const BWM_MODELS = ["linear", "nonlinear"] as const;

export interface BestWorst {
  /** Index of the best criterion. */
  readonly best: number;
  readonly worst: number;
  /** How many times more the best counts than each; 1 for itself. */
  readonly bestToOthers: readonly number[];
  /** How many times more each counts than the worst; 1 for itself. */
  readonly othersToWorst: readonly number[];
}

export interface BwmParams extends BestWorst {
  /** @default "linear" */
  readonly model?: typeof BWM_MODELS[number];
}

/** `xi` is how far the comparisons are from agreeing: 0 where they do. */
export function bwm({ model = "linear", ...input }: BwmParams): Weighing {
  return model === "linear"
    ? linearBestWorst(input)
    : nonlinearBestWorst(input);
}
