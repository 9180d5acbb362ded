/**
 * The store port: one log per channel, views written with the entries, and a feed.
 * The contract is in numbered rules; tests/realtime/log/log_contract.ts proves each
 * against every implementation.
 *
 * - **L1** A commit writes all its channels or none, and resolves when it is durable.
 * - **L2** Offsets of a channel are 1, 2, 3 … without holes, in the order of commits.
 * - **L3** `expected.offset` is the last offset of that subject in that channel (0: none), and
 *   `expected.head`, where given, the channel's; any other value refuses the whole commit as a
 *   conflict and writes nothing. Within a `chain` it must also be where the chain itself wrote
 *   to that subject, if it did; once a commit of a chain was not written, the later ones are
 *   conflicts too.
 * - **L4** A messageId known for `(sender, scope)` writes nothing and answers with the first
 *   positions and result and `duplicate: true`, whatever `expected` says; with another
 *   `requestHash` it is a conflict.
 * - **L5** View rows commit together with the entries; a `unique` row whose key exists is a conflict.
 * - **L6** The feed delivers every commit in channel order, once, before the commit's promise resolves.
 * - **L7** After reopening, everything acknowledged is there, and nothing twice.
 * - **L8** `hash = SHA-256(previous hash ‖ canonical(header))`; `verify` names the first bad offset.
 * - **L9** Erasing a body removes body and salt and appends `body_erased`; the chain still verifies.
 *   View rows that carried it are as if it had never been, in the same transaction.
 * - **L10** A store that cannot write refuses (`LogUnavailable`); it never acknowledges, and reads go on.
 * - **L11** Removing a subject, or all of a channel, erases every body, deletes the rows that follow
 *   from them and appends `subject_removed`, all as one; rebuilt views do not bring it back.
 * - **L12** Nothing is erased from a channel that has a row in the view `holds` (`LogHeld`).
 */
import type { AckLevel } from "../codes.ts";
import type { Json } from "../json.ts";

/** The view whose rows, by channel, keep everything of that channel from being erased (L12). */
export const HOLDS_VIEW = "holds";

/** Format number in every header; a new layout gets a new number. */
export const RECORD_FORMAT = 1;

/** Where a reader stands in a durable channel. Offset 0 means before the first entry. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
  /** First 16 hex digits of the chain at `offset`; 16 zeros at offset 0. */
  readonly hash: string;
}

export interface ChannelPosition extends Position {
  readonly channel: string;
}

/** What a caller wants kept. The store adds offset, actor, salt and hash. */
export interface NewEntry {
  /** Message type it travels as, e.g. `SESSION_UPDATE`. */
  readonly type: string;
  /** Version of the body's shape, from 1. */
  readonly v: number;
  /** Unit of consistency within the channel, e.g. `session`, `poll:7`. */
  readonly subject: string;
  /** Time it happened, ms since 1970. Never used for order. */
  readonly at: number;
  readonly body: Json;
}

export interface Write {
  readonly channel: string;
  readonly entries: readonly NewEntry[];
  readonly expected?: {
    readonly subject: string;
    readonly offset: number;
    /** Last offset of the channel, of whatever subject: for entries whose offsets are kept elsewhere. */
    readonly head?: number;
  };
}

/** A row of a view: upserted, deleted (`data: null`), or inserted once (`unique`). */
export interface IndexRow {
  readonly view: string;
  readonly key: string;
  /** Orders the rows of a view in queries; times in ms. @default 0 */
  readonly sort?: number;
  readonly data: Json;
  readonly unique?: boolean;
}

export interface Commit {
  readonly writes: readonly Write[];
  readonly index?: readonly IndexRow[];
  /** User id of who caused it; kept as a random actor id (see `Entry.actor`). */
  readonly sender: string;
  readonly messageId?: string;
  /** Where a messageId counts. @default the first write's channel */
  readonly scope?: string;
  /** Hash of the request, so that a reused messageId with another body is found. */
  readonly requestHash?: string;
  /** Kept with the messageId and given again to a duplicate. */
  readonly result?: Json;
  /**
   * Names commits that rest on one another before any of them is written. `expected` alone
   * cannot see that the entry at a predicted offset is somebody else's.
   */
  readonly chain?: string;
}

export interface Committed {
  /** Last offset written per channel, in the order of `writes`. */
  readonly positions: readonly ChannelPosition[];
  readonly result?: Json;
  readonly duplicate?: true;
}

/** One entry as it is kept. */
export interface Entry {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
  readonly at: number;
  /** Random id per person, so that the hashed header holds no personal data. */
  readonly actor: string;
  /** User id behind `actor`; null when that person was erased. */
  readonly sender: string | null;
  readonly type: string;
  readonly v: number;
  readonly subject: string;
  readonly messageId: string | null;
  /** Canonical JSON (RFC 8785) of the body; null when it was erased. */
  readonly bodyText: string | null;
  /** The whole chain hash, 64 hex digits. */
  readonly hash: string;
}

export interface Recall {
  readonly sender: string;
  readonly scope: string;
  readonly messageId: string;
  readonly requestHash?: string;
}

