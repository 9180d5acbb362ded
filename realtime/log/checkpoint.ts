/**
 * Signed checkpoints: what the heads were at a moment, signed with a key that is not in the
 * database. A chain alone would not show that its end was cut off or all of it rewritten.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { Buffer } from "node:buffer";
import { canonical } from "./canonical.ts";
import { signedText } from "./checkpoint_statement.ts";
import { NO_HASH } from "./record.ts";

export interface CheckpointHead {
  readonly channel: string;
  readonly offset: number;
  /** The whole chain hash, 64 hex digits. */
  readonly hash: string;
}

export interface Checkpoint {
  /** What is signed: by 1 the text, by 2 the root over its heads (`signedText`). */
  readonly format: 1 | 2;
  /** 1, 2, 3 … without holes. */
  readonly number: number;
  readonly at: number;
  readonly epoch: string;
  /** Hash of what the checkpoint before signed; 64 zeros for the first. */
  readonly previous: string;
  /** Heads that changed since the checkpoint before. */
  readonly heads: readonly CheckpointHead[];
}

export interface SignedCheckpoint {
  /** Canonical JSON of the checkpoint, with the heads it was made of. */
  readonly text: string;
  /** Base64 of the SPKI form. */
  readonly publicKey: string;
  /** Base64 of the Ed25519 signature. */
  readonly signature: string;
}

/** @param text PKCS#8 of an Ed25519 key: PEM, or the base64 in one line. @throws {RangeError} */
export function parseSigningKey(text: string): KeyObject {
  let key: KeyObject;
  try {
    key = text.includes("-----BEGIN")
      ? createPrivateKey(text)
      : createPrivateKey({
        key: Buffer.from(text.trim(), "base64"),
        format: "der",
        type: "pkcs8",
      });
  } catch (cause) {
    throw new RangeError(
      "Cannot read the signing key: it must be PKCS#8, as PEM or in base64",
      { cause },
    );
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new RangeError(
      `Cannot use the signing key: it must be Ed25519, got ${key.asymmetricKeyType}`,
    );
  }
  return key;
}

/** Base64 of the SPKI form of the public half. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "der" })
    .toString("base64");
}

export function signCheckpoint(
  checkpoint: Checkpoint,
  key: KeyObject,
): SignedCheckpoint {
  const text = textOf(checkpoint);
  const signature = signText(signedText(text), key);
  return { text, publicKey: publicKeyOf(key), signature };
}

/** The one text of a checkpoint: its fields, and no other. */
function textOf(
  { format, number, at, epoch, previous, heads }: Checkpoint,
): string {
  const plainHeads = heads.map(({ channel, offset, hash }) => ({
    channel,
    offset,
    hash,
  }));
  const plain = { format, number, at, epoch, previous, heads: plainHeads };
  return canonical(plain);
}

/** Base64 of the Ed25519 signature of a text. */
export function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text), key).toString("base64");
}

export function hashCheckpoint(signed: SignedCheckpoint | undefined): string {
  if (!signed) return NO_HASH;
  return createHash("sha256").update(hashedText(signed.text)).digest("hex");
}

function hashedText(text: string): string {
  try {
    return signedText(text);
  } catch {
    // What was tampered with is for verify to name; the next checkpoint is signed all the same.
    return text;
  }
}

/**
 * Reads a checkpoint if it is genuine and follows `before`, else undefined.
 *
 * @param trustedKey The only public key to trust; without it, the one it carries.
 */
export function openCheckpoint(
  signed: SignedCheckpoint,
  before: SignedCheckpoint | undefined,
  trustedKey?: string,
): Checkpoint | undefined {
  if (
    signed.publicKey !== (trustedKey ?? before?.publicKey ?? signed.publicKey)
  ) {
    return undefined;
  }
  const checkpoint = readCheckpoint(signed);
  if (checkpoint === undefined) return undefined;
  const number = before ? Number(JSON.parse(before.text).number) + 1 : 1;
  const follows = checkpoint.number === number &&
    checkpoint.previous === hashCheckpoint(before);
  return follows ? checkpoint : undefined;
}

export interface Signed {
  readonly text: string;
  /** Base64 of the SPKI form. */
  readonly publicKey: string;
  readonly signature: string;
}

/** Reports whether the text was signed with the key's other half. */
export function isSigned({ text, publicKey, signature }: Signed): boolean {
  try {
    const key = createPublicKey({
      key: bytesOf(publicKey),
      format: "der",
      type: "spki",
    });
    return verify(null, Buffer.from(text), key, bytesOf(signature));
  } catch {
    // A key or signature that cannot even be read is no signature.
    return false;
  }
}

/** What stands behind the end, or in its unused bits, is another text of the same bytes. */
function bytesOf(base64: string): Buffer {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") === base64) return bytes;
  throw new RangeError("Cannot read base64 that is not its one text");
}

function readCheckpoint(
  { text, publicKey, signature }: SignedCheckpoint,
): Checkpoint | undefined {
  try {
    const checkpoint: Checkpoint = JSON.parse(text);
    // What is signed follows from the values: another text of them is still an altered one.
    const isPlain = text === textOf(checkpoint) &&
      (checkpoint.format === 1 || checkpoint.format === 2);
    return isPlain && isSigned({ text: signedText(text), publicKey, signature })
      ? checkpoint
      : undefined;
  } catch {
    return undefined;
  }
}
