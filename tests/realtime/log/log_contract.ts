/** The contract of the store port, rules L1–L12, run against every implementation. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  type Commit,
  type Entry,
  type Log,
  LogConflict,
  LogHeld,
  LogUnavailable,
  type Query,
  type View,
  type Write,
} from "../../../realtime/log/log.ts";

export interface Fixture {
  readonly log: Log;
  /** Closes the log and opens it again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<Log>;
  readonly dispose: () => Promise<void>;
}

/** A note in a channel: the smallest entry. */
export function note(
  text: string,
  subject = "session",
): Write["entries"][number] {
  return { type: "SESSION_UPDATE", v: 1, subject, at: 1_000, body: { text } };
}

/** A commit of notes to one channel. */
export function notes(
  channel: string,
  texts: readonly string[],
  rest: Partial<Commit> = {},
): Commit {
  const writes = [{ channel, entries: texts.map((text) => note(text)) }];
  return { writes, sender: "ada", ...rest };
}

/** A row per subject with all its texts: what a list shows, folded as it goes. */
export const TEXTS: View = {
  name: "texts",
  version: 1,
  index: () => {
    throw new Error("a fold that is used twice is wrong");
  },
  create: () => {
    const texts = new Map<string, string[]>();
    return ({ channel, subject, bodyText }) => {
      const { text } = JSON.parse(bodyText ?? "{}");
      if (text === undefined) return [];
      const key = `${channel} ${subject}`;
      const all = [...texts.get(key) ?? [], text];
      texts.set(key, all);
      return [{ view: "texts", key, data: all }];
    };
  },
};

/** A row per text, however many channels say it. */
const SHARED: View = {
  name: "shared",
  version: 1,
  index: ({ bodyText }) => {
    const { text } = JSON.parse(bodyText ?? "{}");
    return text === undefined ? [] : [{ view: "shared", key: text, data: {} }];
  },
  keptBy: () => ({ view: "texts", prefix: "" }),
};

/** The views of a fixture's log. */
export const VIEWS: readonly View[] = [TEXTS, SHARED];

