/** The Postgres log when the server dies, stops, or loses what was asked or answered (L7, L10). */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Commit,
  type Committed,
  LogUnavailable,
} from "../../../realtime/log/log.ts";
import { ackLevelOf } from "../../../realtime/log/postgres_server.ts";
import { Line } from "../../../realtime/postgres/line.ts";
import {
  HAS_POSTGRES,
  NO_POSTGRES,
  postgresTest,
} from "../../support/postgres.ts";
import {
  type PostgresServer,
  startPostgresServer,
} from "../../support/postgres_private.ts";
import { type Loss, PostgresProxy } from "../../support/postgres_proxy.ts";
import { notes, textOf } from "./log_contract.ts";
import { type Node, openNode } from "./postgres_fixture.ts";

/** A test with a server of its own, which it may do anything to. */
function serverTest(
  name: string,
  run: (server: PostgresServer) => Promise<void>,
  settings?: Readonly<Record<string, string>>,
): void {
  Deno.test({
    name: HAS_POSTGRES ? name : `${name} (${NO_POSTGRES})`,
    ignore: !HAS_POSTGRES,
    fn: async () => {
      const server = await startPostgresServer(settings);
      assert(server);
      try {
        await run(server);
      } finally {
        await server.remove();
      }
    },
  });
}

interface Acknowledged {
  readonly text: string;
  readonly answer: Committed;
}

/** Writers that each go on until told to stop, and try again under the same messageId. */
class Writers {
  readonly acknowledged: Acknowledged[] = [];
  unavailable = 0;
  readonly #waiting = new Set<() => void>();
  readonly #done: Promise<unknown>;
  #isStopped = false;

