/** Builds the demo: takes every step of its plan, and changes nothing where that was done before. */
import { DemoCalls, type DemoCallsOptions } from "./demo_calls.ts";
import { type DemoPlan, messageIdOf } from "./demo_step.ts";
import { demoSteps } from "./demo_steps.ts";

const API = "/api/v1";

export interface LoadDemoOptions extends DemoCallsOptions {
  /** Ends it between two steps; taken up again, it goes on where it was. */
  readonly signal?: AbortSignal;
  /** Told after every step; both count steps. */
  readonly progress?: (done: number, total: number) => void;
}

/**
 * @throws {DemoRefused} When the API refuses a step.
 * @throws The signal's reason, once it is aborted.
 */
export async function loadDemo(
  plan: DemoPlan,
  { signal, progress, ...options }: LoadDemoOptions,
): Promise<void> {
  const calls = new DemoCalls(options);
  const steps = demoSteps(plan);
  const made = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    signal?.throwIfAborted();
    const below = step.under === undefined ? API : made.get(step.under);
    if (below === undefined) {
      throw new Error(`Cannot build the demo: ${step.under} made nothing`);
    }
    const messageId = messageIdOf(plan, step.key);
    const location = await calls.take(step, { messageId, below, signal });
    if (location !== undefined) made.set(step.key, location);
    progress?.(index + 1, steps.length);
  }
}
