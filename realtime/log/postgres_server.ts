/** What a Postgres server promises and what it must be, asked of the server itself. */
import type { AckLevel } from "../codes.ts";
import { addressForPeople } from "../postgres/address.ts";
import type { Database } from "../postgres/database.ts";
import type { Sql } from "../postgres/driver.ts";
import { reasonOf, sqlState } from "../postgres/failure.ts";
import { LogUnavailable } from "./log.ts";

/** 14.0, as the server numbers it. */
const LEAST_VERSION = 140_000;

/** What an acknowledged commit survives, by the settings that hold for this connection. */
export async function ackLevelOf(sql: Sql): Promise<AckLevel> {
  const [row] = await sql`
    SELECT current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous_commit,
      current_setting('synchronous_standby_names') AS standbys`;
  if (row.fsync === "off" || row.synchronous_commit === "off") {
    return "accepted";
  }
  // `local` waits for this server's disk alone, whatever standbys there are.
  const waits = row.standbys !== "" && row.synchronous_commit !== "local";
  return waits ? "replicated" : "stored";
}

/** @throws {LogUnavailable} That says what is wrong with it, and what to do. */
export async function demandServer(database: Database): Promise<void> {
  const address = addressForPeople(database.url);
  const [row] = await database.ask((sql) =>
    sql`
    SELECT current_setting('server_version_num')::int AS number,
      current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding,
      pg_is_in_recovery() AS is_standby`
  ).catch((cause) => {
    throw new LogUnavailable(
      `Cannot open the log in Postgres at ${address}: ${adviceOn(cause)}`,
      { cause },
    );
  });
  const wrong = row.number < LEAST_VERSION
    ? `it is version ${row.version}; give one of 14 or later`
    : row.encoding !== "UTF8"
    ? `the database is encoded in ${row.encoding}; give one in UTF8`
    : row.is_standby
    ? "it is a standby, which cannot be written to; give the primary"
    : undefined;
  if (wrong === undefined) return;
  throw new LogUnavailable(
    `Cannot open the log in Postgres at ${address}: ${wrong}`,
  );
}

function adviceOn(error: unknown): string {
  const reason = reasonOf(error);
  switch (sqlState(error)?.slice(0, 2)) {
    case "28":
      return `it refuses the user or the password (${reason})`;
    case "3D":
      return `there is no such database; make it first (${reason})`;
    case "42":
      return `the user may not do this; make it the owner of the database (${reason})`;
    case "57":
      return `it is starting or stopping; try again (${reason})`;
    default:
      return `it cannot be reached; check DATABASE_URL, the server and the network (${reason})`;
  }
}
