/**
 * Who of several tabs is subscribed to what over one connection, and how far its stream has
 * come. A tab that subscribes restarts the delivery for all (P10); where that would skip
 * what another tab has not seen, it is asked for again.
 */
import type { Json } from "../json.ts";
import {
  type ClientPosition,
  isRecord,
  type NamedPosition,
  numberOf,
  parsePosition,
  stringOf,
} from "./wire.ts";

/** A message as it is on the wire, every field kept. */
export type Line = Readonly<Record<string, unknown>>;

interface Held {
  /** Socket ids; the server's own subscriptions are held by all. */
  readonly by: Set<string>;
  readonly presenceFor: Set<string>;
  /** Up to here everything has come through, in order. */
  cursor: ClientPosition | undefined;
}

export class TabChannels {
  readonly #held = new Map<string, Held>();
  readonly #ofServer = new Set<string>();

  /** A new connection: only the server's own subscriptions are known. */
  restart(subscriptions: readonly NamedPosition[]): void {
    this.#held.clear();
    this.#ofServer.clear();
    for (const { channel, ...cursor } of subscriptions) {
      this.#ofServer.add(channel);
      this.#hold(channel).cursor = cursor;
    }
  }

  /** The server's own subscriptions, as a tab that joins now must see them. */
  subscriptions(): readonly NamedPosition[] {
    return [...this.#ofServer].flatMap((channel) => {
      const cursor = this.#held.get(channel)?.cursor;
      return cursor ? [{ channel, ...cursor }] : [];
    });
  }

  /** Counts a SUBSCRIBE in and gives it as it must go out: presence for all who want it. */
  subscribe(socket: string, line: Line): Line {
    const channel = stringOf(line.channel) ?? "";
    const held = this.#hold(channel);
    held.by.add(socket);
    const payload = isRecord(line.payload) ? line.payload : {};
    if (payload.presence === true) held.presenceFor.add(socket);
    else held.presenceFor.delete(socket);
    const presence = held.presenceFor.size > 0;
    return { ...line, payload: { ...payload, presence } };
  }

  /** Takes a socket out of a channel; true when nobody is left and the server should know. */
  unsubscribe(socket: string, channel: string): boolean {
    const held = this.#held.get(channel);
    if (!held?.by.delete(socket)) return false;
    held.presenceFor.delete(socket);
    if (held.by.size > 0 || this.#ofServer.has(channel)) return false;
    this.#held.delete(channel);
    return true;
  }

  /** Takes a socket out of everything; the channels that nobody holds any more. */
  leave(socket: string): readonly string[] {
    return [...this.#held.keys()].filter((channel) =>
      this.unsubscribe(socket, channel)
    );
  }

  /**
   * A SUBSCRIBE was answered: delivery goes on from `since` or from the head.
   * Hands back what to ask for again, when that skips what others have not seen.
   */
  subscribed(
    channel: string,
    since: ClientPosition | undefined,
    payload: Line,
    mayAskAgain: boolean,
  ): Json | undefined {
    const held = this.#held.get(channel);
    const head = parsePosition(payload);
    if (!held || !head) return undefined;
    const start = payload.recovered === true && since ? since : head;
    const { cursor } = held;
    const skips = cursor?.epoch === start.epoch && start.offset > cursor.offset;
    if (!skips || !mayAskAgain) {
      held.cursor = start;
      return undefined;
    }
    return { since: { ...cursor }, presence: held.presenceFor.size > 0 };
  }

  /** Something has come through. */
  passed(line: Line): void {
    const held = this.#held.get(stringOf(line.channel) ?? "");
    const cursor = held?.cursor;
    if (!held || !cursor) return;
    if (line.type === "GAP" && isRecord(line.payload)) {
      const offset = numberOf(line.payload.to) ?? 0;
      if (offset > cursor.offset) held.cursor = { epoch: cursor.epoch, offset };
      return;
    }
    const next = parsePosition({ epoch: cursor.epoch, ...line });
    const follows = next?.epoch === cursor.epoch &&
      next.offset === cursor.offset + 1;
    if (next && follows) held.cursor = next;
  }

  #hold(channel: string): Held {
    const held = this.#held.get(channel) ??
      { by: new Set(), presenceFor: new Set(), cursor: undefined };
    this.#held.set(channel, held);
    return held;
  }
}
