/** The audit trail as one user may see it, newest first, read from the log and never folded. */
import type { AuditQuery, AuditRow } from "../realtime/log/audit_messages.ts";
import type { AuditReading } from "../realtime/log/audit_reading.ts";
import type { AuditAccess } from "./audit_access.ts";

export interface AuditListing {
  readonly rows: readonly AuditRow[];
  /** Where to go on; null at the end. A page may be short and still go on. */
  readonly cursor: number | null;
}

/** Pages read for one page of the list: many entries may be hidden from a user. */
const MAX_ROUNDS = 20;

export async function listAudit(
  audit: Pick<AuditReading, "list">,
  access: AuditAccess,
  query: AuditQuery,
): Promise<AuditListing> {
  const rows: AuditRow[] = [];
  let { before } = query;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const page = await audit.list({ ...query, before });
    for (const row of page.rows) {
      if (!await access.mayTrace(row.channel)) continue;
      rows.push(row);
      // What is left of this page comes again with the next one.
      if (rows.length === query.limit) return { rows, cursor: row.cursor };
    }
    if (page.cursor === null) return { rows, cursor: null };
    before = page.cursor;
  }
  return { rows, cursor: before ?? null };
}
