/** The outcome of a poll in one plain sentence, the same on every page and in every message. */
import { SUPERMAJORITY } from "../majority.ts";
import type { PollSettings } from "./events.ts";
import { METHODS } from "./methods.ts";
import type {
  PollCount,
  PollResult,
  PollTally,
  PollTurnout,
} from "./outcome.ts";

type Asked = Pick<
  PollSettings,
  "method" | "alternatives" | "threshold" | "reveal" | "quorum"
>;

/** What a result decides and why, as a sentence with its full stop. */
export function statementOf(
  poll: Asked,
  { state, winner, tally, turnout }: Omit<PollResult, "engine">,
): string {
  switch (state) {
    case "cancelled":
      return "Cancelled: the poll decides nothing.";
    case "vetoed": {
      const blocks = numberIn(tally, "block");
      return `Blocked: ${figure(blocks, turnout)} blocked the proposal.`;
    }
    case "no_quorum":
      return `No quorum: ${turnoutText(turnout)} voted, ${
        percent(turnout.quorum)
      } was needed.`;
    case "tied":
      return `Tied: ${
        listed(labelsOf(poll, tally?.winners ?? []))
      } are level, so nothing won.`;
    case "rejected":
      return poll.method === "proposal"
        ? `Rejected: ${proposalText(tally, turnout)}, and ${
          needOf(poll)
        } was needed.`
        : `Nothing won: no alternative has ${needOf(poll)}.`;
    case "passed":
      return poll.method === "proposal"
        ? `Passed: ${proposalText(tally, turnout)}.`
        : `${labelsOf(poll, winner === null ? [] : [winner])[0] ?? "It"} won${
          margin(poll, { winner, tally, turnout })
        }.`;
  }
}

/** How an open poll stands; `count` is null while the ballots are secret. */
export function standingOf(
  poll: Asked,
  { count, turnout }: {
    readonly count: PollCount | null;
    readonly turnout: PollTurnout;
  },
): string {
  const voted = `${turnoutText(turnout)} have voted.`;
  if (count === null) {
    return `${voted} The tally is hidden until ${
      poll.reveal === "quorum" ? "quorum is reached" : "the poll closes"
    }.`;
  }
  if (turnout.castCount === 0) return "Nobody has voted yet.";
  const { tally } = count;
  if (poll.method === "proposal") {
    return `So far ${proposalText(tally, turnout)}.`;
  }
  const leading = labelsOf(poll, tally.ranking[0] ?? []);
  if (leading.length === 0 || leading.length === poll.alternatives.length) {
    return "So far all are level.";
  }
  return leading.length === 1
    ? `So far ${leading[0]} leads.`
    : `So far ${listed(leading)} are level in front.`;
}

/** `5 of 7`, by weight where weights differ from heads. */
export function turnoutText(
  { castCount, eligibleCount, castWeight, eligibleWeight }: PollTurnout,
): string {
  const heads = `${castCount} of ${eligibleCount}`;
  return eligibleWeight === eligibleCount
    ? heads
    : `${heads} (weight ${amount(castWeight)} of ${amount(eligibleWeight)})`;
}

/** `43 %`, whole, but never 100 or 0 for what is not. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  const shown = share > 0 && whole === 0
    ? 1
    : share < 1 && whole === 100
    ? 99
    : whole;
  return `${shown} %`;
}

/** Up to two decimal places, none that say nothing. */
export function amount(weight: number): string {
  return String(Math.round(weight * 100) / 100);
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2
    ? last
    : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** Labels of ids in the order of the poll. */
export function labelsOf(
  { alternatives }: Pick<Asked, "alternatives">,
  ids: readonly string[],
): readonly string[] {
  return alternatives.filter(({ id }) => ids.includes(id))
    .map(({ label }) => label);
}

/** What it takes to win: `more than half`, `two thirds`, `60 %`. */
export function needOf({ method, threshold }: Asked): string {
  if (threshold !== null) {
    return method === "supermajority" && threshold === SUPERMAJORITY
      ? "two thirds"
      : percent(threshold);
  }
  switch (method) {
    case "unanimous":
      return "everyone";
    case "supermajority":
      return "two thirds";
    default:
      return "more than half";
  }
}

function proposalText(tally: PollTally | null, turnout: PollTurnout): string {
  const [agree, disagree, block] = ["agree", "disagree", "block"].map((id) =>
    numberIn(tally, id)
  );
  const abstain = tally?.abstain ?? 0;
  const parts = [
    `${figure(agree, turnout)} for`,
    `${amount(disagree)} against`,
    ...block > 0 ? [`${amount(block)} blocking`] : [],
    ...abstain > 0 ? [`${amount(abstain)} abstaining`] : [],
  ];
  return parts.join(", ");
}

/** How clearly, where the method counts something a sentence can hold. */
function margin(
  { method }: Asked,
  { winner, tally, turnout }: Pick<PollResult, "winner" | "tally" | "turnout">,
): string {
  const name = METHODS[method].name;
  const { ballot } = METHODS[method];
  const counted = numberIn(tally, winner ?? "");
  const total = Number(tally?.details.total ?? 0);
  if (total > 0 && ballot === "choice") {
    return ` with ${amount(counted)} of ${amount(total)} (${
      percent(counted / total)
    })`;
  }
  if (total > 0 && ballot === "choices") {
    return `: ${amount(counted)} of ${amount(total)} approve of it (${
      percent(counted / total)
    })`;
  }
  const voters = turnout.castCount;
  return ` (${name}, ${voters} ${voters === 1 ? "ballot" : "ballots"})`;
}

function figure(weight: number, turnout: PollTurnout): string {
  return turnout.eligibleWeight === turnout.eligibleCount
    ? amount(weight)
    : `weight ${amount(weight)}`;
}

function numberIn(tally: PollTally | null, id: string): number {
  const counts = tally?.details.counts;
  if (typeof counts !== "object" || counts === null) return 0;
  const entry = Object.entries(counts).find(([name]) => name === id)?.[1];
  return typeof entry === "number" ? entry : 0;
}
