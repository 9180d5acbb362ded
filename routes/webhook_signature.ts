/** Who sent a webhook: the signature of Standard Webhooks 1.0 (standardwebhooks.com), symmetric. */
import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the sender's clock may be from ours, either way. */
export const TOLERANCE_MS = 5 * 60 * 1000;

const PREFIX = "whsec_";

export interface SignedWebhook {
  /** `webhook-id`: the same for every try of one message. */
  readonly id: string;
  /** `webhook-timestamp`: seconds since 1970. */
  readonly timestamp: string;
  /** `webhook-signature`: one or more, with spaces between. */
  readonly signature: string;
  /** As it came, byte for byte. */
  readonly body: Uint8Array;
}

/**
 * Reports whether one of the signatures is made with one of the secrets, and not long ago:
 * HMAC-SHA256 of `id.timestamp.body`, in Base64 after `v1,`.
 *
 * @param secrets Each `whsec_` and the key in Base64.
 * @param now ms since 1970.
 */
export function isSignedBy(
  secrets: readonly string[],
  { id, timestamp, signature, body }: SignedWebhook,
  now: number,
): boolean {
  // A dot would let one id and time be read as another.
  if (id === "" || id.includes(".") || !/^\d{1,12}$/.test(timestamp)) {
    return false;
  }
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false;
  const given = signature.split(" ").filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice("v1,".length), "base64"));
  let isSigned = false;
  for (const secret of secrets) {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    const made = createHmac("sha256", key).update(`${id}.${timestamp}.`)
      .update(body).digest();
    for (const one of given) {
      // All are compared, so that time says nothing of which one fits.
      isSigned = one.length === made.length && timingSafeEqual(one, made) ||
        isSigned;
    }
  }
  return isSigned;
}
