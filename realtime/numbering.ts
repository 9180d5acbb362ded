/**
 * Numbering: gives what is said in a transient channel its offset, once per messageId (P9,
 * P13). One node numbers a channel at a time.
 */
import * as z from "zod";
import type { Channel } from "./channel.ts";
import { byteLength, encodePublication } from "./frame.ts";
import type { Line } from "./history.ts";
import { RealtimeError } from "./realtime_error.ts";

/** What somebody says in a transient channel. */
export interface Said {
  /** User id. */
  readonly sender: string;
  /** JSON. */
  readonly payloadText: string;
  /** Made here when the caller gives none. */
  readonly messageId?: string;
}

/** The place it has. */
export interface Numbered {
  readonly messageId: string;
  readonly epoch: string;
  readonly offset: number;
  readonly duplicate?: true;
}

/** What a channel remembers of a messageId for as long as its history reaches. */
interface Remembered {
  readonly offset: number;
  readonly payloadText: string;
}

/** The part of a line that tells what was remembered when it was numbered. */
const Numberable = z.object({
  messageId: z.string().optional(),
  sender: z.string(),
  payload: z.unknown(),
});

export class Numbering {
  /** Per channel, so that a forgotten channel takes its memory along. */
  readonly #remembered = new WeakMap<Channel, Map<string, Remembered>>();
  readonly #now: () => number;

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws {RealtimeError} `conflict` on a messageId used before with another payload */
  take(channel: Channel, said: Said): Numbered {
    const { sender, payloadText } = said;
    const messageId = said.messageId ?? crypto.randomUUID();
    const { epoch } = channel;
    const key = `${sender} ${messageId}`;
    const remembered = this.#rememberedOf(channel);
    forgetOld(channel, remembered);
    // An id of our own making cannot have been seen before.
    const first = said.messageId === undefined
      ? undefined
      : remembered.get(key);
    if (first !== undefined) {
      if (first.payloadText !== payloadText) throw reusedMessageId();
      return { messageId, epoch, offset: first.offset, duplicate: true };
    }
    const offset = channel.offset + 1;
    const text = encodePublication({
      type: "BROADCAST",
      channel: channel.name,
      offset,
      epoch,
      // An id nobody gave tells nobody anything; every byte here goes to every subscriber.
      messageId: said.messageId,
      sender,
      at: this.#now(),
    }, payloadText);
    channel.append({
      offset,
      text,
      bytes: byteLength(text),
      publishedAt: performance.now(),
    });
    if (said.messageId !== undefined) {
      remembered.set(key, { offset, payloadText });
    }
    return { messageId, epoch, offset };
  }

  /** Remembers what another node numbered: this one goes on behind these lines. */
  inherit(channel: Channel, lines: readonly Line[]): void {
    const remembered = new Map<string, Remembered>();
    for (const { offset, text } of lines) {
      const { messageId, sender, payload } = Numberable.parse(JSON.parse(text));
      if (messageId === undefined) continue;
      const payloadText = JSON.stringify(payload);
      remembered.set(`${sender} ${messageId}`, { offset, payloadText });
    }
    this.#remembered.set(channel, remembered);
  }

  #rememberedOf(channel: Channel): Map<string, Remembered> {
    let remembered = this.#remembered.get(channel);
    if (remembered === undefined) {
      remembered = new Map();
      this.#remembered.set(channel, remembered);
    }
    return remembered;
  }
}

/** Insertion order is offset order, so what the history dropped stands in front. */
function forgetOld(
  channel: Channel,
  remembered: Map<string, Remembered>,
): void {
  const first = channel.history.first ?? 0;
  for (const [key, { offset }] of remembered) {
    if (offset >= first) return;
    remembered.delete(key);
  }
}

export function reusedMessageId(): RealtimeError {
  return new RealtimeError(
    "conflict",
    "Cannot use this messageId again with another content",
    { reason: "message_id_reused" },
  );
}
