/**
 * A channel on this node: its subscriptions, its last publications, and what has
 * gathered since the last flush. A publication is encoded once; every subscriber who
 * stands right before it gets the same frame, everybody else keeps only a position (P17).
 */
import { type ChannelPeers, ChannelPresence } from "./channel_presence.ts";
import type { FlushScheduler } from "./flush.ts";
import { History, type Line } from "./history.ts";
import type { Histogram } from "./histogram.ts";
import { byteLength, type Encoded, frameEnd, joinLines } from "./frame.ts";
import type { PresenceMember } from "./presence.ts";
import type { ChannelKind, StreamPosition } from "./protocol.ts";
import type { Subscription } from "./subscription.ts";
import type { Tracing } from "./tracing.ts";

/** Lines and bytes of a durable channel kept in memory; older ones are read from the log. */
const DURABLE_TAIL = { lines: 1_000, bytes: 1 << 20 };

/** What a channel needs of the hub around it. */
export interface ChannelContext {
  readonly scheduler: FlushScheduler;
  readonly transientCapacity: number;
  /** Joined frames stay within this many bytes unless one message is larger (P17). */
  readonly maxFrameBytes: number;
  /** From publication to the socket, per delivery. */
  readonly deliveryMs: Histogram;
  /** @default nothing is traced */
  readonly tracing?: Tracing | undefined;
  /** @default there are no other nodes */
  readonly peers?: ChannelPeers;
  /** What a transient channel keeps has changed by so many bytes. */
  kept(channel: Channel, bytes: number): void;
  /** A subscriber fell behind: the hub sees to it that it catches up. */
  behind(subscription: Subscription): void;
}

export class Channel {
  readonly subscriptions = new Set<Subscription>();
  readonly presence: ChannelPresence;
  /** Takes what leaves with each flush, for nodes that follow this one (T3). */
  forward: ((lines: readonly Line[]) => void) | undefined;
  /** Kept though nobody follows it. */
  isPinned = false;
  epoch: string;
  #history: History | undefined;
  #pending: Line[] = [];
  /** Latest encoded signal per key since the last flush. */
  #signals: Map<string, string> | undefined;
  #marked = false;
  #offset: number;
  #flushed: number;
  #hash: string | undefined;

  constructor(
    readonly name: string,
    readonly kind: ChannelKind,
    position: StreamPosition,
    readonly context: ChannelContext,
  ) {
    this.presence = new ChannelPresence(
      name,
      this.subscriptions,
      context.peers,
    );
    this.epoch = position.epoch;
    this.#offset = position.offset;
    this.#flushed = position.offset;
    this.#hash = position.hash;
  }

  /** Somebody follows it, here or on another node. */
  get isHeld(): boolean {
    return this.subscriptions.size > 0 || this.forward !== undefined ||
      this.isPinned;
  }

  /** Offset of the last publication. */
  get offset(): number {
    return this.#offset;
  }

  /** Offset of the last publication that was sent to those who keep up. */
  get flushed(): number {
    return this.#flushed;
  }

  get history(): History {
    return this.#history ??= this.kind === "durable"
      ? new History(DURABLE_TAIL.lines, DURABLE_TAIL.bytes)
      : new History(this.context.transientCapacity);
  }

