/** Three nodes that are well: what one of them does is true on the others. */
import { assert, assertEquals } from "@std/assert";
import { Cluster } from "../../support/cluster.ts";
import { isPostgresInstalled } from "../../support/postgres_private.ts";
import { PostgresMachine } from "../../support/postgres_server.ts";
import { SocketClient } from "../../support/socket_client.ts";
import { Swarm, SWARMING } from "../../support/swarm.ts";

/** Subscribers of one topic, spread over the nodes. */
const EACH = 4;
const MESSAGES = 60;

Deno.test({
  name: "three nodes on one Postgres",
  ignore: !isPostgresInstalled(),
  fn: async (t) => {
    await using postgres = await PostgresMachine.start();
    await using cluster = await Cluster.start({ postgres, env: SWARMING });
    await t.step(
      "[P9] a swarm over the balancer loses nothing, and presence is who is there",
      () => swarmInPeace(cluster),
    );
    await t.step(
      "[P9] a topic published to from every node has one order everywhere",
      () => oneOrder(cluster),
    );
    await t.step(
      "[P13] a messageId sent to two nodes at once takes effect once",
      () => onceOverNodes(cluster),
    );
    await t.step(
      "[I4] a sign-out on one node ends the socket on another",
      () => signOut(cluster),
    );
  },
});

async function swarmInPeace(cluster: Cluster): Promise<void> {
  await using swarm = await Swarm.start(cluster, {
    clients: 18,
    rooms: 2,
    pauseMs: 100,
  });
  await Promise.all(
    swarm.clients.map((client) =>
      client.until(({ broadcast }) => broadcast.size > 0)
    ),
  );
  const account = await swarm.account();
  const { acknowledged, broadcasts, longestBroadcastMs: _, ...wrong } = account;
  assert(acknowledged >= 18 && broadcasts >= 18);
  assertEquals(wrong, {
    lost: 0,
    twice: 0,
    falselyAcknowledged: 0,
    unlikeLogs: 0,
    unlikeNodes: 0,
    faults: [],
    broadcastsUnseen: 0,
  });
  const nodes = new Set(swarm.clients.flatMap(({ nodes }) => nodes));
  assertEquals(nodes.size, cluster.nodes.length, "every node held some");
  const [{ server }] = cluster.nodes;
  await server.eventually(
    "every node to see exactly who is there",
    () => swarm.presence(),
    (rooms) =>
      rooms.every(({ due, told }) =>
        told.every((seen) => seen.join() === due.join())
      ),
  );
}

async function oneOrder({ nodes }: Cluster): Promise<void> {
  const topic = "topic:order";
  const clients = await Promise.all(
    nodes.flatMap(({ server }, n) =>
      Array.from({ length: EACH }, (_, m) => server.connect(`order-${n}-${m}`))
    ),
  );
  try {
    for (const client of clients) await client.subscribe(topic);
    const acks = await Promise.all(
      Array.from(
        { length: MESSAGES },
        (_, n) =>
          clients[n % clients.length].broadcast(topic, { n }, `order-${n}`),
      ),
    );
    const offsets = acks.map(({ payload }) => payload.offset ?? 0);
    assertEquals(
      offsets.toSorted((a, b) => a - b),
      Array.from({ length: MESSAGES }, (_, n) => n + 1),
    );
    const epochs = new Set(acks.map(({ payload }) => payload.epoch));
    assertEquals(epochs.size, 1, "one owner all the while");
    const due = offsets.map((offset, n) => ({ offset, n }))
      .toSorted((a, b) => a.offset - b.offset);
    for (const client of clients) {
      await client.waitForOffset(topic, MESSAGES);
      assertEquals(
        client.publications(topic).map(({ offset, payload }) => ({
          offset,
          n: payload.n,
        })),
        due,
      );
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function onceOverNodes({ nodes }: Cluster): Promise<void> {
  const { id: sessionId, channel } = await nodes[0].server
    .openSessionFor(["twice"]);
  const clients = await Promise.all(
    nodes.map(({ server }) => server.connect("twice")),
  );
  try {
    for (let n = 0; n < MESSAGES; n++) {
      const text = `message ${n}`;
      const replies = await Promise.all(
        clients.map((client) =>
          client.command("post_message", { sessionId, text }, `twice-${n}`)
        ),
      );
      const places = replies.map(({ payload }) =>
        payload.positions?.[0].offset
      );
      assertEquals(new Set(places).size, 1, "all were told the same place");
      const firsts = replies.filter(({ payload }) => !payload.duplicate);
      assertEquals(firsts.length, 1, "one was told that it is the first");
    }
    const texts = (await nodes[1].server.history(channel))
      .map(({ payload }) => payload.text).filter((text) => text !== undefined);
    assertEquals(
      texts,
      Array.from({ length: MESSAGES }, (_, n) => `message ${n}`),
    );
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function signOut({ nodes }: Cluster): Promise<void> {
  const [one, other] = nodes.map(({ server }) => server);
  const { cookie } = await one.signIn("Leaving");
  const open = () =>
    SocketClient.open(other.socketUrl, {
      headers: { Cookie: cookie, Origin: other.url },
    });
  const client = await open();
  const response = await one.fetch("/logout", {
    token: null,
    method: "POST",
    headers: {
      Cookie: cookie,
      Origin: one.url,
      "Sec-Fetch-Site": "same-origin",
    },
  });
  await response.body?.cancel();
  const { code } = await client.waitForClose();
  assertEquals(code, 4501);
  const me = await other.fetch("/api/v1/me", {
    token: null,
    headers: { Cookie: cookie },
  });
  await me.body?.cancel();
  assertEquals(me.status, 401, "the cookie is no longer good there");
}
