/** Which single-use tickets were used, over all nodes: the port, and one in memory. */

/** A ticket is good for far less long than this, in ms, however much the nodes' clocks differ. */
export const KEEP_SPENT_MS = 10 * 60_000;

export interface SpentTickets {
  /**
   * Uses a ticket up; false when it was used before, on whichever node.
   *
   * @param nonce Names the ticket.
   * @throws when nobody can tell: then whether it is used now is unknown
   */
  spend(nonce: string): boolean | Promise<boolean>;
}

/** For nodes of one process: tests and embedding. */
export class MemorySpentTickets implements SpentTickets {
  readonly #monotonicMs: () => number;
  /** When each was used, the first one first. */
  readonly #spent = new Map<string, number>();

  constructor(
    { monotonicMs = () => performance.now() }: {
      readonly monotonicMs?: () => number;
    } = {},
  ) {
    this.#monotonicMs = monotonicMs;
  }

  spend(nonce: string): boolean {
    const now = this.#monotonicMs();
    for (const [old, spentAt] of this.#spent) {
      if (now - spentAt < KEEP_SPENT_MS) break;
      this.#spent.delete(old);
    }
    if (this.#spent.has(nonce)) return false;
    this.#spent.set(nonce, now);
    return true;
  }
}
