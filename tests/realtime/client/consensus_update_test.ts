/** The types of the client tell what the server really publishes of polls: no field more, none less. */
import { assertEquals } from "@std/assert";
import { z } from "zod";
import { hasRole } from "../../../domain/access.ts";
import { pollCommands } from "../../../domain/consensus/polls/commands.ts";
import {
  polls,
  pollSubject,
} from "../../../domain/consensus/polls/commands.ts";
import { consensusUpdated } from "../../../domain/consensus/polls/updates.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import type { ConsensusUpdate } from "../../../realtime/client/consensus_update.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";

const Ballot = z.strictObject({
  choice: z.string().optional(),
  choices: z.array(z.string()).readonly().optional(),
  ranking: z.array(z.array(z.string()).readonly()).readonly().optional(),
  grades: z.record(z.string(), z.string()).readonly().optional(),
  abstain: z.literal(true).optional(),
  confidence: z.number().optional(),
  reason: z.string().optional(),
}).readonly();

const Turnout = z.strictObject({
  castWeight: z.number(),
  eligibleWeight: z.number(),
  castCount: z.number(),
  eligibleCount: z.number(),
  share: z.number(),
  quorum: z.number(),
  reached: z.boolean(),
}).readonly();

const Details = z.record(z.string(), z.json()).readonly();

const Count = {
  tally: z.strictObject({
    winners: z.array(z.string()).readonly(),
    ranking: z.array(z.array(z.string()).readonly()).readonly(),
    details: Details,
    abstain: z.number(),
  }).readonly().nullable(),
  agreement: z.strictObject({
    metric: z.enum(["kendall_w", "tastle_wierman", "share"]),
    value: z.number().nullable(),
    details: Details,
  }).readonly().nullable(),
  dissent: z.strictObject({
    byCandidate: z.record(z.string(), z.number()).readonly(),
    most: z.array(z.string()).readonly(),
  }).readonly().nullable(),
};

const Result = z.strictObject({
  engine: z.number(),
  state: z.enum([
    "passed",
    "rejected",
    "no_quorum",
    "vetoed",
    "tied",
    "cancelled",
  ]),
  winner: z.string().nullable(),
  turnout: Turnout,
  ...Count,
}).readonly();

const Cast = {
  event: z.literal("vote_cast"),
  pollId: z.string(),
  round: z.number(),
  userId: z.string(),
  name: z.string(),
};

/** The client's types, restated so that they can be held against what comes. */
const Update = z.union([
  z.strictObject({
    event: z.literal("consensus_initiated"),
    pollId: z.string(),
    question: z.string(),
    description: z.string().nullable(),
    method: z.string(),
    alternatives: z.array(
      z.strictObject({ id: z.string(), label: z.string() }).readonly(),
    ).readonly(),
    grades: z.array(z.string()).readonly(),
    quorum: z.number(),
    threshold: z.number().nullable(),
    blind: z.boolean(),
    reveal: z.enum(["close", "quorum"]),
    closesAt: z.number().nullable(),
    maxRounds: z.number(),
    electorate: z.array(
      z.strictObject({ userId: z.string(), weight: z.number() }).readonly(),
    ).readonly(),
    openedBy: z.string(),
    name: z.string(),
  }),
  z.strictObject({ ...Cast, ballot: Ballot }),
  z.strictObject({ ...Cast, commitment: z.string().length(64) }),
  z.strictObject({
    event: z.literal("voter_changed"),
    pollId: z.string(),
    userId: z.string(),
    weight: z.number(),
    reason: z.enum(["recused", "changed"]),
    by: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    event: z.literal("ballots_revealed"),
    pollId: z.string(),
    round: z.number(),
    part: z.number(),
    parts: z.number(),
    ballots: z.array(
      z.strictObject({
        userId: z.string(),
        ballot: Ballot,
        salt: z.string().length(64),
      }).readonly(),
    ).readonly(),
  }),
  z.strictObject({
    event: z.literal("round_ended"),
    pollId: z.string(),
    round: z.number(),
    result: Result,
    closedBy: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    event: z.literal("consensus_result"),
    pollId: z.string(),
    question: z.string(),
    round: z.number(),
    result: Result,
    reason: z.enum(["closed", "deadline", "cancelled"]),
    closedBy: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    event: z.literal("consensus_updated"),
    key: z.string(),
    pollId: z.string(),
    round: z.number(),
    asOf: z.number(),
    turnout: Turnout,
    ...Count,
  }),
]);

