/**
 * What people here say in a topic that another node numbers: kept in order until it is
 * numbered, sent again to every new owner under the same messageId, given up in bounded time.
 */
import { type Numbered, reusedMessageId, type Said } from "../numbering.ts";
import { RealtimeError } from "../realtime_error.ts";
import type { After } from "../timer.ts";
import type { Outcome, Publish } from "./topic_messages.ts";

/** An owner that has not answered for so long is looked for again, in ms. */
export const DOUBT_MS = 2_000;
/** Longest time whoever publishes waits, in ms. */
export const GIVE_UP_MS = 4_500;

interface Waiting {
  readonly said: Said & { readonly messageId: string };
  resolve(numbered: Numbered): void;
  reject(error: unknown): void;
  stop(): void;
}

export class TopicOutbox {
  readonly #waiting = new Map<string, Waiting>();
  readonly #channel: string;
  readonly #after: After;
  readonly #doubt: () => void;

  /** @param doubt Called when the owner leaves somebody waiting. */
  constructor(
    channel: string,
    { after, doubt }: { readonly after: After; readonly doubt: () => void },
  ) {
    this.#channel = channel;
    this.#after = after;
    this.#doubt = doubt;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Keeps it until it is numbered. @returns What to send, and the promise of its place. */
  add(said: Said): { message: Publish; numbered: Promise<Numbered> } {
    const ref = crypto.randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<Numbered>();
    const stops = [
      this.#after(DOUBT_MS, this.#doubt),
      this.#after(GIVE_UP_MS, () => this.#end(ref)?.reject(unanswered())),
    ];
    // Sent again it must not count twice, so every message gets an id here.
    const messageId = said.messageId ?? crypto.randomUUID();
    const waiting = {
      said: { ...said, messageId },
      resolve,
      reject,
      stop: () => stops.forEach((stop) => stop()),
    };
    this.#waiting.set(ref, waiting);
    return { message: this.#message(ref, waiting), numbered: promise };
  }

  /** All that has no answer yet, in the order it was said. */
  *messages(): Iterable<Publish> {
    for (const [ref, waiting] of this.#waiting) {
      yield this.#message(ref, waiting);
    }
  }

  /** The owner has answered. One that does not own it (any more) leaves it waiting. */
  settle(ref: string, outcome: Outcome): void {
    if (outcome.state === "elsewhere") return;
    const waiting = this.#end(ref);
    if (outcome.state === "reused") return waiting?.reject(reusedMessageId());
    const { epoch, offset, duplicate } = outcome;
    const messageId = waiting?.said.messageId ?? "";
    const place = { messageId, epoch, offset };
    waiting?.resolve(duplicate ? { ...place, duplicate } : place);
  }

  /** Nobody will answer any more. */
  stop(): void {
    for (const ref of [...this.#waiting.keys()]) {
      this.#end(ref)?.reject(unanswered());
    }
  }

  #message(ref: string, { said }: Waiting): Publish {
    return { ref, channel: this.#channel, ...said };
  }

  #end(ref: string): Waiting | undefined {
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    waiting?.stop();
    return waiting;
  }
}

export function unanswered(): RealtimeError {
  return new RealtimeError(
    "unavailable",
    "Cannot reach the node that numbers this topic: whether it took effect is unknown, retry with the same messageId",
    { retryAfterMs: 1_000 },
  );
}
