/** Tickets that any node takes: signed, of no use twice, dead in time whatever the clocks say. */
import { assertEquals, assertRejects } from "@std/assert";
import { MemoryExchange } from "../../realtime/nodes/memory_bus.ts";
import { PostgresSpentTickets } from "../../realtime/nodes/postgres_spent_tickets.ts";
import {
  MemorySpentTickets,
  type SpentTickets,
} from "../../realtime/nodes/spent_tickets.ts";
import { SILENT } from "../../realtime/logger.ts";
import { openDatabase } from "../../realtime/postgres/database.ts";
import { migrate } from "../../realtime/postgres/migrate.ts";
import { Tickets } from "../../routes/auth_tickets.ts";
import { postgresTest } from "../support/postgres.ts";
import { SECRET, START } from "./fixture.ts";

const ANA = { userId: "ana", name: "Ana", roles: ["member"], signInId: "s1" };

/** Two nodes that share a secret and what was spent; each has clocks of its own. */
function house(
  { spent = new MemorySpentTickets(), secrets = [SECRET, SECRET] }: {
    readonly spent?: SpentTickets;
    readonly secrets?: readonly [string, string];
  } = {},
) {
  const exchange = new MemoryExchange();
  const node = (name: string, secret: string) => {
    const clock = { now: 0, wall: START };
    const bus = exchange.join(name);
    const tickets = new Tickets({
      shared: { bus, spent, secret },
      now: () => clock.now,
      wallNow: () => clock.wall,
    });
    return { clock, tickets };
  };
  return { a: node("a", secrets[0]), b: node("b", secrets[1]) };
}

/** Lets what is on the bus arrive: a delivery takes a microtask. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

Deno.test("[P2] a ticket of one node names its user on another", () => {
  const { a, b } = house();
  assertEquals(b.tickets.peek(a.tickets.issue(ANA)), ANA);
});

Deno.test("[P2] a ticket used on one node is used on all, where it came from too", async () => {
  const { a, b } = house();
  const ticket = a.tickets.issue(ANA);
  assertEquals(await b.tickets.consume(ticket), true);
  assertEquals(await b.tickets.consume(ticket), false);
  await delivered();
  assertEquals(a.tickets.peek(ticket), undefined);
  assertEquals(await a.tickets.consume(ticket), false);
});

Deno.test("[P2] of two nodes that take one ticket at once one is first", async () => {
  const { a, b } = house();
  for (let round = 0; round < 20; round++) {
    const ticket = a.tickets.issue(ANA);
    const taken = await Promise.all([
      a.tickets.consume(ticket),
      b.tickets.consume(ticket),
    ]);
    assertEquals(taken.filter((isFirst) => isFirst).length, 1);
  }
});

Deno.test("[P2] a node whose clock is 4 s ahead or behind takes tickets, one that is 6 s behind does not", () => {
  const { a, b } = house();
  const ticket = a.tickets.issue(ANA);
  b.clock.wall = START + 4_000;
  assertEquals(b.tickets.peek(ticket)?.userId, "ana");
  b.clock.wall = START - 4_000;
  assertEquals(b.tickets.peek(ticket)?.userId, "ana");
  b.clock.wall = START - 6_000;
  assertEquals(b.tickets.peek(ticket), undefined);
});

Deno.test("[P2] a ticket is of no use on another node 30 s after it was issued", () => {
  const { a, b } = house();
  const ticket = a.tickets.issue(ANA);
  b.clock.wall = START + 29_999;
  assertEquals(b.tickets.peek(ticket)?.userId, "ana");
  b.clock.wall = START + 30_000;
  assertEquals(b.tickets.peek(ticket), undefined);
});

Deno.test("[P2] on the node it is from a ticket dies by that node's own time, not the day's", () => {
  const { a } = house();
  const ticket = a.tickets.issue(ANA);
  a.clock.wall = START - 3_600_000;
  a.clock.now = 30_000;
  assertEquals(a.tickets.peek(ticket), undefined);
});

Deno.test("[P2] a ticket signed with another secret is nobody's", async () => {
  const { a, b } = house({ secrets: [SECRET, `${SECRET} of another house`] });
  const ticket = a.tickets.issue(ANA);
  assertEquals(b.tickets.peek(ticket), undefined);
  assertEquals(await b.tickets.consume(ticket), false);
});

Deno.test("[P2] a ticket that says more than was signed is nobody's", () => {
  const { a, b } = house();
  const [text, signature] = a.tickets.issue(ANA).split(".");
  const claims = JSON.parse(Buffer.from(text, "base64url").toString());
  claims.user.roles = ["admin"];
  const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
  assertEquals(a.tickets.peek(`${forged}.${signature}`), undefined);
  assertEquals(b.tickets.peek(`${forged}.${signature}`), undefined);
});

Deno.test("[P2] a node that is alone takes no tickets but its own", () => {
  const { a } = house();
  const alone = new Tickets();
  assertEquals(alone.peek(a.tickets.issue(ANA)), undefined);
  assertEquals(new Tickets().peek(alone.issue(ANA)), undefined);
});

Deno.test("[P2] a ticket that nobody could look at is good once they can", async () => {
  const inner = new MemorySpentTickets();
  let isDown = true;
  const { a } = house({
    spent: {
      spend: (nonce) => {
        if (isDown) throw new Error("the store is down");
        return inner.spend(nonce);
      },
    },
  });
  const ticket = a.tickets.issue(ANA);
  await assertRejects(async () => await a.tickets.consume(ticket), Error);
  isDown = false;
  assertEquals(await a.tickets.consume(ticket), true);
  assertEquals(await a.tickets.consume(ticket), false);
});

postgresTest(
  "[P2] of many connections to Postgres that use one ticket at once one is first",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    const others = openDatabase(url, { logger: SILENT });
    try {
      await migrate(database);
      const nodes = [database, others].map((database) =>
        new PostgresSpentTickets({ database })
      );
      const nonces = Array.from({ length: 50 }, () => crypto.randomUUID());
      const firsts = await Promise.all(nonces.map(async (nonce) => {
        const taken = await Promise.all(
          [...nodes, ...nodes, ...nodes].map((spent) => spent.spend(nonce)),
        );
        return taken.filter((isFirst) => isFirst).length;
      }));
      assertEquals(firsts, nonces.map(() => 1));
      assertEquals(await nodes[1].spend(nonces[0]), false);
    } finally {
      await Promise.all([database.close(), others.close()]);
    }
  },
);

postgresTest(
  "[P2] a used ticket is forgotten after ten minutes, not before",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    try {
      await migrate(database);
      await database.ask((sql) =>
        sql`
        INSERT INTO regulens.spent_tickets (nonce, spent_at) VALUES
          ('old', now() - interval '10 minutes 1 second'),
          ('young', now() - interval '9 minutes 50 seconds')`
      );
      let now = 0;
      const spent = new PostgresSpentTickets({
        database,
        monotonicMs: () => now,
      });
      now = 60_000;
      assertEquals(await spent.spend("now"), true);
      // Asked after what forgets, in the same line of the same node.
      assertEquals(await spent.spend("young"), false);
      const rows = await database.ask((sql) =>
        sql`SELECT nonce FROM regulens.spent_tickets ORDER BY nonce`
      );
      assertEquals(rows.map(({ nonce }) => nonce), ["now", "young"]);
    } finally {
      await database.close();
    }
  },
);
