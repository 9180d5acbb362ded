/**
 * Which of a person's tabs shows the toasts: a visible one before a hidden one, then the one
 * looked at last (T6). Every tab keeps the same toasts, so another can take over at once.
 */
import { isRecord, numberOf, stringOf } from "../realtime/client/wire.ts";

/** A visible tab says so this often. */
export const HERE_EVERY_MS = 10_000;
/** A visible tab not heard of for this long has ended without a word. */
export const GONE_AFTER_MS = 25_000;

export interface TabState {
  readonly tab: string;
  readonly visible: boolean;
  /** When it was last looked at; ms since 1970, the same clock for all tabs. */
  readonly lookedAt: number;
}

export interface HeardTab extends TabState {
  readonly heardAt: number;
}

/** A channel between the tabs of one browser, as `BroadcastChannel` is one. */
export interface TabWire {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
}

export interface TabsOptions {
  /** Undefined where tabs cannot hear each other: then each shows its own. */
  readonly wire: TabWire | undefined;
  readonly tab: string;
  readonly now: () => number;
  /** This tab has begun or ceased to be the one that shows. */
  readonly changed: (showing: boolean) => void;
  /** Another tab has seen to these entries. */
  readonly gone: (keys: readonly string[]) => void;
}

export class NotificationTabs {
  readonly #options: TabsOptions;
  readonly #others = new Map<string, HeardTab>();
  #own: TabState;
  #showing = true;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#own = { tab: options.tab, visible: false, lookedAt: 0 };
    if (!options.wire) return;
    options.wire.onmessage = ({ data }) => this.#heard(data);
    options.wire.postMessage({ say: "who" });
  }

  get showing(): boolean {
    return this.#showing;
  }

  /** The page was shown, hidden or looked at. */
  look(visible: boolean, looked: boolean): void {
    const lookedAt = looked ? this.#options.now() : this.#own.lookedAt;
    this.#own = { ...this.#own, visible, lookedAt };
    this.#tell();
    this.#decide();
  }

  /** To be called every `HERE_EVERY_MS`. */
  tick(): void {
    if (this.#own.visible) this.#tell();
    this.#decide();
  }

  /** Tells the other tabs that these need not be shown any more. */
  seenTo(keys: readonly string[]): void {
    if (keys.length > 0) this.#options.wire?.postMessage({ say: "gone", keys });
  }

  close(): void {
    this.#options.wire?.postMessage({ say: "bye", tab: this.#own.tab });
    this.#options.wire?.close();
  }

  #tell(): void {
    this.#options.wire?.postMessage({ say: "here", ...this.#own });
  }

  #heard(message: unknown): void {
    if (!isRecord(message)) return;
    const tab = stringOf(message.tab);
    switch (message.say) {
      case "who":
        return this.#tell();
      case "bye":
        if (tab !== undefined) this.#others.delete(tab);
        return this.#decide();
      case "gone":
        if (Array.isArray(message.keys)) {
          const keys = message.keys.flatMap((key: unknown) =>
            typeof key === "string" ? [key] : []
          );
          this.#options.gone(keys);
        }
        return;
      case "here": {
        if (tab === undefined || tab === this.#own.tab) return;
        const visible = message.visible === true;
        const lookedAt = numberOf(message.lookedAt) ?? 0;
        const heardAt = this.#options.now();
        this.#others.set(tab, { tab, visible, lookedAt, heardAt });
        return this.#decide();
      }
    }
  }

  #decide(): void {
    const now = this.#options.now();
    const showing = showsHere(this.#own, [...this.#others.values()], now);
    if (showing === this.#showing) return;
    this.#showing = showing;
    this.#options.changed(showing);
  }
}

/** Reports whether `own` is the tab that shows, as every tab that hears the same decides. */
export function showsHere(
  own: TabState,
  others: readonly HeardTab[],
  now: number,
): boolean {
  return others.every((other) =>
    now - other.heardAt > GONE_AFTER_MS && other.visible || isBefore(own, other)
  );
}

function isBefore(a: TabState, b: TabState): boolean {
  if (a.visible !== b.visible) return a.visible;
  if (a.lookedAt !== b.lookedAt) return a.lookedAt > b.lookedAt;
  return a.tab < b.tab;
}
