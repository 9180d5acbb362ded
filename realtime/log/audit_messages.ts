/** What the calling thread and a thread that reads the log for audits say to each other. */

/** Which entries to list; all given have to hold. */
export interface AuditQuery {
  readonly channel?: string;
  /** An actor id, or the id of the user behind it. */
  readonly actor?: string;
  readonly subject?: string;
  /** Earliest time, ms since 1970. */
  readonly since?: number;
  /** Only entries written before this one; the `cursor` of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/** An entry without its body: who did what, when. */
export interface AuditRow {
  /** Its place among all entries of all channels. */
  readonly cursor: number;
  readonly channel: string;
  readonly offset: number;
  readonly at: number;
  readonly actor: string;
  /** User id behind `actor`; null when that person was erased. */
  readonly sender: string | null;
  readonly type: string;
  readonly v: number;
  readonly subject: string;
  readonly messageId: string | null;
  /** The body's `event`; null when it has none or was erased. */
  readonly event: string | null;
  readonly erased: boolean;
  readonly hash: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly rows: readonly AuditRow[];
  /** Where to go on; null at the end. A page may be short, or empty, and still go on. */
  readonly cursor: number | null;
}

export interface StartExport {
  readonly channel: string;
  readonly actors: boolean;
  /** ms since 1970. */
  readonly at: number;
  /** PKCS#8 of the checkpoints' key. */
  readonly signingKey: string;
}

export type AuditRequest =
  /** The path of a SQLite file, or the URL of a database. */
  | { readonly do: "open"; readonly path: string }
  | { readonly do: "list"; readonly query: AuditQuery }
  | { readonly do: "export"; readonly start: StartExport }
  /** The next piece of the export that was started. */
  | { readonly do: "next" }
  | { readonly do: "close" };

export type AuditReply =
  | { readonly state: "done" }
  | { readonly state: "page"; readonly page: AuditPage }
  | {
    readonly state: "piece";
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly last: boolean;
    /** Entries written by now, and in all; both 0 before the first. */
    readonly done: number;
    readonly total: number;
  }
  | { readonly state: "unavailable"; readonly message: string };
