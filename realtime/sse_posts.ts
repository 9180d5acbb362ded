/**
 * What a client says beside its event stream (P26): one frame a POST, numbered, because
 * POSTs overtake each other and are sent again when no answer came.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** POSTs of one connection that are read or wait for an earlier one. */
export const MAX_POSTS_AHEAD = 8;

/** `early`: an earlier one is missing, and too much waits for it already. */
export type Taken = "taken" | "early";

export class Posts {
  readonly #secret: Uint8Array;
  readonly #ahead = new Map<number, string>();
  #next = 1;
  #receive: ((frame: string) => void) | undefined;
  /** Bodies that are on their way. */
  reading = 0;

  constructor(secret: string) {
    this.#secret = digest(secret);
  }

  /** Compares in constant time, whatever the length. */
  isOurs(secret: string | null): boolean {
    return secret !== null && timingSafeEqual(digest(secret), this.#secret);
  }

  /** The connection is established: what came before is received now, and the rest at once. */
  start(receive: (frame: string) => void): void {
    this.#receive = receive;
    this.#deliver();
  }

  /** Takes frame number `sequence`, from 1; one taken before changes nothing. */
  take(sequence: number, frame: string): Taken {
    if (sequence < this.#next || this.#ahead.has(sequence)) return "taken";
    if (sequence >= this.#next + MAX_POSTS_AHEAD) return "early";
    this.#ahead.set(sequence, frame);
    this.#deliver();
    return "taken";
  }

  #deliver(): void {
    const receive = this.#receive;
    if (receive === undefined) return;
    for (;;) {
      const frame = this.#ahead.get(this.#next);
      if (frame === undefined) return;
      this.#ahead.delete(this.#next);
      this.#next++;
      receive(frame);
    }
  }
}

function digest(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
