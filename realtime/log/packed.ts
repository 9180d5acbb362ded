/**
 * Commits as they cross to the thread that writes: tuples of values that JSON keeps as they
 * are, because field names would be written again for each. Nothing here knows a store.
 */
import { canonical } from "./canonical.ts";
import {
  type ChannelPosition,
  type Commit,
  type Committed,
  type Entry,
  type IndexRow,
  LogConflict,
  type Write,
} from "./log.ts";
import { shortHash } from "./record.ts";

export type PackedEntry = readonly [
  type: string,
  v: number,
  subject: string,
  at: number,
  bodyText: string,
];

export type PackedWrite = readonly [
  channel: string,
  expectedSubject: string | null,
  expectedOffset: number,
  entries: readonly PackedEntry[],
  expectedHead: number | null,
];

export type PackedRow = readonly [
  view: string,
  key: string,
  sort: number,
  data: string | null,
  unique: boolean,
];

export type PackedCommit = readonly [
  sender: string,
  messageId: string | null,
  scope: string,
  requestHash: string | null,
  result: string | null,
  writes: readonly PackedWrite[],
  rows: readonly PackedRow[],
  chain: string | null,
];

/** `[channel, offset, hash]`, the hash in whole. */
export type PackedPosition = readonly [string, number, string];

/** What became of one packed commit. `last` holds offset and hash after each write. */
export type Outcome =
  | {
    readonly state: "committed";
    readonly actor: string;
    readonly hashes: readonly string[];
    readonly last: readonly (readonly [offset: number, hash: string])[];
  }
  | {
    readonly state: "duplicate";
    readonly positions: readonly PackedPosition[];
    readonly result: string | null;
  }
  | {
    readonly state: "conflict";
    readonly reason: "expected" | "message_id" | "unique";
  };

export type CommittedOutcome = Extract<Outcome, { state: "committed" }>;

/** @throws {RangeError} On a body, result or row that is not JSON, or a number out of range. */
export function packCommit(commit: Commit): PackedCommit {
  const { writes, index = [], messageId, scope = writes[0]?.channel } = commit;
  if (messageId !== undefined && scope === undefined) {
    throw new RangeError(
      "Cannot commit: a messageId without writes needs a scope",
    );
  }
  for (const name of [commit.sender, messageId, scope]) checkName(name ?? "");
  return [
    commit.sender,
    messageId ?? null,
    scope ?? "",
    commit.requestHash ?? null,
    commit.result === undefined ? null : canonical(commit.result),
    writes.map(packWrite),
    index.map(packRow),
    commit.chain ?? null,
  ];
}

/** The entries of a committed commit, made from what the caller still holds. */
export function entriesOf(
  [sender, messageId, , , , writes]: PackedCommit,
  outcome: CommittedOutcome,
  epoch: string,
): Entry[] {
  const entries: Entry[] = [];
  let index = 0;
  for (const write of writes) {
    const [channel, , , packed] = write;
    let offset = outcome.last[index++][0] - packed.length;
    for (const [type, v, subject, at, bodyText] of packed) {
      entries.push({
        channel,
        epoch,
        offset: ++offset,
        at,
        actor: outcome.actor,
        sender,
        type,
        v,
        subject,
        messageId,
        bodyText,
        hash: outcome.hashes[entries.length],
      });
    }
  }
  return entries;
}

/** The answer to a commit that took effect: one position per channel, in the order of writes. */
export function committedOf(
  [, , , , result, writes]: PackedCommit,
  { last }: CommittedOutcome,
  epoch: string,
): Committed {
  const positions = new Map<string, ChannelPosition>();
  writes.forEach(([channel], i) => {
    const [offset, hash] = last[i];
    positions.set(channel, { channel, epoch, offset, hash: shortHash(hash) });
  });
  return result === null
    ? { positions: [...positions.values()] }
    : { positions: [...positions.values()], result: JSON.parse(result) };
}

/** The answer to anything else. @throws {LogConflict} */
export function refusedOrKnown(
  outcome: Exclude<Outcome, CommittedOutcome>,
  epoch: string,
): Committed {
  if (outcome.state === "conflict") throw new LogConflict(outcome.reason);
  return duplicateOf(outcome, epoch);
}

/** The first answer, given again. */
export function duplicateOf(
  outcome: { positions: readonly PackedPosition[]; result: string | null },
  epoch: string,
): Committed {
  const positions = outcome.positions.map(([channel, offset, hash]) => ({
    channel,
    epoch,
    offset,
    hash: shortHash(hash),
  }));
  return outcome.result === null
    ? { positions, duplicate: true }
    : { positions, result: JSON.parse(outcome.result), duplicate: true };
}

function packWrite({ channel, entries, expected }: Write): PackedWrite {
  checkName(channel);
  return [
    channel,
    expected?.subject ?? null,
    expected?.offset ?? 0,
    entries.map(({ type, v, subject, at, body }) => {
      if (!Number.isSafeInteger(at) || !Number.isSafeInteger(v)) {
        throw new RangeError(
          `Cannot commit: at and v must be whole numbers, got ${at} and ${v}`,
        );
      }
      checkName(type);
      checkName(subject);
      const packed: PackedEntry = [type, v, subject, at, canonical(body)];
      return packed;
    }),
    expected?.head ?? null,
  ];
}

export function packRow(
  { view, key, sort = 0, data, unique = false }: IndexRow,
): PackedRow {
  if (!Number.isFinite(sort)) {
    throw new RangeError(
      `Cannot index ${view}: sort must be finite, got ${sort}`,
    );
  }
  if (unique && data === null) {
    throw new RangeError(`Cannot index ${view}: a unique row needs data`);
  }
  checkName(view);
  checkName(key);
  return [view, key, sort, data === null ? null : canonical(data), unique];
}

/** Names are hashed and looked up as text, so they must survive being stored as UTF-8. */
function checkName(name: string): void {
  if (!name.isWellFormed() || name.includes("\0")) {
    throw new RangeError(
      `Cannot commit: ${JSON.stringify(name)} is not a name`,
    );
  }
}
