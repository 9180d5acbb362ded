/** What a session's channel tells of its polls. */
import { z } from "zod";
import type { PollEventName } from "../../domain/consensus/polls/events.ts";
import { OUTCOMES } from "../../domain/consensus/polls/outcome.ts";
import {
  Anything,
  BY,
  event,
  Instant,
  Labelled,
  signal,
  UserId,
} from "./event_shapes.ts";

const Share = z.number().min(0).max(1);
const POLL = { pollId: z.string() };
const ROUND = { ...POLL, round: z.int().positive() };
const ENDED = { closedBy: UserId, name: z.string() };

const Ballot = z.object({
  choice: z.string().optional(),
  choices: z.array(z.string()).optional(),
  ranking: z.array(z.array(z.string())).optional(),
  grades: z.record(z.string(), z.string()).optional(),
  abstain: z.literal(true).optional(),
  confidence: Share.optional(),
  reason: z.string().optional(),
}).meta({ description: "Which field it has follows from the poll's method" });

const Turnout = z.object({
  castWeight: z.number(),
  eligibleWeight: z.number(),
  castCount: z.int(),
  eligibleCount: z.int(),
  share: Share,
  quorum: Share,
  reached: z.boolean(),
});
const Tally = z.object({
  winners: z.array(z.string()),
  ranking: z.array(z.array(z.string())),
  details: z.record(z.string(), Anything),
  abstain: z.number(),
}).nullable();
const Agreement = z.object({
  metric: z.enum(["kendall_w", "tastle_wierman", "share"]),
  value: z.number().nullable(),
  details: z.record(z.string(), Anything),
}).nullable();
const Dissent = z.object({
  byCandidate: z.record(z.string(), z.number()),
  most: z.array(z.string()),
}).nullable();

const Result = z.object({
  engine: z.int(),
  state: z.enum(OUTCOMES),
  winner: z.string().nullable(),
  tally: Tally,
  turnout: Turnout,
  agreement: Agreement,
  dissent: Dissent,
});

export const POLL_EVENTS = {
  consensus_initiated: event("consensus_initiated", {
    ...POLL,
    question: z.string(),
    description: z.string().nullable(),
    method: z.string(),
    alternatives: z.array(Labelled),
    grades: z.array(z.string()),
    quorum: Share,
    threshold: z.number().nullable(),
    blind: z.boolean(),
    reveal: z.enum(["close", "quorum"]),
    closesAt: Instant.nullable(),
    maxRounds: z.int(),
    electorate: z.array(z.object({ userId: UserId, weight: z.number() })),
    openedBy: UserId,
    name: z.string(),
  }),
  vote_cast: event("vote_cast", {
    ...ROUND,
    ...BY,
    ballot: Ballot.optional(),
    commitment: z.string().optional().meta({
      description: "Instead of the ballot while it is secret",
    }),
  }),
  voter_changed: event("voter_changed", {
    ...POLL,
    ...BY,
    weight: z.number(),
    reason: z.enum(["recused", "changed"]),
    by: UserId,
  }),
  ballots_revealed: event("ballots_revealed", {
    ...ROUND,
    part: z.int(),
    parts: z.int(),
    ballots: z.array(
      z.object({ userId: UserId, ballot: Ballot, salt: z.string() }),
    ),
  }),
  round_ended: event("round_ended", { ...ROUND, ...ENDED, result: Result }),
  consensus_result: event("consensus_result", {
    ...ROUND,
    ...ENDED,
    question: z.string(),
    result: Result,
    reason: z.enum(["closed", "deadline", "cancelled"]),
  }),
  consensus_updated: signal("consensus_updated", {
    ...ROUND,
    asOf: z.int().meta({ description: "Offset of the channel it holds at" }),
    turnout: Turnout,
    tally: Tally,
    agreement: Agreement,
    dissent: Dissent,
  }),
} satisfies Record<PollEventName | "consensus_updated", z.ZodObject>;
