/** The step budget: what keeps one evaluation from holding the server. */
import { isContext } from "./values.ts";
import { CannotEvaluate } from "./cannot.ts";

/** Steps of one evaluation of all tables; some 50 ms of the slowest kind. */
export const MAX_STEPS = 1_000_000;
/** A text longer than this is never made. */
export const MAX_TEXT_LENGTH = 100_000;
/** Reading text costs a step per so many characters. */
const CHARACTERS_PER_STEP = 64;

export class Budget {
  #left: number;

  constructor(steps = MAX_STEPS) {
    this.#left = steps;
  }

  /** @throws {CannotEvaluate} When all steps are taken. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new CannotEvaluate("Takes too many steps");
  }

  /**
   * Spends what a walk over the whole value costs. A value may hold the same part
   * many times over (`{a: [1, 1], b: [a, a], c: [b, b]}`), so its size is not its memory.
   */
  spendOn(value: unknown): void {
    const waiting: unknown[] = [value];
    while (waiting.length > 0) {
      const next = waiting.pop();
      this.spend(1);
      if (typeof next === "string") {
        this.spend(next.length / CHARACTERS_PER_STEP);
      } else if (Array.isArray(next)) {
        this.spend(next.length);
        for (const item of next) waiting.push(item);
      } else if (isContext(next)) {
        for (const item of Object.values(next)) waiting.push(item);
      }
    }
  }
}

/** @throws {CannotEvaluate} If the text is longer than any that is made. */
export function boundedText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  throw new CannotEvaluate(
    `Makes a text of more than ${MAX_TEXT_LENGTH} characters`,
  );
}
