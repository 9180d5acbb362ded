/** Topics, presence and signals of hubs that share nothing but a Postgres. */
import { assert, assertEquals } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { openPostgresBus } from "../../../realtime/nodes/postgres_bus.ts";
import { PostgresTopicOwners } from "../../../realtime/nodes/postgres_topic_owners.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { createTestHub } from "../../support/hub.ts";
import { postgresTest } from "../../support/postgres.ts";

const CHANNEL = "topic:t";
const USER = { userId: "ann", name: "ann", roles: ["member"] };

async function nodeOn(url: string, node: string) {
  const database = openDatabase(url, { logger: SILENT });
  await migrate(database);
  const bus = await openPostgresBus({ database, node, logger: SILENT });
  const topicOwners = new PostgresTopicOwners({ database, node });
  const log = createMemoryLog();
  const { hub, join } = createTestHub({}, { log, node, bus, topicOwners });
  return {
    hub,
    join,
    say: (payload: string, messageId?: string) =>
      hub.publish({ channel: CHANNEL, payload, sender: USER, messageId }),
    async leave() {
      await hub.drain();
      await bus.close();
      await database.close();
      await log.close();
    },
  };
}

postgresTest(
  "[T3] a topic has one row of offsets over Postgres, and goes on when its owner leaves",
  async (url) => {
    const a = await nodeOn(url, "a");
    const ann = await a.join("ann");
    const watch = {
      type: "SUBSCRIBE",
      channel: CHANNEL,
      payload: { presence: true },
    };
    await ann.ask(watch);
    const b = await nodeOn(url, "b");
    const bob = await b.join("bob");
    const { payload } = await bob.ask(watch);
    assertEquals(
      payload.presence.map(({ userId }: { userId: string }) => userId).sort(),
      ["ann", "bob"],
    );
    const first = await a.say("one");
    const second = await b.say("two", "id");
    assertEquals([first.offset, second.offset], [1, 2]);
    assertEquals(first.epoch, second.epoch);
    for (const { socket } of [ann, bob]) {
      const all = await socket.until((all) => all.some((m) => m.offset === 2));
      assertEquals(
        all.filter(({ type }) => type === "BROADCAST").map((m) => m.payload),
        ["one", "two"],
      );
    }
    a.hub.signal(CHANNEL, "BROADCAST", "k", { moved: 1 });
    await bob.socket.until((all) => all.some((m) => m.payload?.moved === 1));
    await a.leave();
    const third = await b.say("three");
    assertEquals(third.offset, 3);
    assert(third.epoch !== first.epoch);
    assertEquals((await b.say("two", "id")).duplicate, true);
    await b.leave();
  },
);
