/** Turns at a channel over Postgres: one node after the other, and never longer than it may take. */
import { assertEquals } from "@std/assert";
import { PostgresTurns } from "../../../realtime/log/postgres_turns.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { postgresTest } from "../../support/postgres.ts";

async function withTurns(
  url: string,
  run: (one: PostgresTurns, other: PostgresTurns) => Promise<void>,
): Promise<void> {
  const database = openDatabase(url, { logger: SILENT });
  const turns = [new PostgresTurns(database), new PostgresTurns(database)];
  try {
    await run(turns[0], turns[1]);
  } finally {
    await Promise.all(turns.map((each) => each.close()));
    await database.close();
  }
}

postgresTest(
  "[L3] a node has its turn once the one before has ended",
  (url) =>
    withTurns(url, async (one, other) => {
      const order: string[] = [];
      const end = await one.take("c");
      const waiting = other.take("c").then((end) => {
        order.push("the other's turn");
        return end;
      });
      // Of another channel: at once.
      (await other.take("d"))();
      order.push("ended");
      end();
      (await waiting)();
      assertEquals(order, ["ended", "the other's turn"]);
    }),
);

postgresTest(
  "[L3] turns at more channels than there are lines come one after the other",
  (url) =>
    withTurns(url, async (one) => {
      const channels = Array.from({ length: 20 }, (_, n) => `c${n}`);
      const had: string[] = [];
      await Promise.all(channels.map(async (channel) => {
        const end = await one.take(channel);
        had.push(channel);
        end();
      }));
      assertEquals(had.toSorted(), channels.toSorted());
    }),
);

postgresTest(
  "[L10] a turn that is never ended holds up nobody for more than the wait",
  (url) =>
    withTurns(url, async (one, other) => {
      await one.take("c");
      // Resolves without the turn: what is true does not rest on it.
      (await other.take("c"))();
    }),
);

Deno.test("[L10] without a database there are no turns, and nobody waits for one", async () => {
  const turns = new PostgresTurns({
    line: () => Promise.reject(new Error("there is no way to it")),
  });
  (await turns.take("c"))();
  await turns.close();
});
