/** The step budget: what keeps one evaluation from holding the server. */
import { isContext } from "./values.ts";
import { CannotEvaluate } from "./cannot.ts";

/** Steps of one evaluation of all tables; some 50 ms of the slowest kind. */
export const MAX_STEPS = 1_000_000;
/** A text longer than this is never made. */
export const MAX_TEXT_LENGTH = 100_000;
/** Lists within lists, at most: a loop can nest them without end. */
const MAX_VALUE_DEPTH = 200;
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

  /** @throws {CannotEvaluate} If values lie within each other deeper than is walked. */
  checkDepth(depth: number): void {
    if (depth > MAX_VALUE_DEPTH) throw new CannotEvaluate("Too deep");
  }

  /**
   * Spends what a walk over the whole value costs. A value may hold the same part
   * many times over (`{a: [1, 1], b: [a, a], c: [b, b]}`), so its size is not its memory.
   *
   * @throws {CannotEvaluate} When that is too much, or the value too deep to be walked.
   */
  spendOn(value: unknown): void {
    let level: unknown[] = [value];
    for (let depth = 0; level.length > 0; depth++) {
      this.checkDepth(depth);
      const next: unknown[] = [];
      for (const item of level) {
        this.spend(1);
        if (typeof item === "string") {
          this.spend(item.length / CHARACTERS_PER_STEP);
        } else if (typeof item === "object" && item !== null) {
          const inner = itemsIn(item);
          this.spend(inner.length);
          for (const one of inner) next.push(one);
        }
      }
      level = next;
    }
  }
}

function itemsIn(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isContext(value) ? Object.values(value) : [];
}

/** @throws {CannotEvaluate} If the text is longer than any that is made. */
export function boundedText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  throw new CannotEvaluate(
    `Makes a text of more than ${MAX_TEXT_LENGTH} characters`,
  );
}
