/** Rank stability for pages without scripts: the same question the island asks, to a worker. */
import { inputOf } from "../../islands/decision_sensitivity.ts";
import {
  SAMPLES,
  SEED,
  type Smaa,
  smaaBody,
  smaaFrom,
} from "../../islands/decision_stability.ts";
import type { ReadDecision } from "../decision_reading.ts";
import {
  createDecisionCalls,
  type DecisionCalls,
} from "../workers/decision_calls.ts";

/** Undefined while there is no ranking. */
export type Stability = (read: ReadDecision) => Promise<Smaa | undefined>;

/** @param calls @default workers of its own, that start as somebody asks */
export function createStability(
  calls: Pick<DecisionCalls, "run"> = createDecisionCalls(),
): Stability {
  return async ({ decision }) => {
    const input = inputOf(decision);
    if (!input) return undefined;
    const { method, matrix, directions, params } = input;
    const answer = await calls.run({
      do: "smaa",
      input: {
        method,
        matrix,
        directions,
        params,
        samples: SAMPLES,
        seed: SEED,
      },
    });
    return smaaFrom(smaaBody(input), JSON.parse(answer));
  };
}
