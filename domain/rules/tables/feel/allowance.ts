/** How much text the grammar reads for one caller: it takes some microseconds per character. */
import { CannotRead } from "./cannot.ts";

/** Characters of cells that are not simple, of all tables compiled together. */
export const MAX_GRAMMAR_LENGTH = 50_000;

export class GrammarAllowance {
  #left = MAX_GRAMMAR_LENGTH;

  /** @throws {CannotRead} If the grammar has read enough. */
  admit(text: string): void {
    this.#left -= text.length;
    if (this.#left >= 0) return;
    throw new CannotRead(
      `Too much text in cells that are not simple: at most ${MAX_GRAMMAR_LENGTH} characters`,
      { from: 0, to: text.length },
    );
  }
}
