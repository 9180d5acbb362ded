/** A pool that works tasks out in the calling thread, for tests of everything around it. */
import type { Json } from "../../../realtime/json.ts";
import type { JobPool } from "../../../routes/jobs/job_pool.ts";
import { runTask } from "../../../routes/jobs/run_task.ts";

type InlinePool = Pick<JobPool, "run" | "stats" | "warm" | "stop">;

export function inlinePool(): InlinePool {
  return {
    run: (task, { signal, progress = () => {}, part = () => {} }) =>
      // As from a thread: what it throws, the promise rejects with.
      Promise.resolve().then((): Json => {
        signal.throwIfAborted();
        const told = {
          progress,
          part: (value: object) => part(plain(value)),
        };
        return plain(runTask(task, told));
      }),
    stats: () => ({ maxThreads: 1, busy: 0, waiting: 0, lost: 0 }),
    warm: () => {},
    stop: () => Promise.resolve(),
  };
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
