/** What the calling thread and the two SQLite threads say to each other. */
import type { Known } from "./apply.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { Erasure, ErasureOutcome } from "./erasure.ts";
import type { Query, Recall, Rows, Verification } from "./log.ts";
import type { Outcome, PackedRow } from "./packed.ts";

export interface OpenWriter {
  readonly path: string;
  /** PKCS#8 of the checkpoints' key. */
  readonly signingKey: string;
  readonly flushDelayMs: number;
  readonly maxPages?: number;
  readonly maxTailEntries: number;
}

export type WriterRequest =
  | { readonly do: "open"; readonly options: OpenWriter }
  /** A batch crosses as one JSON text: a structured clone of it costs half as much again. */
  | {
    readonly do: "commit";
    /** JSON of `PackedCommit[]`. */
    readonly commits: string;
  }
  | { readonly do: "erase"; readonly erasure: Erasure }
  | { readonly do: "forget"; readonly userId: string }
  /** Puts rows without conditions; the first of a rebuild clears, the last names the version. */
  | {
    readonly do: "index";
    readonly view: string;
    readonly clear: boolean;
    readonly rows: readonly PackedRow[];
    readonly version: number | null;
  }
  | { readonly do: "checkpoint"; readonly at: number }
  /** Writes something of no meaning, to find out whether writing works again. */
  | { readonly do: "probe" }
  | { readonly do: "close" };

/** What became of a commit in a batch that as a whole could be written. */
export type BatchOutcome = Outcome | {
  readonly state: "fault";
  readonly message: string;
};

export interface Opened {
  readonly epoch: string;
  readonly cursor: number;
  readonly views: Readonly<Record<string, number>>;
}

export type WriterReply =
  | { readonly state: "opened"; readonly opened: Opened }
  | {
    readonly state: "committed";
    /** JSON of `BatchOutcome[]`. */
    readonly outcomes: string;
    readonly cursor: number;
  }
  | {
    readonly state: "erased";
    readonly outcome: ErasureOutcome;
    readonly cursor: number;
  }
  | { readonly state: "forgotten"; readonly known: boolean }
  | { readonly state: "checkpointed"; readonly signed: SignedCheckpoint | null }
  | { readonly state: "done" }
  /** Nothing of the request was written, or it is unknown whether it was. */
  | { readonly state: "unavailable"; readonly message: string };

export type ReaderRequest =
  | { readonly do: "open"; readonly path: string }
  | {
    readonly do: "read";
    readonly channel: string;
    readonly subject: string | null;
    readonly after: number;
    readonly limit: number;
  }
  | {
    readonly do: "page";
    readonly after: number;
    readonly limit: number;
  }
  | { readonly do: "head"; readonly channel: string }
  | { readonly do: "query"; readonly view: string; readonly query: Query }
  | { readonly do: "recall"; readonly recall: Recall }
  | { readonly do: "checkpoints" }
  | {
    readonly do: "verify";
    readonly channel: string | null;
    readonly trustedKey: string;
    readonly latest: SignedCheckpoint | null;
  }
  | { readonly do: "close" };

/** An entry without its epoch, which is the log's. */
export type PackedRecord = readonly [
  channel: string,
  offset: number,
  at: number,
  actor: string,
  sender: string | null,
  type: string,
  v: number,
  subject: string,
  messageId: string | null,
  bodyText: string | null,
  hash: string,
];

export type ReaderReply =
  | { readonly state: "opened" }
  | {
    readonly state: "entries";
    readonly records: readonly PackedRecord[];
    readonly cursor: number;
  }
  | { readonly state: "head"; readonly offset: number; readonly hash: string }
  | { readonly state: "rows"; readonly rows: Rows }
  | { readonly state: "known"; readonly known: Known | null }
  | {
    readonly state: "checkpoints";
    readonly checkpoints: readonly SignedCheckpoint[];
  }
  | { readonly state: "verified"; readonly verification: Verification }
  | { readonly state: "done" }
  | { readonly state: "unavailable"; readonly message: string };
