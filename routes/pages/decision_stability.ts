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
import { DecisionResults } from "../decision_results.ts";

/** Undefined while there is no ranking. */
export type Stability = (read: ReadDecision) => Promise<Smaa | undefined>;

/** @param decisions What is known already, and what works out the rest. */
export function createStability(
  decisions: Pick<DecisionResults, "of"> = new DecisionResults(),
): Stability {
  return async ({ decision }) => {
    const input = inputOf(decision);
    if (!input) return undefined;
    const { method, matrix, directions, params = {} } = input;
    const { json, computedAt, cached } = await decisions.of({
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
    const answer = { ...JSON.parse(json), computedAt, cached };
    return smaaFrom(smaaBody(input), answer);
  };
}
