/** Words for polls: ballots, outcomes, refusals and time left, as people read them. */
import type { Ballot } from "../domain/consensus/polls/ballot.ts";
import type { Outcome } from "../domain/consensus/polls/outcome.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { listed } from "../domain/consensus/polls/statement.ts";
import type { StatusName } from "./components/status.ts";

interface OutcomeLook {
  readonly status: StatusName;
  readonly word: string;
}

export const OUTCOME_LOOKS: Readonly<Record<Outcome, OutcomeLook>> = {
  passed: { status: "approved", word: "Passed" },
  rejected: { status: "rejected", word: "Rejected" },
  no_quorum: { status: "pending", word: "No quorum" },
  vetoed: { status: "rejected", word: "Blocked" },
  tied: { status: "split", word: "Tied" },
  cancelled: { status: "closed", word: "Cancelled" },
};

/** A ballot in words: `Agree`, `A and B`, `A, then B and C`, `A: Good; B: Poor`. */
export function ballotText(
  ballot: Ballot,
  { alternatives }: Pick<Poll, "alternatives">,
): string {
  const labels = new Map(alternatives.map(({ id, label }) => [id, label]));
  const name = (id: string) => labels.get(id) ?? id;
  const { choice, choices, ranking, grades, abstain } = ballot;
  if (abstain) return "Abstain";
  if (choice !== undefined) return name(choice);
  if (choices) return choices.length > 0 ? listed(choices.map(name)) : "None";
  if (ranking) {
    return ranking.map((group) => listed(group.map(name))).join(", then ");
  }
  return Object.entries(grades ?? {}).map(([id, grade]) =>
    `${name(id)}: ${grade}`
  ).join("; ");
}

/** One word for a share of agreement, 0 to 1. */
export function agreementWord(value: number): string {
  if (value >= 0.9) return "very strong";
  if (value >= 0.7) return "strong";
  if (value >= 0.5) return "moderate";
  if (value >= 0.3) return "weak";
  return "very weak";
}

export const AGREEMENT_NAMES = {
  kendall_w: "Kendall's W",
  tastle_wierman: "Tastle and Wierman",
  share: "behind the leading one",
} as const;

/** `in 18 min`, `in 2 h 5 min`, `in 40 s`; undefined once it is over. */
export function timeLeft(closesAt: number, now: number): string | undefined {
  const seconds = Math.ceil((closesAt - now) / 1000);
  if (seconds <= 0) return undefined;
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `in ${hours} h ${minutes % 60} min`;
  return `in ${Math.floor(hours / 24)} days`;
}

/** Why a ballot did not count, for those codes a voter can run into. */
export function refusalText(
  { reason, message }: { readonly reason?: string; readonly message: string },
  poll: Pick<Poll, "round" | "closedAt" | "closesAt"> | undefined,
  at: (moment: number) => string,
): string {
  const closed = poll?.closedAt ?? poll?.closesAt ?? null;
  switch (reason) {
    case "poll_closed":
      return closed === null
        ? "Not counted: the poll had closed before your ballot reached us."
        : `Not counted: the poll had closed at ${
          at(closed)
        } before your ballot reached us.`;
    case "round_ended":
      return `Not counted: the round you voted in had ended before your ballot reached us.${
        poll ? ` Round ${poll.round} is open now.` : ""
      }`;
    case "not_a_voter":
      return "Not counted: you are not in the electorate of this poll.";
    case "session_closed":
      return "Not counted: the session had closed before your ballot reached us.";
    case "poll_not_found":
    case "session_not_found":
      return "Not counted: this poll is no longer there for you.";
    default:
      return `Not counted: ${message}.`;
  }
}
