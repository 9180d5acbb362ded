/**
 * The head of an HTTP/1 request as the guard lets it through: read strictly, so that guard
 * and server never disagree on where a request ends, and with the client's address in it.
 */
import { Buffer } from "node:buffer";

/** Set by the guard alone; what a client sends under this name is taken out. */
export const ADDRESS_HEADER = "x-regulens-guard-address";

const MAX_HEADERS = 100;
const REQUEST_LINE = /^[A-Z]{1,20} [\x21-\xff]+ HTTP\/1\.([01])$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/;

export type Body =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" };

export type ReadHead =
  | { readonly state: "more" }
  /** The status to refuse it with. */
  | { readonly state: "refused"; readonly status: 400 | 431 }
  | {
    readonly state: "read";
    /** What to send on instead. */
    readonly bytes: Uint8Array;
    /** Of the input, the blank line included. */
    readonly length: number;
    readonly body: Body;
    readonly isUpgrade: boolean;
  };

const BAD: ReadHead = { state: "refused", status: 400 };
const TOO_LARGE: ReadHead = { state: "refused", status: 431 };

/** Reads the head that `input` begins with, of at most `maxBytes`. */
export function readHead(
  input: Uint8Array,
  { address, maxBytes }: {
    readonly address: string;
    readonly maxBytes: number;
  },
): ReadHead {
  // One byte is one character, so nothing is lost on the way through.
  const text = Buffer.from(input.buffer, input.byteOffset, input.length)
    .toString("latin1", 0, Math.min(input.length, maxBytes));
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return input.length >= maxBytes ? TOO_LARGE : { state: "more" };
  const [requestLine, ...lines] = text.slice(0, end).split("\r\n");
  if (lines.length > MAX_HEADERS) return TOO_LARGE;
  const request = REQUEST_LINE.exec(requestLine);
  if (request === null) return BAD;
  const kept = [requestLine];
  const lengths: string[] = [];
  const encodings: string[] = [];
  let isUpgrade = false;
  for (const line of lines) {
    const header = /[\r\n\0]/.test(line) ? null : HEADER.exec(line);
    if (header === null) return BAD;
    const name = header[1];
    const value = withoutPadding(header[2]);
    switch (name.toLowerCase()) {
      case ADDRESS_HEADER:
        continue;
      case "content-length":
        lengths.push(value);
        break;
      case "transfer-encoding":
        encodings.push(value.toLowerCase());
        break;
      case "upgrade":
        isUpgrade ||= value.toLowerCase().includes("websocket");
    }
    kept.push(line);
  }
  const body = bodyOf({ lengths, encodings, version: request[1] });
  if (body === undefined || (isUpgrade && body.kind !== "none")) return BAD;
  kept.push(`${ADDRESS_HEADER}: ${address}`, "", "");
  const bytes = Buffer.from(kept.join("\r\n"), "latin1");
  return { state: "read", bytes, length: end + 4, body, isUpgrade };
}

/** Without spaces and tabs around it. By hand: a pattern for it takes the square of their number. */
function withoutPadding(text: string): string {
  const isPadding = (at: number) => text[at] === " " || text[at] === "\t";
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(start)) start++;
  while (end > start && isPadding(end - 1)) end--;
  return text.slice(start, end);
}

/** Undefined where two readings are possible (RFC 9112, 6.3): then it is nobody's request. */
function bodyOf(
  { lengths, encodings, version }: {
    readonly lengths: readonly string[];
    readonly encodings: readonly string[];
    readonly version: string;
  },
): Body | undefined {
  if (encodings.length > 0) {
    const isSound = encodings.length === 1 && encodings[0] === "chunked" &&
      lengths.length === 0 && version === "1";
    return isSound ? { kind: "chunked" } : undefined;
  }
  if (lengths.length === 0) return { kind: "none" };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0])) return undefined;
  const bytes = Number(lengths[0]);
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}
