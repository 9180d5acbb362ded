/** What happens while the log is being asked: access ends, the connection goes, others leave. */
import { assertEquals } from "@std/assert";
import type { Log, Position } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { createTestHub } from "../support/hub.ts";
import { FakeSocket } from "../support/fake_socket.ts";

/** A log whose heads of one channel are told only when the test says so. */
function gatedLog(channel: string) {
  const inner = createMemoryLog();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const head = async (name: string): Promise<Position> => {
    if (name === channel) {
      asked.resolve();
      await gate.promise;
    }
    return await inner.head(name);
  };
  const log: Log = new Proxy(inner, {
    get(target, key) {
      if (key === "head") return head;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { log, asked: asked.promise, open: gate.resolve };
}

Deno.test("[I4] whoever is removed while a SUBSCRIBE waits for the log gets not_found, and nothing", async () => {
  const { log, asked, open } = gatedLog("session:s");
  let isAllowed = true;
  const access = {
    read: () => isAllowed ? { role: "member" } : undefined,
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({}, { access, log });
  const ann = await test.join("ann");
  const reply = ann.ask({ type: "SUBSCRIBE", channel: "session:s" });
  await asked;
  isAllowed = false;
  await test.hub.recheckAccess("session:s");
  open();
  assertEquals((await reply).payload.code, "not_found");
  await test.append("session:s", "secret");
  assertEquals(ann.socket.ofType("SESSION_UPDATE").length, 0);
  assertEquals(ann.connection.subscriptions.has("session:s"), false);
  assertEquals(test.hub.channels.get("session:s"), undefined);
  await test.stop();
});

Deno.test("[I4] whoever is removed while the server subscribes them is not subscribed", async () => {
  const { log, asked, open } = gatedLog("session:s");
  let isAllowed = true;
  const access = {
    read: () => isAllowed ? { role: "member" } : undefined,
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({}, { access, log });
  const ann = await test.join("ann");
  const subscribed = test.hub.subscribe(ann.connection.id, "session:s")
    .then(() => "subscribed", (error) => error.code);
  await asked;
  isAllowed = false;
  await test.hub.recheckAccess("session:s");
  open();
  assertEquals(await subscribed, "not_found");
  assertEquals(ann.connection.subscriptions.has("session:s"), false);
  await test.stop();
});

Deno.test("[I4] one whose access cannot be told does not keep the others theirs", async () => {
  let isOver = false;
  const access = {
    read: ({ userId }: { userId: string }) => {
      if (!isOver) return { role: "member" };
      return userId === "ann"
        ? Promise.reject(new Error("no disk"))
        : undefined;
    },
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({}, { access });
  const clients = [await test.join("ann"), await test.join("bob")];
  for (const { ask } of clients) {
    await ask({ type: "SUBSCRIBE", channel: "session:s" });
  }
  isOver = true;
  await test.hub.recheckAccess("session:s").catch(() => {});
  assertEquals(
    clients.map(({ connection }) => connection.subscriptions.has("session:s")),
    [true, false],
  );
  await test.stop();
});

Deno.test("[I4] a lagging reader is told that access has ended once it reads again", async () => {
  let isAllowed = true;
  const access = {
    read: () => isAllowed ? { role: "member" } : undefined,
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({ maxBufferedBytes: 200 }, { access });
  const ann = await test.join("ann");
  await ann.ask({ type: "SUBSCRIBE", channel: "session:s" });
  ann.socket.isStuck = true;
  ann.socket.bufferedAmount = 200;
  isAllowed = false;
  await test.hub.recheckAccess("session:s");
  assertEquals(ann.socket.ofType("ERROR").length, 0);
  ann.socket.drain();
  await ann.socket.until((all) =>
    all.some(({ payload }) => payload?.reason === "access_revoked")
  );
  await test.stop();
});

Deno.test("[P9] a channel read over HTTP while a connection opens is still followed by it", async () => {
  const { log, asked, open } = gatedLog("user:bob");
  const test = createTestHub({}, { log });
  const bob = { userId: "bob", name: "Bob", roles: ["member"] };
  const page = test.hub.history(bob, "user:bob", 0, 10);
  await asked;
  const socket = new FakeSocket();
  const opening = test.hub.connect(socket, bob);
  open();
  await Promise.all([page, opening]);
  await test.append("user:bob", "for bob");
  await socket.until((all) => all.some(({ offset }) => offset === 1));
  await test.stop();
});

Deno.test("[I6] a SUBSCRIBE whose connection ends meanwhile leaves no channel behind", async () => {
  const { log, asked, open } = gatedLog("session:s");
  const test = createTestHub({}, { log });
  const ann = await test.join("ann");
  ann.send({ type: "SUBSCRIBE", id: 1, channel: "session:s" });
  await asked;
  test.hub.forget(ann.connection);
  open();
  // Draining waits for what is under way.
  await test.hub.drain();
  assertEquals(test.hub.channels.get("session:s"), undefined);
  assertEquals(ann.connection.subscriptions.size, 0);
  await test.stop();
});

Deno.test("[I6] a SUBSCRIBE that cannot be answered leaves no channel behind", async () => {
  const test = createTestHub({ maxSubscriptions: 1 });
  const ann = await test.join("ann");
  ann.send({ type: "SUBSCRIBE", id: 71, channel: "session:s" });
  ann.send({ type: "SUBSCRIBE", id: 72, channel: "session:t" });
  const first = await ann.socket.reply(71);
  const second = await ann.socket.reply(72);
  assertEquals(first.type, "SUBSCRIBED");
  assertEquals(second.payload.code, "too_many_subscriptions");
  assertEquals(test.hub.channels.get("session:t"), undefined);
  await test.stop();
});

Deno.test("[I8] whoever leaves as the next one is shown the roster is told to have left", async () => {
  const test = createTestHub();
  const watch = {
    type: "SUBSCRIBE",
    channel: "session:s",
    payload: { presence: true },
  };
  const [ann, bob, cleo] = [
    await test.join("ann"),
    await test.join("bob"),
    await test.join("cleo"),
  ];
  await ann.ask(watch);
  // One turn: nothing is sent to watchers between.
  bob.send({ ...watch, id: 1 });
  await bob.socket.reply(1);
  cleo.send({ ...watch, id: 1 });
  const shown = await cleo.socket.reply(1);
  test.hub.forget(bob.connection);
  await cleo.socket.until((all) => all.at(-1).payload.left?.includes("bob"));
  assertEquals(shown.payload.presence.length, 3);
  await test.stop();
});
