/**
 * Word of new entries over the bus instead of NOTIFY, where a bus is there that costs the
 * database nothing. Word may be lost: every node looks by itself all the same.
 */
import type { LogWord } from "../log/postgres_options.ts";
import type { Bus } from "./bus.ts";

const SUBJECT = "log.changed";

/** Made before the log, which makes the database ready for the bus; silent until there is one. */
export class BusWord implements LogWord {
  #bus?: Bus;
  #onWord: (seq?: number) => void = () => {};

  attach(bus: Bus): void {
    this.#bus = bus;
    bus.subscribe(SUBJECT, (seq) => {
      if (typeof seq === "number") this.#onWord(seq);
    });
    bus.onLost(() => this.#onWord());
  }

  tell(seq: number): void {
    this.#bus?.publish(SUBJECT, seq);
  }

  listen(onWord: (seq?: number) => void): () => void {
    this.#onWord = onWord;
    return () => this.#onWord = () => {};
  }
}
