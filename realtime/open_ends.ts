/** Transports whose end has not come, whether or not the hub still knows their connections (P16). */
export class OpenEnds<End extends object> {
  readonly #ends = new Set<End>();
  #empty: (() => void) | undefined;

  add(end: End): void {
    this.#ends.add(end);
  }

  delete(end: End): void {
    this.#ends.delete(end);
    if (this.#ends.size === 0) this.#empty?.();
  }

  /** Resolves when none is left, or after `graceMs`. */
  async closed(graceMs: number): Promise<void> {
    if (this.#ends.size === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#empty = resolve;
      timer = setTimeout(resolve, graceMs);
    });
    clearTimeout(timer);
  }
}
