/** Walks the records of one channel after the other and names the first that is wrong (L8). */
import type { BadReason } from "./log.ts";
import {
  erasedOffset,
  hashBody,
  hashRecord,
  NO_HASH,
  type Record,
} from "./record.ts";

export interface Bad {
  readonly channel: string;
  readonly offset: number;
  readonly reason: BadReason;
}

/** Takes the records of one channel in the order of their offsets. */
export class ChainCheck {
  readonly #channel: string;
  #offset = 0;
  #hash = NO_HASH;
  /** Offsets without a body that no erasure has spoken of yet, in order. */
  readonly #unexplained = new Set<number>();
  /** A record that does not fit its hash, until the next one tells which of the two is wrong. */
  #doubtful?: { readonly offset: number; readonly computed: string };

  constructor(channel: string) {
    this.#channel = channel;
  }

  /** The first bad record found so far, if this one shows it. */
  add(record: Record): Bad | undefined {
    const doubt = this.#resolveDoubt(record);
    if (doubt) return doubt;
    const offset = this.#offset + 1;
    if (record.offset !== offset) return this.#bad(offset, "missing_entry");
    const computed = hashRecord(this.#hash, record);
    if (computed !== record.hash) this.#doubtful = { offset, computed };
    else if (!fitsBody(record)) return this.#bad(offset, "altered_body");
    if (record.bodyText === null) this.#unexplained.add(offset);
    const erased = erasedOffset(record.bodyText);
    if (erased !== undefined) this.#unexplained.delete(erased);
    this.#offset = offset;
    this.#hash = record.hash;
  }

  /** To be asked once after the last record. */
  end(): Bad | undefined {
    if (this.#doubtful) {
      return this.#bad(this.#doubtful.offset, "altered_header");
    }
    const [unexplained] = this.#unexplained;
    if (unexplained !== undefined) {
      return this.#bad(unexplained, "missing_body");
    }
  }

  #resolveDoubt(next: Record): Bad | undefined {
    if (!this.#doubtful) return undefined;
    const { offset, computed } = this.#doubtful;
    // If the next one rests on what we computed, the header is whole and the kept hash is not.
    const whole = hashRecord(computed, next) === next.hash;
    return this.#bad(offset, whole ? "broken_chain" : "altered_header");
  }

  #bad(offset: number, reason: BadReason): Bad {
    return { channel: this.#channel, offset, reason };
  }
}

/** The first bad record of one channel. */
export function checkChain(
  channel: string,
  records: Iterable<Record>,
): Bad | undefined {
  const check = new ChainCheck(channel);
  for (const record of records) {
    const bad = check.add(record);
    if (bad) return bad;
  }
  return check.end();
}

/** An erased body has neither text nor salt; one without the other was tampered with. */
function fitsBody({ salt, bodyText, bodyHash }: Record): boolean {
  if (salt === null || bodyText === null) {
    return salt === null && bodyText === null;
  }
  return hashBody(salt, bodyText) === bodyHash;
}
