/** A secret that all nodes share: made by the first one that asks, and kept in their database. */
import type { Database } from "../postgres/database.ts";

/** Signs cookies, like `REGULENS_SECRET`; a backup takes it along. */
export const COOKIE_SECRET = "cookies";

/**
 * Reads the secret of this name, or makes it: 32 random bytes as Base64.
 *
 * @throws what the database says
 */
export async function sharedSecret(
  database: Pick<Database, "ask">,
  name: string,
): Promise<string> {
  const made = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  // Of two nodes that start at once one makes it; both read what was kept.
  await database.ask((sql) =>
    sql`
      INSERT INTO regulens.kept_secrets (name, value) VALUES (${name}, ${made})
      ON CONFLICT DO NOTHING`
  );
  const [row] = await database.ask((sql) =>
    sql`SELECT value FROM regulens.kept_secrets WHERE name = ${name}`
  );
  return String(row.value);
}
