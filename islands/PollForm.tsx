/** Filling in a ballot: a form of its own without scripts, a command over the socket with them. */
import type { TargetedSubmitEvent } from "preact";
import { METHODS } from "../domain/consensus/polls/methods.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { Button } from "./components/Button.tsx";
import { described, Field, FieldMistake } from "./components/Field.tsx";
import { startsChecked, startsWith } from "./poll_defaults.ts";
import {
  type BallotFields,
  ballotFrom,
  missingIn,
  rankingFrom,
} from "./poll_fields.ts";
import type { PollsModel } from "./poll_model.ts";
import { PollGrades } from "./PollGrades.tsx";
import { PollRanking } from "./PollRanking.tsx";

/** Longest reason the server takes. */
const MAX_REASON_LENGTH = 4000;

interface Props {
  readonly polls: PollsModel;
  readonly poll: Poll;
  /** What it starts from. */
  readonly fields: BallotFields;
}

export function PollForm({ polls, poll, fields }: Props) {
  const { room } = polls;
  const wrong = polls.wrong.value;
  const proposal = poll.method === "proposal";
  const reasonHint = proposal
    ? "Needed for a block, welcome otherwise."
    : "Optional.";
  return (
    <form
      class="form ballot"
      method="post"
      action={`/sessions/${poll.sessionId}/polls/${poll.pollId}/ballots`}
      autocomplete="off"
      onSubmit={(event) => submit(polls, poll, event)}
    >
      <input
        type="hidden"
        name="messageId"
        value={`${room.formId}.ballot.${poll.round}`}
      />
      <input type="hidden" name="round" value={poll.round} />
      <Said poll={poll} fields={fields} wrong={wrong} />
      <Field id="reason" label="Reason" hint={reasonHint} wrong={wrong.reason}>
        <textarea
          id="reason"
          name="reason"
          class="input grows"
          rows={1}
          maxLength={MAX_REASON_LENGTH}
          {...startsWith(fields.reason ?? "")}
          {...described("reason", { hint: true, wrong: wrong.reason })}
        />
      </Field>
      <Sure fields={fields} />
      <p class="muted note">{whoSees(poll)}</p>
      <div class="actions">
        <Button kind="primary" type="submit">Cast ballot</Button>
        {!proposal && (
          <Button type="submit" name="abstain" value="yes">Abstain</Button>
        )}
      </div>
    </form>
  );
}

function Said(
  { poll, fields, wrong }: {
    poll: Poll;
    fields: BallotFields;
    wrong: Readonly<Record<string, string>>;
  },
) {
  const kind = METHODS[poll.method].ballot;
  const mistake = wrong[kind];
  switch (kind) {
    case "choice":
    case "choices":
      return <Choices poll={poll} fields={fields} mistake={mistake} />;
    case "ranking":
      return (
        <PollRanking
          poll={poll}
          ranking={rankingFrom(fields, poll)}
          mistake={mistake}
        />
      );
    case "grades":
      return <PollGrades poll={poll} fields={fields} mistake={mistake} />;
  }
}

const PROPOSAL_NOTES: Readonly<Record<string, string>> = {
  agree: "I support it",
  disagree: "I would rather not",
  abstain: "Counts for quorum and for nothing else",
  block: "Stops it for everyone; needs a reason",
};

/** One of them, or all one approves of. */
function Choices(
  { poll, fields, mistake }: {
    poll: Poll;
    fields: BallotFields;
    mistake?: string;
  },
) {
  const many = METHODS[poll.method].ballot === "choices";
  const notes = poll.method === "proposal" ? PROPOSAL_NOTES : {};
  return (
    <fieldset
      class="field"
      aria-describedby={mistake ? "said-mistake" : undefined}
    >
      <legend>{many ? "All you could live with" : "One of these"}</legend>
      {mistake && <FieldMistake id="said-mistake">{mistake}</FieldMistake>}
      <div class="choices">
        {poll.alternatives.map(({ id, label }) => (
          <label key={id}>
            {many
              ? (
                <input
                  type="checkbox"
                  name={`approve.${id}`}
                  {...startsChecked(fields[`approve.${id}`] !== undefined)}
                />
              )
              : (
                <input
                  type="radio"
                  name="choice"
                  value={id}
                  {...startsChecked(fields.choice === id)}
                />
              )}
            <span>
              {label}
              {notes[id] && <small>{notes[id]}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A slider always has a value, so a box says whether it was meant. */
function Sure({ fields }: { fields: BallotFields }) {
  return (
    <div class="sure">
      <label class="check">
        <input
          type="checkbox"
          name="sure"
          {...startsChecked(fields.sure !== undefined)}
        />
        Say how sure I am
      </label>
      <label class="how-sure">
        <span class="visually-hidden">How sure, in percent</span>
        <span aria-hidden="true">0 %</span>
        <input
          class="slider"
          type="range"
          name="confidence"
          min={0}
          max={100}
          step={5}
          {...startsWith(fields.confidence ?? "75")}
        />
        <span aria-hidden="true">100 %</span>
      </label>
    </div>
  );
}

/** Said before one votes, not after. */
function whoSees({ revealed, reveal }: Poll): string {
  if (revealed) {
    return "Everyone in the session sees your ballot once it is cast.";
  }
  const until = reveal === "quorum"
    ? "quorum is reached"
    : "the poll or its round closes";
  return `Until ${until} others see that you have voted, not what. Then every ballot is shown with its name.`;
}

function submit(
  polls: PollsModel,
  poll: Poll,
  event: TargetedSubmitEvent<HTMLFormElement>,
): void {
  const cast = polls.cast.peek();
  if (!cast) return;
  event.preventDefault();
  const form = event.currentTarget;
  const data = new FormData(form, event.submitter);
  const fields = Object.fromEntries(
    [...data].flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : []
    ),
  );
  const ballot = ballotFrom(fields, poll);
  const missing = missingIn(ballot, poll);
  polls.wrong.value = missing;
  if (Object.keys(missing).length > 0) {
    const control = missing.reason
      ? "textarea[name=reason]"
      : "input:not([type=hidden]), select";
    form.querySelector<HTMLElement>(control)?.focus();
    return;
  }
  cast(ballot);
  // The form goes away with the focus in it: what stands there instead takes it over.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>("#poll .stands")?.focus()
  );
}
