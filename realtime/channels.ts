/** The channels this node holds: opened when first needed, forgotten when nobody is left. */
import { Channel, type ChannelContext } from "./channel.ts";
import { lineOfEntry } from "./frame.ts";
import type { Line } from "./history.ts";
import type { Entry, Log } from "./log/log.ts";
import {
  type ChannelKind,
  channelKind,
  type StreamPosition,
} from "./protocol.ts";

/** Transient channels without subscribers whose history is kept, most recent last. */
const IDLE_TRANSIENT = 10_000;

const KEPT_BYTES = 128 << 20;

/** A durable channel whose head is being read; what is committed meanwhile waits. */
interface Opening {
  readonly entries: Entry[];
  readonly channel: Promise<Channel>;
}

export interface ChannelsOptions {
  readonly newEpoch: () => string;
  /** Sees every channel that is opened, before anybody holds it. @default nobody does */
  readonly opened?: (channel: Channel) => void;
  /** Opens a transient channel that several nodes share. @default it is this node's own */
  readonly openTopic?: ((name: string) => Promise<Channel>) | undefined;
  /** Sees a transient channel go that nobody follows. @default nobody does */
  readonly forgotten?: (channel: Channel) => void;
  /** What all transient channels may keep together, in bytes. @default 128 MiB */
  readonly maxKeptBytes?: number;
}

export class Channels {
  readonly #open = new Map<string, Channel>();
  readonly #opening = new Map<string, Opening>();
  /** Insertion order is age: the oldest idle transient channel goes first. */
  readonly #idle = new Set<string>();

  readonly maxKeptBytes: number;
  readonly #context: ChannelContext;
  #keptBytes = 0;

  constructor(
    readonly log: Pick<Log, "head">,
    context: Omit<ChannelContext, "kept">,
    readonly options: ChannelsOptions,
  ) {
    this.maxKeptBytes = options.maxKeptBytes ?? KEPT_BYTES;
    this.#context = {
      ...context,
      kept: (channel, bytes) => this.#kept(channel, bytes),
    };
  }

  /** Bytes that the histories of transient channels hold. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  get size(): number {
    return this.#open.size;
  }

  values(): IterableIterator<Channel> {
    return this.#open.values();
  }

  get(name: string): Channel | undefined {
    return this.#open.get(name);
  }

  /**
   * The channel of this well-formed name; at once unless the log must be asked for its head.
   *
   * @throws {RangeError} On a name no channel can have: callers check it first.
   */
  open(name: string): Channel | Promise<Channel> {
    const held = this.#open.get(name);
    if (held !== undefined) {
      if (this.#idle.delete(name)) this.#idle.add(name);
      return held;
    }
    const kind = channelKind(name);
    if (kind === undefined) {
      throw new RangeError(`Cannot open a channel: no such name, got ${name}`);
    }
    if (kind === "durable") return this.#openDurable(name);
    const { openTopic } = this.options;
    if (kind === "transient" && openTopic) return openTopic(name);
    const position = { epoch: this.options.newEpoch(), offset: 0 };
    const channel = this.#add(name, kind, position);
    this.#retire(channel);
    return channel;
  }

  /** Holds a transient channel that stands at this position, with the lines kept of it. */
  adopt(
    name: string,
    position: StreamPosition,
    lines: readonly Line[],
  ): Channel {
    const channel = this.#add(name, "transient", position);
    this.#retire(channel);
    channel.restart(position, lines);
    return channel;
  }

  /** Forgets a transient channel and what is kept of it. */
  forget(channel: Channel): void {
    if (this.#open.get(channel.name) !== channel) return;
    this.#idle.delete(channel.name);
    this.#open.delete(channel.name);
    this.#keptBytes -= channel.history.bytes;
    this.options.forgotten?.(channel);
  }

  /** Brings a commit to the channels that somebody follows here. */
  append(entries: readonly Entry[]): void {
    const now = performance.now();
    for (const entry of entries) {
      const channel = this.#open.get(entry.channel);
      if (channel === undefined) {
        this.#opening.get(entry.channel)?.entries.push(entry);
      } else if (entry.offset > channel.offset) {
        channel.append(lineOfEntry(entry, now));
      }
    }
  }

  /** Forgets the channel if nobody follows it; a transient one keeps its history for a while. */
  release(channel: Channel): void {
    if (channel.isHeld) return;
    if (channel.kind === "durable") this.#open.delete(channel.name);
    else this.#retire(channel);
  }

  #openDurable(name: string): Promise<Channel> {
    const opening = this.#opening.get(name);
    if (opening !== undefined) return opening.channel;
    const entries: Entry[] = [];
    const channel = this.log.head(name).then((position) => {
      const opened = this.#add(name, "durable", position);
      this.#opening.delete(name);
      this.append(entries);
      return opened;
    }, (error) => {
      this.#opening.delete(name);
      throw error;
    });
    this.#opening.set(name, { entries, channel });
    return channel;
  }

  #add(name: string, kind: ChannelKind, position: StreamPosition): Channel {
    const channel = new Channel(name, kind, position, this.#context);
    this.#open.set(name, channel);
    this.options.opened?.(channel);
    return channel;
  }

  #retire(channel: Channel): void {
    this.#idle.delete(channel.name);
    this.#idle.add(channel.name);
    if (this.#idle.size > IDLE_TRANSIENT) this.#forgetOldest();
  }

  /** Forgets the oldest transient channel that nobody follows. False when there is none. */
  #forgetOldest(): boolean {
    for (const name of this.#idle) {
      this.#idle.delete(name);
      const oldest = this.#open.get(name);
      if (oldest === undefined || oldest.isHeld) continue;
      this.forget(oldest);
      return true;
    }
    return false;
  }

  /** Over the bound idle channels go first; then who writes gives up its own past. */
  #kept(channel: Channel, bytes: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes <= this.maxKeptBytes) return;
    // Kept out of the way: it is being written to.
    this.#idle.delete(channel.name);
    while (this.#keptBytes > this.maxKeptBytes && this.#forgetOldest());
    const { history } = channel;
    const before = history.bytes;
    history.shrink(before - (this.#keptBytes - this.maxKeptBytes));
    this.#keptBytes += history.bytes - before;
    if (!channel.isHeld) this.#idle.add(channel.name);
  }
}
