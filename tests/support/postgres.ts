/**
 * Postgres for tests: a fresh database each, of the server that `REGULENS_TEST_DATABASE_URL`
 * names or else of a private one, which lives as long as this process.
 */
import { openDatabase } from "../../realtime/postgres/database.ts";
import type { Sql } from "../../realtime/postgres/driver.ts";
import { SILENT } from "../../realtime/logger.ts";
import {
  type PostgresServer,
  startPostgresServer,
} from "./postgres_private.ts";

/** What a test without Postgres is told; it is counted as skipped. */
export const NO_POSTGRES =
  "no Postgres here: install it, or name a server in REGULENS_TEST_DATABASE_URL";

/** Another language than C: who leaves the order of keys to the database is found out. */
const LOCALE =
  "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";

let server: Promise<PostgresServer | undefined> | undefined;

/** The URL of a superuser; undefined where there is no Postgres. */
export async function postgresServerUrl(): Promise<string | undefined> {
  const given = Deno.env.get("REGULENS_TEST_DATABASE_URL");
  if (given) return given;
  return (await (server ??= startPrivate()))?.url;
}

/** The URL of a fresh, empty database; undefined where there is no Postgres. */
export async function postgresForTests(): Promise<string | undefined> {
  const url = await postgresServerUrl();
  if (url === undefined) return undefined;
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await asSuperuser(url, async (sql) => {
    const [row] = await sql`SHOW server_version_num`;
    const locale = Number(row.server_version_num) >= 150_000 ? LOCALE : "";
    await sql.unsafe(`CREATE DATABASE ${name} ${locale}`);
  });
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  return fresh.href;
}

/** Drops what `postgresForTests` made, whoever still uses it. */
export async function dropPostgres(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const above = new URL(url);
  above.pathname = "/postgres";
  await asSuperuser(above.href, async (sql) => {
    await sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
}

/** Registers a test that needs Postgres: where there is none it says so and counts as skipped. */
export function postgresTest(
  name: string,
  run: (url: string) => Promise<void>,
): void {
  Deno.test({
    name: HAS_POSTGRES ? name : `${name} (${NO_POSTGRES})`,
    ignore: !HAS_POSTGRES,
    fn: async () => {
      const url = await postgresForTests();
      if (url === undefined) throw new Error(NO_POSTGRES);
      try {
        await run(url);
      } finally {
        await dropPostgres(url);
      }
    },
  });
}

async function startPrivate(): Promise<PostgresServer | undefined> {
  const started = await startPostgresServer();
  if (!started) return undefined;
  // A test's end must not end it: the next one of this file needs it.
  globalThis.addEventListener("unload", () => started.removeNow());
  return started;
}

async function asSuperuser(
  url: string,
  run: (sql: Sql) => Promise<void>,
): Promise<void> {
  const database = openDatabase(url, { logger: SILENT, max: 1 });
  try {
    await database.ask((sql) => run(sql));
  } finally {
    await database.close();
  }
}

/** Asked once, before any test runs. */
export const HAS_POSTGRES: boolean = await postgresServerUrl() !== undefined;
