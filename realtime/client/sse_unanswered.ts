/** Requests without a reply yet: a transport is changed between them, not in their middle. */
import type { Clock } from "./link.ts";

export class Unanswered {
  readonly #ids = new Set<number>();
  #none: (() => void) | undefined;
  #cancel: (() => void) | undefined;

  asked(frame: string): void {
    for (const { id } of linesOf(frame)) {
      if (typeof id === "number") this.#ids.add(id);
    }
  }

  heard(frame: string): void {
    for (const { ref } of linesOf(frame)) {
      if (typeof ref === "number") this.#ids.delete(ref);
    }
    if (this.#ids.size === 0) this.#none?.();
  }

  /** Runs once all are answered, or after `patienceMs`: an answer may be lost. */
  whenNone(
    run: () => void,
    { clock, patienceMs }: {
      readonly clock: Clock;
      readonly patienceMs: number;
    },
  ): void {
    const once = () => {
      this.stop();
      run();
    };
    if (this.#ids.size === 0) return once();
    this.#none = once;
    this.#cancel = clock.after(patienceMs, once);
  }

  stop(): void {
    this.#none = undefined;
    this.#cancel?.();
  }
}

function linesOf(frame: string): readonly Record<string, unknown>[] {
  return frame.split("\n").map((line) => JSON.parse(line));
}
