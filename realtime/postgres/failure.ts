/** What went wrong between us and Postgres. */
import postgres from "postgres";

/** The server gives no answer, or there is no way to it: whether a statement took effect is unknown. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/**
 * Classes of SQLSTATE after which the server as a whole cannot serve: connection exception,
 * insufficient resources, operator intervention, system error, a damaged file.
 */
const SERVER_CLASSES = ["08", "53", "57", "58", "XX"];

/** Read-only transaction: this server has become a standby. Idle in a transaction for too long. */
const SERVER_STATES = ["25006", "25P03"];

/** The five letters by which the server names an error; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError ? error.code : undefined;
}

/** Reports whether it was the link or the server that failed, and not what was asked of it. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  const state = sqlState(error);
  if (state !== undefined) {
    return SERVER_STATES.includes(state) ||
      SERVER_CLASSES.includes(state.slice(0, 2));
  }
  // What the driver and the system say of sockets carries a code in capitals.
  return error instanceof Error && "code" in error &&
    typeof error.code === "string" && /^[A-Z_]+$/.test(error.code);
}

/** One line for logs and people: what happened, without addresses or passwords. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const state = sqlState(error);
  return state === undefined ? error.message : `${error.message} (${state})`;
}
