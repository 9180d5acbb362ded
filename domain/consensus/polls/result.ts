/** What a round of a poll comes to: its ballots counted, and the outcome. */
import type { Json } from "../../decider.ts";
import { ballotAgreement } from "../ballot_agreement.ts";
import { dissentOf } from "../dissent.ts";
import { SUPERMAJORITY } from "../majority.ts";
import { applyPolicy } from "../policy.ts";
import { readProfile } from "../profile.ts";
import { tally, type TallyInput } from "../tally.ts";
import { quotient } from "../units.ts";
import { abstains, type BallotRules, blocks } from "./ballot.ts";
import { METHODS } from "./methods.ts";
import {
  ENGINE,
  type Outcome,
  type PollAgreement,
  type PollCount,
  type PollResult,
  type PollTally,
  type PollTurnout,
} from "./outcome.ts";
import { type Poll, visibleBallots, type WeightedBallot } from "./poll.ts";

/** What decides how ballots are counted. */
export interface CountingRules extends BallotRules {
  /** Least share; null where the method has its own or none. */
  readonly threshold: number | null;
}

/** The count as it stands; null while it is secret. */
export function visibleCount(poll: Poll): PollCount | null {
  return poll.revealed ? countBallots(poll, visibleBallots(poll)) : null;
}

/** Counts ballots that fit the poll. No order of them changes the answer. */
export function countBallots(
  rules: CountingRules,
  ballots: readonly WeightedBallot[],
): PollCount {
  const said = ballots.filter(({ ballot }) => !abstains(ballot, rules));
  const abstain = exactSum(
    ballots.filter(({ ballot }) => abstains(ballot, rules)),
  );
  const input = tallyInput(rules, said);
  const agreement = ballotAgreement(input);
  const dissent = dissentOf(input);
  return {
    tally: { ...talliedBy(rules, input, said), abstain },
    agreement: { metric: metricOf(rules), ...agreement },
    dissent: { byCandidate: dissent.byCandidate, most: dissent.most },
  };
}

/** The outcome: veto, then quorum, then what the method asks for. A tie is told, never broken. */
export function resultOf(
  rules: CountingRules,
  ballots: readonly WeightedBallot[],
  turnout: PollTurnout,
): PollResult {
  const count = countBallots(rules, ballots);
  const state = rules.method === "proposal"
    ? proposalState(rules, ballots, turnout)
    : choiceState(count.tally, turnout);
  const { winners } = count.tally;
  const winner = state === "passed" ? winners[0] : null;
  return { engine: ENGINE, state, winner, turnout, ...count };
}

/** Nothing was decided, and where the ballots were secret they stay so. */
export function cancelledResult(
  turnout: PollTurnout,
  count: PollCount | null,
): PollResult {
  const { tally = null, agreement = null, dissent = null } = count ?? {};
  return {
    engine: ENGINE,
    state: "cancelled",
    winner: null,
    tally,
    turnout,
    agreement,
    dissent,
  };
}

function proposalState(
  rules: CountingRules,
  ballots: readonly WeightedBallot[],
  { eligibleWeight, quorum }: PollTurnout,
): Outcome {
  const weightOf = (...choices: readonly string[]) =>
    exactSum(
      ballots.filter(({ ballot }) =>
        choices.includes(ballot.choice ?? "abstain")
      ),
    );
  return applyPolicy({
    yes: weightOf("agree"),
    // A block is cast, and no consent: it counts for quorum like a no.
    no: weightOf("disagree", "block"),
    abstain: weightOf("abstain"),
    eligible: eligibleWeight,
    vetoes: ballots.filter(({ ballot }) => blocks(ballot, rules)).length,
  }, { quorum, threshold: rules.threshold ?? "majority" });
}

function choiceState(
  { winners }: PollTally,
  { reached }: PollTurnout,
): Outcome {
  if (!reached) return "no_quorum";
  if (winners.length === 0) return "rejected";
  return winners.length === 1 ? "passed" : "tied";
}

