/** The poll in the middle of the room: the question, the reader's ballot, and what leads on. */
import { METHODS } from "../domain/consensus/polls/methods.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { needOf, percent } from "../domain/consensus/polls/statement.ts";
import { Badge } from "./components/Badge.tsx";
import { Banner } from "./components/Banner.tsx";
import { Panel } from "./components/Panel.tsx";
import { Time } from "./components/Time.tsx";
import { formatTime } from "./format.ts";
import { Icon } from "./icon.tsx";
import { fieldsOf } from "./poll_fields.ts";
import { pendingFor, type PollsModel, standingIn } from "./poll_model.ts";
import {
  ballotText,
  OUTCOME_LOOKS,
  refusalText,
  timeLeft,
} from "./poll_words.ts";
import { PollForm } from "./PollForm.tsx";
import { PollLead } from "./PollLead.tsx";

interface Props {
  readonly polls: PollsModel;
  readonly poll: Poll;
}

export function PollBallot({ polls }: { readonly polls: PollsModel }) {
  const poll = polls.shown.value;
  if (!poll) return null;
  const replayed = polls.room.replay.value !== undefined;
  const mine = !replayed && standingIn(polls, poll) === "may_vote";
  return (
    <Panel
      id="poll"
      title={mine ? "Your ballot" : "Poll"}
      part="poll"
      end={<State polls={polls} poll={poll} />}
    >
      <div class="pad form">
        <div class="asked">
          <h3>{poll.question}</h3>
          {poll.description !== null && <p class="said">{poll.description}</p>}
          <Terms polls={polls} poll={poll} />
        </div>
        {replayed
          ? <p class="muted">Looking back: nothing can be cast here.</p>
          : <Mine polls={polls} poll={poll} />}
      </div>
      <p class="visually-hidden" role="status">{polls.says.value}</p>
      {!replayed && <PollLead polls={polls} poll={poll} />}
    </Panel>
  );
}

function State({ polls, poll }: Props) {
  const { result, blind, revealed, reveal } = poll;
  if (result) {
    const { status, word } = OUTCOME_LOOKS[result.state];
    return <Badge status={status}>{word}</Badge>;
  }
  if (standingIn(polls, poll) === "overdue") {
    return <Badge status="pending">Closing…</Badge>;
  }
  if (blind && !revealed) {
    return (
      <Badge status="pending">
        {reveal === "quorum" ? "Blind until quorum" : "Blind until it closes"}
      </Badge>
    );
  }
  return <Badge status={poll.status} />;
}

/** What was agreed on before the first ballot, in one row. */
function Terms({ polls, poll }: Props) {
  const { room } = polls;
  const { method, threshold, quorum, round, maxRounds, closesAt } = poll;
  return (
    <div class="facts">
      <span>
        Method <b>{METHODS[method].name}</b>
      </span>
      {threshold !== null && (
        <span>
          Needs <b>{needOf(poll)}</b>
        </span>
      )}
      {quorum > 0 && (
        <span>
          Quorum <b>{percent(quorum)}</b>
        </span>
      )}
      {maxRounds > 1 && (
        <span>
          Round <b>{round}</b> of {maxRounds}
        </span>
      )}
      {poll.status === "open" && closesAt !== null &&
        <Countdown polls={polls} closesAt={closesAt} />}
      {poll.closedAt !== null && (
        <span>
          Closed{" "}
          <Time at={poll.closedAt} now={room.readAt} zone={room.zone.value} />
        </span>
      )}
      <span>
        Asked by <b>{poll.openedByName}</b>
      </span>
    </div>
  );
}

/** Text that changes every second, so never in a live region. */
function Countdown(
  { polls, closesAt }: { polls: PollsModel; closesAt: number },
) {
  const { room } = polls;
  const time = <Time at={closesAt} now={room.readAt} zone={room.zone.value} />;
  if (room.replay.value) return <span>Closes {time}</span>;
  const left = timeLeft(closesAt, polls.clock.value);
  return left === undefined ? <span>Closing…</span> : (
    <span>
      Closes <b>{left}</b>, {time}
    </span>
  );
}

