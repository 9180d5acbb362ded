/**
 * Tips: the states of subjects with everything in flight folded in, and the offsets their
 * channels will be at. They rest on predictions; when one fails, all are dropped.
 */
import type { Fold, Folds } from "./fold.ts";
import type { Write } from "./log/log.ts";
import type { Part } from "./plan.ts";

interface Tip {
  readonly state: unknown;
  /** Predicted last offset of the subject. */
  readonly last: number;
}

export class Tips {
  readonly #tips = new Map<Fold<unknown>, Tip>();
  /** Predicted last offsets of the channels that are written in this flight. */
  readonly #heads = new Map<string, number>();
  readonly #folds: Pick<Folds, "position">;

  constructor(folds: Pick<Folds, "position">) {
    this.#folds = folds;
  }

  has(fold: Fold<unknown>): boolean {
    return this.#tips.has(fold);
  }

  /** A subject's state, and the offset its channel will be at. */
  standingOf(fold: Fold<unknown>): { state: unknown; head: number } {
    const tip = this.#tips.get(fold);
    const head = this.#heads.get(fold.channel) ??
      this.#folds.position(fold).offset;
    return { state: tip ? tip.state : fold.state, head };
  }

  /** Takes what is decided as if it were committed, and says what to commit. */
  write(fold: Fold<unknown>, { entries, state, head }: Part): Write {
    const { channel, subject, area } = fold;
    const offset = this.#tips.get(fold)?.last ?? fold.last;
    const before = head - entries.length;
    const expected = area.keepsOffsets && entries.length > 0
      ? { subject, offset, head: before }
      : { subject, offset };
    this.#tips.set(fold, { state, last: entries.length > 0 ? head : offset });
    this.#heads.set(channel, head);
    return { channel, entries, expected };
  }

  clear(): void {
    this.#tips.clear();
    this.#heads.clear();
  }
}