  constructor(nodes: readonly Node[], count: number) {
    this.#done = Promise.all(
      Array.from({ length: count }, async (_, writer) => {
        const { log } = nodes[writer % nodes.length];
        for (let i = 0; !this.#isStopped; i++) {
          const text = `${writer}.${i}`;
          const commit = notes(`c${writer % 4}`, [text], { messageId: text });
          const answer = await this.#insist(() => log.commit(commit));
          if (!answer) return;
          this.acknowledged.push({ text, answer });
          for (const look of [...this.#waiting]) look();
        }
      }),
    );
  }

  /** Resolves once so many more were acknowledged, or it was refused so often. */
  more(count: number, of: "acknowledged" | "unavailable" = "acknowledged") {
    const size = () =>
      of === "acknowledged" ? this.acknowledged.length : this.unavailable;
    const enough = size() + count;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (size() < enough) return;
      this.#waiting.delete(look);
      resolve();
    };
    this.#waiting.add(look);
    return promise;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #insist(
    commit: () => Promise<Committed>,
  ): Promise<Committed | undefined> {
    for (;;) {
      try {
        return await commit();
      } catch (error) {
        assert(error instanceof LogUnavailable, String(error));
        this.unavailable++;
        for (const look of [...this.#waiting]) look();
        // What was asked before the stop is asked to the end: it must be there once.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}

/** Every acknowledgement is there, once, where it said; the feeds told the same, without a hole. */
async function assertWhole(
  nodes: readonly Node[],
  { acknowledged }: Writers,
): Promise<void> {
  const [{ log }] = nodes;
  const { ok, count } = await log.verify();
  assertEquals(ok, true);
  const kept = new Map<string, string>();
  for (const channel of ["c0", "c1", "c2", "c3"]) {
    const entries = await log.read(channel, 0, 1e6);
    for (const entry of entries) {
      const text = textOf(entry);
      assert(!kept.has(text), `${text} is there twice`);
      kept.set(text, `${channel} ${entry.offset}`);
    }
  }
  for (const { text, answer } of acknowledged) {
    const [{ channel, offset }] = answer.positions;
    assertEquals(kept.get(text), `${channel} ${offset}`);
  }
  assertEquals(kept.size, count);
  for (const node of nodes) {
    await node.heardSoMany(count);
    assertEquals(
      node.heard.map(({ channel, hash }) => `${channel} ${hash}`),
      nodes[0].heard.map(({ channel, hash }) => `${channel} ${hash}`),
    );
    assertEquals(node.heard.length, count);
  }
}

serverTest(
  "[L7] [L10] a server that is killed and started anew loses no acknowledgement and repeats none",
  async (server) => {
    await using one = await openNode(server.url);
    await using other = await openNode(server.url);
    const writers = new Writers([one, other], 12);
    for (let round = 0; round < 3; round++) {
      await writers.more(100);
      await server.stop("immediate");
      await server.start();
    }
    await writers.more(50);
    await writers.stop();
    await assertWhole([one, other], writers);
  },
  { fsync: "on" },
);

serverTest(
  "[L7] connections that the server ends in the middle are made anew, and nobody notices",
  async (server) => {
    await using one = await openNode(server.url);
    await using other = await openNode(server.url);
    const writers = new Writers([one, other], 12);
    const line = await Line.open(server.url);
    for (let round = 0; round < 20; round++) {
      await writers.more(20);
      await line.within(5_000, (sql) =>
        sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND application_name = 'regulens'`);
    }
    await writers.more(20);
    await writers.stop();
    assertEquals(writers.unavailable, 0);
    await assertWhole([one, other], writers);
    await line.close();
  },
);

serverTest(
  "[L10] a server that stands still is refused to, and taken up again when it goes on",
  async (server) => {
    await using one = await openNode(server.url);
    await one.log.commit(notes("c0", ["before"], { messageId: "before" }));
    const pids = server.pids();
    for (const pid of pids) Deno.kill(pid, "SIGSTOP");
    const stalled = notes("c0", ["stalled"], { messageId: "stalled" });
    try {
      await assertRejects(() => one.log.commit(stalled), LogUnavailable);
      assertEquals(one.log.writable(), false);
      await assertRejects(() => one.log.read("c0", 0, 1), LogUnavailable);
    } finally {
      for (const pid of pids) Deno.kill(pid, "SIGCONT");
    }
    const writers = new Writers([one], 1);
    await writers.more(1);
    await writers.stop();
    assertEquals(one.log.writable(), true);
    await one.log.commit(stalled);
    const texts = (await one.log.read("c0", 0, 1e6)).map(textOf);
    assertEquals(texts.filter((text) => text === "stalled").length, 1);
    assertEquals((await one.log.verify()).ok, true);
  },
);

for (
  const [loss, what] of [
    ["before", "a COMMIT that never arrived is made again"],
    ["after", "a COMMIT whose answer was lost is found out to have happened"],
  ] satisfies [Loss, string][]
) {
  postgresTest(`[L7] ${what}`, async (url) => {
    await using proxy = await PostgresProxy.before(url);
    await using one = await openNode(proxy.urlOf(url));
    await using other = await openNode(url);
    await one.log.commit(notes("a", ["before"]));
    for (let i = 0; i < 5; i++) {
      proxy.loseNextCommit(loss);
      // Without a messageId: what is made again must not be there twice either.
      const [first, second] = await Promise.all([
        one.log.commit(notes("a", [`${i}`])),
        one.log.commit(notes("b", [`${i}`])),
      ]);
      assertEquals([first, second].map((answer) => answer.duplicate), [
        undefined,
        undefined,
      ]);
      assertEquals(first.positions[0].offset, i + 2);
      assertEquals(second.positions[0].offset, i + 1);
    }
    assertEquals(proxy.lost, 5);
    await other.heardSoMany(11);
    for (const node of [one, other]) {
      const texts = node.heard.map((entry) => entry.channel + textOf(entry));
      assertEquals(texts, [
        "abefore",
        ...["0", "1", "2", "3", "4"].flatMap((i) => [`a${i}`, `b${i}`]),
      ]);
    }
    assertEquals((await one.log.verify()).count, 11);
  });
}

postgresTest(
  "[L7] [L10] a COMMIT whose answer never comes is no acknowledgement, and is there once all the same",
  async (url) => {
    await using proxy = await PostgresProxy.before(url);
    await using one = await openNode(proxy.urlOf(url));
    await one.log.commit(notes("a", ["before"]));
    proxy.loseNextCommit("silent");
    const commit: Commit = notes("a", ["silent"], { messageId: "m" });
    await assertRejects(() => one.log.commit(commit), LogUnavailable);
    // The feed goes on by itself: the entry is in the log.
    await one.heardSoMany(2);
    const again = new Writers([one], 1);
    await again.more(1);
    await again.stop();
    const answer = await one.log.commit(commit);
    assertEquals([answer.duplicate, answer.positions[0].offset], [true, 2]);
    assertEquals((await one.log.verify()).ok, true);
  },
);

postgresTest(
  "[L10] one commit the database cannot hold does not take the others of its batch with it",
  async (url) => {
    await using one = await openNode(url);
    // No index of Postgres takes a key this long; random, or it would be compressed.
    const key = Array.from({ length: 300 }, () => crypto.randomUUID()).join("");
    const long: Commit = {
      ...notes("a", ["long"]),
      index: [{ view: "v", key, data: 1 }],
      chain: "c",
    };
    const results = await Promise.allSettled([
      one.log.commit(notes("a", ["first"])),
      one.log.commit(long),
      one.log.commit({ ...notes("a", ["rests on it"]), chain: "c" }),
      one.log.commit(notes("a", ["last"])),
    ]);
    assertEquals(results.map(({ status }) => status), [
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    assertEquals(one.log.writable(), true);
    assertEquals(one.heard.map(textOf), ["first", "last"]);
    assertEquals((await one.log.verify()).count, 2);
  },
);

postgresTest(
  "[L2] bodies, keys and names come back as they were, whatever they are made of",
  async (url) => {
    await using one = await openNode(url);
    const odd = [
      "\0",
      "\\u0000",
      "\u{1F600}",
      '"\\',
      "\u2028",
      "{}",
      "', '",
      "",
    ];
    const index = odd.filter((key) => !key.includes("\0"))
      .map((key) => ({ view: "v", key, sort: -1.5e300, data: odd }));
    await one.log.commit({
      sender: "',\"",
      writes: [{
        channel: "c\\'\"{",
        entries: [{ type: "T", v: 1, subject: "{a,b}", at: -1, body: odd }],
      }],
      messageId: "$1\\",
      result: odd,
      index,
    });
    const [entry] = await one.log.read("c\\'\"{", 0, 1);
    assertEquals(JSON.parse(entry.bodyText!), odd);
    assertEquals([entry.sender, entry.subject, entry.at], [
      "',\"",
      "{a,b}",
      -1,
    ]);
    const { rows } = await one.log.query("v");
    assertEquals(
      new Set(rows.map(({ key }) => key)),
      new Set(index.map(({ key }) => key)),
    );
    assertEquals(rows[0].data, odd);
    const recalled = await one.log.recall({
      sender: "',\"",
      scope: "c\\'\"{",
      messageId: "$1\\",
    });
    assertEquals(recalled?.result, odd);
    assertEquals((await one.log.verify()).ok, true);
  },
);

serverTest(
  "[L1] the level says what the server's settings promise",
  async (server) => {
    const levelWith = async (options: string) => {
      const url = new URL(server.url);
      url.searchParams.set("options", options);
      const line = await Line.open(url.href);
      try {
        return await line.within(5_000, ackLevelOf);
      } finally {
        await line.close();
      }
    };
    assertEquals(await levelWith("-c synchronous_commit=on"), "replicated");
    assertEquals(await levelWith("-c synchronous_commit=local"), "stored");
    assertEquals(await levelWith("-c synchronous_commit=off"), "accepted");
  },
  { fsync: "on", synchronous_standby_names: "elsewhere" },
);

postgresTest(
  "[L1] a log of a server that does not flush says so",
  async (url) => {
    await using one = await openNode(url);
    const line = await Line.open(url);
    const [row] = await line.within(5_000, (sql) => sql`SHOW fsync`);
    assertEquals(one.log.level, row.fsync === "on" ? "stored" : "accepted");
    await line.close();
  },
);