function talliedBy(
  rules: CountingRules,
  input: TallyInput,
  said: readonly WeightedBallot[],
): Omit<PollTally, "abstain"> {
  const { winners, ranking, details } = tally(input);
  const nobody = said.length === 0;
  if (rules.method === "proposal") {
    const counts = recordOfNumbers(details.counts);
    return {
      winners: passes(counts, rules) ? ["agree"] : [],
      ranking,
      details,
    };
  }
  // All are level at nothing: that is no tie of winners.
  if (nobody) return { winners: [], ranking, details };
  const counts = recordOfNumbers(details.counts);
  const total = typeof details.total === "number" ? details.total : 0;
  // Nor is it one where everyone approves of nobody.
  if (
    rules.method === "approval" && winners.every((one) => counts[one] === 0)
  ) {
    return { winners: [], ranking, details };
  }
  const { threshold } = rules;
  if (threshold === null || !METHODS[rules.method].takesThreshold) {
    return { winners, ranking, details };
  }
  return {
    winners: winners.filter((one) =>
      quotient(units(counts[one]), units(total)) >= threshold
    ),
    ranking,
    details: { ...details, threshold },
  };
}

/** In millionths, so that 0.6 of 0.9 is two thirds: fractions divided are not. */
function units(weight: number): bigint {
  return BigInt(Math.round(weight * 1e6));
}

function passes(
  { agree = 0, disagree = 0, block = 0 }: { readonly [id: string]: number },
  { threshold }: CountingRules,
): boolean {
  const state = applyPolicy(
    {
      yes: agree,
      no: disagree,
      abstain: 0,
      eligible: agree + disagree,
      vetoes: block > 0 ? 1 : 0,
    },
    { quorum: 0, threshold: threshold ?? "majority" },
  );
  return state === "passed";
}

function tallyInput(
  { method, alternatives, grades, threshold }: CountingRules,
  said: readonly WeightedBallot[],
): TallyInput {
  const candidates = alternatives.map(({ id }) => id);
  switch (method) {
    case "approval":
      return {
        method,
        candidates,
        ballots: said.map(({ ballot, weight }) => ({
          choices: ballot.choices ?? [],
          count: weight,
        })),
      };
    case "majority_judgment":
      return {
        method,
        candidates,
        grades,
        ballots: said.map(({ ballot, weight }) => ({
          grades: ballot.grades ?? {},
          count: weight,
        })),
      };
    case "proposal":
      return {
        method: "plurality",
        candidates: candidates.filter((id) => id !== "abstain"),
        ballots: choicesAsRankings(said),
      };
    case "supermajority":
      return {
        method,
        candidates,
        ballots: choicesAsRankings(said),
        threshold: threshold ?? SUPERMAJORITY,
      };
    case "plurality":
    case "majority":
    case "weighted_majority":
    case "unanimous":
      return { method, candidates, ballots: choicesAsRankings(said) };
    default: {
      const ballots = said.map(({ ballot, weight }) => ({
        ranking: ballot.ranking ?? [],
        count: weight,
      }));
      const profile = readProfile(candidates, ballots);
      return { method, candidates, ballots, profile };
    }
  }
}

function choicesAsRankings(said: readonly WeightedBallot[]) {
  return said.map(({ ballot: { choice }, weight }) => ({
    ranking: choice === undefined ? [] : [[choice]],
    count: weight,
  }));
}

function metricOf({ method }: CountingRules): PollAgreement["metric"] {
  switch (METHODS[method].ballot) {
    case "ranking":
      return "kendall_w";
    case "grades":
      return "tastle_wierman";
    default:
      return "share";
  }
}

function recordOfNumbers(value: Json | undefined) {
  const numbers: { [key: string]: number } = {};
  for (const [key, one] of Object.entries(value ?? {})) {
    if (typeof one === "number") numbers[key] = one;
  }
  return numbers;
}

/** Sums in millionths: up to six decimal places of weight stay exact. */
function exactSum(ballots: readonly { readonly weight: number }[]): number {
  const millionths = ballots.reduce(
    (sum, { weight }) => sum + Math.round(weight * 1e6),
    0,
  );
  return millionths / 1e6;
}
