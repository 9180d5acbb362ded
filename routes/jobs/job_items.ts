/** A batch: one kind of work on many inputs, an outcome for each. */
import type { Json } from "../../realtime/json.ts";
import { isLasting, isTold } from "./job_errors.ts";
import type { JobKind, JobRun } from "./job_kind.ts";

/**
 * Each input by itself: one that fails does not stop the others.
 *
 * @throws what another try may cure; it is tried again with all of them
 */
export async function runItems(
  kind: Pick<JobKind, "input" | "run">,
  items: readonly unknown[],
  { run }: { readonly run: JobRun },
): Promise<Json> {
  const outcomes: Json[] = [];
  for (const [index, item] of items.entries()) {
    run.signal.throwIfAborted();
    const one = { ...run, progress: () => {} };
    try {
      const result = await kind.run(kind.input.parse(item), one);
      outcomes.push({ index, state: "done", result });
    } catch (error) {
      if (!isTold(error) || !isLasting(error)) throw error;
      outcomes.push({ index, state: "failed", error: error.message });
    }
    run.progress(index + 1, items.length);
  }
  return { items: outcomes };
}
