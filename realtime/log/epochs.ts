/** The epochs of a log: the one it lives in, and those that ended when it was restored. */

export interface EndedEpoch {
  readonly epoch: string;
  /** The last entry written in it. */
  readonly seq: number;
}

/**
 * An entry's header names the epoch it was written in, for ever; positions name the one of
 * now. So whoever read behind the point a log was taken back to is not believed to be ahead.
 */
export class Epochs {
  /** The epoch of now: that of positions and of what is written next. */
  readonly current: string;
  readonly #ended: readonly EndedEpoch[];

  constructor(current: string, ended: readonly EndedEpoch[] = []) {
    this.current = current;
    this.#ended = ended;
  }

  /** The epoch an entry was written in. @param seq Its number in the whole log. */
  of(seq: number): string {
    return this.#ended.find((one) => seq <= one.seq)?.epoch ?? this.current;
  }

  /** Its place among all, from 0; -1 for one this log never lived in. */
  indexOf(epoch: string): number {
    if (epoch === this.current) return this.#ended.length;
    return this.#ended.findIndex((one) => one.epoch === epoch);
  }

  /** This log in a new epoch, from behind the entry `seq`. */
  next(seq: number): Epochs {
    const ended = [...this.#ended, { epoch: this.current, seq }];
    return new Epochs(crypto.randomUUID(), ended);
  }

  /** As it is kept in `meta`. */
  toJSON(): readonly EndedEpoch[] {
    return this.#ended;
  }
}
