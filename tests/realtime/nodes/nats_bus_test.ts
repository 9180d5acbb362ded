/** The bus over NATS: its contract, and a server that goes and comes. */
import { assertEquals } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { openNatsBus } from "../../../realtime/nodes/nats_bus.ts";
import { PostgresLeases } from "../../../realtime/nodes/postgres_leases.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { KeptLine } from "../../../realtime/postgres/kept_line.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import {
  HAS_OWN_NATS,
  NatsServer,
  natsTest,
  NO_NATS,
} from "../../support/nats.ts";
import { MemoryLeases } from "./memory_leases.ts";
import { Heard } from "./heard.ts";
import { busContract } from "./bus_contract.ts";
import { ProxiedHouse } from "./proxied_house.ts";

/** `house` keeps tests apart that share a server. */
function openHouse(nats: string, postgres: string): ProxiedHouse {
  const house = crypto.randomUUID().slice(0, 8);
  return new ProxiedHouse(
    [nats, postgres],
    async ([url, databaseUrl], settings) => {
      const database = openDatabase(databaseUrl, { logger: SILENT });
      await migrate(database);
      const line = new KeptLine(database, 1_500);
      const bus = await openNatsBus({
        ...settings,
        url,
        house,
        leases: new PostgresLeases(line, settings.node),
        onClose: () => line.close(),
      });
      return { bus, close: () => database.close() };
    },
  );
}

busContract((name, run) =>
  natsTest(`NATS: ${name}`, async ({ nats, postgres }) => {
    await using house = openHouse(nats, postgres);
    await run(house);
  })
);

Deno.test({
  name: HAS_OWN_NATS
    ? "[N3] when NATS was killed nodes live on, and are told once it is back"
    : `[N3] when NATS was killed …; ${NO_NATS}`,
  ignore: !HAS_OWN_NATS,
  fn: async () => {
    await using server = await NatsServer.start();
    const leases = new MemoryLeases();
    const open = (node: string) =>
      openNatsBus({
        url: server.url,
        house: "test",
        node,
        leases: leases.of(node),
      });
    const a = new Heard(await open("a"));
    const b = new Heard(await open("b"));
    a.bus.publish("s", 1);
    await b.until(({ messages }) => messages.length === 1);
    await server.kill();
    a.bus.publish("s", 2);
    assertEquals(a.bus.isAlive(), true);
    await server.startAgain();
    await a.until(({ lost }) => lost > 0);
    await b.until(({ lost }) => lost > 0);
    a.bus.publish("s", 3);
    await b.until(({ messages }) => messages.at(-1) === "a:3");
    assertEquals(new Set(b.messages).size, b.messages.length);
    await Promise.all([a.bus.close(), b.bus.close()]);
  },
});
