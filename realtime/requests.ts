/**
 * What clients ask for: reads frames, keeps each connection's order and limits, and
 * answers every request exactly once (P4–P7, P13, P18).
 */
import { CLOSE } from "./codes.ts";
import type { Connection } from "./connection.ts";
import { byteLength } from "./frame.ts";
import type { HubCounts } from "./hub_counts.ts";
import type { Clock } from "./clock.ts";
import { interpret, type Task, type Ways } from "./interpret.ts";
import type { Logger } from "./logger.ts";
import {
  type Acknowledged,
  type ClientEnvelope,
  idOf,
  parseEnvelope,
  type ServerMessage,
} from "./protocol.ts";
import { logProblem } from "./publisher.ts";
import { RealtimeError } from "./realtime_error.ts";

/** Malformed messages in one minute that a connection survives (P7). */
const MALFORMED_PER_MINUTE = 20;

/** Messages in a row over the rate that a connection survives (P18). */
const REFUSED_IN_A_ROW = 10;

export interface RequestsOptions extends Ways {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counts: Pick<HubCounts, "rateLimited" | "malformed">;
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
    // A character is at least a byte, so what is far too big is not looked through.
    if (data.length > maxMessageBytes) return end(connection, CLOSE.tooBig);
    const bytes = byteLength(data);
    if (bytes > maxMessageBytes) return end(connection, CLOSE.tooBig);
    connection.bytesReceived += bytes;
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
    let envelope: ClientEnvelope | undefined;
    try {
      envelope = parseEnvelope(line);
    } catch (error) {
      if (!this.#withinLimits(connection, undefined)) return;
      return this.#refuse(connection, undefined, error);
    }
    if (envelope === undefined) return this.#malformed(connection, line);
    const { id, type, ref } = envelope;
    // Only the answer we wait for is free: others would be a flood without limit.
    const isAnswer = type === "HEARTBEAT" &&
      this.#heartbeatAnswered(connection, ref);
    if (isAnswer && id === undefined) return;
    if (!this.#withinLimits(connection, id)) return;
    if (type === "HEARTBEAT") {
      if (id === undefined) return;
      const at = this.#options.clock.now();
      return this.#reply(connection, { type: "HEARTBEAT", ref: id, at });
    }
    try {
      const task = interpret(envelope, connection, this.#options);
      this.#run(connection, id, task);
    } catch (error) {
      this.#refuse(connection, id, error);
    }
  }

  #run(
    connection: Connection,
    id: number | undefined,
    { channel, kind, start }: Task,
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

  #refuse(connection: Connection, ref: number | undefined, thrown: unknown) {
    // A subscription asks the log too; that it cannot answer is no fault of ours.
    const error = logProblem(thrown);
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

  #malformed(connection: Connection, line: string): void {
    this.#options.counts.malformed++;
    const now = this.#options.clock.monotonicMs();
    if (connection.malformed.add(now) > MALFORMED_PER_MINUTE) {
      return this.#options.end(connection, CLOSE.protocolViolation);
    }
    this.#refuse(
      connection,
      idOf(line),
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
    this.#options.counts.rateLimited++;
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

  #heartbeatAnswered(connection: Connection, ref: unknown): boolean {
    const { heartbeat } = connection;
    if (heartbeat === undefined || heartbeat.id !== ref) return false;
    connection.heartbeat = undefined;
    connection.roundTrip(this.#options.clock.monotonicMs() - heartbeat.sentAt);
    return true;
  }
}
