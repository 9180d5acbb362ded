/** What comes in about polls, checked: shapes and limits. */
import { z } from "zod";
import { Id, Text, Time, UserId } from "../../common_input.ts";
import { SessionId } from "../../sessions/session_input.ts";
import { MAX_VOTER_WEIGHT, MIN_VOTER_WEIGHT } from "./electorate.ts";
import { METHODS, type PollMethod } from "./methods.ts";

/** More would make a ranking nobody can give and counts that hold the server. */
export const MAX_ALTERNATIVES = 30;
export const MAX_GRADES = 12;
export const MAX_ROUNDS = 500;

// Ballots are sealed in a channel of the poll's name; sign-ins have theirs already.
const PollId = Id.refine((id) => id !== "sign_ins", {
  error: "must be another word",
});

const AlternativeId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ . -, first a letter or digit",
}).refine((id) => id !== "constructor" && id !== "prototype", {
  error: "must be another word",
});

const METHOD_NAMES = [
  "plurality",
  "majority",
  "supermajority",
  "unanimous",
  "weighted_majority",
  "approval",
  "borda",
  "irv",
  "schulze",
  "ranked_pairs",
  "majority_judgment",
  "proposal",
] as const satisfies readonly PollMethod[];

const Grade = Text(64);

export const OpenPoll = z.object({
  sessionId: SessionId,
  id: PollId.optional(),
  question: Text(500),
  description: Text(4000).optional(),
  method: z.enum(METHOD_NAMES),
  alternatives: z.array(z.object({ id: AlternativeId, label: Text(200) }))
    .min(2).max(MAX_ALTERNATIVES).optional().meta({
      description: "What is chosen among; a proposal has none of its own",
    }),
  grades: z.array(Grade).min(2).max(MAX_GRADES).optional().meta({
    description: "Worst to best, for majority judgment",
  }),
  quorum: z.number().min(0).max(1).optional().meta({
    description: "Least share of the eligible weight that must be cast",
  }),
  threshold: z.number().gt(0).max(1).optional().meta({
    description: "Least share to win",
  }),
  blind: z.boolean().optional().meta({
    description: "Nobody sees what was said before the reveal",
  }),
  reveal: z.enum(["close", "quorum"]).optional(),
  closesAt: Time.optional(),
  maxRounds: z.int().min(1).max(MAX_ROUNDS).optional(),
}).superRefine((input, context) => {
  const { method, alternatives, grades, threshold } = input;
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (method === "proposal") {
    if (alternatives) wrong("alternatives", "A proposal has none of its own");
  } else if (!alternatives) {
    wrong("alternatives", "Name at least two");
  } else if (!areUnique(alternatives.map(({ id }) => id))) {
    wrong("alternatives", "Each needs an id of its own");
  }
  if (grades && method !== "majority_judgment") {
    wrong("grades", "Only majority judgment has grades");
  }
  if (grades && !areUnique(grades)) wrong("grades", "Each may stand once");
  if (threshold !== undefined && !METHODS[method].takesThreshold) {
    wrong("threshold", `Not for ${method}`);
  }
});
export type OpenPoll = z.infer<typeof OpenPoll>;

export const InPoll = z.object({ sessionId: SessionId, pollId: PollId });

const Group = z.array(AlternativeId).max(MAX_ALTERNATIVES);

export const CastBallot = InPoll.extend({
  round: z.int().positive().optional().meta({
    description: "The round the voter saw; a ballot for another is refused",
  }),
  choice: z.string().max(64).optional(),
  choices: Group.optional(),
  ranking: z.array(
    z.union([AlternativeId.transform((id) => [id]), Group]),
  ).max(MAX_ALTERNATIVES).optional().meta({
    description: "Best first; equals stand in one list",
  }),
  grades: z.record(AlternativeId, z.string().max(64)).optional(),
  abstain: z.literal(true).optional(),
  confidence: z.number().min(0).max(1).optional(),
  reason: Text(4000).optional(),
});
export type CastBallot = z.infer<typeof CastBallot>;

export const ClosePoll = InPoll.extend({
  final: z.boolean().optional().meta({
    description: "Ends it now, whatever rounds are left",
  }),
});

export const ChangeVoter = InPoll.extend({
  userId: UserId,
  weight: z.union([
    z.literal(0),
    z.number().min(MIN_VOTER_WEIGHT).max(MAX_VOTER_WEIGHT),
  ]),
});

function areUnique(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}
