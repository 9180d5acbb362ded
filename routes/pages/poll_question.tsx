/** The page that asks before a poll is cancelled or somebody recuses themselves, and says what happens. */
import type { Poll } from "../../domain/consensus/polls/poll.ts";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { Main } from "./layout.tsx";

export function PollQuestion(
  { poll, action, voted, formId }: {
    readonly poll: Poll;
    readonly action: "cancel" | "recusal";
    readonly voted: boolean;
    readonly formId: string;
  },
) {
  const { sessionId, pollId, question } = poll;
  const cancels = action === "cancel";
  return (
    <Main narrow>
      <p class="muted">{question}</p>
      <h1>
        {cancels ? "Cancel this poll?" : "Recuse yourself from this poll?"}
      </h1>
      <p class="lead">
        {cancels ? cancelling(poll) : recusing(voted)}
      </p>
      <form
        class="row-form"
        method="post"
        action={`/sessions/${sessionId}/polls/${pollId}/${action}`}
      >
        <input
          type="hidden"
          name="messageId"
          value={`${formId}.${action}`}
        />
        <Button kind="danger" type="submit">
          {cancels ? "Cancel the poll" : "Recuse myself"}
        </Button>
        <ButtonLink href={`/sessions/${sessionId}?poll=${pollId}#poll`}>
          {cancels ? "Keep it open" : "Stay a voter"}
        </ButtonLink>
      </form>
    </Main>
  );
}

function cancelling({ blind, revealed }: Poll): string {
  return `It decides nothing and cannot be opened again. ${
    blind && !revealed
      ? "What was said under seal stays sealed for ever."
      : "The ballots stay in the record."
  }`;
}

function recusing(voted: boolean): string {
  return `For a conflict of interest. You no longer count for quorum${
    voted ? ", your ballot is taken out" : ""
  } and the record says so. Only a facilitator can give you your weight back.`;
}
