/** What nodes ask each other about the connections they hold: the shapes of question and answer. */
import * as z from "zod";
import { ERROR_CODES } from "../codes.ts";
import { TRANSPORTS } from "../connection.ts";
import { CONNECTION_ORDERS, CONNECTION_STATES } from "../connection_search.ts";
import type { FoundConnection } from "../connection_search.ts";
import type { ConnectionView } from "../connections.ts";

/** Every question goes under this subject. */
export const REACH_SUBJECT = "reach";

const connectionId = z.string();
const code = z.int();

const Find = z.object({ do: z.literal("find"), connectionId });
const End = z.object({ do: z.literal("end"), connectionId, code });
const EndUser = z.object({
  do: z.literal("end_user"),
  userId: z.string(),
  code,
  signInId: z.string().nullable(),
});
const Subscribe = z.object({
  do: z.literal("subscribe"),
  connectionId,
  channel: z.string(),
});
const Unsubscribe = Subscribe.extend({ do: z.literal("unsubscribe") });
const List = z.object({
  do: z.literal("list"),
  cursor: z.string().nullable(),
  limit: z.int(),
});
const Search = z.object({
  do: z.literal("search"),
  text: z.string(),
  state: z.enum(CONNECTION_STATES).nullable(),
  order: z.enum(CONNECTION_ORDERS),
  limit: z.int(),
});
const Figures = z.object({ do: z.literal("figures") });

export const Question = z.discriminatedUnion("do", [
  Find,
  End,
  EndUser,
  Subscribe,
  Unsubscribe,
  List,
  Search,
  Figures,
]);
export type Question = z.infer<typeof Question>;

const View = z.object({
  connectionId,
  userId: z.string(),
  transport: z.enum(TRANSPORTS),
  state: z.enum([...CONNECTION_STATES, "closed"]),
  connectedAt: z.number(),
  lastSeenAt: z.number(),
  messagesSent: z.number(),
  messagesReceived: z.number(),
  bytesSent: z.number(),
  bytesReceived: z.number(),
  latencyMs: z.number().nullable(),
  bufferedBytes: z.number(),
  subscriptions: z.array(z.string()),
}) satisfies z.ZodType<ConnectionView>;

const Found = View.extend({
  lagMs: z.number(),
}) satisfies z.ZodType<FoundConnection>;

/** Null: this node does not hold it. */
export const FoundAnswer = z.object({ view: View.nullable() });

/** Whether this node held it. */
export const EndAnswer = z.object({ held: z.boolean() });

export const EndUserAnswer = z.object({ closed: z.int() });

/** `held` false: another node must. Otherwise where it reads on, or why it may not. */
export const SubscribeAnswer = z.object({
  held: z.boolean(),
  position: z.object({ epoch: z.string(), offset: z.number() }).nullable(),
  refused: z.object({ code: z.enum(ERROR_CODES), message: z.string() })
    .nullable(),
});

/** `was`: there was such a subscription, and it is over. */
export const UnsubscribeAnswer = z.object({
  held: z.boolean(),
  was: z.boolean(),
});

/** By id, the smallest first; `isCut` when there are more of this node behind the last. */
export const ListAnswer = z.object({
  views: z.array(View),
  isCut: z.boolean(),
});

/** The first of those that fit, and how many fit. */
export const SearchAnswer = z.object({
  found: z.int(),
  items: z.array(Found),
});
