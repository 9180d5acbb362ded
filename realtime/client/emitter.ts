/** Listeners by event name, each knowing what it will be handed. */

type Listeners<Events> = {
  [Name in keyof Events]?: Set<(event: Events[Name]) => void>;
};

export class Emitter<Events extends object> {
  #listeners: Listeners<Events> = {};

  /** Hands back the stop. */
  on<Name extends keyof Events>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): () => void {
    const listeners = this.#listeners[name] ?? new Set();
    this.#listeners[name] = listeners;
    listeners.add(listener);
    return () => this.off(name, listener);
  }

  off<Name extends keyof Events>(
    name: Name,
    listener: (event: Events[Name]) => void,
  ): void {
    this.#listeners[name]?.delete(listener);
  }

  /** A listener that throws stops no other: its error is reported as uncaught. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(event);
      } catch (error) {
        reportError(error);
      }
    }
  }

  clear(): void {
    this.#listeners = {};
  }
}
