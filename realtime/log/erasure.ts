/** Erasing a body: what a store does to one entry, and what it appends to say so (L9). */
import { applyCommit, type Tables } from "./apply.ts";
import type { Outcome, PackedCommit, PackedPosition } from "./packed.ts";
import { erasedOffset, erasureText, type Record } from "./record.ts";

export interface Erasure {
  readonly channel: string;
  readonly offset: number;
  readonly sender: string;
  readonly at: number;
}

export interface ErasableTables extends Tables {
  record(channel: string, offset: number): Record | undefined;
  /** Removes body and salt, and the result kept with the record's messageId. */
  erase(record: Record): void;
}

export type ErasureOutcome =
  | { readonly state: "absent" }
  | {
    readonly state: "erased_before";
    readonly positions: readonly PackedPosition[];
  }
  | {
    readonly state: "erased";
    readonly commit: PackedCommit;
    readonly outcome: Extract<Outcome, { state: "committed" }>;
  };

export function applyErasure(
  tables: ErasableTables,
  { channel, offset, sender, at }: Erasure,
): ErasureOutcome {
  const record = tables.record(channel, offset);
  // An erasure has to stay: it is what explains the missing body.
  if (!record || erasedOffset(record.bodyText) !== undefined) {
    return { state: "absent" };
  }
  if (record.bodyText === null) {
    const head = tables.head(channel);
    const positions = [[channel, head.offset, head.hash] as const];
    return { state: "erased_before", positions };
  }
  const body = erasureText(offset);
  const commit: PackedCommit = [
    sender,
    null,
    channel,
    null,
    null,
    [[channel, null, 0, [[record.type, 1, record.subject, at, body]]]],
    [],
    null,
  ];
  tables.erase(record);
  const outcome = applyCommit(tables, commit);
  if (outcome.state !== "committed") {
    throw new Error("Cannot erase: a commit without conditions was refused");
  }
  return { state: "erased", commit, outcome };
}

export function noSuchBody(channel: string, offset: number): RangeError {
  return new RangeError(
    `Cannot erase: ${channel} has no body to erase at offset ${offset}`,
  );
}
