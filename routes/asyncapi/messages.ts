/** Every message of the wire protocol, both ways, with its schema: what the AsyncAPI document is made of. */
import { z } from "zod";
import {
  AnyJson,
  BROADCAST,
  COMMAND,
  DIRECT_MESSAGE,
  MessageId,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "../../realtime/protocol.ts";
import { ALERT_EVENTS } from "./alert_events.ts";
import { DECISION_EVENTS } from "./decision_events.ts";
import { GONE } from "./event_shapes.ts";
import { INBOX_EVENTS } from "./inbox_events.ts";
import { JOB_EVENTS } from "./job_events.ts";
import { LEARNING_EVENTS } from "./learning_events.ts";
import { OPS_EVENTS } from "./ops_events.ts";
import { POLL_EVENTS } from "./poll_events.ts";
import { RULE_EVENTS } from "./rule_events.ts";
import { SERVER_MESSAGES } from "./server_messages.ts";
import { SESSION_EVENTS } from "./session_events.ts";

/** Payloads by event, by the message type they travel as. */
export const EVENTS = {
  SESSION_UPDATE: SESSION_EVENTS,
  CONSENSUS_UPDATE: POLL_EVENTS,
  DECISION_ANALYSIS_RESULT: DECISION_EVENTS,
  RULE_EVALUATION_RESULT: RULE_EVENTS,
  ALERT: ALERT_EVENTS,
  LEARNING_FEEDBACK: LEARNING_EVENTS,
  JOB_UPDATE: JOB_EVENTS,
  INBOX_UPDATE: INBOX_EVENTS,
  OPS_UPDATE: OPS_EVENTS,
} as const;

export interface MessageDescription {
  /** On the wire. */
  readonly type: string;
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly examples?: readonly object[];
}

const CLIENT = {
  SUBSCRIBE: {
    summary: "Hold a channel; with `since`, get what was missed first (P10)",
    schema: SUBSCRIBE,
    examples: [
      { type: "SUBSCRIBE", id: 1, channel: "alerts", payload: { history: 5 } },
    ],
  },
  UNSUBSCRIBE: {
    summary: "Let a channel go",
    schema: UNSUBSCRIBE,
    examples: [{ type: "UNSUBSCRIBE", id: 2, channel: "alerts" }],
  },
  BROADCAST: {
    summary: "Publish to a topic, verbatim; without a channel to `topic:all`",
    schema: BROADCAST,
    examples: [{
      type: "BROADCAST",
      id: 3,
      channel: "topic:lobby",
      messageId: "m-1",
      payload: { text: "Hello" },
    }],
  },
  DIRECT_MESSAGE: {
    summary: "Send to one user, who may be offline",
    schema: DIRECT_MESSAGE,
    examples: [{
      type: "DIRECT_MESSAGE",
      id: 4,
      payload: { recipient: "ana", body: { text: "Have a look" } },
    }],
  },
  COMMAND: {
    summary: "Any command that HTTP takes too; its body is the input",
    schema: COMMAND,
    examples: [{
      type: "COMMAND",
      id: 5,
      messageId: "open-1",
      payload: { command: "open_session", input: { title: "Vendor KX-14" } },
    }],
  },
  HEARTBEAT: {
    summary: "Answer one with its id as `ref`, or ask with an `id` (P15)",
    schema: z.object({
      id: z.int().positive().optional(),
      ref: z.int().positive().optional(),
    }),
    examples: [{ type: "HEARTBEAT", ref: 7 }],
  },
} as const;

/** What a client may send. */
export const FROM_CLIENT: readonly MessageDescription[] = Object.entries(CLIENT)
  .map(([type, { summary, schema, examples }]) => ({
    type,
    summary,
    examples,
    schema: z.object({ type: z.literal(type), ...schema.shape }),
  }));

const SUMMARIES: Readonly<Record<keyof typeof SERVER_MESSAGES, string>> = {
  CONNECTION_ESTABLISHED: "The greeting, always first (P3)",
  SUBSCRIBED: "Answers SUBSCRIBE with the channel's head (P10)",
  ACK: "Answers what took effect, with what that promises (P14)",
  ERROR: "Answers what did not (P7)",
  HEARTBEAT: "Asks for a sign of life, or answers one (P15)",
  PRESENCE: "Who came to a channel and who left",
  GAP: "Publications of a transient channel that are lost (P17)",
  DRAINING: "The server restarts; come back in so many ms (P20)",
};

/** What the server says of a connection. */
export const FROM_SERVER: readonly MessageDescription[] = Object.entries(
  SERVER_MESSAGES,
).map(([type, schema]) => ({
  type,
  schema,
  summary: Object.entries(SUMMARIES).find(([name]) => name === type)?.[1] ?? "",
}));

/** Fields around every publication's payload. */
const PUBLICATION = {
  channel: z.string(),
  offset: z.int().positive().optional().meta({
    description: "1, 2, 3 … without holes; a signal has none",
  }),
  epoch: z.string().optional(),
  hash: z.string().optional(),
  messageId: MessageId.optional(),
  sender: z.string().nullish(),
  at: z.int().meta({ description: "ms since 1970, by the server's clock" }),
  v: z.int().optional().meta({ description: "Of the payload; 1 when absent" }),
};

const PUBLICATION_SUMMARIES: Readonly<Record<keyof typeof EVENTS, string>> = {
  SESSION_UPDATE: "What happens in a session",
  CONSENSUS_UPDATE: "Polls: opened, voted in, revealed, closed; their figures",
  DECISION_ANALYSIS_RESULT: "Decisions: opened, scored, weighed, closed",
  RULE_EVALUATION_RESULT: "Rules: drafted, published; evaluations",
  ALERT: "Alerts: raised, acknowledged, escalated, resolved",
  LEARNING_FEEDBACK: "Feedback, and weights that are proposed",
  JOB_UPDATE: "Jobs: submitted, running, done, failed",
  INBOX_UPDATE: "What others did that concerns one",
  OPS_UPDATE: "Figures of the node, once a second",
};

/** Publications and signals of channels. A payload of null was erased (L9). */
export const PUBLICATIONS: readonly MessageDescription[] = [
  publication("BROADCAST", "The sender's own, verbatim", AnyJson),
  publication(
    "DIRECT_MESSAGE",
    "A message for one user",
    z.object({ recipient: z.string(), body: AnyJson }).nullable(),
  ),
  ...Object.entries(EVENTS).map(([type, events]) =>
    publication(
      type,
      Object.entries(PUBLICATION_SUMMARIES)
        .find(([name]) => name === type)?.[1] ?? "",
      z.union([...Object.values(events), ...GONE, z.null()]),
    )
  ),
];

function publication(
  type: string,
  summary: string,
  payload: z.ZodType,
): MessageDescription {
  const schema = z.object({
    type: z.literal(type),
    ...PUBLICATION,
    payload,
  });
  return { type, summary, schema };
}
