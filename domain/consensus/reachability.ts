/** Who can be reached from whom in a growing graph; arrows that end in a cycle are seen before they are drawn. */

export class Reachability {
  readonly #size: number;
  readonly #words: number;
  /** One row of bits per place: everything it reaches. */
  readonly #bits: Uint32Array;

  constructor(size: number, bits?: Uint32Array) {
    this.#size = size;
    this.#words = Math.ceil(size / 32);
    this.#bits = bits ?? new Uint32Array(size * this.#words);
  }

  copy(): Reachability {
    return new Reachability(this.#size, this.#bits.slice());
  }

  reaches(from: number, to: number): boolean {
    const word = this.#bits[from * this.#words + (to >>> 5)];
    return (word >>> (to & 31) & 1) === 1;
  }

  /** Draws an arrow: all that reach `from` reach `to` and everything behind it. */
  add(from: number, to: number): void {
    if (this.reaches(from, to)) return;
    const words = this.#words;
    const onward = this.#bits.slice(to * words, (to + 1) * words);
    onward[to >>> 5] |= 1 << (to & 31);
    for (let one = 0; one < this.#size; one++) {
      if (one !== from && !this.reaches(one, from)) continue;
      for (let word = 0; word < words; word++) {
        this.#bits[one * words + word] |= onward[word];
      }
    }
  }
}
