/** Everything `client.on` knows: messages by their type, and what the client itself has to say. */
import type { PresenceChange, ResetReason } from "./channels.ts";
import type { ClientState } from "./connection_state.ts";
import type { LatencyFigures } from "./latency.ts";
import type { Message, MessageType, Untyped } from "./messages.ts";
import type { Acknowledgement } from "./outbox.ts";
import type { OutboxMessage } from "./outbox_store.ts";
import { type Incoming, isRecord } from "./wire.ts";

/** A queued message that was refused for good; it took no effect. */
export interface Refused {
  readonly messageId: string;
  readonly code: string;
  readonly message: string;
  readonly reason: string | undefined;
  readonly sent: OutboxMessage;
  /** This page has sent it; false for one from before a reload or of another tab. */
  readonly asked: boolean;
}

export type ClientEvents =
  & { readonly [Type in MessageType]: Message<Type> }
  & {
    /** Every message, also of a type this build does not know. */
    readonly message: Incoming;
    /** A message whose body was erased; its place in the channel stays. */
    readonly erased: Incoming;
    readonly state: { readonly state: ClientState; readonly from: ClientState };
    readonly latency: LatencyFigures;
    readonly acknowledged: Acknowledgement & { readonly asked: boolean };
    readonly refused: Refused;
    /** Who is in a channel subscribed to with `presence`. */
    readonly presence: PresenceChange & { readonly channel: string };
    /** A channel's history cannot be continued; the client goes on from its head. */
    readonly reset: { readonly channel: string; readonly reason: ResetReason };
    /** A channel cannot be read. */
    readonly unreadable: { readonly channel: string; readonly code: string };
  };

/**
 * Reports whether a message is what listeners of `type` expect: a payload of fields, or any
 * for a broadcast. Beyond that the server's promise is taken: its messages are typed where
 * they are made.
 */
export function isMessage<Type extends MessageType>(
  type: Type,
  message: Untyped,
): message is Untyped & ClientEvents[Type] {
  return message.type === type &&
    (type === "BROADCAST" || isRecord(message.payload));
}
