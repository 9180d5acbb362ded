/**
 * Presence over several nodes (T2). A node says which channels somebody watches on it; only
 * those nodes are told who is here, first everybody and then what changes, once per flush.
 */
import type { Channel } from "../channel.ts";
import type { ChannelPeers } from "../channel_presence.ts";
import type { Channels } from "../channels.ts";
import type { Logger } from "../logger.ts";
import {
  Presence,
  type PresenceDiff,
  type PresenceMember,
  type PresenceRow,
} from "../presence.ts";
import { type After, systemAfter } from "../timer.ts";
import { answer, ask } from "./ask.ts";
import type { Bus } from "./bus.ts";
import { Elsewhere, memberOf } from "./presence_elsewhere.ts";
import { Hello, Rows, SUBJECTS, Tell, Watch } from "./presence_messages.ts";

/** How long whoever asks who is there waits for a node that does not answer, in ms. */
const ANSWER_MS = 500;

/** People told of in one message at most. */
const PART = 1_000;

export interface PeerPresenceOptions {
  readonly bus: Bus;
  /** The channels of this node: asked when needed, because they know presence too. */
  readonly channels: () => Pick<Channels, "get">;
  readonly logger: Logger;
  /** @default setTimeout */
  readonly after?: After;
}

/** Keeps a channel watched until `release`; `whole` when some nodes have yet to tell. */
export interface PresenceHold {
  readonly whole: Promise<void> | undefined;
  release(): void;
}

export class PeerPresence implements ChannelPeers {
  readonly #options: PeerPresenceOptions;
  readonly #elsewhere: Elsewhere;
  /** Nodes that watch a channel. */
  readonly #watchers = new Map<string, Set<string>>();
  readonly #stops: readonly (() => void)[];
  #peers: readonly string[];

  constructor(options: PeerPresenceOptions) {
    const { bus, channels, logger } = options;
    this.#options = options;
    this.#peers = bus.peers();
    this.#elsewhere = new Elsewhere((channel, before, now) =>
      channels().get(channel)?.replaceElsewhere(before, now)
    );
    this.#stops = [
      bus.subscribe(SUBJECTS.hello, (body, from) => {
        this.#greeted(from, Hello.parse(body));
      }),
      bus.subscribe(SUBJECTS.watch, (body, from) => {
        const { channel, wanted } = Watch.parse(body);
        if (wanted) this.#watchedBy(from, channel);
        else this.#unwatchedBy(from, channel);
      }),
      bus.subscribe(SUBJECTS.tell, (body, from) => {
        this.#elsewhere.take(from, Tell.parse(body));
      }),
      answer(
        bus,
        SUBJECTS.who,
        (channel) => this.#rowsHere(String(channel)),
        { logger },
      ),
      bus.onPeers((peers) => this.#peersChanged(peers)),
      // What others told may be lost, and that they watch: they say it all again.
      bus.onLost(() => this.#greet({ again: true })),
    ];
    this.#greet({ again: true });
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Watches a channel for somebody who is about to; nobody there to ask: at no cost. */
  hold(channel: string): PresenceHold | undefined {
    const { after = systemAfter } = this.#options;
    if (this.#peers.length === 0) return undefined;
    this.#hold(channel);
    const release = () => this.unwatched(channel);
    if (this.#elsewhere.isWhole(channel)) return { whole: undefined, release };
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = after(ANSWER_MS, resolve);
    this.#elsewhere.whole(channel).then(resolve);
    return { whole: promise.then(stop), release };
  }

  watched(channel: string): Iterable<PresenceMember> {
    this.#hold(channel);
    return this.#elsewhere.members(channel);
  }

  unwatched(channel: string): void {
    if (!this.#elsewhere.release(channel)) return;
    this.#options.bus.publish(SUBJECTS.watch, { channel, wanted: false });
  }

  tell(channel: string, { joined, left }: PresenceDiff): void {
    const told = { channel, joined, left, full: false };
    for (const to of this.#watchers.get(channel) ?? []) {
      this.#options.bus.publish(SUBJECTS.tell, told, { to });
    }
  }

  /** A channel was opened here: others may watch it already. */
  opened(channel: Channel): void {
    if (this.#watchers.has(channel.name)) channel.presence.openOutward();
  }

  /** Who is in the channel on other nodes, for somebody who asks once. */
  async members(channel: string): Promise<readonly PresenceMember[]> {
    const { bus, after } = this.#options;
    if (this.#peers.length === 0) return [];
    if (this.#elsewhere.isWhole(channel)) {
      return [...this.#elsewhere.members(channel)];
    }
    const answers = await ask(bus, SUBJECTS.who, channel, {
      timeoutMs: ANSWER_MS,
      after,
    });
    return answers.flatMap(({ body }) => Rows.parse(body).map(memberOf));
  }

  #hold(channel: string): void {
    if (!this.#elsewhere.hold(channel, this.#peers)) return;
    this.#options.bus.publish(SUBJECTS.watch, { channel, wanted: true });
  }

  #greet({ again, to }: { again: boolean; to?: string }): void {
    const hello = { channels: this.#elsewhere.channels(), again };
    const only = to === undefined ? {} : { to };
    this.#options.bus.publish(SUBJECTS.hello, hello, only);
  }

  #greeted(from: string, { channels, again }: Hello): void {
    for (const [channel, nodes] of this.#watchers) {
      if (nodes.has(from)) this.#unwatchedBy(from, channel);
    }
    for (const channel of channels) this.#watchedBy(from, channel);
    if (again) this.#greet({ again: false, to: from });
  }

  #watchedBy(node: string, channel: string): void {
    const nodes = this.#watchers.get(channel);
    if (nodes === undefined) this.#watchers.set(channel, new Set([node]));
    else nodes.add(node);
    const open = this.#options.channels().get(channel);
    const rows = open?.presence.openOutward() ?? [];
    // In parts: a hall of ten thousand is more than one message may hold.
    for (let start = 0; start === 0 || start < rows.length; start += PART) {
      const joined = rows.slice(start, start + PART);
      const told = { channel, joined, left: [], full: start === 0 };
      this.#options.bus.publish(SUBJECTS.tell, told, { to: node });
    }
  }

  #unwatchedBy(node: string, channel: string): void {
    const nodes = this.#watchers.get(channel);
    if (!nodes?.delete(node) || nodes.size > 0) return;
    this.#watchers.delete(channel);
    this.#options.channels().get(channel)?.presence.closeOutward();
  }

  #rowsHere(channel: string): readonly PresenceRow[] {
    const open = this.#options.channels().get(channel);
    return new Presence(open?.subscriptions ?? []).roster();
  }

  #peersChanged(peers: readonly string[]): void {
    const came = peers.filter((peer) => !this.#peers.includes(peer));
    this.#peers = peers;
    this.#elsewhere.keepOnly(peers);
    for (const [channel, nodes] of this.#watchers) {
      for (const node of [...nodes]) {
        if (!peers.includes(node)) this.#unwatchedBy(node, channel);
      }
    }
    // Whoever comes may have spoken before we saw it come: it says it again.
    for (const to of came) this.#greet({ again: true, to });
  }
}