function Mine({ polls, poll }: Props) {
  const standing = standingIn(polls, poll);
  const own = polls.own.value;
  const pending = pendingFor(polls, poll);
  return (
    <>
      <NotCounted polls={polls} poll={poll} />
      {(pending || own) && (
        <div class="stands" tabIndex={-1}>
          {pending
            ? <Pending polls={polls} poll={poll} />
            : <Receipt polls={polls} poll={poll} />}
        </div>
      )}
      {standing === "may_vote" && <RoundNotice poll={poll} />}
      {standing === "may_vote" &&
        (own || pending
          ? (
            <details
              key={`${own?.offset} ${pending?.messageId}`}
              class="details change"
              open={polls.draft.value !== undefined}
            >
              <summary class="button">Change ballot</summary>
              <Form polls={polls} poll={poll} />
            </details>
          )
          : <Form polls={polls} poll={poll} />)}
      {standing === "overdue" && !pending && (
        <p class="muted">
          The time is over. The result is being counted.
        </p>
      )}
      {standing === "session_closed" && (
        <p class="muted">
          The session is closed: this poll takes no more ballots.
        </p>
      )}
      {standing === "not_a_voter" && (
        <p class="muted">
          {poll.electorate.places.has(polls.room.reader.userId)
            ? "You are not voting in this poll: your weight in it is 0."
            : "You are not in this poll's electorate, which was fixed when it opened: you read along."}
        </p>
      )}
      {standing === "closed" && !own && !pending &&
        poll.electorate.places.has(polls.room.reader.userId) && (
        <p class="muted">
          You cast no ballot{poll.maxRounds > 1 ? " in the last round" : ""}.
        </p>
      )}
    </>
  );
}

/** A form starts anew with another round or another own ballot, not while one fills it in. */
function Form({ polls, poll }: Props) {
  const own = polls.own.value;
  const draft = polls.draft.value;
  return (
    <PollForm
      key={`${poll.pollId} ${own?.offset ?? 0} ${draft ? "draft" : ""}`}
      polls={polls}
      poll={poll}
      fields={draft ?? fieldsOf(own?.ballot)}
    />
  );
}

function Pending({ polls, poll }: Props) {
  const pending = pendingFor(polls, poll);
  if (!pending) return null;
  const waits = polls.room.staleSince.value !== undefined;
  return (
    <div class="receipt waiting">
      <Icon name="wait" />
      <p>
        <b>{ballotText(pending.ballot, poll)}</b>
        <small>
          {waits ? "Waiting to be sent: not counted yet" : "Being sent"}
        </small>
      </p>
    </div>
  );
}

/** The ballot as it stands, and the entry that proves it. */
function Receipt({ polls, poll }: Props) {
  const own = polls.own.value;
  if (!own) return null;
  const { room } = polls;
  const { ballot, at, offset, hash } = own;
  return (
    <div class="receipt">
      <Icon name="check" tone="tone-jade" />
      <p>
        Your ballot: <b>{ballotText(ballot, poll)}</b>
        {ballot.confidence !== undefined &&
          ` · ${percent(ballot.confidence)} sure`}
        <small>
          Cast <Time at={at} now={room.readAt} zone={room.zone.value} /> · entry
          {" "}
          {offset}
          {hash !== undefined && (
            <>
              {" "}· hash <span class="mono">{hash.slice(0, 8)}…</span>
            </>
          )}
        </small>
        {ballot.reason !== undefined && <q class="said">{ballot.reason}</q>}
      </p>
    </div>
  );
}

function NotCounted({ polls, poll }: Props) {
  const refused = polls.refused.value;
  const mistake = polls.room.mistake.value;
  const zone = polls.room.zone.value;
  const at = (moment: number) => formatTime(moment, polls.clock.peek(), zone);
  if (refused) {
    const { pollId, question, said } = refused;
    const here = pollId === poll.pollId;
    return (
      <Banner kind="bad">
        {!here && <>“{question}”:</>}
        {refusalText(refused, here ? poll : undefined, at)} You had said:{" "}
        <b>{said}</b>.
      </Banner>
    );
  }
  if (mistake?.form === "ballot" && mistake.message) {
    const { reason, message } = mistake;
    return (
      <Banner kind="bad">{refusalText({ reason, message }, poll, at)}</Banner>
    );
  }
  return null;
}

/** Whoever has a form open as a round ends must see that it is for another one now. */
function RoundNotice({ poll }: { poll: Poll }) {
  const last = poll.rounds.at(-1);
  if (!last) return null;
  return (
    <Banner kind="info">
      Round {last.round} ended: {OUTCOME_LOOKS[last.result.state].word
        .toLowerCase()}. This is round{" "}
      {poll.round}; ballots of earlier rounds do not count in it, so cast yours
      again.
    </Banner>
  );
}
