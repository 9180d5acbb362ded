/** Figures that nodes tell each other once a second, for as long as there is another node. */
import * as z from "zod";
import { type After, systemAfter } from "../timer.ts";
import type { Bus } from "./bus.ts";

export const TELL_EVERY_MS = 1_000;

/** The largest are told: more are bytes every second that change little. */
const MAX_TOLD = 500;

const Told = z.array(z.tuple([z.string(), z.number()]));

/** A key and its figure. */
export type Figure = readonly [string, number];

export interface SharedFiguresOptions {
  readonly bus: Pick<Bus, "onPeers" | "peers" | "publish" | "subscribe">;
  readonly subject: string;
  /** What of this node is worth telling; asked once a second. */
  readonly figures: () => Iterable<Figure>;
  readonly heard: (node: string, figures: readonly Figure[]) => void;
  /** @default the system's */
  readonly after?: After;
}

export class SharedFigures {
  readonly #options: SharedFiguresOptions;
  readonly #stops: (() => void)[];
  #stopTimer: (() => void) | undefined;
  /** Peers still hold something of this node. */
  #isKnown = false;

  constructor(options: SharedFiguresOptions) {
    this.#options = options;
    const { bus, subject, heard } = options;
    this.#stops = [
      bus.subscribe(subject, (body, from) => heard(from, Told.parse(body))),
      bus.onPeers((peers) => this.#turn(peers.length > 0)),
      () => this.#turn(false),
    ];
    this.#turn(bus.peers().length > 0);
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Tells the others now. */
  tell(): void {
    const { bus, subject, figures } = this.#options;
    const largest = [...figures()].sort((a, b) => b[1] - a[1])
      .slice(0, MAX_TOLD);
    // Nothing is said once, so that nothing is held against anybody for longer than it lasts.
    if (largest.length === 0 && !this.#isKnown) return;
    this.#isKnown = largest.length > 0;
    bus.publish(subject, largest);
  }

  #turn(isOn: boolean): void {
    if (!isOn) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
    } else if (this.#stopTimer === undefined) this.#tellLater();
  }

  #tellLater(): void {
    const { after = systemAfter } = this.#options;
    this.#stopTimer = after(TELL_EVERY_MS, () => {
      this.tell();
      this.#tellLater();
    });
  }
}
