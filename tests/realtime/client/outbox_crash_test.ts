/** The outbox against a model: random sends, answers, crashes at every step, reloads, tabs. */
import { assert, assertEquals } from "@std/assert";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { RealtimeClient } from "../../../realtime/client/client.ts";
import { IndexedOutbox } from "../../../realtime/client/indexed_outbox.ts";
import {
  MemoryOutbox,
  type OutboxStore,
} from "../../../realtime/client/outbox_store.ts";
import { FakeServer } from "./fake_server.ts";
import { FakeClock, turn } from "./fakes.ts";
import { createHarness } from "./harness.ts";

/** A store whose page can die before or after any of its steps. */
class CrashingStore implements OutboxStore {
  dieIn = Infinity;
  readonly #store: OutboxStore;
  readonly #die: () => void;

  constructor(store: OutboxStore, die: () => void) {
    this.#store = store;
    this.#die = die;
  }

  add: OutboxStore["add"] = (message) =>
    this.#step(() => this.#store.add(message));
  after: OutboxStore["after"] = (seq) =>
    this.#step(() => this.#store.after(seq));
  remove: OutboxStore["remove"] = (seq) =>
    this.#step(() => this.#store.remove(seq));
  count: OutboxStore["count"] = () => this.#store.count();
  close(): void {}

  /** Two chances to die: before it is done, and after, when nobody hears of it. */
  async #step<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#dies()) return new Promise(() => {});
    const result = await run();
    if (this.#dies()) return new Promise(() => {});
    return result;
  }

  #dies(): boolean {
    this.dieIn -= 1;
    if (this.dieIn < 0) return true;
    if (this.dieIn > 0) return false;
    this.#die();
    return true;
  }
}

class Life {
  readonly client: RealtimeClient;
  readonly store: CrashingStore;
  alive = true;

  constructor(server: FakeServer, clock: FakeClock, durable: OutboxStore) {
    this.store = new CrashingStore(durable, () => this.end());
    const run = (task: () => void) => {
      if (this.alive) task();
    };
    this.client = new RealtimeClient({
      url: "ws://regulens.test/ws",
      open: server.socketsFor(run, "mira"),
      clock: {
        now: () => clock.now(),
        after: (delayMs, task) => clock.after(delayMs, () => run(task)),
      },
      random: () => 0.5,
      newId: () => "unused",
      identify: () => Promise.resolve("unknown"),
      userId: "mira",
      outbox: this.store,
    });
    this.client.connect();
  }

  end(): void {
    this.alive = false;
    this.client.close();
  }
}

const STEPS = ["send", "turn", "cut", "stall", "reload", "second"] as const;

Deno.test("[P23] through crashes at every step nothing queued is lost, doubled or out of order", async () => {
  const step = fc.record({
    what: fc.constantFrom(...STEPS),
    dieIn: fc.oneof(fc.constant(Infinity), fc.nat(6).map((n) => n + 1)),
  });
  let crashes = 0;
  let duplicates = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const server = new FakeServer();
      const clock = new FakeClock();
      const durable = new MemoryOutbox();
      const sent: string[] = [];
      let life = new Life(server, clock, durable);
      for (const [n, { what, dieIn }] of steps.entries()) {
        if (!life.alive) {
          crashes += 1;
          life = new Life(server, clock, durable);
        }
        if (dieIn !== Infinity) life.store.dieIn = dieIn;
        if (what === "send") {
          const id = `m-${n}`;
          sent.push(id);
          life.client.command("post_message", { text: id }, id).catch(() => {});
        } else if (what === "turn") await turn();
        else if (what === "cut") server.cut();
        else if (what === "stall") server.stall();
        else if (what === "second") {
          clock.advance(1_000);
          await turn();
        } else {
          life.end();
          life = new Life(server, clock, durable);
        }
      }
      await turn();
      const waiting = (await durable.after(0)).map((one) => one.messageId);
      const stored = new Set([
        ...waiting,
        ...server.log("session:a").map(({ text }) => text),
      ]);
      life.end();
      life = new Life(server, clock, durable);
      for (let second = 0; second < 30; second++) {
        clock.advance(1_000);
        await turn();
      }
      const effects = server.log("session:a").map(({ text }) => text);
      // What died before it was stored was never promised; all else took effect, in order.
      assertEquals(effects, sent.filter((id) => stored.has(id)));
      assertEquals(await durable.count(), 0);
      duplicates += server.duplicates;
      life.end();
    }),
    { numRuns: 1_000 },
  );
  assert(crashes > 0 && duplicates > 0, `${crashes} ${duplicates}`);
});

Deno.test("[P23] a full outbox survives the reload and is sent in order", async () => {
  const server = new FakeServer();
  const clock = new FakeClock();
  const factory = new IDBFactory();
  const durable = () => new IndexedOutbox({ userId: "mira", factory });
  const offline = new Life(new FakeServer(), clock, durable());
  offline.client.disconnect();
  const ids = Array.from({ length: 1_000 }, (_, n) => `m-${n}`);
  for (const id of ids) {
    offline.client.command("post_message", { text: id }, id).catch(() => {});
  }
  const code = await offline.client.command("post_message", { text: "more" })
    .catch((refused) => refused.code);
  assertEquals(code, "queue_full");
  offline.end();
  const life = new Life(server, clock, durable());
  const { promise: empty, resolve } = Promise.withResolvers<void>();
  let left = ids.length;
  life.client.on("acknowledged", () => --left === 0 && resolve());
  // The store answers in tasks of its own: time goes on whenever it has.
  const ticking = setInterval(() => clock.advance(250), 0);
  await empty;
  clearInterval(ticking);
  assertEquals(server.log("session:a").map(({ text }) => text), ids);
  life.end();
});

Deno.test("[P23] a refused message leaves the outbox and both its sender and listeners hear why", async () => {
  const { client, network } = createHarness();
  const heard: unknown[] = [];
  client.on(
    "refused",
    ({ messageId, code, asked }) => heard.push([messageId, code, asked]),
  );
  client.connect();
  network.current.establish();
  const sent = client.broadcast("topic:a", "hello", "m-1");
  await turn();
  network.current.deliver({
    type: "ERROR",
    ref: network.current.last("BROADCAST").id,
    payload: { code: "forbidden", message: "no" },
  });
  assertEquals(await sent.catch((refused) => refused.code), "forbidden");
  assertEquals(heard, [["m-1", "forbidden", true]]);
  assertEquals(client.view().queued, 0);
  client.close();
});

Deno.test("[P4] a message over the server's limit is refused before it is queued", async () => {
  const { client } = createHarness();
  const code = await client.broadcast("topic:a", "€".repeat(22_000))
    .catch((refused) => refused.code);
  assertEquals([code, client.view().queued], ["too_large", 0]);
  client.close();
});
