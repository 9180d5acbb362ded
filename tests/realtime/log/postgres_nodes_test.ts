/** Several logs over one Postgres database: one order, told to all, whoever wrote. */
import { once } from "node:events";
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  type Commit,
  type Entry,
  LogConflict,
  LogUnavailable,
} from "../../../realtime/log/log.ts";
import { Line } from "../../../realtime/postgres/line.ts";
import { postgresTest } from "../../support/postgres.ts";
import { note, notes, textOf, TEXTS } from "./log_contract.ts";
import { type Node, openNode } from "./postgres_fixture.ts";

const CHANNELS = ["alerts", "session:a", "session:b"];

interface Draft {
  readonly node: number;
  readonly channels: readonly string[];
  readonly messageId?: string;
  readonly uniqueKey?: string;
  readonly expects?: boolean;
}

const drafts: fc.Arbitrary<Draft[]> = fc.array(
  fc.record({
    node: fc.nat({ max: 1 }),
    channels: fc.uniqueArray(fc.constantFrom(...CHANNELS), {
      minLength: 1,
      maxLength: 3,
    }),
    messageId: fc.option(fc.constantFrom("m1", "m2", "m3"), { nil: undefined }),
    uniqueKey: fc.option(fc.constantFrom("k1", "k2", "k3", "k4"), {
      nil: undefined,
    }),
    expects: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

postgresTest(
  "[L1] [L2] [L3] [L4] [L5] [L6] two nodes that write at once leave one order, which both are told",
  async (url) => {
    await using one = await openNode(url);
    await using other = await openNode(url);
    const nodes = [one, other];
    let told = 0;
    let rounds = 0;
    await fc.assert(
      fc.asyncProperty(drafts, async (drafts) => {
        // Every round has names of its own: what was before does not matter.
        const round = `${rounds++}`;
        const answers = await Promise.all(
          drafts.map((draft, i) =>
            nodes[draft.node].log.commit(commitOf(draft, i, round)).then(
              ({ duplicate }) => duplicate ? "duplicate" : "written",
              (error) => {
                if (error instanceof LogConflict) return error.reason;
                throw error;
              },
            )
          ),
        );
        const written = drafts.filter((_, i) => answers[i] === "written");
        told += written.flatMap(({ channels }) => channels).length;
        await Promise.all(nodes.map((node) => node.heardSoMany(told)));
        assertEquals(namesOf(one.heard), namesOf(other.heard));
        for (const messageId of ["m1", "m2", "m3"]) {
          for (const node of ["0", "1"]) {
            const same = drafts.flatMap((draft, i) =>
              draft.messageId === messageId && `${draft.node}` === node &&
                draft.channels[0] === CHANNELS[0]
                ? [answers[i]]
                : []
            );
            assert(same.filter((answer) => answer === "written").length <= 1);
          }
        }
        for (const key of ["k1", "k2", "k3", "k4"]) {
          const winners = written.filter(({ uniqueKey }) => uniqueKey === key);
          assert(winners.length <= 1, `${key} was taken twice`);
        }
        const claims = written.filter(({ expects }) => expects)
          .map(({ channels }) => channels[0]);
        assertEquals(claims.length, new Set(claims).size);
      }),
      { numRuns: 40 },
    );
    for (const channel of CHANNELS) {
      const offsets = one.heard.filter((entry) =>
        entry.channel === `${channel}`
      );
      assertEquals(
        offsets.map(({ offset }) => offset),
        offsets.map((_, i) => i + 1),
      );
      assertEquals(
        namesOf(offsets),
        namesOf(await other.log.read(channel, 0, 1e6)),
      );
    }
    const { ok, count } = await other.log.verify();
    assertEquals({ ok, count }, { ok: true, count: told });
  },
);

/** Of a round: whoever expects, expects that nobody has claimed the first channel in it before. */
function commitOf(
  { node, channels, messageId, uniqueKey, expects }: Draft,
  n: number,
  round: string,
): Commit {
  return {
    sender: `user ${node}`,
    messageId: messageId && `${round} ${messageId}`,
    writes: channels.map((channel, i) => {
      const subject = expects ? `claim ${round}` : "session";
      const entries = [note(`${round}.${n}.${channel}`, subject)];
      return expects && i === 0
        ? { channel, entries, expected: { subject, offset: 0 } }
        : { channel, entries: [note(`${round}.${n}.${channel}`)] };
    }),
    index: uniqueKey === undefined
      ? []
      : [{ view: "v", key: `${round} ${uniqueKey}`, data: n, unique: true }],
  };
}

function namesOf(entries: readonly Entry[]): string[] {
  return entries.map(({ channel, offset, hash, sender, bodyText }) =>
    `${channel} ${offset} ${hash} ${sender} ${bodyText}`
  );
}

postgresTest(
  "[L4] [L5] two nodes that take one messageId, one person and one key at once: one has it",
  async (url) => {
    await using one = await openNode(url);
    await using other = await openNode(url);
    for (let i = 0; i < 20; i++) {
      // Different channels: no lock stands between them but the keys themselves.
      const commit = (channel: string): Commit => ({
        ...notes(channel, [`${i}`]),
        sender: `user ${i}`,
        scope: "house",
        messageId: `m${i}`,
      });
      const answers = await Promise.all([
        one.log.commit(commit("a")),
        other.log.commit(commit("b")),
      ]);
      assertEquals(answers.filter(({ duplicate }) => duplicate).length, 1);
      assertEquals(answers[0].positions, answers[1].positions);
      const unique = (channel: string): Commit => ({
        ...notes(channel, [`unique ${i}`]),
        index: [{ view: "v", key: `${i}`, data: channel, unique: true }],
      });
      const taken = await Promise.allSettled([
        one.log.commit(unique("a")),
        other.log.commit(unique("b")),
      ]);
      assertEquals(taken.map(({ status }) => status).sort(), [
        "fulfilled",
        "rejected",
      ]);
    }
    assertEquals((await one.log.verify()).count, 40);
  },
);

postgresTest(
  "[L6] a commit that waits for its channel is told behind those that overtook it",
  async (url) => {
    await using one = await openNode(url);
    await using other = await openNode(url);
    await one.log.commit(notes("held", ["first"]));
    await other.log.commit(notes("free", ["second"]));
    const line = await Line.open(url);
    await line.within(5_000, (sql) =>
      sql.unsafe(
        "BEGIN; SELECT 1 FROM regulens.channels WHERE name = 'held' FOR UPDATE",
      ));
    const late = one.log.commit(notes("held", ["late"]));
    await other.log.commit(notes("free", ["overtook"]));
    await one.heardSoMany(3);
    await line.within(5_000, (sql) => sql.unsafe("COMMIT"));
    await late;
    await other.heardSoMany(4);
    const texts = ["first", "second", "overtook", "late"];
    assertEquals(one.heard.map(textOf), texts);
    assertEquals(other.heard.map(textOf), texts);
    await line.close();
  },
);

postgresTest(
  "[L6] without notifications another node's commits are told all the same",
  async (url) => {
    await using one = await openNode(url, { deaf: true });
    await using other = await openNode(url, { deaf: true });
    for (let i = 0; i < 5; i++) {
      await one.log.commit(notes("a", [`${i}`]));
      await other.heardSoMany(i + 1);
    }
    assertEquals(namesOf(other.heard), namesOf(one.heard));
  },
);

postgresTest(
  "[L6] whoever is answered has heard what other nodes wrote before",
  async (url) => {
    await using one = await openNode(url, { deaf: true });
    await using other = await openNode(url, { deaf: true });
    await Promise.all(Array.from({ length: 30 }, async (_, i) => {
      const node = i % 2 === 0 ? one : other;
      const { positions } = await node.log.commit(notes("a", [`${i}`]));
      const [{ offset }] = positions;
      const heard = node.heard.map((entry) => entry.offset);
      assertEquals(
        heard.slice(0, offset),
        Array.from({ length: offset }, (_, k) => k + 1),
      );
    }));
  },
);

postgresTest(
  "[L10] a node that stops in a transaction has its locks taken from it",
  async (url) => {
    await using one = await openNode(url);
    await one.log.commit(notes("a", ["before"]));
    const line = await Line.open(url);
    await line.within(5_000, (sql) =>
      sql.unsafe(`
      BEGIN; SET LOCAL idle_in_transaction_session_timeout = 2000;
      SELECT 1 FROM regulens.channels WHERE name = 'a' FOR UPDATE`));
    // It waits for the server to end the other one.
    await one.log.commit(notes("a", ["after"]));
    // Its socket may say so a moment after the server freed the lock.
    if (!line.lost.aborted) await once(line.lost, "abort");
    assertEquals(one.heard.map(textOf), ["before", "after"]);
  },
);

postgresTest(
  "[L5] views with a new version are rebuilt once, and a node of an older one stops writing",
  async (url) => {
    const lost = Promise.withResolvers<string>();
    await using old: Node = await openNode(url, {
      views: [TEXTS],
      onLost: lost.resolve,
    });
    const { log } = old;
    await log.commit(notes("a", ["one", "two"]));
    const newer = { ...TEXTS, version: 2 };
    const nodes = await Promise.all([
      openNode(url, { views: [newer] }),
      openNode(url, { views: [newer] }),
    ]);
    const { rows } = await nodes[0].log.query("texts");
    assertEquals(rows.map(({ key, data }) => [key, data]), [
      ["a session", ["one", "two"]],
    ]);
    await assertRejects(
      () => log.commit(notes("a", ["three"])),
      LogUnavailable,
    );
    assertEquals((await lost.promise).includes("another node"), true);
    assertEquals(log.writable(), false);
    await nodes[0].log.commit(notes("a", ["three"]));
    await nodes[1].log.commit(notes("a", ["four"]));
    const refused = await openNode(url, { views: [TEXTS] })
      .catch((error) => error);
    assert(refused instanceof LogUnavailable);
    assert(refused.message.includes("written by a newer Regulens"));
    for (const node of nodes) await node[Symbol.asyncDispose]();
  },
);
