/** The workers that decision calculations run in: those asked for over HTTP and those of pages. */
import type { DecisionTask } from "./decision_task.ts";
import { WorkerCall } from "./worker_call.ts";

/** A task in, the JSON that the route answers out. */
export type DecisionCalls = WorkerCall<DecisionTask, string>;

/** Whoever creates them stops them. */
export function createDecisionCalls(): DecisionCalls {
  return new WorkerCall(new URL("./decision_worker.ts", import.meta.url));
}
