/**
 * Port: the log as audits read it, beside the server and without holding it up: lists of
 * entries whoever may read them, and one channel as a file that verifies by itself.
 */
import type { AuditPage, AuditQuery } from "./audit_messages.ts";

export interface ExportRequest {
  /** Also tell who is behind the actor ids. @default false */
  readonly actors?: boolean;
  /** Ends it before its time: the stream fails with its reason. */
  readonly signal?: AbortSignal;
  /** Told with each piece: entries written by now, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface AuditReading {
  /** Base64 of the public half of the key that seals exports; null before there is one. */
  publicKey(): string | null;
  /** Entries of all channels, whoever may read them, newest first. @throws {LogUnavailable} */
  list(query: AuditQuery): Promise<AuditPage>;
  /** Reports whether one more export may begin now. */
  mayExport(): boolean;
  /**
   * The export of a channel as it is now, as a file in pieces. What the stream does not say is
   * that it failed half way: a file that lacks its seal was cut off.
   *
   * @throws {LogUnavailable} If the log cannot be read, or too many exports are under way.
   * @throws The reason of `signal`, once it is aborted.
   */
  export(
    channel: string,
    request?: ExportRequest,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** Ends the exports under way, and refuses what comes later. */
  close(): void;
}
