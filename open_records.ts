/** What stands beside the log and is where the log is: audits of it, and the files of jobs. */
import type { Config } from "./config.ts";
import { signingKeyOf } from "./open_log.ts";
import type { AuditReading } from "./realtime/log/audit_reading.ts";
import { PostgresAuditReading } from "./realtime/log/postgres_audit_reading.ts";
import { SqliteAuditReading } from "./realtime/log/sqlite_audit_reading.ts";
import type { Database } from "./realtime/postgres/database.ts";
import { DiskJobFiles } from "./routes/jobs/disk_job_files.ts";
import type { JobFiles } from "./routes/jobs/job_files.ts";
import { PostgresJobFiles } from "./routes/jobs/postgres_job_files.ts";

export interface Records {
  readonly audit: AuditReading;
  readonly files: JobFiles;
}

/** @param database Of `DATABASE_URL`; undefined where there is none. */
export function openRecords(
  config: Config,
  database: Database | undefined,
): Records {
  const folder = config.REGULENS_DATA;
  if (!database) {
    return {
      audit: new SqliteAuditReading({ folder }),
      files: new DiskJobFiles(`${folder}/jobs`),
    };
  }
  const signingKey = signingKeyOf(config);
  return {
    audit: new PostgresAuditReading({ database, signingKey }),
    files: new PostgresJobFiles({ database }),
  };
}
