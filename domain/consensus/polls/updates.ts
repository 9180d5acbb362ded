/** What everyone is told of a poll as it goes: figures that follow from the entries, never stored. */
import type { Json } from "../../decider.ts";
import { CONSENSUS_UPDATE } from "./events.ts";
import { type PollState, turnout } from "./poll.ts";
import { visibleCount } from "./result.ts";

/**
 * The latest of one poll; tally, agreement and dissent are null while they are secret.
 *
 * @param offset Of the channel that they hold at: a signal has none of its own.
 */
export function consensusUpdated(state: PollState, offset: number): {
  readonly type: string;
  readonly key: string;
  readonly payload: { readonly [key: string]: Json };
} | undefined {
  if (state.status !== "open") return undefined;
  const count = visibleCount(state);
  return {
    type: CONSENSUS_UPDATE,
    key: `poll:${state.pollId}`,
    payload: {
      event: "consensus_updated",
      pollId: state.pollId,
      round: state.round,
      asOf: offset,
      turnout: { ...turnout(state) },
      tally: count && { ...count.tally },
      agreement: count && { ...count.agreement },
      dissent: count && { ...count.dissent },
    },
  };
}
