/** A thread that reads the SQLite file for audits: lists, or one export in pieces. */
import type { DatabaseSync } from "node:sqlite";
import { AuditExport } from "./audit_export.ts";
import type { AuditReply, AuditRequest } from "./audit_messages.ts";
import { exportSource, listEntries } from "./audit_reads.ts";
import { explain } from "./sqlite_failure.ts";
import { openToRead } from "./sqlite_schema.ts";

let path = "";
let db: DatabaseSync | undefined;
let underWay: AuditExport | undefined;

self.onmessage = async ({ data }: MessageEvent<AuditRequest>) => {
  self.postMessage(await answer(data));
};

async function answer(request: AuditRequest): Promise<AuditReply> {
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
      case "export": {
        const { channel, ...start } = request.start;
        underWay = new AuditExport(exportSource(db, channel), start);
        return { state: "done" };
      }
      case "next":
        if (!underWay) throw new Error("no export was started");
        return await underWay.next();
      case "close":
        underWay = undefined;
        db.close();
        return { state: "done" };
    }
  } catch (error) {
    return { state: "unavailable", message: explain(error, path) };
  }
}
