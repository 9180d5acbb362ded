/** The result at the side: one sentence, turnout against quorum, bars that keep their order, agreement. */
import { useSignal } from "@preact/signals";
import type { PollCount } from "../domain/consensus/polls/outcome.ts";
import { type Poll, turnout } from "../domain/consensus/polls/poll.ts";
import {
  amount,
  labelsOf,
  listed,
  percent,
  standingOf,
  statementOf,
  turnoutText,
} from "../domain/consensus/polls/statement.ts";
import { Meter } from "./components/Meter.tsx";
import { Panel } from "./components/Panel.tsx";
import type { Column } from "./components/Table.tsx";
import { Chart } from "./charts/Chart.tsx";
import { formatSecond } from "./format.ts";
import {
  figuresOf,
  type PollBar,
  type PollFigures,
  ranked,
} from "./poll_figures.ts";
import type { PollsModel } from "./poll_model.ts";
import { AGREEMENT_NAMES, agreementWord, OUTCOME_LOOKS } from "./poll_words.ts";
import { PollBallots } from "./PollBallots.tsx";
import { PollProof } from "./PollProof.tsx";
import { PollWorking } from "./PollWorking.tsx";

export function PollResult({ polls }: { readonly polls: PollsModel }) {
  const poll = polls.shown.value;
  if (!poll) return null;
  const count = polls.count.value;
  const replayed = polls.room.replay.value !== undefined;
  return (
    <Panel
      id="result"
      title={poll.result ? "Result" : "Result so far"}
      part="result"
      end={<AsOf polls={polls} poll={poll} />}
    >
      <div class="pad form">
        <p class="statement">{statement(poll, count)}</p>
        <Turnout poll={poll} />
        {count && <Bars poll={poll} count={count} />}
        {count && <Agreement poll={poll} count={count} />}
        {count && <PollWorking poll={poll} tally={count.tally} />}
        <PollBallots polls={polls} poll={poll} />
        <Rounds poll={poll} />
      </div>
      {!replayed && <PollProof polls={polls} poll={poll} />}
      {!replayed && <Others polls={polls} poll={poll} />}
    </Panel>
  );
}

function statement(poll: Poll, count: PollCount | null): string {
  return poll.result
    ? statementOf(poll, poll.result)
    : standingOf(poll, { count, turnout: turnout(poll) });
}

function AsOf({ polls, poll }: { polls: PollsModel; poll: Poll }) {
  const { replay, staleSince, zone } = polls.room;
  const at = replay.value?.at ?? staleSince.value;
  if (at !== undefined) return `as of ${formatSecond(at, zone.value)}`;
  return poll.maxRounds > 1 ? `round ${poll.round} of ${poll.maxRounds}` : null;
}

function Turnout({ poll }: { poll: Poll }) {
  const now = poll.result?.turnout ?? turnout(poll);
  const { castWeight, eligibleWeight, quorum, reached, share } = now;
  const needed = `quorum ${percent(quorum)}${
    reached ? ", reached" : ", not reached"
  }`;
  return (
    <Meter
      label="Turnout"
      value={castWeight}
      max={eligibleWeight}
      text={`${turnoutText(now)} · ${percent(share)}`}
      mark={quorum > 0
        ? { at: quorum * eligibleWeight, text: needed }
        : undefined}
    />
  );
}

/** They keep the order of the alternatives, so that nothing moves under the pointer. */
function Bars({ poll, count }: { poll: Poll; count: PollCount }) {
  const sorted = useSignal(false);
  const figures = figuresOf(poll, count.tally);
  const bars = sorted.value ? ranked(figures.bars) : figures.bars;
  const { abstain } = count.tally;
  return (
    <div class="poll-bars">
      {poll.status === "closed" && figures.decided && (
        <button
          type="button"
          class="button small live-only"
          aria-pressed={sorted.value}
          onClick={() => sorted.value = !sorted.value}
        >
          Best first
        </button>
      )}
      <Chart
        title={figures.unit}
        rows={bars}
        columns={figures.decided ? COLUMNS : UNRANKED}
        keyOf={({ id }) => id}
      >
        <ol class="bars">
          {bars.map((bar) => <Bar key={bar.id} bar={bar} figures={figures} />)}
        </ol>
      </Chart>
      {abstain > 0 && poll.method !== "proposal" && (
        <p class="muted note">Abstained: {amount(abstain)}</p>
      )}
    </div>
  );
}

function Bar({ bar, figures }: { bar: PollBar; figures: PollFigures }) {
  const { label, value, text, leads } = bar;
  const width = Math.round(Math.min(1, value / figures.max) * 10_000) / 100;
  return (
    <li>
      <span class="rank">{figures.decided ? bar.place : "–"}</span>
      <span class={leads ? "label first" : "label"}>{label}</span>
      <b>{text}</b>
      <svg
        class="bar"
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="track" width="100" height="8" rx="2" />
        <rect
          class={leads ? "value lead" : "value"}
          width={width}
          height="8"
          rx="2"
        />
      </svg>
    </li>
  );
}

const COLUMNS: readonly Column<PollBar>[] = [
  { key: "label", head: "Alternative", cell: ({ label }) => label },
  { key: "value", head: "Count", kind: "number", cell: ({ text }) => text },
  {
    key: "place",
    head: "Place",
    kind: "number",
    width: "s",
    cell: ({ place }) => place,
  },
];
/** A proposal has no places. */
const UNRANKED = COLUMNS.slice(0, 2);

/** One number with its word, and where people differ. */
function Agreement({ poll, count }: { poll: Poll; count: PollCount }) {
  const { value, metric } = count.agreement;
  if (value === null) return null;
  const { most, byCandidate } = count.dissent;
  const differ = labelsOf(poll, most);
  return (
    <dl class="agree">
      <div>
        <dt>Agreement</dt>
        <dd>
          {value.toFixed(2)} <small>{agreementWord(value)}</small>
        </dd>
        <dd class="note">{AGREEMENT_NAMES[metric]}</dd>
      </div>
      <div>
        <dt>People differ most on</dt>
        <dd class="differ">
          {differ.length === 0
            ? "nothing"
            : differ.length === poll.alternatives.length && differ.length > 2
            ? "all alike"
            : listed(differ)}
        </dd>
        {differ.length > 0 && (
          <dd class="note">
            dissent {(byCandidate[most[0]] ?? 0).toFixed(2)} of 1
          </dd>
        )}
      </div>
    </dl>
  );
}

function Rounds({ poll }: { poll: Poll }) {
  if (poll.rounds.length === 0) return null;
  return (
    <section class="rounds" aria-labelledby="rounds-title">
      <h3 id="rounds-title">Rounds so far</h3>
      <ol>
        {poll.rounds.map(({ round, result }) => (
          <li key={round}>
            <b>{round}</b> {statementOf(poll, result)}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The session's other polls, as links. */
function Others({ polls, poll }: { polls: PollsModel; poll: Poll }) {
  const others = polls.list.value.filter(({ pollId }) =>
    pollId !== poll.pollId
  );
  if (others.length === 0) return null;
  return (
    <footer class="other-polls">
      <h3>Other polls here</h3>
      <ul>
        {others.map(({ pollId, question, status, state }) => (
          <li key={pollId}>
            <a href={`/sessions/${poll.sessionId}?poll=${pollId}`}>
              {question}
            </a>{" "}
            <span class="muted">
              {state ? OUTCOME_LOOKS[state].word : status}
            </span>
          </li>
        ))}
      </ul>
    </footer>
  );
}
