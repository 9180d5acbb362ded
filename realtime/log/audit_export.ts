/** One export in a thread of its own: its lines, gathered to pieces that are handed on when asked for. */
import type { AuditReply, StartExport } from "./audit_messages.ts";
import { parseSigningKey } from "./checkpoint.ts";
import { exportLines, type ExportSource } from "./export.ts";

/** Bytes of a piece, and the last line more: small enough to be handed on without a stop. */
const PIECE_BYTES = 128 * 1024;

const encoder = new TextEncoder();

export class AuditExport {
  readonly #lines: AsyncIterator<string>;
  #done = 0;
  #total = 0;

  /** @throws {RangeError} If the signing key is none. */
  constructor(
    source: ExportSource,
    { at, actors, signingKey }: Omit<StartExport, "channel">,
  ) {
    this.#lines = exportLines(source, {
      at,
      key: parseSigningKey(signingKey),
      actors,
      onEntry: (done, total) => {
        this.#done = done;
        this.#total = total;
      },
    });
  }

  async next(): Promise<Extract<AuditReply, { state: "piece" }>> {
    const texts: string[] = [];
    let length = 0;
    let last = false;
    while (length < PIECE_BYTES && !last) {
      const { done = false, value } = await this.#lines.next();
      last = done;
      if (done) break;
      texts.push(value);
      length += value.length;
    }
    const bytes = encoder.encode(texts.join(""));
    const [done, total] = [this.#done, this.#total];
    return { state: "piece", bytes, last, done, total };
  }
}
