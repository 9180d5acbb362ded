/** The bus over a Postgres that is killed: all messages are gone, and the nodes find out. */
import { assert, assertEquals } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { openPostgresBus } from "../../../realtime/nodes/postgres_bus.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { NO_POSTGRES } from "../../support/postgres.ts";
import {
  isPostgresInstalled,
  startPostgresServer,
} from "../../support/postgres_private.ts";
import { Heard } from "./heard.ts";

Deno.test({
  name: isPostgresInstalled()
    ? "[N3] after the server was killed the nodes are told, and go on"
    : `[N3] after the server was killed … (${NO_POSTGRES})`,
  ignore: !isPostgresInstalled(),
  fn: async () => {
    const server = await startPostgresServer();
    assert(server, NO_POSTGRES);
    try {
      const database = openDatabase(server.url, { logger: SILENT });
      await migrate(database);
      const a = new Heard(await openPostgresBus({ database, node: "a" }));
      const b = new Heard(await openPostgresBus({ database, node: "b" }));
      a.bus.publish("s", "before");
      await b.until(({ messages }) => messages.length === 1);
      await server.stop("immediate");
      a.bus.publish("s", "meanwhile");
      await server.start();
      await a.until(({ lost }) => lost > 0);
      await b.until(({ lost, messages }) => lost > 0 && messages.length === 2);
      assertEquals(b.messages, ['a:"before"', 'a:"meanwhile"']);
      await Promise.all([a.bus.close(), b.bus.close()]);
      await database.close();
    } finally {
      await server.remove();
    }
  },
});
