/** The one place that decides what a commit does; every store hands in its tables. */
import { breakChain, isBroken, land, landedAt } from "./chains.ts";
import type {
  CommittedOutcome,
  Outcome,
  PackedCommit,
  PackedPosition,
  PackedRow,
  PackedWrite,
} from "./packed.ts";
import { hashBody, hashRecord, type Record, SALT_BYTES } from "./record.ts";

/** The end of a channel; offset 0 and `NO_HASH` when nothing was written. */
export interface Head {
  readonly offset: number;
  readonly hash: string;
}

/** What a messageId stands for. */
export interface Known {
  readonly requestHash: string | null;
  readonly positions: readonly PackedPosition[];
  readonly result: string | null;
}

/** What a store has to offer inside one of its transactions. */
export interface Tables {
  readonly epoch: string;
  head(channel: string): Head;
  /** Last offset of the subject in the channel; 0: none. */
  subjectOffset(channel: string, subject: string): number;
  findActor(userId: string): string | undefined;
  /** The actor behind a user id, made when it has none. */
  actor(userId: string): string;
  hasRow(view: string, key: string): boolean;
  known(actor: string, scope: string, messageId: string): Known | undefined;
  append(record: Record): void;
  putRow(row: PackedRow): void;
  remember(actor: string, scope: string, messageId: string, known: Known): void;
}

/** Applies a commit, unless one that it rests on was not written (L3). */
export function applyCommit(tables: Tables, commit: PackedCommit): Outcome {
  const chain = commit[7];
  if (chain === null) return applyAlone(tables, commit);
  if (isBroken(tables, chain)) return { state: "conflict", reason: "expected" };
  const isOthers = ([channel, subject, offset]: PackedWrite) => {
    if (subject === null) return false;
    const landed = landedAt(tables, chain, channel, subject);
    return landed !== undefined && landed !== offset;
  };
  const outcome = applyAlone(tables, commit, isOthers);
  if (outcome.state === "committed") {
    land(tables, chain, placesOf(commit, outcome));
  } else breakChain(tables, chain);
  return outcome;
}

/** Checks everything first and only then writes, so a refused commit leaves no trace. */
function applyAlone(
  tables: Tables,
  commit: PackedCommit,
  isOthers: (write: PackedWrite) => boolean = () => false,
): Outcome {
  const [sender, messageId, scope, requestHash, result, writes, rows] = commit;
  const acted = tables.findActor(sender);
  if (messageId !== null && acted !== undefined) {
    const known = tables.known(acted, scope, messageId);
    // Before `expected`: a retry carries the offset of its first attempt (L4).
    if (known) return recalled(known, requestHash);
  }
  if (writes.some((write) => !isExpected(tables, write) || isOthers(write))) {
    return { state: "conflict", reason: "expected" };
  }
  if (!mayIndex(tables, rows)) return { state: "conflict", reason: "unique" };

  const actor = acted ?? tables.actor(sender);
  const hashes: string[] = [];
  const last = writes.map((write) => {
    const { offset, hash } = appendWrite(
      tables,
      write,
      actor,
      messageId,
      hashes,
    );
    const end: readonly [number, string] = [offset, hash];
    return end;
  });
  for (const row of rows) tables.putRow(row);
  if (messageId !== null) {
    const positions = new Map<string, PackedPosition>();
    writes.forEach(([channel], i) =>
      positions.set(channel, [channel, ...last[i]])
    );
    const known = { requestHash, positions: [...positions.values()], result };
    tables.remember(actor, scope, messageId, known);
  }
  return { state: "committed", actor, hashes, last };
}

function isExpected(
  tables: Tables,
  [channel, subject, offset, , head]: PackedWrite,
): boolean {
  return (subject === null ||
    tables.subjectOffset(channel, subject) === offset) &&
    (head === null || tables.head(channel).offset === head);
}

/** Where each subject that a commit wrote to was last written by it. */
function placesOf({ 5: writes }: PackedCommit, { last }: CommittedOutcome) {
  return writes.flatMap(([channel, , , entries], i) => {
    const before = last[i][0] - entries.length;
    return entries.map(([, , subject], n) =>
      [channel, subject, before + n + 1] as const
    );
  });
}

/** What a known messageId is answered with (L4). A hash that was not given differs from none. */
export function recalled(known: Known, requestHash: string | null) {
  if (
    (known.requestHash ?? requestHash) !== (requestHash ?? known.requestHash)
  ) {
    return { state: "conflict", reason: "message_id" } as const;
  }
  const { positions, result } = known;
  return { state: "duplicate", positions, result } as const;
}

function appendWrite(
  tables: Tables,
  [channel, , , entries]: PackedWrite,
  actor: string,
  messageId: string | null,
  hashes: string[],
): Head {
  let head = tables.head(channel);
  for (const [type, v, subject, at, bodyText] of entries) {
    const salt = freshSalt();
    const header = {
      epoch: tables.epoch,
      channel,
      offset: head.offset + 1,
      at,
      actor,
      type,
      v,
      subject,
      messageId,
      bodyHash: hashBody(salt, bodyText),
    };
    const hash = hashRecord(head.hash, header);
    tables.append({ ...header, salt, bodyText, hash });
    hashes.push(hash);
    head = { offset: header.offset, hash };
  }
  return head;
}

/** Follows the rows in their order: a key freed or taken earlier in this commit counts. */
function mayIndex(tables: Tables, rows: readonly PackedRow[]): boolean {
  if (!rows.some(([, , , , unique]) => unique)) return true;
  const exists = new Map<string, boolean>();
  for (const [view, key, , data, unique] of rows) {
    const name = JSON.stringify([view, key]);
    if (unique && (exists.get(name) ?? tables.hasRow(view, key))) return false;
    exists.set(name, data !== null);
  }
  return true;
}

let salts = new Uint8Array(0);

/** Random bytes are drawn many salts at a time, because a call costs more than the bytes. */
function freshSalt(): Uint8Array {
  if (salts.length === 0) {
    salts = crypto.getRandomValues(new Uint8Array(128 * SALT_BYTES));
  }
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}
