/**
 * Batches as NATS carries them: one frame for consecutive messages to the same nodes, cut into
 * parts where the server takes no more at once. A part opens with `sender part parts`; the
 * parts together hold two lines for each message: `seq subject`, and its body.
 */
import type { OutMessage } from "./outgoing.ts";

/** What the opening line of a part takes at most, in bytes. */
const OPENING_BYTES = 128;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Frame {
  /** The node it is for; null: all. */
  readonly to: string | null;
  readonly parts: readonly Uint8Array[];
}

/** @param maxBytes Most that one part may have. */
export function framesOf(
  batch: readonly OutMessage[],
  { node, maxBytes }: { readonly node: string; readonly maxBytes: number },
): readonly Frame[] {
  return runsOf(batch).map((run) => {
    const text = run.map(({ seq, subject, body }) =>
      `${seq} ${subject}\n${body}\n`
    ).join("");
    const bytes = encoder.encode(text);
    const room = maxBytes - OPENING_BYTES;
    const count = Math.max(1, Math.ceil(bytes.length / room));
    const parts = Array.from(
      { length: count },
      (_, i) =>
        joined([
          encoder.encode(`${node} ${i + 1} ${count}\n`),
          bytes.subarray(i * room, (i + 1) * room),
        ]),
    );
    return { to: run[0].to, parts };
  });
}

/** Puts the parts of all senders together again. */
export class FrameReader {
  /** Parts of a frame that is not whole yet, by sender. */
  readonly #open = new Map<string, Uint8Array[]>();

  /**
   * The sender and its messages, once a frame is whole. Parts whose beginning was missed are
   * skipped: who reconnected is told that it may have lost some.
   */
  read(
    part: Uint8Array,
  ): { from: string; messages: readonly OutMessage[] } | undefined {
    const end = part.indexOf(NEW_LINE);
    const [from, number, count] = decoder.decode(part.subarray(0, end))
      .split(" ");
    const before = number === "1" ? [] : this.#open.get(from) ?? [];
    this.#open.delete(from);
    if (before.length !== Number(number) - 1) return undefined;
    const parts = [...before, part.subarray(end + 1)];
    if (number === count) return { from, messages: messagesOf(joined(parts)) };
    this.#open.set(from, parts);
    return undefined;
  }
}

const NEW_LINE = 10;

/** Consecutive messages to the same nodes. */
function runsOf(batch: readonly OutMessage[]): OutMessage[][] {
  const runs: OutMessage[][] = [];
  for (const message of batch) {
    const run = runs.at(-1);
    if (run !== undefined && run[0].to === message.to) run.push(message);
    else runs.push([message]);
  }
  return runs;
}

function messagesOf(bytes: Uint8Array): OutMessage[] {
  // JSON has no line breaks of its own.
  const lines = decoder.decode(bytes).split("\n");
  const messages: OutMessage[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [seq, subject] = lines[i].split(" ");
    messages.push({ seq: Number(seq), to: null, subject, body: lines[i + 1] });
  }
  return messages;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
