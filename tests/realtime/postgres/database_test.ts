/** Connections: cut when nobody answers, made anew, and never another in a transaction's place. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { DatabaseUnavailable } from "../../../realtime/postgres/failure.ts";
import { Line } from "../../../realtime/postgres/line.ts";
import { postgresTest } from "../../support/postgres.ts";
import { TcpProxy } from "../../support/tcp_proxy.ts";

function through(url: string, proxy: TcpProxy): string {
  const other = new URL(url);
  other.port = String(proxy.port);
  return other.href;
}

postgresTest(
  "[L10] a line that was lost answers nothing more, however it is asked",
  async (url) => {
    const line = await Line.open(url);
    await line.within(5_000, (sql) => sql.unsafe("BEGIN"));
    await assertRejects(() =>
      line.within(
        5_000,
        (sql) => sql`SELECT pg_terminate_backend(pg_backend_pid())`,
      )
    );
    // Straight at the driver, past our own check: it must not connect again by itself.
    await assertRejects(() => line.sql`SELECT 1`.execute());
    assert(line.lost.aborted);
    await assertRejects(
      () => line.within(5_000, (sql) => sql`SELECT 1`),
      DatabaseUnavailable,
    );
    line.cut();
  },
);

postgresTest(
  "[L10] the pool gives up a stalled link, and is whole again when the link is",
  async (url) => {
    await using proxy = await TcpProxy.listen({
      targetPort: Number(new URL(url).port),
    });
    const database = openDatabase(through(url, proxy), {
      logger: SILENT,
      answerTimeoutMs: 300,
    });
    await database.ask((sql) => sql`SELECT 1`);
    proxy.freeze();
    await assertRejects(
      () => database.ask((sql) => sql`SELECT 1`),
      DatabaseUnavailable,
    );
    proxy.thaw();
    const [row] = await database.ask((sql) => sql`SELECT 2::bigint AS two`);
    assertEquals(row.two, 2);
    await database.close();
  },
);

postgresTest(
  "[L6] who listens is told again after the connection was lost",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    let listening = Promise.withResolvers<void>();
    let heard = Promise.withResolvers<string>();
    const stop = database.listen("news", (payload) => heard.resolve(payload), {
      onListening: () => listening.resolve(),
    });
    await listening.promise;
    listening = Promise.withResolvers();
    await database.ask((sql) =>
      sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE 'LISTEN%' AND datname = current_database()`
    );
    await listening.promise;
    heard = Promise.withResolvers();
    await database.ask((sql) => sql`SELECT pg_notify('news', 'again')`);
    assertEquals(await heard.promise, "again");
    stop();
    await database.close();
  },
);
