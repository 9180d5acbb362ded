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
import type { DecisionTask } from "../workers/decision_worker.ts";
import { WorkerCall } from "../workers/worker_call.ts";

/** Undefined while there is no ranking. */
export type Stability = (read: ReadDecision) => Promise<Smaa | undefined>;

/** No worker is started before somebody asks. */
export function createStability(): Stability {
  const worker = new WorkerCall<DecisionTask, string>(
    new URL("../workers/decision_worker.ts", import.meta.url),
  );
  return async ({ decision }) => {
    const input = inputOf(decision);
    if (!input) return undefined;
    const { method, matrix, directions, params } = input;
    const answer = await worker.run({
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
