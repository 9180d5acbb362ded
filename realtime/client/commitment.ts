/** Commitments as the server makes them, made again in a browser: SHA-256 over salt and canonical value. */
import { canonical } from "../log/canonical.ts";
import type { Json } from "../json.ts";

/**
 * @param salt In hex digits.
 * @returns 64 hex digits.
 */
export async function commitmentOf(value: Json, salt: string): Promise<string> {
  const text = new TextEncoder().encode(canonical(value));
  const salted = bytesOf(salt);
  const bytes = new Uint8Array(salted.length + text.length);
  bytes.set(salted);
  bytes.set(text, salted.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** As Node reads hex: up to the first pair that is none. */
function bytesOf(hex: string): Uint8Array {
  const pairs = hex.match(/^(?:[0-9a-f]{2})*/i)?.[0].match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16));
}
