/** A thread that makes one export out of Postgres, over a connection of its own. */
import { SILENT } from "../logger.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { reasonOf } from "../postgres/failure.ts";
import { AuditExport } from "./audit_export.ts";
import type { AuditReply, AuditRequest } from "./audit_messages.ts";
import { exportSource } from "./postgres_audit_reads.ts";

/** The hashes of a whole channel are one answer. */
const ANSWER_TIMEOUT_MS = 60_000;

let database: Database | undefined;
let underWay: AuditExport | undefined;

self.onmessage = async ({ data }: MessageEvent<AuditRequest>) => {
  self.postMessage(await answer(data));
};

async function answer(request: AuditRequest): Promise<AuditReply> {
  try {
    if (request.do === "open") {
      database = openDatabase(request.path, {
        logger: SILENT,
        max: 1,
        answerTimeoutMs: ANSWER_TIMEOUT_MS,
      });
      return { state: "done" };
    }
    if (!database) throw new Error("it is not open");
    switch (request.do) {
      case "list":
        throw new Error("lists are read without a thread");
      case "export": {
        const { channel, ...start } = request.start;
        underWay = new AuditExport(
          await exportSource(database.ask, channel),
          start,
        );
        return { state: "done" };
      }
      case "next":
        if (!underWay) throw new Error("no export was started");
        return await underWay.next();
      case "close":
        underWay = undefined;
        await database.close();
        return { state: "done" };
    }
  } catch (error) {
    const message = `Cannot use the log in Postgres: ${reasonOf(error)}`;
    return { state: "unavailable", message };
  }
}