  get position(): StreamPosition {
    const { epoch, offset } = this;
    return this.#hash === undefined
      ? { epoch, offset }
      : { epoch, offset, hash: this.#hash };
  }

  /** Takes the next publication. Offsets must rise by one: the log and the hub see to it. */
  append(line: Line): void {
    this.#offset = line.offset;
    this.#hash = line.hash;
    const { history } = this;
    const before = history.bytes;
    history.push(line);
    if (this.kind === "transient") {
      this.context.kept(this, history.bytes - before);
    }
    this.#pending.push(line);
    this.#mark();
  }

  /** Sends something that has no offset and need not arrive; the latest per key wins (P9). */
  signal(key: string, text: string): void {
    this.#signals ??= new Map();
    this.#signals.delete(key);
    this.#signals.set(key, text);
    this.#mark();
  }

  /**
   * Begins another life of the stream with what is kept of the one before. Subscribers stand
   * at its head, and are told to ask anew (P10).
   */
  restart({ epoch, offset }: StreamPosition, lines: readonly Line[]): void {
    this.flush();
    this.epoch = epoch;
    this.#keep(offset, lines);
    for (const subscription of this.subscriptions) {
      const { position, connection } = subscription;
      subscription.generation++;
      subscription.position = offset;
      // One that is still opening must not hear of anything before its greeting (P3).
      const isTold = connection.state === "opening" || connection.reply({
        type: "GAP",
        channel: this.name,
        payload: {
          channel: this.name,
          from: position + 1,
          to: Math.max(position, offset),
          reason: "epoch_changed",
          epoch,
        },
      });
      subscription.behind = !isTold || subscription.presenceMissed;
      if (subscription.behind) this.context.behind(subscription);
    }
  }

  /** What was to come next up to `offset` is lost: subscribers get a `GAP` for it (P17). */
  skip(offset: number): void {
    this.flush();
    this.#keep(offset, []);
    for (const subscription of this.subscriptions) {
      subscription.behind = true;
      this.context.behind(subscription);
    }
  }

  add(subscription: Subscription): void {
    this.subscriptions.add(subscription);
    this.presence.add(subscription);
    this.#markPresence();
  }

  remove(subscription: Subscription): void {
    if (!this.subscriptions.delete(subscription)) return;
    this.watch(subscription, false);
    this.presence.remove(subscription);
    this.#markPresence();
  }

  /** Starts or stops telling this subscriber who joins and leaves. */
  watch(subscription: Subscription, wanted: boolean): void {
    this.presence.watch(subscription, wanted);
  }

  /** The subscriber's person became away or active, or plays another role. */
  touchPresence(subscription: Subscription): void {
    this.presence.touch(subscription);
    this.#markPresence();
  }

  /** What is known of a person on another node is now this; undefined: nothing. */
  replaceElsewhere(
    before: PresenceMember | undefined,
    now: PresenceMember | undefined,
  ): void {
    this.presence.replaceElsewhere(before, now);
    this.#markPresence();
  }

  /** Sends what has gathered; the scheduler calls it. */
  flush(): void {
    this.#marked = false;
    const { maxFrameBytes } = this.context;
    const pending = this.#pending;
    let signals = this.#takeSignals();
    if (pending.length > 0) {
      this.#pending = [];
      // First, so that readers elsewhere do not wait for the sends here.
      this.forward?.(pending);
      for (let start = 0; start < pending.length;) {
        const end = frameEnd(pending, start, maxFrameBytes);
        // Signals ride with the last publications: a send costs more than its bytes.
        const rides = signals.length > 0 && end === pending.length &&
          fits([...pending.slice(start), ...signals], maxFrameBytes);
        this.#sendFrame(pending, start, end, rides ? signals : []);
        if (rides) signals = [];
        start = end;
      }
    }
    if (signals.length > 0) this.#sendSignals(signals);
    if (this.presence.changed) this.#sendPresence();
  }

  #sendFrame(
    lines: readonly Line[],
    start: number,
    end: number,
    signals: readonly Encoded[],
  ): void {
    const frame = joinLines(lines, start, end);
    const alone = signals.length === 0
      ? undefined
      : joinLines(signals, 0, signals.length);
    const joined = alone && joinLines([frame, alone], 0, 2);
    const count = end - start;
    const before = lines[start].offset - 1;
    const last = lines[end - 1].offset;
    this.#flushed = last;
    const { tracing } = this.context;
    const startedAt = tracing === undefined ? 0 : performance.now();
    let delivered = 0;
    for (const subscription of this.subscriptions) {
      const { behind, position, connection } = subscription;
      if (behind) continue;
      if (position >= last) {
        if (alone) connection.offer(alone.text, alone.bytes, signals.length);
        continue;
      }
      // Where both have no room, what has an offset goes first.
      const sent = position === before &&
        ((joined && connection.offer(
          joined.text,
          joined.bytes,
          count + signals.length,
        )) || connection.offer(frame.text, frame.bytes, count));
      if (sent) {
        subscription.position = last;
        delivered++;
      } else {
        subscription.behind = true;
        this.context.behind(subscription);
      }
    }
    if (delivered === 0) return;
    const now = performance.now();
    tracing?.fannedOut({
      channel: this.name,
      from: lines[start].offset,
      to: last,
      subscribers: delivered,
      durationMs: now - startedAt,
    });
    for (let index = start; index < end; index++) {
      this.context.deliveryMs.record(now - lines[index].publishedAt, delivered);
    }
  }

  #takeSignals(): readonly Encoded[] {
    if (this.#signals === undefined) return [];
    const texts = [...this.#signals.values()];
    this.#signals = undefined;
    return texts.map((text) => ({ text, bytes: byteLength(text) }));
  }

  #sendSignals(lines: readonly Encoded[]): void {
    for (let start = 0; start < lines.length;) {
      const end = frameEnd(lines, start, this.context.maxFrameBytes);
      const { text, bytes } = joinLines(lines, start, end);
      for (const subscription of this.subscriptions) {
        if (subscription.behind) continue;
        subscription.connection.offer(text, bytes, end - start);
      }
      start = end;
    }
  }

  #sendPresence(): void {
    const told = this.presence.flush();
    if (told === undefined) return;
    const { text, bytes } = told;
    for (const subscription of this.subscriptions) {
      if (!subscription.watchesPresence) continue;
      if (
        subscription.behind || !subscription.connection.offer(text, bytes, 1)
      ) {
        // It gets the whole roster once it has caught up.
        subscription.presenceMissed = true;
        if (!subscription.behind) {
          subscription.behind = true;
          this.context.behind(subscription);
        }
      }
    }
  }

  #markPresence(): void {
    if (this.presence.changed) this.#mark();
  }

  /** The history becomes these lines, and the head this offset. */
  #keep(offset: number, lines: readonly Line[]): void {
    const before = this.history.bytes;
    const history = new History(this.history.capacity);
    for (const line of lines) history.push(line);
    this.#history = history;
    this.#offset = this.#flushed = offset;
    this.context.kept(this, history.bytes - before);
  }

  #mark(): void {
    if (this.#marked) return;
    this.#marked = true;
    this.context.scheduler.mark(this);
  }
}

function fits(lines: readonly Encoded[], maxBytes: number): boolean {
  return frameEnd(lines, 0, maxBytes) === lines.length;
}
