/** Who listens to a bus on this node: the part that every implementation shares. */
import type { Json } from "../json.ts";
import type { Logger } from "../logger.ts";
import type { BusListener } from "./bus.ts";

type PeersListener = (peers: readonly string[]) => void;

export class BusListeners {
  readonly #subjects = new Map<string, Set<BusListener>>();
  readonly #peers = new Set<PeersListener>();
  readonly #lost = new Set<() => void>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(subject: string, listener: BusListener): () => void {
    const held = this.#subjects.get(subject) ?? new Set();
    // Wrapped, so that the same function may listen twice and stop once.
    const entry: BusListener = (body, from) => listener(body, from);
    this.#subjects.set(subject, held.add(entry));
    return () => {
      held.delete(entry);
      if (held.size === 0 && this.#subjects.get(subject) === held) {
        this.#subjects.delete(subject);
      }
    };
  }

  onPeers(listener: PeersListener): () => void {
    return added(this.#peers, (peers: readonly string[]) => listener(peers));
  }

  onLost(listener: () => void): () => void {
    return added(this.#lost, () => listener());
  }

  /** Reports whether anybody here wants it, so that nobody parses it in vain. */
  has(subject: string): boolean {
    return this.#subjects.has(subject);
  }

  deliver(subject: string, body: Json, from: string): void {
    for (const listener of [...this.#subjects.get(subject) ?? []]) {
      this.#guarded(() => listener(body, from), subject);
    }
  }

  tellPeers(peers: readonly string[]): void {
    for (const listener of [...this.#peers]) {
      this.#guarded(() => listener(peers), "peers");
    }
  }

  tellLost(): void {
    for (const listener of [...this.#lost]) this.#guarded(listener, "lost");
  }

  #guarded(run: () => void, subject: string): void {
    try {
      run();
    } catch (error) {
      this.#logger.error("a listener of the bus failed", { subject, error });
    }
  }
}

function added<T>(to: Set<T>, listener: T): () => void {
  to.add(listener);
  return () => void to.delete(listener);
}
