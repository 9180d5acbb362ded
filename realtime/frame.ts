/** Encoding: what leaves as text, made once for everybody who gets it. */
import type { Line } from "./history.ts";
import type { Entry } from "./log/log.ts";

const encoder = new TextEncoder();

/** Length in bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** A `PRESENCE` message, encoded. */
export function encodePresence(
  channel: string,
  payload: object,
): string {
  return JSON.stringify({ type: "PRESENCE", channel, payload });
}

/** An encoded message and its length in UTF-8. */
export type Encoded = Pick<Line, "text" | "bytes">;

/** The lines from `start` up to `end` as one frame. */
export function joinLines(
  lines: readonly Encoded[],
  start: number,
  end: number,
): { text: string; bytes: number } {
  let { text, bytes } = lines[start];
  for (let index = start + 1; index < end; index++) {
    text += "\n" + lines[index].text;
    bytes += lines[index].bytes + 1;
  }
  return { text, bytes };
}

/** Index after the last line that still fits a frame with the one at `start`. */
export function frameEnd(
  lines: readonly Encoded[],
  start: number,
  maxBytes: number,
): number {
  let bytes = lines[start].bytes;
  let end = start + 1;
  while (end < lines.length) {
    bytes += lines[end].bytes + 1;
    if (bytes > maxBytes) break;
    end++;
  }
  return end;
}

/** What an envelope of a publication carries besides its payload. */
export interface PublicationHeader {
  readonly type: string;
  readonly channel: string;
  readonly offset?: number;
  readonly epoch?: string;
  readonly hash?: string;
  readonly messageId?: string | null;
  readonly sender?: string | null;
  readonly at: number;
  /** Version of the payload's shape; left out when it is 1. */
  readonly v?: number;
}

/** A publication's envelope around a payload that is encoded already. */
export function encodePublication(
  header: PublicationHeader,
  payloadText: string,
): string {
  const { type, channel, offset, epoch, hash, messageId, sender, at, v } =
    header;
  let text = `{"type":"${type}","channel":"${channel}"`;
  if (offset !== undefined) text += `,"offset":${offset}`;
  if (epoch !== undefined) text += `,"epoch":"${epoch}"`;
  if (hash !== undefined) text += `,"hash":"${hash}"`;
  if (messageId != null) text += `,"messageId":${JSON.stringify(messageId)}`;
  if (sender != null) text += `,"sender":${JSON.stringify(sender)}`;
  if (v !== undefined && v !== 1) text += `,"v":${v}`;
  return `${text},"at":${at},"payload":${payloadText}}`;
}

/** Hex digits of the chain hash that positions and publications carry (P10). */
export const SHORT_HASH = 16;

/** An entry of the log as subscribers get it. An erased body is `null`. */
export function lineOfEntry(entry: Entry, publishedAt: number): Line {
  const hash = entry.hash.slice(0, SHORT_HASH);
  const { type, channel, offset, epoch, messageId, sender, at, v } = entry;
  const text = encodePublication(
    { type, channel, offset, epoch, hash, messageId, sender, at, v },
    entry.bodyText ?? "null",
  );
  return { offset, text, bytes: byteLength(text), publishedAt, hash };
}
