/** Operations without scripts: figures, connections, ending them, the log; and who may see what. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { OPS_FIGURES, type OpsSample } from "../../../islands/ops_figures.ts";
import { sampleOf } from "../../../islands/ops_samples.ts";
import { RecentLines } from "../../../realtime/recent_lines.ts";
import type { Logger } from "../../../realtime/logger.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import type { ConnectionQuery } from "../../../realtime/connection_search.ts";
import type { NodesTold } from "../../../realtime/nodes/reach.ts";
import { aloneReach } from "../../support/reach.ts";
import { Disconnects } from "../../../routes/ops/disconnects.ts";
import { FakeSocket } from "../../support/fake_socket.ts";
import { createTestHub } from "../../support/hub.ts";
import { pagesFixture, START, textOf } from "./fixture.ts";

function site() {
  const test = createTestHub();
  const recent = new RecentLines();
  const said: [string, unknown][] = [];
  const logger: Logger = {
    ...SILENT,
    info: (message, properties) => said.push([message, properties]),
  };
  const samples = [5, 40].map((connections): OpsSample => {
    const sample = sampleOf({ at: START, connections, rss: 2e8 });
    assert(sample);
    return sample;
  });
  const rates = {
    busiest: [{ name: "topic:busy", subscribers: 3, perSecond: 2.5 }],
    largest: () => [{ name: "topic:large", subscribers: 900, perSecond: null }],
  };
  const log = createMemoryLog();
  const reach = aloneReach(test.hub);
  const disconnects = new Disconnects({ reach, log, logger });
  const f = pagesFixture({
    ops: { sampler: { samples, rates }, reach, recent, disconnects },
  });
  return {
    test,
    recent,
    log,
    said,
    admin: f.enter("Ada", "admin"),
    facilitator: f.enter("Fay", "facilitator"),
    member: f.enter("Mia", "member"),
    async [Symbol.asyncDispose]() {
      f[Symbol.dispose]();
      await test.stop();
    },
  };
}

Deno.test("[OP5] without scripts the page is a table of every figure, now and at its highest", async () => {
  await using s = site();
  const { status, html } = await s.facilitator.get("/ops");
  assertEquals(status, 200);
  const text = textOf(html);
  for (const { label } of OPS_FIGURES) assertStringIncludes(text, label);
  assertStringIncludes(text, "Connections 40 40");
  assertStringIncludes(text, "Resident memory 200 MB 200 MB");
  assertStringIncludes(text, "Delivery, median – –");
  assert(!html.includes("/ops/connections"));
  assert(html.length < 30 * 1024, `${html.length}`);
});

Deno.test("[OP6] connections, the log and ending connections are for admins alone", async () => {
  await using s = site();
  await s.test.join("ann");
  const paths = ["/ops/connections", "/ops/connections/x", "/ops/log"];
  for (const path of [...paths, "/ops/users/ann/disconnect"]) {
    assertEquals((await s.facilitator.get(path)).status, 403, path);
    assertEquals((await s.member.get(path)).status, 403, path);
    assertEquals((await s.admin.get(path)).status, 200, path);
  }
  for (const path of ["connections/x", "users/ann"]) {
    const { status } = await s.facilitator.post(`/ops/${path}/disconnect`, {});
    assertEquals(status, 403);
  }
  assertEquals(s.test.hub.size, 1);
});

Deno.test("[OP7] connections are found by id and state, the fullest first, in pages of fifty", async () => {
  await using s = site();
  for (let n = 0; n < 55; n++) await s.test.join("bob");
  const ann = await s.test.join("ann");
  ann.socket.bufferedAmount = 4_200;
  const all = textOf((await s.admin.get("/ops/connections")).html);
  assertStringIncludes(all, "56 connections");
  assert(all.indexOf("ann") < all.indexOf("bob"));
  assertStringIncludes(all, "4.2 kB");
  assertStringIncludes(all, "topic:large 900 –");
  assertStringIncludes(all, "topic:busy 3 2.5 /s");
  const rows = (html: string) => html.match(/class="ops-key mono"/g)?.length;
  assertEquals(rows((await s.admin.get("/ops/connections?page=2")).html), 6);
  const byId = await s.admin.get(
    `/ops/connections?q=${ann.connection.id.slice(0, 13)}`,
  );
  assertStringIncludes(textOf(byId.html), "1 connection ");
  const none = await s.admin.get("/ops/connections?q=ann&state=stale");
  assertStringIncludes(textOf(none.html), "No connection fits");
});

Deno.test("[OP8] one connection is asked about before it is closed, and log and audit trail say by whom", async () => {
  await using s = site();
  const ann = await s.test.join("ann");
  const { id } = ann.connection;
  const page = await s.admin.get(`/ops/connections/${id}`);
  assertStringIncludes(textOf(page.html), "topic:all");
  assertStringIncludes(page.html, 'data-every="1000"');
  const asked = await s.admin.get(`/ops/connections/${id}/disconnect`);
  assertStringIncludes(textOf(asked.html), "Disconnect this connection?");
  assertEquals(s.test.hub.size, 1);
  const done = await s.admin.post(`/ops/connections/${id}/disconnect`, {});
  assertEquals([done.status, done.location], [
    303,
    "/ops/connections?closed=1",
  ]);
  assertEquals(ann.socket.closedWith?.code, 4503);
  assertEquals(s.said, [["disconnected a connection", {
    connectionId: id,
    userId: "ann",
    closed: 1,
    by: "ada",
  }]]);
  const [kept] = await s.log.read("audit", 0, 10);
  assertEquals([kept.subject, kept.sender, JSON.parse(kept.bodyText ?? "")], [
    "connections:ann",
    "ada",
    {
      event: "connection_ended",
      connectionId: id,
      of: "ann",
      userId: "ada",
      name: "Ada",
    },
  ]);
  const again = await s.admin.get(`/ops/connections/${id}`);
  assertStringIncludes(textOf(again.html), "This connection is over");
});

Deno.test("[OP8] all connections of a user are closed at once, nobody else’s", async () => {
  await using s = site();
  const sockets: FakeSocket[] = [];
  for (const user of ["ann", "ann", "bob"]) {
    sockets.push((await s.test.join(user)).socket);
  }
  const { location } = await s.admin.post("/ops/users/ann/disconnect", {});
  assertEquals(location, "/ops/connections?closed=2");
  assertEquals(sockets.map((one) => one.closedWith?.code), [
    4501,
    4501,
    undefined,
  ]);
  assertStringIncludes(
    textOf((await s.admin.get(location ?? "")).html),
    "Closed 2 connections.",
  );
  const [kept, ...more] = await s.log.read("audit", 0, 10);
  assertEquals(more, []);
  const { event, of, connections, userId } = JSON.parse(kept.bodyText ?? "");
  assertEquals([event, of, connections, userId], [
    "user_disconnected",
    "ann",
    2,
    "ada",
  ]);
});

Deno.test("[OP9] the log shows warnings and errors newest first, of one category, as text", async () => {
  await using s = site();
  const line = { at: START, detail: "" };
  s.recent.add({
    ...line,
    level: "WARN",
    category: "http",
    message: "<b>slow</b>",
  });
  s.recent.add({ ...line, level: "ERROR", category: "due", message: "second" });
  const { html } = await s.admin.get("/ops/log");
  assert(!html.includes("<b>slow</b>"));
  const text = textOf(html);
  assert(text.indexOf("second") < text.indexOf("<b>slow</b>"));
  assertStringIncludes(text, "2 lines");
  const http = textOf((await s.admin.get("/ops/log?category=http")).html);
  assertStringIncludes(http, "1 line");
  assert(!http.includes("second"));
});

Deno.test("[OP7] a connection shows whether it is a socket or an event stream, and its bytes both ways", async () => {
  await using s = site();
  const ann = await s.test.join("ann");
  const stream = Object.assign(new FakeSocket(), { transport: "sse" as const });
  const user = { userId: "bob", name: "Bob", roles: ["member"] };
  const bob = await s.test.hub.connect(stream, user);
  ann.send({ type: "HEARTBEAT" });
  const list = textOf((await s.admin.get("/ops/connections")).html);
  assertStringIncludes(list, "Socket");
  assertStringIncludes(list, "Event stream");
  const shown = async (id: string) =>
    textOf((await s.admin.get(`/ops/connections/${id}`)).html);
  assertStringIncludes(await shown(ann.connection.id), "Over Socket");
  assertStringIncludes(await shown(ann.connection.id), "Bytes in 20 B");
  assertStringIncludes(await shown(bob!.id), "Over Event stream");
});

Deno.test("[OP8] a store that takes no writes keeps nobody connected, and the log says so", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const errors: unknown[] = [];
  const disconnects = new Disconnects({
    reach: aloneReach(test.hub),
    log: { commit: () => Promise.reject(new LogUnavailable("full")) },
    logger: { ...SILENT, error: (message) => errors.push(message) },
  });
  const ada = { userId: "ada", name: "Ada" };
  assertEquals(await disconnects.one(ann.connection.id, ada), true);
  assertEquals(ann.socket.closedWith?.code, 4503);
  assertEquals(errors, ["cannot keep who disconnected whom"]);
  await test.stop();
});

Deno.test("[OP6] the bell is called by what one sees on it", async () => {
  const { inboxLabel, unreadText } = await import(
    "../../../islands/Notifications.tsx"
  );
  for (const unread of [1, 99, 100, 5_000]) {
    assertStringIncludes(inboxLabel(unread), unreadText(unread));
  }
  assertEquals(inboxLabel(0), "Inbox");
});

Deno.test("[OP11] the nodes that serve together are listed, with who did not answer", async () => {
  const test = createTestHub();
  const alone = aloneReach(test.hub);
  const { nodes: [here] } = await alone.nodes();
  const reach = {
    connection: (id: string) => alone.connection(id),
    search: (query: ConnectionQuery) => alone.search(query),
    nodes: (): Promise<NodesTold> =>
      Promise.resolve({
        nodes: [
          { ...here, totalConnections: 1_200, loopLagMs: 2.5 },
          { ...here, node: "other", ackLevel: "replicated" },
        ],
        silent: ["gone"],
      }),
  };
  const rates = { busiest: [], largest: () => [] };
  using f = pagesFixture({
    ops: {
      sampler: { samples: [], rates },
      reach,
      recent: new RecentLines(),
      disconnects: new Disconnects({
        reach: alone,
        log: createMemoryLog(),
        logger: SILENT,
      }),
    },
  });
  const { html } = await f.enter("Fay", "facilitator").get("/ops");
  const text = textOf(html);
  for (
    const words of [
      "3 nodes",
      "test answers this page Stored : on disk when it is confirmed 1,200 2.5 ms",
      "other Replicated",
      "gone No answer – –",
    ]
  ) assertStringIncludes(text, words);
  assertStringIncludes(html, 'id="ops-nodes" data-island="LivePart"');
  await test.stop();
});

for (const isUnsafe of [true, false]) {
  Deno.test(
    `[OP12] every page says ${
      isUnsafe ? "" : "nothing "
    }of what may be lost when the log says ${isUnsafe ? "accepted" : "stored"}`,
    async () => {
      using f = pagesFixture({ isUnsafe: () => isUnsafe });
      for (const path of ["/", "/sessions", "/rules/none"]) {
        const { html } = await f.enter("Ana", "member").get(path);
        const says = textOf(html).includes("a crash may lose it");
        assertEquals(says, isUnsafe, path);
      }
    },
  );
}
