/** What the embedded log is opened with. */
import type { View } from "./log.ts";

export interface SqliteLogOptions {
  /** Made if it does not exist; one process at a time. */
  readonly folder: string;
  readonly views: readonly View[];
  /** Ed25519 key for checkpoints, PKCS#8 as PEM or base64. @default kept in the folder */
  readonly signingKey?: string;
  /** How often changed heads are signed; 0: only at close and by `checkpoint()`. @default 60_000 */
  readonly checkpointIntervalMs?: number;
  /** How often a store that could not write tries again on its own. @default 1_000 */
  readonly probeIntervalMs?: number;
  /**
   * A thread that holds the file has died, by a fault of ours or for want of memory: nothing
   * can be written or read until the log is opened anew. @default nobody is told
   */
  readonly onLost?: (reason: string) => void;
  /** ms since 1970, for checkpoints and erasures. @default Date.now */
  readonly now?: () => number;
  /** Imitates a slow disk: waits so long before each flush. For benches and tests. @default 0 */
  readonly flushDelayMs?: number;
  /** Largest size of the file in pages of 4 KiB. For tests of a full disk. @default no limit */
  readonly maxPages?: number;
  /** Entries written before they are indexed. For tests of both states. @default 1_024 */
  readonly maxTailEntries?: number;
}
