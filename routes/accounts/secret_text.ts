/** Secrets that are handed out once as text, and what is kept of them. */
import { createHash } from "node:crypto";

/** 256 random bits, in characters that stand in URLs. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Enough for a secret of 256 random bits, which nobody can go through; 64 hex digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
