/** Exports for tests: made of records as the log makes them, without a disk. */
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import type { Json } from "../../../realtime/json.ts";
import { canonical } from "../../../realtime/log/canonical.ts";
import {
  hashCheckpoint,
  isSigned,
  signCheckpoint,
  type SignedCheckpoint,
} from "../../../realtime/log/checkpoint.ts";
import {
  exportLines,
  type ExportOptions,
  type ExportSource,
} from "../../../realtime/log/export.ts";
import {
  erasureText,
  hashBody,
  hashRecord,
  type Header,
  NO_HASH,
  type Record,
} from "../../../realtime/log/record.ts";
import { verifyExport } from "../../../realtime/log/verify_export.ts";

export const EPOCH = "0198a000-0000-7000-8000-000000000001";
export const CHANNEL = "session:1";
export const AT = 1_767_323_045_678;

/** Always the same, so that a failing seed can be run again. */
export const KEY = createPrivateKey(`-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----`);

export function otherKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

/** A chain of records with these bodies; `erased` offsets lose theirs and are spoken of at the end. */
export function recordsOf(
  bodies: readonly Json[],
  { erased = [], channel = CHANNEL }: {
    erased?: readonly number[];
    channel?: string;
  } = {},
): Record[] {
  const texts = [...bodies.map(canonical), ...erased.map(erasureText)];
  let previous = NO_HASH;
  return texts.map((bodyText, i) => {
    const salt = new Uint8Array(32).fill(i + 1);
    const header: Header = {
      epoch: EPOCH,
      channel,
      offset: i + 1,
      at: AT + i,
      actor: `actor-${i % 2}`,
      type: "SESSION_UPDATE",
      v: 1,
      subject: "session",
      messageId: i % 3 === 0 ? `message-${i}` : null,
      bodyHash: hashBody(salt, bodyText),
    };
    previous = hashRecord(previous, header);
    const kept = erased.includes(i + 1)
      ? { salt: null, bodyText: null }
      : { salt, bodyText };
    return { ...header, ...kept, hash: previous };
  });
}

/** Checkpoints at these offsets, each of which also signs for other channels. */
export function checkpointsOf(
  records: readonly Record[],
  offsets: readonly number[],
  key = KEY,
): SignedCheckpoint[] {
  const signed: SignedCheckpoint[] = [];
  for (const [i, offset] of offsets.entries()) {
    const { channel, hash } = records[offset - 1];
    const others = ["alerts", "user:mallory", "user:zoe"].map((name) => ({
      channel: name,
      offset: i + 1,
      hash: String(i).repeat(64),
    }));
    signed.push(signCheckpoint({
      format: 2,
      number: i + 1,
      at: AT + i,
      epoch: EPOCH,
      previous: hashCheckpoint(signed.at(-1)),
      heads: [others[0], { channel, offset, hash }, others[1], others[2]],
    }, key));
  }
  return signed;
}

export function sourceOf(
  records: readonly Record[],
  checkpoints: readonly SignedCheckpoint[] = [],
): ExportSource {
  return {
    epoch: EPOCH,
    channel: CHANNEL,
    hashes: () => records.map(({ hash }) => hash),
    records: () => records,
    actors: () => [
      { actor: "actor-0", userId: "ana" },
      { actor: "actor-1", userId: "bo" },
    ],
    checkpoints: () => checkpoints,
  };
}

export function linesOf(
  source: ExportSource,
  options: Partial<ExportOptions> = {},
): Promise<string[]> {
  return Array.fromAsync(
    exportLines(source, { at: AT, key: KEY, ...options }),
  );
}

export function verifyText(text: string, trustedKey?: string) {
  return verifyBytes(new TextEncoder().encode(text), trustedKey);
}

export function verifyBytes(bytes: Uint8Array, trustedKey?: string) {
  return verifyExport([bytes], { isSigned, trustedKey });
}
