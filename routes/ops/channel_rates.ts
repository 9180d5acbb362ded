/** The busiest channels: who has the most subscribers, and who publishes the most. */
import type { Clock } from "../../realtime/clock.ts";
import type { Channel } from "../../realtime/channel.ts";

const TOP = 20;

export interface ChannelFigures {
  readonly name: string;
  readonly subscribers: number;
  /** Publications a second between the last two looks; null before the second one. */
  readonly perSecond: number | null;
}

/** What of a channel is looked at. */
type Looked = Pick<Channel, "name" | "offset"> & {
  readonly subscriptions: { readonly size: number };
};

export class ChannelRates {
  readonly #channels: { values(): Iterable<Looked> };
  readonly #clock: Pick<Clock, "monotonicMs">;
  #offsets = new Map<string, number>();
  #lookedAt: number | undefined;
  #busiest: readonly ChannelFigures[] = [];
  #rates = new Map<string, number>();

  constructor(
    channels: { values(): Iterable<Looked> },
    clock: Pick<Clock, "monotonicMs">,
  ) {
    this.#channels = channels;
    this.#clock = clock;
  }

  /** Compares with the last look. Walks through all channels: a few times a minute, not per message. */
  look(): void {
    const at = this.#clock.monotonicMs();
    const seconds = Math.max(1, at - (this.#lookedAt ?? at)) / 1_000;
    const offsets = new Map<string, number>();
    const moved: ChannelFigures[] = [];
    for (const { name, offset, subscriptions } of this.#channels.values()) {
      offsets.set(name, offset);
      // One that was opened since stands where its log stood: that is no rate.
      const published = offset - (this.#offsets.get(name) ?? offset);
      if (published <= 0) continue;
      const perSecond = published / seconds;
      moved.push({ name, subscribers: subscriptions.size, perSecond });
    }
    this.#rates = new Map(
      moved.map(({ name, perSecond }) => [name, perSecond ?? 0]),
    );
    this.#busiest = moved
      .sort((a, b) => (b.perSecond ?? 0) - (a.perSecond ?? 0)).slice(0, TOP);
    this.#offsets = offsets;
    this.#lookedAt = at;
  }

  /** Twenty at most, the busiest first; a channel nobody writes to is not among them. */
  get busiest(): readonly ChannelFigures[] {
    return this.#busiest;
  }

  /** Twenty at most, as they are now; a channel without subscribers is not among them. */
  largest(): readonly ChannelFigures[] {
    const top: Looked[] = [];
    for (const channel of this.#channels.values()) {
      const { size } = channel.subscriptions;
      if (size === 0) continue;
      if (top.length === TOP && size <= top[TOP - 1].subscriptions.size) {
        continue;
      }
      const place = top.findIndex((one) => one.subscriptions.size < size);
      top.splice(place < 0 ? top.length : place, 0, channel);
      if (top.length > TOP) top.pop();
    }
    return top.map(({ name, subscriptions }) => ({
      name,
      subscribers: subscriptions.size,
      perSecond: this.#offsets.has(name) ? this.#rates.get(name) ?? 0 : null,
    }));
  }
}
