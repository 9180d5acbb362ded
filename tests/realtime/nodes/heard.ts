/** What one node hears of the others, as lines, and waiting for it. */
import type { Bus } from "../../../realtime/nodes/bus.ts";

/** Cuts off what never comes. */
const GIVE_UP_MS = 30_000;

export class Heard {
  /** `from:body` for every message of the subject. */
  readonly messages: string[] = [];
  /** Peers with commas between, for every change. */
  readonly peers: string[] = [];
  lost = 0;
  #waiters: (() => void)[] = [];

  constructor(readonly bus: Bus, subject = "s") {
    bus.subscribe(subject, (body, from) => {
      this.messages.push(`${from}:${JSON.stringify(body)}`);
      this.#wake();
    });
    bus.onPeers((peers) => {
      this.peers.push(peers.join());
      this.#wake();
    });
    bus.onLost(() => {
      this.lost++;
      this.#wake();
    });
  }

  /** Those of one sender. */
  from(node: string): string[] {
    return this.messages.filter((line) => line.startsWith(`${node}:`));
  }

  /** Resolves once this holds; looked at whenever something was heard. */
  async until(holds: (heard: Heard) => boolean): Promise<void> {
    const givesUp = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const { messages, peers, lost } = this;
      const state = JSON.stringify({
        messages: messages.slice(-9),
        peers,
        lost,
      });
      givesUp.reject(new Error(`never came: ${holds}; there is ${state}`));
    }, GIVE_UP_MS);
    try {
      while (!holds(this)) {
        const next = new Promise<void>((resolve) =>
          this.#waiters.push(resolve)
        );
        await Promise.race([next, givesUp.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
