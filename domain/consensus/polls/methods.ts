/** The methods a poll can use: what a ballot says in each, and what help a chair gets in choosing. */

/** What is said on a ballot. */
export type BallotKind = "choice" | "choices" | "ranking" | "grades";

export interface MethodTraits {
  readonly ballot: BallotKind;
  /** Shown where a method is chosen. */
  readonly name: string;
  /** When to use it, in one sentence. */
  readonly help: string;
  /** A least share may be asked for. */
  readonly takesThreshold: boolean;
}

/** All methods, in the order they are offered. */
export const METHODS = {
  proposal: {
    ballot: "choice",
    name: "Proposal",
    help:
      "One proposal to agree or disagree with. Anyone may block it, with a reason.",
    takesThreshold: true,
  },
  majority: {
    ballot: "choice",
    name: "Majority",
    help: "More than half of the votes wins. Every vote counts the same.",
    takesThreshold: false,
  },
  weighted_majority: {
    ballot: "choice",
    name: "Weighted majority",
    help:
      "More than half of the weight wins. Use it when voters stand for others.",
    takesThreshold: false,
  },
  supermajority: {
    ballot: "choice",
    name: "Supermajority",
    help: "Two thirds, or the share you set. For what is hard to undo.",
    takesThreshold: true,
  },
  unanimous: {
    ballot: "choice",
    name: "Unanimous",
    help: "Everyone who does not abstain chooses the same, or nothing wins.",
    takesThreshold: false,
  },
  plurality: {
    ballot: "choice",
    name: "Plurality",
    help: "Most votes win. Quick, but similar alternatives split their votes.",
    takesThreshold: true,
  },
  approval: {
    ballot: "choices",
    name: "Approval",
    help: "Choose all you could live with. Simple, and splits no votes.",
    takesThreshold: true,
  },
  irv: {
    ballot: "ranking",
    name: "Instant runoff",
    help: "Rank them; the last go one by one until one has more than half.",
    takesThreshold: false,
  },
  schulze: {
    ballot: "ranking",
    name: "Schulze",
    help: "Rank them; whoever beats all others in pairs wins. Hard to game.",
    takesThreshold: false,
  },
  ranked_pairs: {
    ballot: "ranking",
    name: "Ranked pairs",
    help: "Rank them; clear duels count before close ones. Easy to explain.",
    takesThreshold: false,
  },
  borda: {
    ballot: "ranking",
    name: "Borda count",
    help: "Rank them; points by place. Finds what is acceptable to many.",
    takesThreshold: false,
  },
  majority_judgment: {
    ballot: "grades",
    name: "Majority judgment",
    help: "Grade each on its own; the best middle grade wins.",
    takesThreshold: false,
  },
} as const satisfies Readonly<Record<string, MethodTraits>>;

export type PollMethod = keyof typeof METHODS;

/** The choices of a proposal. They stand for themselves: it has no alternatives of its own. */
export const PROPOSAL_CHOICES = [
  { id: "agree", label: "Agree" },
  { id: "disagree", label: "Disagree" },
  { id: "abstain", label: "Abstain" },
  { id: "block", label: "Block" },
] as const;

/** Worst to best, where the chair names no others. Source: M. Balinski and R. Laraki (2010). */
export const DEFAULT_GRADES = [
  "Reject",
  "Poor",
  "Acceptable",
  "Good",
  "Very good",
  "Excellent",
] as const;

export function isPollMethod(value: unknown): value is PollMethod {
  return typeof value === "string" && Object.hasOwn(METHODS, value);
}
