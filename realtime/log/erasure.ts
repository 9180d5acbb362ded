/** Erasing bodies: what a store does to entries, and what it appends to say so (L9, L11). */
import { applyCommit, type Tables } from "./apply.ts";
import { HOLDS_VIEW } from "./log.ts";
import type {
  CommittedOutcome,
  PackedCommit,
  PackedEntry,
  PackedPosition,
  PackedRow,
  PackedWrite,
} from "./packed.ts";
import {
  erasedOffset,
  erasureText,
  isRemoval,
  type Record,
  REMOVAL_TEXT,
} from "./record.ts";

export interface Erasure {
  readonly channel: string;
  /** Whose bodies go. */
  readonly offsets: readonly number[];
  /** Subjects that are gone as a whole, each with the type of its last entry. */
  readonly removed: readonly (readonly [subject: string, type: string])[];
  readonly sender: string;
  readonly at: number;
  /** Last offset of the subject, or of the channel (null), that `rows` were worked out at. */
  readonly expected: readonly [subject: string | null, offset: number];
  /** View rows as they are without these bodies. */
  readonly rows: readonly PackedRow[];
  /** Written with it. */
  readonly writes: readonly PackedWrite[];
}

export interface ErasableTables extends Tables {
  record(channel: string, offset: number): Record | undefined;
  /** Removes body and salt, and the result kept with the record's messageId. */
  erase(record: Record): void;
}

export type ErasureOutcome =
  | { readonly state: "absent" | "held" | "conflict" }
  | {
    readonly state: "erased_before";
    readonly positions: readonly PackedPosition[];
  }
  | {
    readonly state: "erased";
    readonly commit: PackedCommit;
    readonly outcome: CommittedOutcome;
  };

/** Checks everything first, so that what is refused leaves no trace. */
export function applyErasure(
  tables: ErasableTables,
  erasure: Erasure,
): ErasureOutcome {
  const { channel, sender, at } = erasure;
  const head = tables.head(channel);
  const records: Record[] = [];
  for (const offset of erasure.offsets) {
    const record = tables.record(channel, offset);
    // A statement has to stay: it is what explains the missing bodies.
    if (!record || isStatement(record.bodyText)) return { state: "absent" };
    if (record.bodyText !== null) records.push(record);
  }
  if (records.length === 0) {
    return {
      state: "erased_before",
      positions: [[channel, head.offset, head.hash]],
    };
  }
  if (tables.hasRow(HOLDS_VIEW, channel)) return { state: "held" };
  const [subject, last] = erasure.expected;
  const now = subject === null
    ? head.offset
    : tables.subjectOffset(channel, subject);
  if (now !== last) return { state: "conflict" };

  const said: PackedEntry[] = records.map(({ type, subject, offset }) =>
    [type, 1, subject, at, erasureText(offset)] as const
  );
  for (const [subject, type] of erasure.removed) {
    said.push([type, 1, subject, at, REMOVAL_TEXT]);
  }
  const writes = [[channel, null, 0, said, null] as const, ...erasure.writes];
  const commit: PackedCommit = [
    sender,
    null,
    channel,
    null,
    null,
    writes,
    erasure.rows,
    null,
  ];
  for (const record of records) tables.erase(record);
  const outcome = applyCommit(tables, commit);
  if (outcome.state !== "committed") {
    throw new Error("Cannot erase: a commit without conditions was refused");
  }
  return { state: "erased", commit, outcome };
}

/** Reports whether a body only says what became of others. */
export function isStatement(bodyText: string | null): boolean {
  return erasedOffset(bodyText) !== undefined || isRemoval(bodyText);
}

export function noSuchBody(channel: string, offset: number): RangeError {
  return new RangeError(
    `Cannot erase: ${channel} has no body to erase at offset ${offset}`,
  );
}
