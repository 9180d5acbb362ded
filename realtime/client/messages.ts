/** What each message type carries, as types: what makes `client.on("ALERT", …)` know its payload. */
import type { Json } from "../json.ts";
import type { ConsensusUpdate } from "./consensus_update.ts";
import type { Incoming, PresentUser } from "./wire.ts";

/** The payload of a publication: what happened, and that event's own fields. */
export interface EventPayload {
  /** In snake_case, e.g. `participant_joined`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface SessionUpdate extends EventPayload {
  readonly event:
    | "session_opened"
    | "participant_joined"
    | "participant_left"
    | "participant_status"
    | "message_posted"
    | "session_closed";
}

/** Payload by message type. An application may widen it by declaration merging. */
export interface MessageMap {
  CONNECTION_ESTABLISHED: {
    readonly connectionId: string;
    readonly userId: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly node: string;
    readonly serverTime: number;
    readonly maxMessageBytes: number;
  };
  PRESENCE: {
    readonly joined: readonly PresentUser[];
    readonly left: readonly string[];
    readonly full?: true;
  };
  GAP: { readonly from: number; readonly to: number; readonly reason: string };
  DRAINING: { readonly reconnectInMs: number };
  /** An error that answers no request. */
  ERROR: { readonly code: string; readonly message: string };
  /** The sender's own, verbatim. */
  BROADCAST: Json;
  DIRECT_MESSAGE: { readonly recipient: string; readonly body: Json };
  SESSION_UPDATE: SessionUpdate;
  CONSENSUS_UPDATE: ConsensusUpdate;
  RULE_EVALUATION_RESULT: EventPayload;
  DECISION_ANALYSIS_RESULT: EventPayload;
  LEARNING_FEEDBACK: EventPayload;
  ALERT: EventPayload;
  JOB_UPDATE: EventPayload;
}

export type MessageType = keyof MessageMap;

/** A message of one type. */
export type Message<Type extends MessageType = MessageType> =
  & Omit<Incoming, "type" | "payload" | "body">
  & { readonly type: Type; readonly payload: MessageMap[Type] };

export const MESSAGE_TYPES = [
  "CONNECTION_ESTABLISHED",
  "PRESENCE",
  "GAP",
  "DRAINING",
  "ERROR",
  "BROADCAST",
  "DIRECT_MESSAGE",
  "SESSION_UPDATE",
  "CONSENSUS_UPDATE",
  "RULE_EVALUATION_RESULT",
  "DECISION_ANALYSIS_RESULT",
  "LEARNING_FEEDBACK",
  "ALERT",
  "JOB_UPDATE",
] as const satisfies readonly MessageType[];

export function isMessageType(type: string): type is MessageType {
  return MESSAGE_TYPES.some((known) => known === type);
}

/** A message whose payload nobody has looked at. */
export type Untyped = Omit<Incoming, "payload"> & { readonly payload: unknown };
