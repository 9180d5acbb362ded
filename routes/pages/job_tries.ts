/** What happened to a job, from its entries: a line for each, but for leases that were renewed. */
import type { RecordedEvent } from "../../domain/decider.ts";
import { JOB_UPDATE } from "../../domain/jobs/events.ts";
import { numberOf, textOf } from "../../domain/read_json.ts";
import type { IconName } from "../../islands/icon.tsx";

export interface JobStep {
  readonly offset: number;
  /** ms since 1970. */
  readonly at: number;
  readonly icon: IconName;
  readonly says: string;
  /** Why it failed. */
  readonly error: string | null;
  /** When it is tried again, ms since 1970. */
  readonly retryAt: number | null;
}

const PLAIN: Readonly<Record<string, readonly [IconName, string]>> = {
  job_done: ["check", "Done"],
  job_failed: ["cross", "Failed"],
  job_dead: ["critical", "Given up"],
  job_released: ["left", "Given back by a server that stopped"],
  job_returned: ["stale", "Taken back: its worker fell silent"],
  job_requeued: ["replay", "In the queue again"],
};

export function stepsOf(events: readonly RecordedEvent[]): readonly JobStep[] {
  const steps: JobStep[] = [];
  let tries = 0;
  for (const { type, offset, at, body } of events) {
    if (type !== JOB_UPDATE || body === null) continue;
    const name = textOf(body.name) ?? textOf(body.byName) ?? "Somebody";
    const step = (icon: IconName, says: string) =>
      steps.push({
        offset,
        at,
        icon,
        says,
        error: textOf(body.error),
        retryAt: numberOf(body.retryAt),
      });
    switch (body.event) {
      case "job_submitted":
        step("joined", `${name} submitted it`);
        break;
      case "job_claimed":
        step("half", `Try ${++tries}, by worker ${textOf(body.worker) ?? "?"}`);
        break;
      case "job_retried":
        tries = 0;
        step("replay", `${name} wants it tried anew`);
        break;
      case "job_cancelled":
        step("closed", `${name} cancelled it`);
        break;
      default: {
        // A server that stops gives it back: that does not count as a try.
        if (body.event === "job_released") tries--;
        const known = Object.hasOwn(PLAIN, body.event);
        if (known) step(...PLAIN[body.event]);
      }
    }
  }
  return steps;
}