/** Does not compile when the client's types want a field that is not checked here. */
function typed(payload: unknown): ConsensusUpdate {
  return Update.parse(payload);
}

/** Every way a poll can go, over the true commands; gives all that was published of polls. */
async function everyPublication(): Promise<unknown[]> {
  const log = createMemoryLog();
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...pollCommands],
    authorize: hasRole,
  });
  const people = {
    ana: { userId: "ana", name: "Ana", roles: ["facilitator"] },
    ben: { userId: "ben", name: "Ben", roles: ["member"] },
  };
  const told: unknown[] = [];
  const sessionId = "s1";
  const act = async (
    who: keyof typeof people,
    command: string,
    input: Record<string, unknown>,
  ) => {
    await commands.execute(command, { sessionId, ...input }, {
      user: people[who],
    });
    if (typeof input.pollId !== "string") return;
    const { state, position } = await commands.state(
      polls,
      `session:${sessionId}`,
      pollSubject(input.pollId),
    );
    const update = consensusUpdated(state, position.offset);
    if (update) told.push({ ...update.payload, key: update.key });
  };
  await act("ana", "open_session", { id: sessionId, title: "T", open: true });
  await act("ben", "join_session", {});
  const alternatives = [{ id: "a", label: "A" }, { id: "b", label: "B" }];
  const question = "Which?";
  for (
    const [pollId, settings, said] of [
      ["p1", { method: "plurality", alternatives }, { choice: "a" }],
      ["p2", { method: "approval", alternatives }, { choices: ["a", "b"] }],
      ["p3", { method: "schulze", alternatives, blind: true, maxRounds: 2 }, {
        ranking: [["a"], ["b"]],
      }],
      ["p4", { method: "majority_judgment", alternatives, quorum: 0.5 }, {
        grades: { a: "Good", b: "Poor" },
      }],
      ["p5", { method: "proposal" }, { choice: "block", reason: "Too risky" }],
    ] as const
  ) {
    await act("ana", "open_poll", { id: pollId, question, ...settings });
    await act("ana", "cast_ballot", { pollId, confidence: 0.5, ...said });
    await act("ben", "cast_ballot", { pollId, ...said });
    await act("ben", "recuse", { pollId });
    await act("ana", "change_voter", { pollId, userId: "ben", weight: 2 });
    await act("ben", "cast_ballot", {
      pollId,
      ...(pollId === "p5" ? { choice: "agree" } : { abstain: true }),
    });
    if (pollId === "p2") await act("ana", "cancel_poll", { pollId });
    else await act("ana", "close_poll", { pollId });
  }
  // Nobody says anything, so the round decides nothing and another one begins.
  const pollId = "p6";
  const settings = { method: "plurality", alternatives, maxRounds: 2 };
  await act("ana", "open_poll", { id: pollId, question, ...settings });
  await act("ana", "close_poll", { pollId });
  await act("ana", "close_poll", { pollId });
  for (const entry of await log.read(`session:${sessionId}`, 0, 1_000)) {
    if (entry.type !== "CONSENSUS_UPDATE" || entry.bodyText === null) continue;
    told.push(JSON.parse(entry.bodyText));
  }
  commands.close();
  await log.close();
  return told;
}

Deno.test("[P21] every publication about a poll has the fields its type names, and no other", async () => {
  const told = (await everyPublication()).map(typed);
  const kinds = told.map((one) =>
    one.event !== "vote_cast"
      ? one.event
      : one.ballot === undefined
      ? "vote_cast, sealed"
      : "vote_cast, open"
  );
  assertEquals([...new Set(kinds)].sort(), [
    "ballots_revealed",
    "consensus_initiated",
    "consensus_result",
    "consensus_updated",
    "round_ended",
    "vote_cast, open",
    "vote_cast, sealed",
    "voter_changed",
  ]);
});
