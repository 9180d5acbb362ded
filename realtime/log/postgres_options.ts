/** What the log in Postgres is opened with. */
import type { Logger } from "../logger.ts";
import type { Database } from "../postgres/database.ts";
import type { View } from "./log.ts";

/** How nodes tell each other of new entries. What is lost costs time and no entry. */
export interface LogWord {
  /** This node wrote the entry with that number. */
  tell(seq: number): void;
  /** One listener: the log. Called without a number when there may be any. Returns the stop. */
  listen(onWord: (seq?: number) => void): () => void;
}

export interface PostgresLogOptions {
  /** Shared with others; stays open when the log is closed. */
  readonly database: Database;
  readonly views: readonly View[];
  readonly logger: Logger;
  /** @default NOTIFY */
  readonly word?: LogWord | undefined;
  /** Ed25519 key for checkpoints, PKCS#8 as PEM or base64; the same on every node. @default none is signed */
  readonly signingKey?: string;
  /** Where the last checkpoint is kept beside the database. @default nowhere */
  readonly folder?: string;
  /** How often changed heads are signed; 0: only at close and by `checkpoint()`. @default 60_000 */
  readonly checkpointIntervalMs?: number;
  /**
   * Nothing can be written until the program is started anew: another node has brought other
   * views, or the log has a new epoch. @default nobody is told
   */
  readonly onLost?: (reason: string) => void;
  /** ms since 1970, for checkpoints and erasures. @default Date.now */
  readonly now?: () => number;
}
