/**
 * Catching up: a subscriber that is behind, because it just recovers (P10) or because
 * its socket lagged (P17), reads what it missed in order until it stands where the
 * channel stands. Never before something newer, never twice, never more than fits.
 */
import type { Channel } from "./channel.ts";
import { byteLength, encodePresence, lineOfEntry } from "./frame.ts";
import type { Line } from "./history.ts";
import { createHubCounts, type HubCounts } from "./hub_counts.ts";
import type { Log } from "./log/log.ts";
import { type PastFrame, PastFrames } from "./past_frames.ts";
import { presentUser } from "./presence.ts";
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
  readonly frames = new PastFrames();
  readonly #pages = new Map<string, Promise<readonly Line[]>>();

  constructor(
    readonly log: Pick<Log, "read">,
    readonly counts: HubCounts = createHubCounts(),
  ) {}

  /** Reads under way. */
  get size(): number {
    return this.#pages.size;
  }

  read(channel: string, after: number): Promise<readonly Line[]> {
    const key = `${after} ${channel}`;
    const known = this.#pages.get(key);
    if (known !== undefined) {
      this.counts.sharedHistoryReads++;
      return known;
    }
    this.counts.historyReads++;
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
  const { frames } = reads;
  const current = () =>
    subscription.generation === generation &&
    subscription.connection.state !== "closed" &&
    channel.subscriptions.has(subscription);
  while (current()) {
    if (subscription.position >= channel.flushed) {
      return finish(subscription, channel, reads.counts) ? "live" : "waiting";
    }
    const known = frames.find(channel, {
      after: subscription.position,
      upTo: channel.flushed,
    });
    if (known !== undefined) {
      if (!sendFrame(subscription, known)) return "waiting";
      continue;
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
      subscription.hasReadLog = true;
      const page = await reads.read(channel.name, subscription.position);
      if (!current()) return "over";
      // The log may be ahead of what was flushed: those come with the next flush.
      const missed = page.filter(({ offset }) =>
        offset > subscription.position && offset <= channel.flushed
      );
      if (missed.length === 0) return "waiting";
      if (!sendLines(subscription, channel, { lines: missed, frames })) {
        return "waiting";
      }
    } else if (!sendLines(subscription, channel, { lines, frames })) {
      return "waiting";
    }
  }
  return "over";
}

/** Sends frames of the lines while they fit. False when the socket is full. */
function sendLines(
  subscription: Subscription,
  channel: Channel,
  { lines, frames }: { lines: readonly Line[]; frames: PastFrames },
): boolean {
  const { flushed: upTo, context: { maxFrameBytes: maxBytes } } = channel;
  for (let start = 0; start < lines.length;) {
    const frame = frames.join(channel, lines, { start, upTo, maxBytes });
    if (!sendFrame(subscription, frame)) return false;
    start += frame.count;
  }
  return true;
}

function sendFrame(subscription: Subscription, frame: PastFrame): boolean {
  const { text, bytes, count, last } = frame;
  if (!subscription.connection.offer(text, bytes, count)) return false;
  subscription.position = last;
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
function finish(
  subscription: Subscription,
  channel: Channel,
  counts: HubCounts,
): boolean {
  if (subscription.presenceMissed && subscription.watchesPresence) {
    const joined = channel.presence.roster().map(presentUser);
    const text = encodePresence(channel.name, { joined, left: [], full: true });
    if (!subscription.connection.offer(text, byteLength(text), 1)) return false;
  }
  subscription.presenceMissed = false;
  subscription.behind = false;
  if (subscription.hasReadLog) counts.recoveriesFromLog++;
  else counts.recoveriesFromMemory++;
  subscription.hasReadLog = false;
  return true;
}
