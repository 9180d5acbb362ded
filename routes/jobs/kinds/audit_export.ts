/** `audit.export`: a channel as one self-contained file, made in the background and kept for a week. */
import { z } from "zod";
import type { JobKindDeclaration } from "../../../domain/jobs/job_input.ts";
import type { AuditReading } from "../../../realtime/log/audit_reading.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { AuditAccess } from "../../audit_access.ts";
import { jobFileName, type JobFiles } from "../job_files.ts";
import type { JobKind } from "../job_kind.ts";

const Input = z.object({
  channel: z.string().min(1).max(256),
  actors: z.literal("include").optional().meta({
    description: "Also tells who is behind the actor ids",
  }),
});

export interface AuditExportParts {
  readonly log: Pick<Log, "head" | "query" | "read">;
  readonly audit: Pick<AuditReading, "export">;
  readonly files: Pick<JobFiles, "write">;
}

export const AUDIT_EXPORT: JobKindDeclaration = {
  type: "audit.export",
  summary: '{channel, actors?: "include"}',
  input: Input,
  role: "observer",
  modes: ["async", "sync"],
};

export function createAuditExport(
  { log, audit, files }: AuditExportParts,
): JobKind {
  return {
    ...AUDIT_EXPORT,
    run: async (input, { user, signal, jobId, claim, progress }) => {
      const { channel, actors } = Input.parse(input);
      // Asked as it runs: what one may read may have changed since.
      if (!await new AuditAccess(log, user).mayRead(channel)) {
        throw new RealtimeError("not_found", "Cannot find this channel");
      }
      const { offset: entries } = await log.head(channel);
      const file = jobFileName(jobId, claim);
      const stream = await audit.export(channel, {
        actors: actors === "include",
        signal,
        onProgress: progress,
      });
      const bytes = await files.write(file, stream, { signal });
      return { channel, entries, file, bytes };
    },
  };
}
