/** A thread that reads the SQLite file for audits: lists, or one export in pieces. */
import type { DatabaseSync } from "node:sqlite";
import type {
  AuditReply,
  AuditRequest,
  StartExport,
} from "./audit_messages.ts";
import { exportSource, listEntries } from "./audit_reads.ts";
import { parseSigningKey } from "./checkpoint.ts";
import { exportLines } from "./export.ts";
import { explain } from "./sqlite_failure.ts";
import { openToRead } from "./sqlite_schema.ts";

/** Bytes of a piece, and the last line more: small enough to be handed on without a stop. */
const PIECE_BYTES = 128 * 1024;

const encoder = new TextEncoder();
let path = "";
let db: DatabaseSync | undefined;
let lines: Iterator<string> | undefined;

self.onmessage = ({ data }: MessageEvent<AuditRequest>) => {
  self.postMessage(answer(data));
};

function answer(request: AuditRequest): AuditReply {
  try {
    if (request.do === "open") {
      path = request.path;
      db = openToRead(path);
      return { state: "done" };
    }
    if (!db) throw new Error("it is not open");
    switch (request.do) {
      case "list":
        return { state: "page", page: listEntries(db, request.query) };
      case "export":
        lines = start(db, request.start);
        return { state: "done" };
      case "next":
        if (!lines) throw new Error("no export was started");
        return nextPiece(lines);
      case "close":
        lines = undefined;
        db.close();
        return { state: "done" };
    }
  } catch (error) {
    return { state: "unavailable", message: explain(error, path) };
  }
}

function start(
  from: DatabaseSync,
  { channel, at, actors, signingKey }: StartExport,
): Iterator<string> {
  const key = parseSigningKey(signingKey);
  return exportLines(exportSource(from, channel), { at, key, actors });
}

function nextPiece(from: Iterator<string>): AuditReply {
  const texts: string[] = [];
  let length = 0;
  while (length < PIECE_BYTES) {
    const { done, value } = from.next();
    if (done) {
      return {
        state: "piece",
        bytes: encoder.encode(texts.join("")),
        last: true,
      };
    }
    texts.push(value);
    length += value.length;
  }
  return { state: "piece", bytes: encoder.encode(texts.join("")), last: false };
}
