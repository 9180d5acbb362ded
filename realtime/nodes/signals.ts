/**
 * Signals that readers on other nodes get too. What gathers until the next flush leaves as
 * one message, the latest per channel and key: more would be passed over by the readers
 * anyway (T1).
 */
import * as z from "zod";
import type { Channels } from "../channels.ts";
import type { Flushable, FlushScheduler } from "../flush.ts";
import type { Bus } from "./bus.ts";

const SUBJECT = "signals";

/** Channel, key, and the encoded message. */
const Told = z.array(z.tuple([z.string(), z.string(), z.string()]));
type Signal = z.infer<typeof Told>[number];

export interface PeerSignalsOptions {
  readonly bus: Bus;
  readonly scheduler: Pick<FlushScheduler, "mark">;
  readonly channels: Pick<Channels, "get">;
}

export class PeerSignals implements Flushable {
  readonly stop: () => void;
  readonly #options: PeerSignalsOptions;
  readonly #gathered = new Map<string, Signal>();

  constructor(options: PeerSignalsOptions) {
    this.#options = options;
    this.stop = options.bus.subscribe(SUBJECT, (body) => {
      for (const [channel, key, text] of Told.parse(body)) {
        options.channels.get(channel)?.signal(key, text);
      }
    });
  }

  /** Tells the other nodes; with none there it costs nothing. */
  tell(channel: string, key: string, text: string): void {
    const { bus, scheduler } = this.#options;
    if (bus.peers().length === 0) return;
    if (this.#gathered.size === 0) scheduler.mark(this);
    const id = `${channel} ${key}`;
    // Last again, so that what leaves has the order of what was told.
    this.#gathered.delete(id);
    this.#gathered.set(id, [channel, key, text]);
  }

  flush(): void {
    this.#options.bus.publish(SUBJECT, [...this.#gathered.values()]);
    this.#gathered.clear();
  }
}
