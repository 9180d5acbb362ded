/** The life of a job: who submitted it, each try and what came of it. */
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { formatSecond, type Zone } from "../../islands/format.ts";
import { Icon } from "../../islands/icon.tsx";
import type { JobStep } from "./job_tries.ts";
import { duration } from "./job_words.ts";

export interface JobTriesProps {
  readonly steps: readonly JobStep[];
  readonly now: number;
  readonly zone: Zone;
}

export function JobTries({ steps, now, zone }: JobTriesProps) {
  return (
    <Panel id="tries" title="What happened">
      <ol class="job-steps">
        {steps.map(({ offset, at, icon, says, error, retryAt }, n) => (
          <li key={offset}>
            <Icon name={icon} />
            <div>
              <p>
                {says} {n > 0 && (
                  <span class="muted">
                    after {duration(Math.max(0, at - steps[n - 1].at))}
                  </span>
                )}
              </p>
              {error !== null && <p class="job-error">{error}</p>}
              {retryAt !== null && retryAt > now && (
                <p class="muted">
                  The next try is at {formatSecond(retryAt, zone)}
                  {zone === "UTC" && " UTC"}
                </p>
              )}
            </div>
            <Time at={at} now={now} zone={zone} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
