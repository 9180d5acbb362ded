/** Polls that need the reader's vote: the question, where it is asked, how long there is. */
import { Badge } from "../../islands/components/Badge.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import { Icon } from "../../islands/icon.tsx";
import type { WantedPoll } from "./wanted_polls.ts";

/** Shown here; who has more waiting begins with these. */
const SHOWN = 20;
const SOON_MS = 60 * 60 * 1000;

interface WantedPollsProps {
  readonly polls: readonly WantedPoll[];
  readonly now: number;
  readonly zone: Zone;
}

export function WantedPolls({ polls, now, zone }: WantedPollsProps) {
  const more = polls.length - SHOWN;
  return (
    <Panel id="wanted" title="Polls that need your vote">
      {polls.length === 0 && (
        <EmptyState
          title="No poll waits for you"
          text="When a facilitator opens one in a session of yours, it stands here until you have voted or it closes."
        />
      )}
      <ol class="inbox">
        {polls.slice(0, SHOWN).map((poll) => (
          <Wanted key={poll.pollId} poll={poll} now={now} zone={zone} />
        ))}
      </ol>
      {more > 0 && (
        <p class="pad muted">
          {count(more, "more poll waits", "more polls wait")} behind these.
        </p>
      )}
    </Panel>
  );
}

function Wanted(
  { poll, now, zone }: { poll: WantedPoll; now: number; zone: Zone },
) {
  const { sessionId, pollId, question, sessionTitle, closesAt, round } = poll;
  const isSoon = closesAt !== null && closesAt - now <= SOON_MS;
  return (
    <li data-unread="">
      <Icon name="half" tone={isSoon ? "severity medium" : "severity info"} />
      <div class="what">
        <p class="line">
          <a href={`/sessions/${sessionId}?poll=${pollId}#poll`}>{question}</a>
          {round > 1 && <span class="muted">Round {round}</span>}
        </p>
        <p class="said">{sessionTitle}</p>
      </div>
      <div class="when">
        {closesAt === null ? "No deadline" : (
          <span>
            Closes <Time at={closesAt} now={now} zone={zone} />
          </span>
        )}
        {closesAt !== null && isSoon && (
          <Badge status="stale">{`in ${minutesTo(closesAt, now)} min`}</Badge>
        )}
      </div>
    </li>
  );
}

/** Whole minutes, at least one: what is over is not shown. */
function minutesTo(closesAt: number, now: number): number {
  return Math.max(1, Math.ceil((closesAt - now) / 60_000));
}
