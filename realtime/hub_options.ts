/** What a hub is built from: its parts, its limits, and who may what. */
import type { Clock } from "./clock.ts";
import type { HeartbeatOptions } from "./heartbeat.ts";
import type { Json } from "./json.ts";
import type { ChannelPosition, FeedListener, Log } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import type { Bus } from "./nodes/bus.ts";
import type { TopicOwners } from "./nodes/topic_owners.ts";
import type { After } from "./timer.ts";
import type { Tracing } from "./tracing.ts";
import type { User } from "./user.ts";

/** What a reader is in a channel. */
export interface Grant {
  /** Inside a session the participant's role, elsewhere the user's. */
  readonly role: string;
}

export type PublishAnswer = "allowed" | "forbidden" | "not_found";

/** Who may what. Answers that need no waiting stay synchronous: they are asked per message. */
export interface Access {
  /** Undefined when this user may not read it, or when there is no such channel (P8). */
  read(
    user: User,
    channel: string,
  ): Grant | undefined | Promise<Grant | undefined>;
  /** Whether this user may `BROADCAST` there. */
  publish(
    user: User,
    channel: string,
  ): PublishAnswer | Promise<PublishAnswer>;
  /** Whether this user may send direct messages. */
  direct(user: User): boolean;
}

export interface CommandOutcome {
  readonly result: Json;
  readonly positions: readonly ChannelPosition[];
  readonly duplicate?: true;
}

/** Runs a command; its errors are `RealtimeError`s, everything else is a fault. */
export type RunCommand = (
  name: string,
  input: unknown,
  options: { user: User; messageId?: string },
) => Promise<CommandOutcome>;

export interface HubLimits {
  readonly maxMessageBytes: number;
  readonly maxBufferedBytes: number;
  /** Messages per second and connection; twice that in a burst. */
  readonly ratePerSecond: number;
  /** Requests of one connection that wait or run. */
  readonly maxPendingRequests: number;
  /** Subscriptions a client may take; the server's own do not count. */
  readonly maxSubscriptions: number;
  /** Publications a transient channel keeps. */
  readonly transientHistory: number;
  readonly heartbeat: HeartbeatOptions;
}

/** The limits of the protocol page. */
export const DEFAULT_LIMITS: HubLimits = {
  maxMessageBytes: 65_536,
  maxBufferedBytes: 262_144,
  ratePerSecond: 50,
  maxPendingRequests: 1_024,
  maxSubscriptions: 128,
  transientHistory: 1_000,
  heartbeat: { intervalMs: 30_000, timeoutMs: 300_000 },
};

export interface HubOptions {
  readonly log: Log;
  readonly access: Access;
  readonly limits: HubLimits;
  /** Name of this node, told to clients. */
  readonly node: string;
  /** The channel of a user; undefined when the id is not well-formed. */
  readonly userChannel: (userId: string) => string | undefined;
  /** Without it every `COMMAND` is `not_found`. */
  readonly runCommand?: RunCommand;
  /** The channel a command writes to, so that its order against subscriptions is kept (P6). */
  readonly commandChannel?: (
    name: string,
    input: unknown,
    user: User,
  ) => string | undefined;
  /** How the nodes of one house tell each other what no log keeps. @default none but this one */
  readonly bus?: Bus;
  /** Who numbers which topic among these nodes. @default this node all that it holds */
  readonly topicOwners?: TopicOwners | undefined;
  /** Sees every commit after the hub has taken it. */
  readonly onEntries?: FeedListener;
  /** @default the system's */
  readonly clock?: Clock;
  /** What waits between nodes. @default setTimeout */
  readonly after?: After | undefined;
  /** @default none: nothing is traced */
  readonly tracing?: Tracing | undefined;
  /** @default silent */
  readonly logger?: Logger;
}
