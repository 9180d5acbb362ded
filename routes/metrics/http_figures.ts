/** Requests counted as they are answered. */
import { Histogram } from "../../realtime/histogram.ts";

export class HttpFigures {
  readonly durationMs = new Histogram();
  readonly #answered = new Map<number, number>();

  /** By status, in the order they first came. */
  get answered(): ReadonlyMap<number, number> {
    return this.#answered;
  }

  count(status: number, durationMs: number): void {
    this.#answered.set(status, (this.#answered.get(status) ?? 0) + 1);
    this.durationMs.record(durationMs);
  }
}
