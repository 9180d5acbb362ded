/** Under a poll: closing, cancelling and recusing oneself, each with a question that says what happens. */
import type { ComponentChildren } from "preact";
import {
  placeOfVoter,
  type Poll,
  turnout,
} from "../domain/consensus/polls/poll.ts";
import { turnoutText } from "../domain/consensus/polls/statement.ts";
import { Button } from "./components/Button.tsx";
import { CloseDialog, Dialog, OpenDialog } from "./components/Dialog.tsx";
import type { PollsModel } from "./poll_model.ts";

interface Props {
  readonly polls: PollsModel;
  readonly poll: Poll;
}

export function PollLead({ polls, poll }: Props) {
  if (poll.status !== "open") return null;
  const { rights, reader } = polls.room;
  const { mayLead } = rights.value;
  const votes = placeOfVoter(poll, reader.userId) !== undefined;
  if (!mayLead && !votes) return null;
  return (
    <footer class="lead-poll">
      {votes && <Recuse polls={polls} poll={poll} />}
      {mayLead && <Cancel polls={polls} poll={poll} />}
      {mayLead && <Close polls={polls} poll={poll} />}
    </footer>
  );
}

function Close({ polls, poll }: Props) {
  const { round, maxRounds, blind, revealed } = poll;
  const again = round < maxRounds;
  const now = turnout(poll);
  return (
    <>
      <OpenDialog dialog="poll-close" small>
        {again ? `Close round ${round}…` : "Close poll…"}
      </OpenDialog>
      <Dialog
        id="poll-close"
        title={again
          ? `Close round ${round} of ${maxRounds}?`
          : "Close this poll?"}
      >
        <p>
          {turnoutText(now)} have voted; quorum{" "}
          {now.reached ? "is reached" : "is not reached"}.{" "}
          {blind && !revealed &&
            "All ballots are shown with their names. "}
          {again
            ? `If nothing passes, round ${
              round + 1
            } begins and everyone votes again.`
            : "The result is announced to everyone and cannot be changed."}
        </p>
        <Ask polls={polls} poll={poll} action="close">
          <Button kind="primary" type="submit">
            {again ? `Close round ${round}` : "Close and announce"}
          </Button>
          {again && (
            <Button kind="danger" type="submit" name="final" value="yes">
              Close the poll for good
            </Button>
          )}
          <CloseDialog dialog="poll-close">Keep it open</CloseDialog>
        </Ask>
      </Dialog>
    </>
  );
}

function Cancel({ polls, poll }: Props) {
  return (
    <>
      <OpenDialog dialog="poll-cancel" small>Cancel poll…</OpenDialog>
      <Dialog id="poll-cancel" title="Cancel this poll?">
        <p>
          It decides nothing and cannot be opened again.{" "}
          {poll.blind && !poll.revealed
            ? "What was said under seal stays sealed for ever."
            : "The ballots stay in the record."}
        </p>
        <Ask polls={polls} poll={poll} action="cancel">
          <Button kind="danger" type="submit">Cancel the poll</Button>
          <CloseDialog dialog="poll-cancel">Keep it open</CloseDialog>
        </Ask>
      </Dialog>
    </>
  );
}

function Recuse({ polls, poll }: Props) {
  return (
    <>
      <OpenDialog dialog="poll-recuse" small>Recuse myself…</OpenDialog>
      <Dialog id="poll-recuse" title="Recuse yourself from this poll?">
        <p>
          For a conflict of interest. You no longer count for quorum
          {polls.own.value ? ", your ballot is taken out" : ""}{" "}
          and the record says so. Only a facilitator can give you your weight
          back.
        </p>
        <Ask polls={polls} poll={poll} action="recusal">
          <Button kind="danger" type="submit">Recuse myself</Button>
          <CloseDialog dialog="poll-recuse">Stay a voter</CloseDialog>
        </Ask>
      </Dialog>
    </>
  );
}

/** A plain form also with scripts: what cannot be undone is never queued for later. */
function Ask(
  { polls, poll, action, children }: Props & {
    action: "close" | "cancel" | "recusal";
    children: ComponentChildren;
  },
) {
  const { sessionId, pollId, round } = poll;
  return (
    <form
      class="actions"
      method="post"
      action={`/sessions/${sessionId}/polls/${pollId}/${action}`}
    >
      <input
        type="hidden"
        name="messageId"
        value={`${polls.room.formId}.${action}.${round}`}
      />
      {children}
    </form>
  );
}
