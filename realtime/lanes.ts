/**
 * Order among the requests of one connection (P6): appends to a channel may be under
 * way together, because whoever appends keeps their order; a change of subscription
 * waits for what came before it on that channel, and what comes after waits for it.
 */

export type LaneKind = "append" | "subscription";

interface Waiting {
  readonly kind: LaneKind;
  readonly start: () => void | Promise<void>;
}

interface Lane {
  kind: LaneKind;
  running: number;
  readonly waiting: Waiting[];
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();

  /** Channels with requests under way. */
  get size(): number {
    return this.#lanes.size;
  }

  /** Starts now if nothing on this channel is in the way. `start` must not reject. */
  run(
    channel: string,
    kind: LaneKind,
    start: () => void | Promise<void>,
  ): void {
    const lane = this.#lanes.get(channel);
    if (lane === undefined) {
      const running = start();
      if (running === undefined) return;
      const opened: Lane = { kind, running: 0, waiting: [] };
      this.#lanes.set(channel, opened);
      this.#follow(channel, opened, running);
    } else if (
      lane.waiting.length === 0 && kind === "append" && lane.kind === "append"
    ) {
      this.#follow(channel, lane, start());
    } else {
      lane.waiting.push({ kind, start });
    }
  }

  #follow(channel: string, lane: Lane, running: void | Promise<void>): void {
    if (running === undefined) return;
    lane.running++;
    running.finally(() => {
      lane.running--;
      this.#next(channel, lane);
    });
  }

  #next(channel: string, lane: Lane): void {
    while (lane.waiting.length > 0) {
      const { kind } = lane.waiting[0];
      const blocked = lane.running > 0 &&
        !(kind === "append" && lane.kind === "append");
      if (blocked) return;
      const next = lane.waiting.shift();
      if (next === undefined) return;
      lane.kind = kind;
      this.#follow(channel, lane, next.start());
    }
    if (lane.running === 0) this.#lanes.delete(channel);
  }
}
