/**
 * Publishing: gives a message its place in a channel, once per messageId (P13), and
 * says how far it got (P14). Transient channels are numbered here, durable ones by the log.
 */
import { createHash } from "node:crypto";
import type { Channels } from "./channels.ts";
import type { Channel } from "./channel.ts";
import type { AckLevel } from "./codes.ts";
import { byteLength, encodePublication } from "./frame.ts";
import type { Access, PublishAnswer } from "./hub_options.ts";
import type { Json } from "./json.ts";
import { canonical } from "./log/canonical.ts";
import { type Log, LogConflict, LogUnavailable } from "./log/log.ts";
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

/** What a transient channel remembers of a messageId for as long as its history reaches. */
interface Remembered {
  readonly offset: number;
  readonly payloadText: string;
}

export interface Direct {
  readonly recipient: string;
  readonly body: Json;
  readonly sender: User;
  readonly messageId?: string;
}

export interface PublisherOptions {
  readonly channels: Channels;
  readonly log: Log;
  readonly access: Pick<Access, "publish" | "direct">;
  readonly userChannel: (userId: string) => string | undefined;
  /** Longest payload, in bytes of UTF-8: what HTTP brings must fit a socket too (P17). */
  readonly maxPayloadBytes: number;
  /** ms since 1970. */
  readonly now: () => number;
}

export class Publisher {
  /** Per transient channel, so that a forgotten channel takes its memory along. */
  readonly #remembered = new WeakMap<Channel, Map<string, Remembered>>();
  publications = 0;

  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Publishes what a user sends to a channel. A topic answers in this turn.
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

  #answered(answer: PublishAnswer, publish: Publish): Published {
    if (answer !== "allowed") throw refused(answer);
    const channel = this.#options.channels.open(publish.channel);
    if (channel instanceof Promise || channel.kind !== "transient") {
      throw refused("forbidden");
    }
    return this.#number(channel, publish);
  }

  /** Numbers it: a transient channel lives in this node's memory, so that is all it takes. */
  #number(channel: Channel, publish: Publish): Published {
    const { sender, payload } = publish;
    const payloadText = JSON.stringify(payload);
    this.#checkSize(payloadText);
    const messageId = publish.messageId ?? crypto.randomUUID();
    const { epoch, name } = channel;
    const key = `${sender.userId} ${messageId}`;
    const remembered = this.#rememberedOf(channel);
    this.#forgetOld(channel, remembered);
    // An id of our own making cannot have been seen before.
    const first = publish.messageId === undefined
      ? undefined
      : remembered.get(key);
    if (first !== undefined) {
      if (first.payloadText !== payloadText) throw reusedMessageId();
      const { offset } = first;
      const level = "accepted";
      return {
        channel: name,
        messageId,
        epoch,
        offset,
        level,
        duplicate: true,
      };
    }
    const offset = channel.offset + 1;
    const text = encodePublication({
      type: "BROADCAST",
      channel: name,
      offset,
      epoch,
      // An id nobody gave tells nobody anything; every byte here goes to every subscriber.
      messageId: publish.messageId,
      sender: sender.userId,
      at: this.#options.now(),
    }, payloadText);
    channel.append({
      offset,
      text,
      bytes: byteLength(text),
      publishedAt: performance.now(),
    });
    if (publish.messageId !== undefined) {
      remembered.set(key, { offset, payloadText });
    }
    this.publications++;
    return { channel: name, messageId, epoch, offset, level: "accepted" };
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

  #rememberedOf(channel: Channel): Map<string, Remembered> {
    let remembered = this.#remembered.get(channel);
    if (remembered === undefined) {
      remembered = new Map();
      this.#remembered.set(channel, remembered);
    }
    return remembered;
  }

  /** Insertion order is offset order, so what the history dropped stands in front. */
  #forgetOld(channel: Channel, remembered: Map<string, Remembered>): void {
    const first = channel.history.first ?? 0;
    for (const [key, { offset }] of remembered) {
      if (offset >= first) return;
      remembered.delete(key);
    }
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

function reusedMessageId(): RealtimeError {
  return new RealtimeError(
    "conflict",
    "Cannot use this messageId again with another content",
    { reason: "message_id_reused" },
  );
}

function hashOf(payload: Json): string {
  return createHash("sha256").update(canonical(payload)).digest("hex");
}
