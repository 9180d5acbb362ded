/** Checks an Ed25519 signature with what browsers bring along. */
import type { Signed } from "../../realtime/log/checkpoint.ts";

/** Reports whether the text was signed with the key's other half. */
export async function isSigned(
  { text, publicKey, signature }: Signed,
): Promise<boolean> {
  try {
    const { subtle } = crypto;
    const spki = Uint8Array.fromBase64(publicKey);
    const key = await subtle.importKey("spki", spki, "Ed25519", false, [
      "verify",
    ]);
    const bytes = new TextEncoder().encode(text);
    return await subtle.verify(
      "Ed25519",
      key,
      Uint8Array.fromBase64(signature),
      bytes,
    );
  } catch (error) {
    // A key or signature that cannot be read is none; a browser that lacks this must say so.
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      throw error;
    }
    return false;
  }
}
