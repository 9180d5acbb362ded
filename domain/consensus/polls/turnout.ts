/** Turnout: how much of the weight that may vote has voted, and whether that is enough. */
import { meetsQuorum } from "../policy.ts";
import type { PollTurnout } from "./outcome.ts";

/** @param cast Weight and heads that have voted, abstentions included. */
export function turnoutOf(
  cast: { readonly weight: number; readonly count: number },
  eligible: { readonly weight: number; readonly count: number },
  quorum: number,
): PollTurnout {
  const castWeight = cast.weight;
  const eligibleWeight = eligible.weight;
  return {
    castWeight,
    eligibleWeight,
    castCount: cast.count,
    eligibleCount: eligible.count,
    share: eligibleWeight === 0 ? 0 : castWeight / eligibleWeight,
    quorum,
    reached: meetsQuorum({ castWeight, eligibleWeight }, quorum),
  };
}