export interface Query {
  readonly key?: string;
  readonly prefix?: string;
  /** Bounds on `sort`, inclusive. */
  readonly from?: number;
  readonly to?: number;
  /** Largest `sort` first. @default false */
  readonly descending?: boolean;
  /** @default 100 */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Rows {
  readonly rows: readonly { key: string; sort: number; data: Json }[];
  readonly nextCursor: string | null;
}

export type BadReason =
  | "missing_entry"
  | "altered_header"
  | "altered_body"
  | "missing_body"
  | "broken_chain"
  | "truncated"
  | "bad_checkpoint"
  | "altered_answer"
  | "damaged_file";

export interface Verification {
  readonly ok: boolean;
  /** Entries checked. */
  readonly count: number;
  readonly channels: number;
  readonly firstBad?: {
    readonly channel: string;
    readonly offset: number;
    readonly reason: BadReason;
  };
}

/** A view's rows follow from an entry alone, so a new version can be rebuilt from the log. */
export interface View {
  readonly name: string;
  /** Raise it when `index` changes: the view is then rebuilt at the next open. */
  readonly version: number;
  readonly index: (entry: Entry) => readonly IndexRow[];
  /** Makes an `index` that has folded nothing yet. @default `index`, which then folds nothing */
  readonly create?: () => View["index"];
  /**
   * Where rows of several subjects stand behind one of this view: those of another view that
   * keep it. It goes with the last of them. @default a row is of one subject alone
   */
  readonly keptBy?: (
    key: string,
  ) => { readonly view: string; readonly prefix: string };
}

/** A whole subject, or a whole channel, that is to go. */
export interface Removal {
  readonly channel: string;
  /** @default every subject of the channel */
  readonly subject?: string;
  /** User id of who removes it. */
  readonly sender: string;
  /** Kept with it as one, such as why it was done. */
  readonly writes?: readonly Write[];
}

export interface Removed extends Committed {
  /** Bodies that went; 0: there were none left, and nothing was written. */
  readonly erased: number;
}

/**
 * Called with the entries of one or more commits, in channel order, and the cursor after
 * the last of them: handed to `feed` as `after`, delivery goes on behind it. Must not throw.
 */
export type FeedListener = (entries: readonly Entry[], cursor: number) => void;

export interface Log {
  readonly level: AckLevel;
  /** @throws {LogConflict} @throws {LogUnavailable} @throws {RangeError} on a body that is not JSON */
  commit(commit: Commit): Promise<Committed>;
  /** The first answer to this messageId, if there was one. @throws {LogConflict} on another request hash */
  recall(recall: Recall): Promise<Committed | undefined>;
  /** Entries with offset > `after`, oldest first, at most `limit`. */
  read(
    channel: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]>;
  readSubject(
    channel: string,
    subject: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]>;
  /** The channel's last position; offset 0 for a channel nothing was written to. */
  head(channel: string): Promise<Position>;
  query(view: string, query?: Query): Promise<Rows>;
  /**
   * Delivers every commit from now on. With `after`, everything behind that cursor first:
   * 0 means from the beginning. Returns the stop.
   */
  feed(listener: FeedListener, options?: { after?: number }): () => void;
  /**
   * Removes a body, its salt and the kept result of its messageId, and appends
   * `{event: "body_erased", offset}` with the type and subject of the erased entry (L9).
   * Erasing it again changes nothing and answers with the head and `duplicate: true`.
   * `writes` are kept with it as one, such as why it was done.
   * @throws {RangeError} If there is no such entry, or it is an erasure @throws {LogHeld}
   */
  erase(
    channel: string,
    offset: number,
    sender: string,
    writes?: readonly Write[],
  ): Promise<Committed>;
  /**
   * Removes a subject, or all of a channel: bodies and view rows go, headers and hashes stay (L11).
   * @throws {LogHeld} @throws {LogConflict} If others write to it without a pause
   */
  remove(removal: Removal): Promise<Removed>;
  /**
   * There only where other nodes write to the same store. Waits until no other node that asked
   * decides about this channel, and hands back the end of the turn. What is true, `expected`
   * says, with or without one: a turn only saves deciding in vain. Bounded, and never rejects.
   */
  turn?(channel: string): Promise<() => void>;
  /**
   * Breaks the tie between a person and their entries: `sender` reads null from now on.
   * Entries, hashes and offsets stay. Returns false for a user id the log does not know.
   */
  forget(userId: string): Promise<boolean>;
  verify(channel?: string): Promise<Verification>;
  /** False while the store cannot write; `/readyz` shows it. */
  writable(): boolean;
  /** Resolves when everything acknowledged is on disk and the store is closed. */
  close(): Promise<void>;
}

/** The commit rests on something that has changed: read again and decide again. */
export class LogConflict extends Error {
  override readonly name = "LogConflict";
  constructor(readonly reason: "expected" | "message_id" | "unique") {
    super(`Cannot commit: conflict on ${reason}`);
  }
}

/** The channel is on hold: nothing of it may be erased (L12). */
export class LogHeld extends Error {
  override readonly name = "LogHeld";
  constructor(readonly channel: string) {
    super(`Cannot erase: ${channel} is on legal hold`);
  }
}

/** The store cannot write or read now; whether an unanswered commit took effect is unknown. */
export class LogUnavailable extends Error {
  override readonly name = "LogUnavailable";
}
