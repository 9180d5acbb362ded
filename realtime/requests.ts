/**
 * What clients ask for: reads frames, keeps each connection's order and limits, and
 * answers every request exactly once (P4–P7, P13, P18).
 */
import type * as z from "zod";
import { CLOSE } from "./codes.ts";
import type { Connection } from "./connection.ts";
import { byteLength } from "./frame.ts";
import type { Clock, RunCommand } from "./hub_options.ts";
import type { Json } from "./json.ts";
import type { LaneKind } from "./lanes.ts";
import type { Logger } from "./logger.ts";
import {
  type Acknowledged,
  BROADCAST,
  type ClientEnvelope,
  COMMAND,
  DIRECT_MESSAGE,
  parseEnvelope,
  type ServerMessage,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from "./protocol.ts";
import type { Published } from "./publisher.ts";
import { RealtimeError } from "./realtime_error.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { User } from "./user.ts";

/** Malformed messages in one minute that a connection survives (P7). */
const MALFORMED_PER_MINUTE = 20;

/** Messages in a row over the rate that a connection survives (P18). */
const REFUSED_IN_A_ROW = 10;

type Answer = Published | Promise<Published>;

export interface RequestsOptions {
  readonly subscriptions: Subscriptions;
  readonly publish: (
    publish: {
      channel: string;
      payload: Json;
      sender: User;
      messageId?: string;
    },
  ) => Answer;
  readonly sendDirect: (
    direct: {
      recipient: string;
      body: Json;
      sender: User;
      messageId?: string;
    },
  ) => Answer;
  readonly runCommand?: RunCommand;
  readonly commandChannel?: (
    name: string,
    input: unknown,
  ) => string | undefined;
  readonly userChannel: (userId: string) => string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxMessageBytes: number;
  readonly maxPendingRequests: number;
  readonly end: (connection: Connection, code: number) => void;
  /** A reply had to wait for the socket. */
  readonly waiting: (connection: Connection) => void;
}

export class Requests {
  readonly #options: RequestsOptions;
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** Takes one frame: one or more lines of JSON (P4). */
  receive(connection: Connection, data: unknown): void {
    const { end, maxMessageBytes } = this.#options;
    if (typeof data !== "string") return end(connection, CLOSE.unsupportedData);
    // A character is one to three bytes of UTF-8, so most frames need no count.
    const isTooBig = data.length > maxMessageBytes ||
      (data.length * 3 > maxMessageBytes && byteLength(data) > maxMessageBytes);
    if (isTooBig) return end(connection, CLOSE.tooBig);
    if (!data.includes("\n")) return this.#line(connection, data);
    for (const line of data.split("\n")) {
      if (connection.state === "closed") return;
      if (line.trim() !== "") this.#line(connection, line);
    }
  }

  /** Resolves when no request is under way, or after `graceMs`. */
  async settled(graceMs: number): Promise<void> {
    if (this.#running === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
      timer = setTimeout(resolve, graceMs);
    });
    clearTimeout(timer);
  }

  #line(connection: Connection, line: string): void {
    connection.messagesReceived++;
    const envelope = parseEnvelope(line);
    if (envelope === undefined) return this.#malformed(connection);
    if (envelope.type === "HEARTBEAT" && envelope.ref !== undefined) {
      return this.#heartbeatAnswered(connection, envelope.ref);
    }
    const { id, type } = envelope;
    if (!this.#withinLimits(connection, id)) return;
    try {
      this.#dispatch(connection, type, envelope);
    } catch (error) {
      this.#refuse(connection, id, error);
    }
  }

  #dispatch(
    connection: Connection,
    type: string,
    envelope: ClientEnvelope,
  ): void {
    switch (type) {
      case "SUBSCRIBE":
        return this.#subscribe(connection, parse(SUBSCRIBE, envelope));
      case "UNSUBSCRIBE":
        return this.#unsubscribe(connection, parse(UNSUBSCRIBE, envelope));
      case "BROADCAST":
        return this.#broadcast(connection, parse(BROADCAST, envelope));
      case "DIRECT_MESSAGE":
        return this.#direct(connection, parse(DIRECT_MESSAGE, envelope));
      case "COMMAND":
        return this.#command(connection, parse(COMMAND, envelope));
      case "HEARTBEAT":
        if (envelope.id === undefined) return;
        return this.#reply(connection, {
          type: "HEARTBEAT",
          ref: envelope.id,
          at: this.#options.clock.now(),
        });
      default:
        throw new RealtimeError(
          "unknown_type",
          `Cannot read a message of type ${type}`,
        );
    }
  }

  #subscribe(
    connection: Connection,
    { id, channel, payload }: z.infer<typeof SUBSCRIBE>,
  ): void {
    this.#run(
      connection,
      id,
      channel,
      "subscription",
      () =>
        this.#options.subscriptions.subscribe(
          connection,
          channel,
          payload ?? {},
          id,
        ),
    );
  }

  #unsubscribe(
    connection: Connection,
    { id, channel }: z.infer<typeof UNSUBSCRIBE>,
  ): void {
    this.#run(connection, id, channel, "subscription", () => {
      if (!this.#options.subscriptions.drop(connection, channel)) {
        throw new RealtimeError(
          "not_found",
          "Cannot unsubscribe: there is no such subscription",
        );
      }
      return {};
    });
  }

  #broadcast(
    connection: Connection,
    { id, channel, messageId, payload }: z.infer<typeof BROADCAST>,
  ): void {
    const sender = connection.user;
    this.#run(connection, id, channel, "append", () =>
      acknowledge(
        this.#options.publish({ channel, payload, sender, messageId }),
      ));
  }

  #direct(
    connection: Connection,
    { id, messageId, payload }: z.infer<typeof DIRECT_MESSAGE>,
  ): void {
    const { recipient, body } = payload;
    const sender = connection.user;
    const lane = this.#options.userChannel(recipient) ?? "";
    this.#run(connection, id, lane, "append", () =>
      acknowledge(
        this.#options.sendDirect({ recipient, body, sender, messageId }),
      ));
  }

  #command(
    connection: Connection,
    { id, messageId, payload }: z.infer<typeof COMMAND>,
  ): void {
    const { command, input } = payload;
    const { runCommand, commandChannel } = this.#options;
    const lane = commandChannel?.(command, input) ?? "";
    this.#run(connection, id, lane, "append", async () => {
      if (runCommand === undefined) throw unknownCommand(command);
      const { user } = connection;
      const { result, positions, duplicate } = await runCommand(
        command,
        input,
        { user, messageId },
      );
      const answer: Acknowledged = { messageId, result, positions };
      return duplicate ? { ...answer, duplicate } : answer;
    });
  }

  /**
   * Runs a request in its channel's lane. `start` answers what an ACK carries, or
   * nothing when it replied by itself.
   */
  #run(
    connection: Connection,
    id: number | undefined,
    channel: string,
    kind: LaneKind,
    start: () => Acknowledged | Promise<Acknowledged | void>,
  ): void {
    connection.pendingRequests++;
    this.#running++;
    connection.lanes.run(channel, kind, () => {
      try {
        const answer = start();
        if (answer instanceof Promise) {
          return answer.then(
            (settled) => this.#settle(connection, id, settled),
            (error) => this.#fail(connection, id, error),
          );
        }
        this.#settle(connection, id, answer);
      } catch (error) {
        this.#fail(connection, id, error);
      }
    });
  }

  #settle(
    connection: Connection,
    id: number | undefined,
    answer: Acknowledged | void,
  ): void {
    this.#done(connection);
    if (id === undefined || answer === undefined) return;
    this.#reply(connection, { type: "ACK", ref: id, payload: answer });
  }

  #fail(connection: Connection, id: number | undefined, error: unknown): void {
    this.#done(connection);
    this.#refuse(connection, id, error);
  }

  #done(connection: Connection): void {
    connection.pendingRequests--;
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  #refuse(connection: Connection, ref: number | undefined, error: unknown) {
    if (error instanceof RealtimeError) {
      const { code, message, retryAfterMs, reason, errors } = error;
      const payload = { code, message, retryAfterMs, reason, errors };
      return this.#reply(connection, { type: "ERROR", ref, payload });
    }
    this.#options.logger.error("request failed", {
      connectionId: connection.id,
      userId: connection.user.userId,
      error,
    });
    const message = "Something went wrong on our side; the log has it";
    this.#reply(connection, {
      type: "ERROR",
      ref,
      payload: { code: "internal", message },
    });
  }

  #reply(connection: Connection, message: ServerMessage): void {
    if (!connection.reply(message)) this.#options.waiting(connection);
  }

  #malformed(connection: Connection): void {
    const now = this.#options.clock.monotonicMs();
    if (connection.malformed.add(now) > MALFORMED_PER_MINUTE) {
      return this.#options.end(connection, CLOSE.protocolViolation);
    }
    this.#refuse(
      connection,
      undefined,
      new RealtimeError("malformed", "Cannot read this message"),
    );
  }

  /** Too fast, or too much under way: refused, and closed when it goes on (P18). */
  #withinLimits(connection: Connection, ref: number | undefined): boolean {
    const taken = connection.bucket.take(this.#options.clock.monotonicMs());
    // Replies that wait for a reader count as under way: they are held here too.
    const waiting = connection.pendingRequests + connection.waitingReplies;
    const isFull = waiting >= this.#options.maxPendingRequests;
    if (taken.ok && !isFull) {
      connection.refusedInARow = 0;
      return true;
    }
    if (++connection.refusedInARow >= REFUSED_IN_A_ROW) {
      this.#options.end(connection, CLOSE.rateLimited);
      return false;
    }
    const retryAfterMs = taken.ok ? 100 : taken.retryAfterMs;
    this.#refuse(
      connection,
      ref,
      new RealtimeError(
        "rate_limited",
        isFull
          ? "Cannot take more: too many requests are under way"
          : "Cannot take more: too many messages a second",
        { retryAfterMs },
      ),
    );
    return false;
  }

  #heartbeatAnswered(connection: Connection, ref: number): void {
    const { heartbeat } = connection;
    if (heartbeat?.id !== ref) return;
    connection.heartbeat = undefined;
    connection.roundTrip(this.#options.clock.monotonicMs() - heartbeat.sentAt);
  }
}

/** The message in its shape. @throws {RealtimeError} `invalid`, with every place that is wrong */
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

/** What an ACK says of a publication; the channel is known to who asked. */
function acknowledge(answer: Answer): Acknowledged | Promise<Acknowledged> {
  const told = ({ channel: _, ...rest }: Published): Acknowledged => rest;
  return answer instanceof Promise ? answer.then(told) : told(answer);
}

function unknownCommand(name: string): RealtimeError {
  return new RealtimeError("not_found", `Cannot find the command ${name}`);
}