/** Registers the suite; `open` gives a fresh, empty log with `VIEWS`. */
export function logContract(name: string, open: () => Promise<Fixture>): void {
  function test(title: string, run: (log: Log) => Promise<void>): void {
    Deno.test(`${title} (${name})`, async () => {
      const fixture = await open();
      try {
        await run(fixture.log);
      } finally {
        await fixture.dispose();
      }
    });
  }

  test("[L1] commit writes every channel, and answers with their positions", async (log) => {
    const { positions } = await log.commit({
      sender: "ada",
      writes: [
        { channel: "session:a", entries: [note("one"), note("two")] },
        { channel: "alerts", entries: [note("three", "alert:1")] },
      ],
    });
    assertEquals(positions.map((p) => [p.channel, p.offset]), [
      ["session:a", 2],
      ["alerts", 1],
    ]);
    assertEquals(await bodies(log, "session:a"), ["one", "two"]);
    assertEquals(await bodies(log, "alerts"), ["three"]);
  });

  test("[L1] commit writes nothing anywhere when one of its writes is refused", async (log) => {
    await assertRejects(() =>
      log.commit({
        sender: "ada",
        writes: [
          { channel: "session:a", entries: [note("one")] },
          {
            channel: "session:b",
            entries: [note("two")],
            expected: { subject: "session", offset: 7 },
          },
        ],
        index: [{ view: "sessions", key: "a", data: { open: true } }],
      }), LogConflict);
    assertEquals((await log.head("session:a")).offset, 0);
    assertEquals((await log.head("session:b")).offset, 0);
    assertEquals((await log.query("sessions")).rows, []);
  });

  test("[L1] commit refuses a body that is not JSON, and writes nothing", async (log) => {
    await assertRejects(
      () => log.commit({ ...notes("session:a", ["one"]), result: NaN }),
      RangeError,
    );
    const entries = [note("one"), {
      ...note("two"),
      body: { share: Infinity },
    }];
    await assertRejects(
      () => log.commit({ sender: "ada", writes: [{ channel: "a", entries }] }),
      RangeError,
    );
    await assertRejects(
      () => log.commit(notes("session:\ud800", ["one"])),
      RangeError,
    );
    assertEquals((await log.head("session:a")).offset, 0);
    assertEquals((await log.head("a")).offset, 0);
  });

  test("[L2] offsets are 1, 2, 3 … in the order of commits, also of those under way together", async (log) => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => log.commit(notes("a", [`${i}`]))),
    );
    assertEquals(
      answers.map((answer) => answer.positions[0].offset),
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    const entries = await log.read("a", 0, 1_000);
    assertEquals(
      entries.map((entry) => entry.offset),
      answers.map((_, i) => i + 1),
    );
    assertEquals(entries.map(textOf), answers.map((_, i) => `${i}`));
  });

  test("[L2] two writes to one channel in a commit follow each other", async (log) => {
    const { positions } = await log.commit({
      sender: "ada",
      writes: [
        { channel: "a", entries: [note("one")] },
        { channel: "b", entries: [note("two")] },
        { channel: "a", entries: [note("three")] },
      ],
    });
    assertEquals(positions.map((p) => [p.channel, p.offset]), [["a", 2], [
      "b",
      1,
    ]]);
    assertEquals(await bodies(log, "a"), ["one", "three"]);
  });

  test("[L2] an entry reads back with all it was given", async (log) => {
    const before = await log.head("a");
    const { positions } = await log.commit({
      sender: "ada",
      messageId: "m1",
      writes: [{
        channel: "a",
        entries: [{
          type: "ALERT",
          v: 3,
          subject: "alert:1",
          at: 42,
          body: { b: 1, a: [null] },
        }],
      }],
    });
    const [{ actor, hash, ...entry }] = await log.read("a", 0, 10);
    assertEquals(entry, {
      channel: "a",
      epoch: before.epoch,
      offset: 1,
      at: 42,
      sender: "ada",
      type: "ALERT",
      v: 3,
      subject: "alert:1",
      messageId: "m1",
      bodyText: '{"a":[null],"b":1}',
    });
    assertMatch(hash, /^[0-9a-f]{64}$/);
    // Random: three letters of it may well spell a name.
    assertMatch(actor, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assertEquals(positions, [{
      channel: "a",
      epoch: before.epoch,
      offset: 1,
      hash: hash.slice(0, 16),
    }]);
    assertEquals(await log.head("a"), {
      epoch: before.epoch,
      offset: 1,
      hash: hash.slice(0, 16),
    });
  });

  test("[L2] the head of an unwritten channel is offset 0 with 16 zeros", async (log) => {
    const { offset, hash } = await log.head("nothing");
    assertEquals({ offset, hash }, { offset: 0, hash: "0".repeat(16) });
  });

  test("[L2] read gives at most limit entries after an offset, readSubject those of a subject", async (log) => {
    await log.commit({
      sender: "ada",
      writes: [{
        channel: "a",
        entries: [
          note("1", "x"),
          note("2", "y"),
          note("3", "x"),
          note("4", "x"),
        ],
      }],
    });
    assertEquals((await log.read("a", 1, 2)).map(textOf), ["2", "3"]);
    assertEquals((await log.readSubject("a", "x", 1, 1)).map(textOf), ["3"]);
    assertEquals((await log.readSubject("a", "x", 0, 9)).map(textOf), [
      "1",
      "3",
      "4",
    ]);
    assertEquals(await log.read("a", 4, 9), []);
  });

  test("[L3] expected is the subject's last offset in that channel, and 0 for none", async (log) => {
    await log.commit(expecting("a", "poll:1", 0, "one"));
    await log.commit(expecting("a", "poll:2", 0, "two"));
    await log.commit(expecting("a", "poll:1", 1, "three"));
    await assertRejects(
      () => log.commit(expecting("a", "poll:1", 1, "late")),
      LogConflict,
    );
    await assertRejects(
      () => log.commit(expecting("a", "poll:2", 0, "late")),
      LogConflict,
    );
    await log.commit(expecting("b", "poll:1", 0, "elsewhere"));
    assertEquals(await bodies(log, "a"), ["one", "two", "three"]);
  });

  test("[L3] of two commits under way that expect the same, the first wins", async (log) => {
    const results = await Promise.allSettled([
      log.commit(expecting("a", "poll:1", 0, "first")),
      log.commit(expecting("a", "poll:1", 0, "second")),
      log.commit(expecting("a", "poll:1", 1, "third")),
    ]);
    assertEquals(results.map((result) => result.status), [
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    const [, refused] = results;
    assert(
      refused.status === "rejected" && refused.reason instanceof LogConflict,
    );
    assertEquals(refused.reason.reason, "expected");
    assertEquals(await bodies(log, "a"), ["first", "third"]);
  });

  test("[L3] once a commit of a chain was not written, the later ones of it are conflicts", async (log) => {
    const chained = (offset: number, text: string, chain: string): Commit => ({
      ...expecting("a", "poll:1", offset, text),
      chain,
    });
    const results = await Promise.allSettled([
      log.commit(expecting("a", "poll:1", 0, "somebody else's")),
      log.commit(chained(0, "first", "c1")),
      log.commit(chained(1, "rests on first", "c1")),
      log.commit(chained(1, "of another chain", "c2")),
    ]);
    assertEquals(results.map((result) => result.status), [
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    await assertRejects(
      () => log.commit(chained(2, "later", "c1")),
      LogConflict,
    );
    await log.commit(chained(2, "again", "c3"));
    assertEquals(await bodies(log, "a"), [
      "somebody else's",
      "of another chain",
      "again",
    ]);
  });

  test("[L3] within a chain what is expected must be where the chain itself wrote", async (log) => {
    const chained = (offset: number, text: string, chain: string): Commit => ({
      ...expecting("a", "poll:1", offset, text),
      chain,
    });
    await log.commit(chained(0, "at 1, predicted at 2", "c1"));
    await log.commit(expecting("a", "poll:1", 1, "somebody else's, at 2"));
    // What the chain expects is there, and is not its own.
    await assertRejects(
      () => log.commit(chained(2, "rests on the first", "c1")),
      LogConflict,
    );
    await log.commit(chained(2, "read again", "c2"));
    await log.commit(chained(3, "rests on that", "c2"));
    assertEquals(await bodies(log, "a"), [
      "at 1, predicted at 2",
      "somebody else's, at 2",
      "read again",
      "rests on that",
    ]);
  });

  test("[L3] an expected head is the channel's, of whatever subject", async (log) => {
    const at = (head: number, text: string): Commit => ({
      sender: "ada",
      writes: [{
        channel: "a",
        entries: [note(text, "poll:1")],
        expected: { subject: "poll:1", offset: 0, head },
      }],
    });
    await log.commit(notes("a", ["of another subject"]));
    for (const head of [0, 2]) {
      await assertRejects(() => log.commit(at(head, "elsewhere")), LogConflict);
    }
    await log.commit(at(1, "at 2"));
    assertEquals(await bodies(log, "a"), ["of another subject", "at 2"]);
  });

  test("[L4] a known messageId writes nothing and gets the first answer, whatever is expected", async (log) => {
    const commit: Commit = {
      ...expecting("a", "poll:1", 0, "one"),
      messageId: "m1",
      requestHash: "h1",
      result: { ballot: 7 },
    };
    const first = await log.commit(commit);
    await log.commit(notes("a", ["two"]));
    const again = await log.commit({ ...commit, result: { ballot: 8 } });
    assertEquals(again, { ...first, duplicate: true });
    assertEquals(again.result, { ballot: 7 });
    assertEquals(await bodies(log, "a"), ["one", "two"]);
    const recall = { sender: "ada", scope: "a", messageId: "m1" };
    assertEquals(await log.recall({ ...recall, requestHash: "h1" }), again);
    assertEquals(await log.recall({ ...recall, messageId: "m2" }), undefined);
    assertEquals(await log.recall({ ...recall, sender: "bob" }), undefined);
    await assertRejects(
      () => log.recall({ ...recall, requestHash: "h2" }),
      LogConflict,
    );
  });

  test("[L4] two commits under way with one messageId write once", async (log) => {
    const commit = notes("a", ["one"], { messageId: "m1", requestHash: "h" });
    const answers = await Promise.all([log.commit(commit), log.commit(commit)]);
    assertEquals(answers.map((answer) => answer.duplicate ?? false), [
      false,
      true,
    ]);
    assertEquals(await bodies(log, "a"), ["one"]);
  });

  test("[L4] a messageId with another request hash is a conflict", async (log) => {
    await log.commit(
      notes("a", ["one"], { messageId: "m1", requestHash: "h1" }),
    );
    const other = notes("a", ["two"], { messageId: "m1", requestHash: "h2" });
    const refused = await log.commit(other).catch((error) => error);
    assert(refused instanceof LogConflict);
    assertEquals(refused.reason, "message_id");
    assertEquals(await bodies(log, "a"), ["one"]);
  });

  test("[L4] a messageId counts per sender and scope", async (log) => {
    await log.commit(notes("a", ["one"], { messageId: "m1" }));
    await log.commit(notes("b", ["two"], { messageId: "m1" }));
    await log.commit(notes("a", ["three"], { messageId: "m1", sender: "bob" }));
    await log.commit(
      notes("a", ["four"], { messageId: "m1", scope: "user:ada" }),
    );
    const again = await log.commit(
      notes("b", ["five"], { messageId: "m1", scope: "user:ada" }),
    );
    assertEquals(again.positions[0].channel, "a");
    assertEquals(await bodies(log, "a"), ["one", "three", "four"]);
    assertEquals(await bodies(log, "b"), ["two"]);
  });

  test("[L4] a refused commit does not use up its messageId", async (log) => {
    const commit = { ...expecting("a", "poll:1", 1, "one"), messageId: "m1" };
    await assertRejects(() => log.commit(commit), LogConflict);
    await log.commit(expecting("a", "poll:1", 0, "zero"));
    assertEquals((await log.commit(commit)).positions[0].offset, 2);
  });

  test("[L5] rows are inserted, replaced and deleted with the commit", async (log) => {
    await log.commit(indexing([["x", 1, { n: 1 }], ["y", 2, { n: 2 }]]));
    await log.commit(indexing([["x", 3, { n: 3 }], ["y", 0, null]]));
    assertEquals(await log.query("v"), {
      rows: [{ key: "x", sort: 3, data: { n: 3 } }],
      nextCursor: null,
    });
    assertEquals((await log.query("other")).rows, []);
  });

  test("[L5] a unique row whose key exists is a conflict, and nothing is written", async (log) => {
    const unique = (key: string, text: string): Commit => ({
      ...notes("a", [text]),
      index: [{ view: "v", key, data: { text }, unique: true }],
    });
    await log.commit(unique("x", "one"));
    const [second, third, fourth] = await Promise.allSettled([
      log.commit(unique("x", "two")),
      log.commit(unique("y", "three")),
      log.commit(unique("y", "four")),
    ]);
    assertEquals(third.status, "fulfilled");
    assert(fourth.status === "rejected");
    assert(
      second.status === "rejected" && second.reason instanceof LogConflict,
    );
    assertEquals(second.reason.reason, "unique");
    assertEquals(await bodies(log, "a"), ["one", "three"]);
    assertEquals((await log.query("v", { key: "x" })).rows[0].data, {
      text: "one",
    });
  });

  test("[L5] a commit may free a unique key and take it again, but not take it twice", async (log) => {
    const row = { view: "v", key: "x", data: 1, unique: true };
    await log.commit({ sender: "ada", writes: [], index: [row] });
    await log.commit({
      sender: "ada",
      writes: [],
      index: [{ ...row, data: null, unique: false }, { ...row, data: 2 }],
    });
    assertEquals((await log.query("v")).rows[0].data, 2);
    const twice = [{ ...row, key: "z" }, { ...row, key: "z" }];
    await assertRejects(
      () => log.commit({ sender: "ada", writes: [], index: twice }),
      LogConflict,
    );
  });

  test("[L5] query pages by sort and key, both ways, within bounds", async (log) => {
    const keys = ["b", "a", "c1", "c2", "\u{1F600}", "\uFFFD"];
    await log.commit(indexing(keys.map((key, i) => [key, i < 4 ? i : 9, i])));
    const all = async (query: Query): Promise<string[]> => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await log.query("v", { ...query, limit: 2, cursor });
        assert(page.rows.length <= 2);
        found.push(...page.rows.map((row) => row.key));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found;
    };
    const sorted = ["b", "a", "c1", "c2", "\uFFFD", "\u{1F600}"];
    assertEquals(await all({}), sorted);
    assertEquals(await all({ descending: true }), sorted.toReversed());
    assertEquals(await all({ from: 1, to: 3 }), ["a", "c1", "c2"]);
    assertEquals(await all({ prefix: "c" }), ["c1", "c2"]);
    assertEquals(await all({ prefix: "c", from: 3, descending: true }), ["c2"]);
    assertEquals(await all({ key: "a" }), ["a"]);
    await assertRejects(
      () => log.query("v", { cursor: "nonsense" }),
      RangeError,
    );
    await assertRejects(() => log.query("v", { limit: 0 }), RangeError);
  });

  test("[L6] the feed delivers every commit once, in order, before its promise resolves", async (log) => {
    const heard: Entry[] = [];
    const stop = log.feed((entries) => heard.push(...entries));
    let heardAtAck = 0;
    await Promise.all(Array.from({ length: 50 }, async (_, i) => {
      const channel = `c${i % 3}`;
      const { positions } = await log.commit(notes(channel, [`${i}`, `${i}+`]));
      const last = positions[0].offset;
      if (heard.some((e) => e.channel === channel && e.offset === last)) {
        heardAtAck++;
      }
    }));
    assertEquals(heardAtAck, 50);
    assertEquals(heard.length, 100);
    for (const channel of ["c0", "c1", "c2"]) {
      const kept = await log.read(channel, 0, 1_000);
      assertEquals(heard.filter((entry) => entry.channel === channel), [
        ...kept,
      ]);
    }
    stop();
    await log.commit(notes("c0", ["unheard"]));
    assertEquals(heard.length, 100);
  });

  test("[L6] the feed is silent about what wrote nothing", async (log) => {
    await log.commit(notes("a", ["one"], { messageId: "m" }));
    const heard: Entry[] = [];
    const stop = log.feed((entries) => heard.push(...entries));
    await log.commit(notes("a", ["one"], { messageId: "m" }));
    await assertRejects(
      () => log.commit(expecting("a", "session", 9, "x")),
      LogConflict,
    );
    await log.commit({
      sender: "ada",
      writes: [],
      index: [{ view: "v", key: "k", data: 1 }],
    });
    stop();
    assertEquals(heard, []);
  });

  test("[L6] the feed from a cursor delivers what lies behind it first, skipping and repeating nothing", async (log) => {
    for (let i = 0; i < 12; i++) await log.commit(notes(`c${i % 2}`, [`${i}`]));
    const heard: string[] = [];
    const cursors: number[] = [];
    const done = Promise.withResolvers<void>();
    const stop = log.feed((entries, cursor) => {
      heard.push(...entries.map(textOf));
      cursors.push(cursor);
      if (heard.length === 62) done.resolve();
    }, { after: 0 });
    await Promise.all(
      Array.from(
        { length: 50 },
        (_, i) => log.commit(notes("c0", [`${12 + i}`])),
      ),
    );
    await done.promise;
    stop();
    assertEquals(heard, Array.from({ length: 62 }, (_, i) => `${i}`));

    const rest = Promise.withResolvers<string[]>();
    const stopRest = log.feed((entries) => rest.resolve(entries.map(textOf)), {
      after: cursors.at(-1)! - 2,
    });
    assertEquals(await rest.promise, ["60", "61"]);
    stopRest();
  });

  test("[L8] the chain of what was written verifies, in one channel and in all", async (log) => {
    assertEquals(await log.verify(), { ok: true, count: 0, channels: 0 });
    await log.commit(notes("a", ["one", "two"]));
    await log.commit(notes("b", ["three"]));
    assertEquals(await log.verify(), { ok: true, count: 3, channels: 2 });
    assertEquals(await log.verify("b"), { ok: true, count: 1, channels: 1 });
  });

  test("[L9] erasing removes the body, appends body_erased and leaves a chain that verifies", async (log) => {
    const heard: Entry[] = [];
    await log.commit(
      notes("a", ["one", "secret", "three"], {
        messageId: "m",
        result: { echo: "secret" },
      }),
    );
    const [, before] = await log.read("a", 0, 9);
    const stop = log.feed((entries) => heard.push(...entries));
    const { positions } = await log.erase("a", 2, "bob");
    stop();
    assertEquals(positions[0].offset, 4);
    const kept = await log.read("a", 0, 9);
    assertEquals(kept.map((entry) => entry.bodyText), [
      '{"text":"one"}',
      null,
      '{"text":"three"}',
      '{"event":"body_erased","offset":2}',
    ]);
    assertEquals(kept[1], { ...before, bodyText: null });
    assertEquals([kept[3].type, kept[3].subject, kept[3].sender], [
      "SESSION_UPDATE",
      "session",
      "bob",
    ]);
    assertEquals(heard, [kept[3]]);
    assertEquals(await log.verify(), { ok: true, count: 4, channels: 1 });
    const recall = { sender: "ada", scope: "a", messageId: "m" };
    assertEquals((await log.recall(recall))?.result, undefined);
  });

  test("[L9] erasing again changes nothing; what is not there cannot be erased", async (log) => {
    await log.commit(notes("a", ["one"]));
    await log.erase("a", 1, "bob");
    const again = await log.erase("a", 1, "bob");
    assertEquals([again.duplicate, again.positions[0].offset], [true, 2]);
    await assertRejects(() => log.erase("a", 9, "bob"), RangeError);
    await assertRejects(() => log.erase("a", 2, "bob"), RangeError);
    await assertRejects(() => log.erase("none", 1, "bob"), RangeError);
    assertEquals((await log.head("a")).offset, 2);
  });

  const row = (key: string, ...texts: string[]) => ({
    view: "texts",
    key,
    data: texts,
  });
  const listed = async (log: Log) =>
    (await log.query("texts")).rows.map(({ key, data }) => [key, data]);

  test("[L9] a row that carried an erased body is as if it had never been", async (log) => {
    await log.commit({
      ...notes("a", ["one", "secret"]),
      index: [row("a session", "one", "secret")],
    });
    await log.commit({
      ...notes("b", ["secret"]),
      index: [row("b session", "secret")],
    });
    await log.erase("a", 2, "bob");
    assertEquals(await listed(log), [["a session", ["one"]], [
      "b session",
      ["secret"],
    ]]);
    await log.erase("b", 1, "bob");
    assertEquals(await listed(log), [["a session", ["one"]]]);
  });

  test("[L11] removing a subject takes its bodies and rows, and leaves the others", async (log) => {
    const heard: Entry[] = [];
    await log.commit({
      sender: "ada",
      writes: [{
        channel: "a",
        entries: [note("one"), note("two", "poll:1"), note("three")],
      }],
      index: [row("a session", "one", "three"), row("a poll:1", "two")],
    });
    const stop = log.feed((entries) => heard.push(...entries));
    const removed = await log.remove({
      channel: "a",
      subject: "session",
      sender: "bob",
      writes: [{ channel: "why", entries: [note("asked for")] }],
    });
    stop();
    assertEquals(removed.erased, 2);
    assertEquals(removed.positions.map((p) => [p.channel, p.offset]), [
      ["a", 6],
      ["why", 1],
    ]);
    const kept = await log.read("a", 0, 9);
    assertEquals(kept.map((entry) => [entry.subject, entry.bodyText]), [
      ["session", null],
      ["poll:1", '{"text":"two"}'],
      ["session", null],
      ["session", '{"event":"body_erased","offset":1}'],
      ["session", '{"event":"body_erased","offset":3}'],
      ["session", '{"event":"subject_removed"}'],
    ]);
    assertEquals(heard, [...kept.slice(3), ...await log.read("why", 0, 9)]);
    assertEquals(await listed(log), [["a poll:1", ["two"]]]);
    assertEquals((await log.verify()).ok, true);
  });

  test("[L11] removing a channel takes every subject; again, there is nothing to take", async (log) => {
    await log.commit({
      sender: "ada",
      writes: [{
        channel: "a",
        entries: [note("one"), note("two", "poll:1")],
      }],
      index: [row("a session", "one"), row("a poll:1", "two")],
    });
    const { erased } = await log.remove({ channel: "a", sender: "bob" });
    assertEquals(erased, 2);
    assertEquals(await listed(log), []);
    const again = await log.remove({ channel: "a", sender: "bob" });
    assertEquals([again.erased, again.duplicate], [0, true]);
    assertEquals((await log.head("a")).offset, 6);
    const none = await log.remove({ channel: "none", sender: "bob" });
    assertEquals([none.erased, none.duplicate], [0, true]);
  });

  test("[L11] what comes after a removal is a life of its own", async (log) => {
    await log.commit({
      ...notes("a", ["one"]),
      index: [row("a session", "one")],
    });
    await log.remove({ channel: "a", sender: "bob" });
    await log.commit({
      ...notes("a", ["new", "secret"]),
      index: [row("a session", "new", "secret")],
    });
    await log.erase("a", 5, "bob");
    assertEquals(await listed(log), [["a session", ["new"]]]);
  });

  test("[L11] a row that several channels keep goes with the last of them", async (log) => {
    const shared = { view: "shared", key: "one", data: {} };
    for (const channel of ["a", "b"]) {
      const index = [row(`${channel} session`, "one"), shared];
      await log.commit({ ...notes(channel, ["one"]), index });
    }
    const stands = async () =>
      (await log.query("shared")).rows.map(({ key }) => key);
    await log.remove({ channel: "a", sender: "bob" });
    assertEquals(await stands(), ["one"]);
    await log.remove({ channel: "b", sender: "bob" });
    assertEquals(await stands(), []);
  });

  test("[L12] nothing of a channel on hold is erased, until the hold is lifted", async (log) => {
    await log.commit({
      ...notes("a", ["one"]),
      index: [{ view: "holds", key: "a", data: {} }],
    });
    await assertRejects(() => log.erase("a", 1, "bob"), LogHeld);
    await assertRejects(
      () => log.remove({ channel: "a", sender: "bob" }),
      LogHeld,
      "Cannot erase: a is on legal hold",
    );
    assertEquals(await bodies(log, "a"), ["one"]);
    await log.commit({
      sender: "ada",
      writes: [],
      index: [{ view: "holds", key: "a", data: null }],
    });
    await log.erase("a", 1, "bob");
    assertEquals((await log.head("a")).offset, 2);
  });

  test("[L9] a forgotten person's entries stay, without a sender", async (log) => {
    await log.commit(notes("a", ["one"]));
    await log.commit(notes("a", ["two"], { sender: "bob" }));
    assertEquals(await log.forget("ada"), true);
    assertEquals(await log.forget("ada"), false);
    await log.commit(notes("a", ["three"]));
    const entries = await log.read("a", 0, 9);
    assertEquals(entries.map((entry) => entry.sender), [null, "bob", "ada"]);
    assertEquals(new Set(entries.map((entry) => entry.actor)).size, 3);
    assertEquals((await log.verify()).ok, true);
  });

  test("[L10] a closed log refuses everything and acknowledges nothing", async (log) => {
    assertEquals(log.writable(), true);
    await log.close();
    assertEquals(log.writable(), false);
    await assertRejects(() => log.commit(notes("a", ["one"])), LogUnavailable);
    await assertRejects(() => log.read("a", 0, 1), LogUnavailable);
    await assertRejects(() => log.head("a"), LogUnavailable);
    assertThrows(() => log.feed(() => {}, { after: 0 }), LogUnavailable);
    await log.close();
  });

  test("[L10] closing waits for what was already handed in", async (log) => {
    const commits = Array.from(
      { length: 20 },
      (_, i) => log.commit(notes("a", [`${i}`])),
    );
    await log.close();
    assertEquals((await Promise.all(commits)).length, 20);
  });

  test("[L6] a listener's cursor is a whole number that grows", async (log) => {
    const cursors: number[] = [];
    const stop = log.feed((_, cursor) => cursors.push(cursor));
    for (const text of ["one", "two", "three"]) {
      await log.commit(notes("a", [text]));
    }
    stop();
    assertEquals(cursors, cursors.toSorted((a, b) => a - b));
    assertEquals(new Set(cursors).size, 3);
    assert(cursors.every(Number.isSafeInteger));
  });
}

/** Registers what only holds for a log that outlives its process. */
export function durableLogContract(
  name: string,
  open: () => Promise<Fixture>,
): void {
  Deno.test(`[L7] after reopening everything acknowledged is there, once (${name})`, async (t) => {
    const fixture = await open();
    let log = fixture.log;
    const commit = {
      ...notes("a", ["one", "two"], { messageId: "m", result: 5 }),
      index: [{ view: "v", key: "k", data: "kept", unique: true }],
    };
    const first = await log.commit(commit);
    const entries = await log.read("a", 0, 9);
    log = await fixture.reopen!();
    await t.step("entries, head, views and answers are the same", async () => {
      assertEquals(await log.read("a", 0, 9), entries);
      assertEquals(
        { channel: "a", ...await log.head("a") },
        first.positions[0],
      );
      assertEquals((await log.query("v")).rows[0].data, "kept");
      assertEquals(await log.commit(commit), { ...first, duplicate: true });
    });
    await t.step("offsets, chain and conditions go on", async () => {
      await log.commit(expecting("a", "session", 2, "three"));
      assertEquals(await log.verify(), { ok: true, count: 3, channels: 1 });
    });
    await fixture.dispose();
  });
}

export function textOf(entry: Entry): string {
  return JSON.parse(entry.bodyText!).text;
}

async function bodies(log: Log, channel: string): Promise<string[]> {
  return (await log.read(channel, 0, 1_000)).map(textOf);
}

function expecting(
  channel: string,
  subject: string,
  offset: number,
  text: string,
): Commit {
  const entries = [note(text, subject)];
  return {
    sender: "ada",
    writes: [{ channel, entries, expected: { subject, offset } }],
  };
}

function indexing(
  rows: readonly (readonly [string, number, number | { n: number } | null])[],
): Commit {
  const index = rows.map(([key, sort, data]) => ({
    view: "v",
    key,
    sort,
    data,
  }));
  return { sender: "ada", writes: [], index };
}
