/** The store of topic owners in memory and in Postgres, against the same rules. */
import { SILENT } from "../../../realtime/logger.ts";
import { PostgresTopicOwners } from "../../../realtime/nodes/postgres_topic_owners.ts";
import { MemoryTopicOwners } from "../../../realtime/nodes/topic_owners.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { postgresTest } from "../../support/postgres.ts";
import { topicOwnersContract } from "./topic_owners_contract.ts";

topicOwnersContract((name, run) =>
  Deno.test(`memory: ${name}`, async () => {
    const dead = new Set<string>();
    const owners = new MemoryTopicOwners((node) => !dead.has(node));
    await run({
      of: (node) => Promise.resolve(owners.of(node)),
      expire: (node) => Promise.resolve(void dead.add(node)),
      revive: (node) => Promise.resolve(void dead.delete(node)),
    });
  })
);

topicOwnersContract((name, run) =>
  postgresTest(`Postgres: ${name}`, async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    await migrate(database);
    const lease = async (node: string, ms: number) => {
      await database.ask((sql) =>
        sql`SELECT FROM regulens.node_renew(
          ${node}, ${ms}::integer * interval '1 millisecond')`
      );
    };
    try {
      await run({
        async of(node) {
          await lease(node, 60_000);
          return new PostgresTopicOwners({ database, node });
        },
        expire: (node) => lease(node, -1),
        revive: (node) => lease(node, 60_000),
      });
    } finally {
      await database.close();
    }
  })
);
