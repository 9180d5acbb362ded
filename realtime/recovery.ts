/**
 * Catching up: a subscriber that is behind, because it just recovers (P10) or because
 * its socket lagged (P17), reads what it missed in order until it stands where the
 * channel stands. Never before something newer, never twice, never more than fits.
 */
import type { Channel } from "./channel.ts";
import {
  byteLength,
  encodePresence,
  frameEnd,
  joinLines,
  lineOfEntry,
} from "./frame.ts";
import type { Line } from "./history.ts";
import type { Log } from "./log/log.ts";
import type { Subscription } from "./subscription.ts";

/** Entries read from the log in one go while catching up. */
const PAGE = 500;

/** How a round of catching up ended. */
export type CatchUp =
  /** It stands where the channel stands and is live again. */
  | "live"
  /** The socket is full, or the log did not answer: try again later. */
  | "waiting"
  /** It was replaced, unsubscribed or closed meanwhile. */
  | "over";

/** Pages of the log under way: 5,000 clients that missed the same read it once. */
export class SharedReads {
  readonly #pages = new Map<string, Promise<readonly Line[]>>();

  constructor(readonly log: Pick<Log, "read">) {}

  /** Reads under way. */
  get size(): number {
    return this.#pages.size;
  }

  read(channel: string, after: number): Promise<readonly Line[]> {
    const key = `${after} ${channel}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const page = this.#read(channel, after).finally(() =>
      this.#pages.delete(key)
    );
    this.#pages.set(key, page);
    return page;
  }

  async #read(channel: string, after: number): Promise<readonly Line[]> {
    const entries = await this.log.read(channel, after, PAGE);
    const now = performance.now();
    return entries.map((entry) => lineOfEntry(entry, now));
  }
}

/** Sends what this subscription missed, as far as the socket takes it now. */
export async function catchUp(
  subscription: Subscription,
  channel: Channel,
  reads: SharedReads,
): Promise<CatchUp> {
  const { generation } = subscription;
  const current = () =>
    subscription.generation === generation &&
    subscription.connection.state !== "closed" &&
    channel.subscriptions.has(subscription);
  while (current()) {
    if (subscription.position >= channel.flushed) {
      return finish(subscription, channel) ? "live" : "waiting";
    }
    const lines = channel.history.after(
      subscription.position,
      channel.flushed,
      channel.context.maxFrameBytes,
    );
    if (lines === undefined) {
      if (channel.kind !== "durable") {
        if (!sendGap(subscription, channel)) return "waiting";
        continue;
      }
      const page = await reads.read(channel.name, subscription.position);
      if (!current()) return "over";
      // The log may be ahead of what was flushed: those come with the next flush.
      const missed = page.filter(({ offset }) =>
        offset > subscription.position && offset <= channel.flushed
      );
      if (missed.length === 0) return "waiting";
      if (!sendLines(subscription, channel, missed)) return "waiting";
    } else if (!sendLines(subscription, channel, lines)) return "waiting";
  }
  return "over";
}

/** Sends frames of the lines while they fit. False when the socket is full. */
function sendLines(
  subscription: Subscription,
  channel: Channel,
  lines: readonly Line[],
): boolean {
  for (let start = 0; start < lines.length;) {
    const end = frameEnd(lines, start, channel.context.maxFrameBytes);
    const frame = joinLines(lines, start, end);
    if (!subscription.connection.offer(frame.text, frame.bytes, end - start)) {
      return false;
    }
    subscription.position = lines[end - 1].offset;
    start = end;
  }
  return true;
}

/** The transient history has moved on: says which part is lost and goes on behind it. */
function sendGap(subscription: Subscription, channel: Channel): boolean {
  const to = (channel.history.first ?? channel.offset + 1) - 1;
  const text = JSON.stringify({
    type: "GAP",
    channel: channel.name,
    payload: {
      channel: channel.name,
      from: subscription.position + 1,
      to,
      reason: "history_trimmed",
    },
  });
  if (!subscription.connection.offer(text, byteLength(text), 1)) return false;
  subscription.position = to;
  return true;
}

/** Back among the live ones, after the roster that it missed. */
function finish(subscription: Subscription, channel: Channel): boolean {
  if (subscription.presenceMissed && subscription.watchesPresence) {
    const joined = (channel.presence?.roster() ?? []).map(
      ({ connections: _, ...user }) => user,
    );
    const text = encodePresence(channel.name, { joined, left: [], full: true });
    if (!subscription.connection.offer(text, byteLength(text), 1)) return false;
  }
  subscription.presenceMissed = false;
  subscription.behind = false;
  return true;
}
