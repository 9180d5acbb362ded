/** What a hub can be asked: who is connected and present, what was said, and its figures. */
import {
  type ConnectionQuery,
  type FoundConnections,
  searchConnections,
} from "./connection_search.ts";
import {
  type ConnectionView,
  type HubStats,
  type Traffic,
  viewOf,
} from "./connections.ts";
import type { Channels } from "./channels.ts";
import type { Histogram } from "./histogram.ts";
import { type HistoryPage, readHistory } from "./history_page.ts";
import type { HubCounts } from "./hub_counts.ts";
import type { HubParts } from "./hub_parts.ts";
import { Presence, type PresenceRow } from "./presence.ts";
import { channelKind } from "./protocol.ts";
import { refused } from "./publisher.ts";
import type { User } from "./user.ts";

export class HubQuestions {
  readonly channels: Channels;
  readonly deliveryMs: Histogram;
  readonly #asked: HubParts;
  readonly #startedAt: number;

  constructor(parts: HubParts) {
    this.#asked = parts;
    this.#startedAt = parts.clock.monotonicMs();
    this.channels = parts.channels;
    this.deliveryMs = parts.deliveryMs;
  }

  /** Its name, as clients are told (P3). */
  get node(): string {
    return this.#asked.options.node;
  }

  get size(): number {
    return this.#asked.connections.size;
  }

  /** Reports whether anybody on this node is subscribed to the channel. */
  hasReaders(channel: string): boolean {
    const open = this.channels.get(channel);
    return open !== undefined && open.subscriptions.size > 0;
  }

  /** A page of a channel's publications, oldest first, as the socket would send them. */
  async history(
    user: User,
    channel: string,
    after: number,
    limit: number,
  ): Promise<HistoryPage> {
    await this.#mayRead(user, channel);
    const open = await this.channels.open(channel);
    this.channels.release(open);
    return await readHistory(open, this.#asked.options.log, after, limit);
  }

  /** Who holds a subscription of the channel now, on any node (P8). */
  async presence(
    user: User,
    channel: string,
  ): Promise<{ users: readonly PresenceRow[] }> {
    await this.#mayRead(user, channel);
    const elsewhere = await this.#asked.presence.members(channel);
    const here = this.channels.get(channel)?.subscriptions ?? [];
    return { users: new Presence([...here, ...elsewhere]).roster() };
  }

  connections(): readonly ConnectionView[] {
    const { connections, clock } = this.#asked;
    return [...connections.values()].map((held) => viewOf(held, clock));
  }

  connection(id: string): ConnectionView | undefined {
    const { connections, clock } = this.#asked;
    const connection = connections.get(id);
    return connection === undefined ? undefined : viewOf(connection, clock);
  }

  /** One page of the connections that fit, sorted. */
  search(query: ConnectionQuery): FoundConnections {
    const { connections, clock } = this.#asked;
    return searchConnections(connections.values(), query, clock);
  }

  /** What was refused, given up and caught up with, since the start. */
  get counts(): Readonly<HubCounts> {
    return this.#asked.counts;
  }

  /** The part of `stats` that costs next to nothing: what is asked every second. */
  traffic(): Traffic & Pick<HubStats, "laggingConnections" | "channels"> {
    return {
      ...this.#asked.connections.traffic(),
      laggingConnections: this.#asked.laggards.size,
      channels: this.channels.size,
    };
  }

  stats(): HubStats {
    const { options, clock, connections, laggards, publisher } = this.#asked;
    return {
      node: options.node,
      uptimeMs: Math.round(clock.monotonicMs() - this.#startedAt),
      ...connections.stats(),
      laggingConnections: laggards.size,
      channels: this.channels.size,
      publications: publisher.publications,
      deliveryMs: {
        p50: this.deliveryMs.quantile(0.5),
        p99: this.deliveryMs.quantile(0.99),
      },
    };
  }

  async #mayRead(user: User, channel: string): Promise<void> {
    const grant = channelKind(channel) === undefined
      ? undefined
      : await this.#asked.options.access.read(user, channel);
    if (grant === undefined) throw refused("not_found");
  }
}
