/** Receipts of own ballots, kept by this browser so that the record can be held against them. */
import { isRecord, numberOf, stringOf } from "../realtime/client/wire.ts";

export interface Receipt {
  /** Of the ballot's entry in the session's channel. */
  readonly offset: number;
  /** The first 16 hex digits of the entry's hash. */
  readonly hash?: string | undefined;
}

/** Keeps it; a browser that stores nothing keeps none, and the page's own stands in. */
export function keepReceipt(
  userId: string,
  pollId: string,
  { offset, hash }: Receipt,
): void {
  try {
    localStorage.setItem(
      keyOf(userId, pollId),
      JSON.stringify({ offset, hash }),
    );
  } catch {
    // Storage is full or switched off.
  }
}

export function keptReceipt(
  userId: string,
  pollId: string,
): Receipt | undefined {
  try {
    const kept: unknown = JSON.parse(
      localStorage.getItem(keyOf(userId, pollId)) ?? "null",
    );
    const offset = isRecord(kept) ? numberOf(kept.offset) : undefined;
    if (!isRecord(kept) || offset === undefined) return undefined;
    return { offset, hash: stringOf(kept.hash) };
  } catch {
    return undefined;
  }
}

function keyOf(userId: string, pollId: string): string {
  return `receipt:${userId}:${pollId}`;
}
