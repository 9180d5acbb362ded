/** Leases held in memory, for nodes of one process: they never run out by themselves. */
import type { Leases } from "../../../realtime/nodes/node_lease.ts";

export class MemoryLeases {
  readonly #living = new Set<string>();

  of(node: string): Leases {
    return {
      renew: (leaseMs) => {
        this.#living.add(node);
        const living = [...this.#living];
        return Promise.resolve(
          living.map((other) => ({ node: other, remainingMs: leaseMs })),
        );
      },
      leave: () => {
        this.#living.delete(node);
        return Promise.resolve();
      },
    };
  }
}
