/**
 * Publishing: gives a message its place in a channel, once per messageId (P13), and
 * says how far it got (P14). Durable channels are numbered by the log.
 */
import { createHash } from "node:crypto";
import type { Channels } from "./channels.ts";
import type { AckLevel } from "./codes.ts";
import { byteLength } from "./frame.ts";
import type { Access, PublishAnswer } from "./hub_options.ts";
import type { Json } from "./json.ts";
import { canonical } from "./log/canonical.ts";
import { type Log, LogConflict, LogUnavailable } from "./log/log.ts";
import type { Topics } from "./nodes/topics.ts";
import {
  type Numbered,
  Numbering,
  reusedMessageId,
  type Said,
} from "./numbering.ts";
import { channelKind } from "./protocol.ts";
import { RealtimeError } from "./realtime_error.ts";
import type { User } from "./user.ts";

export interface Publish {
  readonly channel: string;
  readonly payload: Json;
  readonly sender: User;
  /** Made here when the caller gives none. */
  readonly messageId?: string;
}

export interface Published {
  readonly channel: string;
  readonly messageId: string;
  readonly epoch: string;
  readonly offset: number;
  readonly level: AckLevel;
  readonly duplicate?: true;
}

export interface Direct {
  readonly recipient: string;
  readonly body: Json;
  readonly sender: User;
  readonly messageId?: string;
}

export interface PublisherOptions {
  readonly channels: Channels;
  /** Numbers transient channels. */
  readonly numbering: Numbering;
  /** Finds the node that does. @default this one does, always */
  readonly topics: Pick<Topics, "publish"> | undefined;
  readonly log: Log;
  readonly access: Pick<Access, "publish" | "direct">;
  readonly userChannel: (userId: string) => string | undefined;
  /** Longest payload, in bytes of UTF-8: what HTTP brings must fit a socket too (P17). */
  readonly maxPayloadBytes: number;
  /** ms since 1970. */
  readonly now: () => number;
}

export class Publisher {
  publications = 0;

  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Publishes what a user sends to a channel. A topic this node numbers answers in this turn.
   *
   * @throws {RealtimeError} `not_found`, `forbidden`, `conflict`; thrown or rejected
   */
  publish(publish: Publish): Published | Promise<Published> {
    const { channel, sender } = publish;
    const answer = channelKind(channel) === undefined
      ? "not_found"
      : this.#options.access.publish(sender, channel);
    return answer instanceof Promise
      ? answer.then((settled) => this.#answered(settled, publish))
      : this.#answered(answer, publish);
  }

  /** Appends a message to the recipient's own log, where it waits until they read it. */
  async sendDirect(direct: Direct): Promise<Published> {
    const { recipient, body, sender, messageId } = direct;
    if (!this.#options.access.direct(sender)) throw refused("forbidden");
    const channel = this.#options.userChannel(recipient);
    if (channel === undefined) {
      throw new RealtimeError(
        "invalid",
        "Cannot address a message: recipient is no well-formed user id",
        { errors: [{ path: "recipient", message: "Not a user id" }] },
      );
    }
    this.#checkSize(JSON.stringify(body));
    const payload = { recipient, body };
    const publish = { channel, payload, sender, messageId };
    return await this.#append("DIRECT_MESSAGE", publish);
  }

  #answered(
    answer: PublishAnswer,
    { channel, sender, payload, messageId }: Publish,
  ): Published | Promise<Published> {
    if (answer !== "allowed") throw refused(answer);
    const payloadText = JSON.stringify(payload);
    this.#checkSize(payloadText);
    const said = { sender: sender.userId, payloadText, messageId };
    const numbered = this.#number(channel, said);
    return numbered instanceof Promise
      ? numbered.then((settled) => this.#accepted(channel, settled))
      : this.#accepted(channel, numbered);
  }

  #number(name: string, said: Said): Numbered | Promise<Numbered> {
    const { channels, numbering, topics } = this.#options;
    if (topics !== undefined) {
      if (channelKind(name) !== "transient") throw refused("forbidden");
      return topics.publish(name, said);
    }
    const channel = channels.open(name);
    if (channel instanceof Promise || channel.kind !== "transient") {
      throw refused("forbidden");
    }
    return numbering.take(channel, said);
  }

  #accepted(channel: string, numbered: Numbered): Published {
    const { messageId, epoch, offset, duplicate } = numbered;
    const level = "accepted";
    if (duplicate) {
      return { channel, messageId, epoch, offset, level, duplicate };
    }
    this.publications++;
    return { channel, messageId, epoch, offset, level };
  }

  async #append(
    type: string,
    publish: Publish,
  ): Promise<Published> {
    const { channel, payload, sender } = publish;
    const messageId = publish.messageId ?? crypto.randomUUID();
    try {
      const committed = await this.#options.log.commit({
        writes: [{
          channel,
          entries: [
            {
              type,
              v: 1,
              subject: "messages",
              at: this.#options.now(),
              body: payload,
            },
          ],
        }],
        sender: sender.userId,
        messageId,
        requestHash: hashOf(payload),
      });
      const { epoch, offset } = committed.positions[0];
      const { level } = this.#options.log;
      if (committed.duplicate) {
        return { channel, messageId, epoch, offset, level, duplicate: true };
      }
      this.publications++;
      return { channel, messageId, epoch, offset, level };
    } catch (error) {
      throw logProblem(error);
    }
  }

  /** @throws {RealtimeError} `invalid` */
  #checkSize(payloadText: string): void {
    const { maxPayloadBytes } = this.#options;
    // A character is one to three bytes, so most payloads need no count.
    if (payloadText.length * 3 <= maxPayloadBytes) return;
    const bytes = byteLength(payloadText);
    if (bytes <= maxPayloadBytes) return;
    throw new RealtimeError(
      "invalid",
      `Cannot publish: at most ${maxPayloadBytes} bytes, got ${bytes}`,
    );
  }
}

/** What a failure of the log means to whoever asked. */
export function logProblem(error: unknown): unknown {
  if (error instanceof LogConflict) {
    return error.reason === "message_id"
      ? reusedMessageId()
      : new RealtimeError(
        "conflict",
        "Cannot write: someone else was first, try again",
        { cause: error },
      );
  }
  if (error instanceof LogUnavailable) {
    return new RealtimeError(
      "unavailable",
      "Cannot store this now: whether it took effect is unknown, retry with the same messageId",
      { cause: error, retryAfterMs: 1_000 },
    );
  }
  return error;
}

/** The no that does not tell what exists from what one may not see (P8). */
export function refused(code: "not_found" | "forbidden"): RealtimeError {
  return new RealtimeError(
    code,
    code === "forbidden"
      ? "Cannot do this with your role"
      : "Cannot find this channel",
  );
}

function hashOf(payload: Json): string {
  return createHash("sha256").update(canonical(payload)).digest("hex");
}
