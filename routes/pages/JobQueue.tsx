/** How the queue does, in figures: what waits, what runs, what was given up. */
import { JOB_PRIORITIES } from "../../domain/jobs/events.ts";
import { count } from "../../islands/format.ts";
import type { JobEngineStats } from "../jobs/job_engine.ts";
import type { QueueFigures } from "../jobs/job_board.ts";
import type { JobPool } from "../jobs/job_pool.ts";
import { duration, PRIORITY_WORDS } from "./job_words.ts";
import { FigureTile } from "./FigureTile.tsx";

export interface JobQueueProps {
  readonly figures: QueueFigures;
  readonly engine: JobEngineStats;
  readonly threads: ReturnType<JobPool["stats"]>;
  /** Jobs that were given up, as many as were looked at. */
  readonly dead: { readonly count: number; readonly more: boolean };
  /** Where those are listed. */
  readonly deadHref: string;
}

export function JobQueue(props: JobQueueProps) {
  const { figures, engine, threads, dead, deadHref } = props;
  const { queued, running, retrying, oldestQueuedMs, endedLastMinute } =
    figures;
  return (
    <dl class="job-tiles">
      <FigureTile
        name="Queued"
        value={number(queued)}
        more={byPriority(figures)}
      />
      <FigureTile
        name="Running"
        value={number(running)}
        more={`here ${engine.running} of ${engine.slots} · ` +
          `threads busy ${threads.busy} of ${threads.maxThreads}`}
      />
      <FigureTile
        name="Waiting for another try"
        value={number(retrying)}
        more={retrying === 0 ? "None has failed on the way" : "After a failure"}
      />
      <FigureTile
        name="Longest wait"
        value={oldestQueuedMs === null ? "–" : duration(oldestQueuedMs)}
        more={oldestQueuedMs === null ? "Nothing waits" : "In the queue now"}
      />
      <FigureTile
        name="Ended"
        value={number(endedLastMinute)}
        more="In the last minute"
      />
      <FigureTile
        name="Given up"
        value={
          <span class={dead.count > 0 ? "job-dead" : undefined}>
            {number(dead.count)}
            {dead.more && "+"}
          </span>
        }
        more={dead.count === 0 ? "No dead letters" : (
          <a href={deadHref}>
            Show {dead.more
              ? "them"
              : count(dead.count, "dead letter", "dead letters")}
          </a>
        )}
      />
    </dl>
  );
}

/** `1 critical, 3 medium`; priorities without any are left out. */
function byPriority({ queued, queuedByPriority }: QueueFigures): string {
  if (queued === 0) return "Whatever comes begins at once";
  return JOB_PRIORITIES
    .filter((one) => (queuedByPriority[one] ?? 0) > 0)
    .map((one) =>
      `${number(queuedByPriority[one])} ${PRIORITY_WORDS[one].toLowerCase()}`
    )
    .join(", ");
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}
