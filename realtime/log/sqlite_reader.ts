/** The thread that reads the SQLite file over its own connection, so that no read waits for a write. */
import type { DatabaseSync } from "node:sqlite";
import { SqliteReads } from "./sqlite_reads.ts";
import { explain } from "./sqlite_failure.ts";
import type { ReaderReply, ReaderRequest } from "./sqlite_messages.ts";
import { openToRead } from "./sqlite_schema.ts";
import { verifyDatabase } from "./verify_database.ts";

let path = "";
let db: DatabaseSync | undefined;
let reads: SqliteReads | undefined;

self.onmessage = ({ data }: MessageEvent<ReaderRequest>) => {
  self.postMessage(answer(data));
};

function answer(request: ReaderRequest): ReaderReply {
  try {
    if (request.do === "open") {
      path = request.path;
      db = openToRead(path);
      reads = new SqliteReads(db);
      return { state: "opened" };
    }
    if (!db || !reads) throw new Error("the reader is not open");
    if (request.do === "close") {
      db.close();
      return { state: "done" };
    }
    if (request.do !== "verify") return reads.answer(request);
    const { channel, trustedKey, latest } = request;
    const options = {
      channel: channel ?? undefined,
      trustedKey,
      latest: latest ?? undefined,
    };
    return { state: "verified", verification: verifyDatabase(db, options) };
  } catch (error) {
    return { state: "unavailable", message: explain(error, path) };
  }
}
