/** Under a poll: closing it, with a question that says what happens, and the ways to cancel and recuse. */
import {
  placeOfVoter,
  type Poll,
  turnout,
} from "../domain/consensus/polls/poll.ts";
import { turnoutText } from "../domain/consensus/polls/statement.ts";
import { Button, ButtonLink } from "./components/Button.tsx";
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
      {votes && <AskLink poll={poll} action="recusal">Recuse myself…</AskLink>}
      {mayLead && <AskLink poll={poll} action="cancel">Cancel poll…</AskLink>}
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
          {turnoutText(now)} have voted{poll.quorum > 0 &&
            `; quorum is ${now.reached ? "reached" : "not reached"}`}.{" "}
          {blind && !revealed &&
            "All ballots are shown with their names. "}
          {again
            ? `If nothing passes, round ${
              round + 1
            } begins and everyone votes again.`
            : "The result is announced to everyone and cannot be changed."}
        </p>
        {/* A plain form also with scripts: what cannot be undone is never queued for later. */}
        <form
          class="actions"
          method="post"
          action={`/sessions/${poll.sessionId}/polls/${poll.pollId}/close`}
        >
          <input
            type="hidden"
            name="messageId"
            value={`${polls.room.formId}.close.${round}`}
          />
          <Button kind="primary" type="submit">
            {again ? `Close round ${round}` : "Close and announce"}
          </Button>
          {again && (
            <Button kind="danger" type="submit" name="final" value="yes">
              Close for good
            </Button>
          )}
          <CloseDialog dialog="poll-close">Keep it open</CloseDialog>
        </form>
      </Dialog>
    </>
  );
}

/** Rarely wanted, so its question is a page of its own. */
function AskLink(
  { poll: { sessionId, pollId }, action, children }: {
    poll: Poll;
    action: "recusal" | "cancel";
    children: string;
  },
) {
  return (
    <ButtonLink
      small
      href={`/sessions/${sessionId}/polls/${pollId}/${action}`}
    >
      {children}
    </ButtonLink>
  );
}
