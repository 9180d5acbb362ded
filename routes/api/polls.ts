/** Polls over HTTP: one poll, those of a session, and the recount. Writing is by commands. */
import { z } from "zod";
import { acceptsBallots } from "../../domain/consensus/polls/poll.ts";
import {
  ownBallotJson,
  pollJson,
} from "../../domain/consensus/polls/poll_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { PollReading, ReadPoll } from "../poll_reading.ts";
import { operation, type Route } from "./operation.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";

const tag = "Polls";

const InPoll = z.object({ sessionId: z.string(), pollId: z.string() });

const Turnout = z.object({
  castWeight: z.number(),
  eligibleWeight: z.number(),
  castCount: z.int(),
  eligibleCount: z.int(),
  share: z.number(),
  quorum: z.number(),
  reached: z.boolean(),
});

/** What clients may rely on; the rest is described in docs/polls.md. */
export const PollSchema = z.looseObject({
  id: z.string(),
  sessionId: z.string(),
  status: z.enum(["open", "closed"]),
  question: z.string(),
  method: z.string(),
  alternatives: z.array(z.object({ id: z.string(), label: z.string() })),
  round: z.int(),
  turnout: Turnout,
  tally: z.looseObject({ winners: z.array(z.string()) }).nullable().meta({
    description: "Null while it is secret",
  }),
  result: z.looseObject({ state: z.string() }).nullable(),
});

const RecountSchema = z.object({
  ok: z.boolean(),
  pollId: z.string(),
  rounds: z.array(z.object({
    round: z.int(),
    ballots: z.int(),
    announced: z.string(),
    counted: z.string().nullable(),
  })),
  commitmentsChecked: z.int(),
  mistakes: z.array(z.string()),
  erased: z.array(z.int()).meta({
    description:
      "Offsets of erased entries: what follows cannot be counted again",
  }),
});

export interface PollParts {
  readonly reading: PollReading;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export function pollRoutes({ reading, now = Date.now }: PollParts): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/sessions/{sessionId}/polls/{pollId}",
      summary:
        "Shows a poll, with one's own ballot, and the position it was read at",
      tag,
      input: { params: InPoll },
      answers: {
        200: {
          description: "The poll; what is still secret is null",
          schema: z.object({ poll: PollSchema, position: Position }),
        },
      },
      run: async ({ c, user, params: { sessionId, pollId } }) => {
        const found = await reading.read(user, sessionId, pollId);
        const { epoch, offset } = found.position;
        const position = { epoch, offset };
        return c.json({ poll: pollInHttp(found, now()), position });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/sessions/{sessionId}/polls/{pollId}/recount",
      summary:
        "Counts a poll again from its log, and compares with what was announced",
      tag,
      input: { params: InPoll },
      answers: { 200: { description: "The recount", schema: RecountSchema } },
      run: async ({ c, user, params: { sessionId, pollId } }) =>
        c.json(await reading.recount(user, sessionId, pollId)),
    }),
  ];
}

/** A poll as HTTP shows it to its reader; `mine` is theirs alone. */
export function pollInHttp({ poll, own }: ReadPoll, now: number): Json {
  const shown = {
    ...pollJson(poll),
    acceptsBallots: acceptsBallots(poll, now),
    mine: ownBallotJson(own),
  };
  return withIsoTimes(shown);
}
