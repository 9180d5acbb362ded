/** The record's format, version 1: what is hashed, and how one record rests on the one before. */
import { createHash, hash } from "node:crypto";
import { canonical } from "./canonical.ts";
import { RECORD_FORMAT } from "./log.ts";

/** Bytes of salt beside each body, so that an erased body cannot be guessed from its hash. */
export const SALT_BYTES = 32;

/** What the first record of a channel rests on: 32 zero bytes, as hex. */
export const NO_HASH = "0".repeat(64);

// Both inputs are laid side by side here and hashed in one call: two updates cost twice as much.
const scratch = new Uint8Array(16 * 1024);
const previousBytes = new Uint8Array(32);
const encoder = new TextEncoder();

/** Everything about an entry but its body, which only its hash stands for. */
export interface Header {
  readonly epoch: string;
  readonly channel: string;
  readonly offset: number;
  readonly at: number;
  readonly actor: string;
  readonly type: string;
  readonly v: number;
  readonly subject: string;
  readonly messageId: string | null;
  /** 64 hex digits. */
  readonly bodyHash: string;
}

/** Header, salted body and chain hash, as they are kept. Salt and body go when it is erased. */
export interface Record extends Header {
  readonly salt: Uint8Array | null;
  readonly bodyText: string | null;
  readonly hash: string;
}

/** Hashes salt and canonical body; 64 hex digits. */
export function hashBody(salt: Uint8Array, bodyText: string): string {
  return sha256(salt, bodyText);
}

/** Hashes the hash before (64 hex digits) and the canonical header; 64 hex digits. */
export function hashRecord(previous: string, header: Header): string {
  previousBytes.setFromHex(previous);
  return sha256(previousBytes, headerText(header));
}

/** The canonical header. Listed in canonical order, so that no sorting is paid per record. */
export function headerText(header: Header): string {
  const ordered = {
    actor: header.actor,
    at: header.at,
    bodyHash: header.bodyHash,
    channel: header.channel,
    epoch: header.epoch,
    format: RECORD_FORMAT,
    messageId: header.messageId,
    offset: header.offset,
    subject: header.subject,
    type: header.type,
    v: header.v,
  };
  return JSON.stringify(ordered);
}

/** The first 16 hex digits, as positions and publications carry them. */
export function shortHash(hash: string): string {
  return hash.slice(0, 16);
}

/** What an erasure appends in place of the body at `offset`. */
export function erasureText(offset: number): string {
  return canonical({ event: "body_erased", offset });
}

/** The offset an erasure speaks of, or undefined for any other body. */
export function erasedOffset(bodyText: string | null): number | undefined {
  const match = bodyText?.match(/^\{"event":"body_erased","offset":(\d+)\}$/);
  return match ? Number(match[1]) : undefined;
}

/** What is appended to a subject that was removed as a whole. */
export const REMOVAL_TEXT = canonical({ event: "subject_removed" });

/** Reports whether a body says that what its subject was up to here is gone. */
export function isRemoval(bodyText: string | null): boolean {
  return bodyText === REMOVAL_TEXT;
}

/** SHA-256 of the bytes followed by the text as UTF-8; 64 hex digits. */
function sha256(bytes: Uint8Array, text: string): string {
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  if (bytes.length + 3 * text.length > scratch.length) {
    return createHash("sha256").update(bytes).update(text).digest("hex");
  }
  scratch.set(bytes);
  const { written } = encoder.encodeInto(text, scratch.subarray(bytes.length));
  return hash("sha256", scratch.subarray(0, bytes.length + written), "hex");
}
