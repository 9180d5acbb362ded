/** What each client message asks for: its channel, its place in that channel's order, and what to do. */
import type * as z from "zod";
import type { Connection } from "./connection.ts";
import type { RunCommand } from "./hub_options.ts";
import type { LaneKind } from "./lanes.ts";
import {
  type Acknowledged,
  BROADCAST,
  type ClientEnvelope,
  COMMAND,
  DIRECT_MESSAGE,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "./protocol.ts";
import type { Direct, Publish, Published } from "./publisher.ts";
import { RealtimeError } from "./realtime_error.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { User } from "./user.ts";

/** What messages set in motion; the hub hands it in. */
export interface Ways {
  readonly subscriptions: Pick<Subscriptions, "subscribe" | "drop">;
  readonly publish: (publish: Publish) => Published | Promise<Published>;
  readonly sendDirect: (direct: Direct) => Promise<Published>;
  readonly userChannel: (userId: string) => string | undefined;
  readonly runCommand?: RunCommand;
  readonly commandChannel?: (
    name: string,
    input: unknown,
    user: User,
  ) => string | undefined;
}

/** One request, ready to run in its channel's lane. */
export interface Task {
  readonly channel: string;
  readonly kind: LaneKind;
  /** What the ACK carries; nothing when the reply was sent on the way. */
  readonly start: () => Acknowledged | Promise<Acknowledged | void>;
}

/** @throws {RealtimeError} `unknown_type`, or `invalid` with every place that is wrong */
export function interpret(
  envelope: ClientEnvelope,
  connection: Connection,
  ways: Ways,
): Task {
  switch (envelope.type) {
    case "SUBSCRIBE":
      return subscribe(envelope, connection, ways);
    case "UNSUBSCRIBE":
      return unsubscribe(envelope, connection, ways);
    case "BROADCAST":
      return broadcast(envelope, connection, ways);
    case "DIRECT_MESSAGE":
      return direct(envelope, connection, ways);
    case "COMMAND":
      return command(envelope, connection, ways);
  }
  throw new RealtimeError(
    "unknown_type",
    `Cannot read a message of type ${envelope.type.slice(0, 64)}`,
  );
}

function subscribe(
  envelope: ClientEnvelope,
  connection: Connection,
  { subscriptions }: Ways,
): Task {
  const { id, channel, payload } = parse(SUBSCRIBE, envelope);
  return {
    channel,
    kind: "subscription",
    start: () =>
      subscriptions.subscribe(connection, channel, payload ?? {}, id),
  };
}

function unsubscribe(
  envelope: ClientEnvelope,
  connection: Connection,
  { subscriptions }: Ways,
): Task {
  const { channel } = parse(UNSUBSCRIBE, envelope);
  return {
    channel,
    kind: "subscription",
    start: () => {
      if (subscriptions.drop(connection, channel)) return {};
      throw new RealtimeError(
        "not_found",
        "Cannot unsubscribe: there is no such subscription",
      );
    },
  };
}

function broadcast(
  envelope: ClientEnvelope,
  { user: sender }: Connection,
  { publish }: Ways,
): Task {
  const { channel, messageId, payload } = parse(BROADCAST, envelope);
  return {
    channel,
    kind: "append",
    start: () => {
      const answer = publish({ channel, payload, sender, messageId });
      return answer instanceof Promise ? answer.then(told) : told(answer);
    },
  };
}

function direct(
  envelope: ClientEnvelope,
  { user: sender }: Connection,
  { sendDirect, userChannel }: Ways,
): Task {
  const { messageId, payload } = parse(DIRECT_MESSAGE, envelope);
  const { recipient, body } = payload;
  return {
    channel: userChannel(recipient) ?? "",
    kind: "append",
    start: () => sendDirect({ recipient, body, sender, messageId }).then(told),
  };
}

function command(
  envelope: ClientEnvelope,
  { user }: Connection,
  { runCommand, commandChannel }: Ways,
): Task {
  const { messageId, payload } = parse(COMMAND, envelope);
  const { command: name, input } = payload;
  return {
    channel: commandChannel?.(name, input, user) ?? "",
    kind: "append",
    start: async () => {
      if (runCommand === undefined) {
        throw new RealtimeError("not_found", `Cannot find the command ${name}`);
      }
      const outcome = await runCommand(name, input, { user, messageId });
      const { result, positions, duplicate } = outcome;
      const answer = { messageId, result, positions };
      return duplicate ? { ...answer, duplicate } : answer;
    },
  };
}

/** What an ACK says of a publication; the channel is known to who asked. */
function told({ channel: _, ...answer }: Published): Acknowledged {
  return answer;
}

/** The message in its shape. @throws {RealtimeError} `invalid` */
function parse<Message>(
  schema: z.ZodType<Message>,
  envelope: ClientEnvelope,
): Message {
  const parsed = schema.safeParse(envelope);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  throw new RealtimeError("invalid", `Cannot take this ${envelope.type}`, {
    errors,
  });
}
