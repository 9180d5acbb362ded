/** The ballots that can be seen, with their reasons: who said what, once that is no secret. */
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { percent } from "../domain/consensus/polls/statement.ts";
import type { PollsModel } from "./poll_model.ts";
import { ballotText } from "./poll_words.ts";
import { nameOf } from "./RoomHead.tsx";

export function PollBallots(
  { polls, poll }: { readonly polls: PollsModel; readonly poll: Poll },
) {
  const said = [...poll.box.entries()].flatMap(([place, { ballot }]) =>
    ballot ? [{ voter: poll.electorate.voters[place], ballot }] : []
  );
  if (said.length === 0) return null;
  return (
    <details class="details">
      <summary>Ballots ({said.length})</summary>
      <ul class="ballots">
        {said.map(({ voter: { userId, weight }, ballot }) => (
          <li key={userId}>
            <b>{nameOf(polls.room, userId)}</b>
            {weight !== 1 && ` (weight ${weight})`}: {ballotText(ballot, poll)}
            {ballot.confidence !== undefined &&
              `, ${percent(ballot.confidence)} sure`}
            {ballot.reason !== undefined && <q class="said">{ballot.reason}</q>}
          </li>
        ))}
      </ul>
    </details>
  );
}
