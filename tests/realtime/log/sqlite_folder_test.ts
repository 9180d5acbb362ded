/** Rule L10 and the data folder: what cannot be used is refused in words that help. */
import { DatabaseSync } from "node:sqlite";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { DATABASE_FILE } from "../../../realtime/log/sqlite_folder.ts";
import type { SqliteLogOptions } from "../../../realtime/log/sqlite_options.ts";
import {
  type Entry,
  LogConflict,
  LogUnavailable,
  type View,
} from "../../../realtime/log/log.ts";
import { note, notes, TEXTS } from "./log_contract.ts";

async function withFolder(
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const open = (folder: string, rest: Partial<SqliteLogOptions> = {}) =>
  openSqliteLog({ folder, views: [], ...rest });

Deno.test("[L10] a folder that is held is refused at open, and free again after close", () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    const refused = await open(folder).catch((error) => error);
    assert(refused instanceof LogUnavailable);
    assertEquals(
      refused.message,
      `Cannot open the log in ${folder}: another process holds it (process ${Deno.pid}); stop that one, or choose another folder`,
    );
    await first.commit(notes("a", ["still works"]));
    await first.close();
    await (await open(folder)).close();
  }));

Deno.test("[L10] a folder another process holds is refused, until that one is killed", () =>
  withFolder(async (folder) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        import.meta.resolve("./kill_child.ts"),
        folder,
        "0",
      ],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read(); // its first acknowledgement
    await assertRejects(
      () => open(folder),
      LogUnavailable,
      `process ${child.pid}`,
    );
    child.kill("SIGKILL");
    await reader.cancel();
    await child.status;
    const log = await open(folder);
    assertEquals((await log.verify()).ok, true);
    await log.close();
  }));

Deno.test("[L10] a folder that cannot be made is refused at open", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const below = `${folder}/file/data`;
    await assertRejects(
      () => open(below),
      LogUnavailable,
      `Cannot open the log in ${below}: the folder cannot be written`,
    );
  }));

Deno.test("[L10] a file that is no database is refused at open, and left alone", () =>
  withFolder(async (folder) => {
    const text = "not a database, but long enough to be looked at as one. "
      .repeat(20);
    await Deno.writeTextFile(`${folder}/log.db`, text);
    await assertRejects(
      () => open(folder),
      LogUnavailable,
      "is not a database",
    );
    assertEquals(await Deno.readTextFile(`${folder}/log.db`), text);
  }));

Deno.test("[L10] a newer schema is refused at open", () =>
  withFolder(async (folder) => {
    await (await open(folder)).close();
    const db = new DatabaseSync(`${folder}/log.db`);
    db.exec("UPDATE meta SET value = '99' WHERE key = 'schema'");
    db.close();
    await assertRejects(
      () => open(folder),
      LogUnavailable,
      "newer Regulens (schema 99",
    );
  }));

Deno.test("[L10] a signing key of another kind is refused at open", () =>
  withFolder(async (folder) => {
    await assertRejects(
      () => open(folder, { signingKey: "nonsense" }),
      RangeError,
      "PKCS#8",
    );
    await (await open(folder)).close();
  }));

Deno.test("[L10] the signing key is its owner's alone, and kept", () =>
  withFolder(async (folder) => {
    await (await open(folder)).close();
    const key = await Deno.readTextFile(`${folder}/checkpoint.key`);
    assertEquals(
      (await Deno.stat(`${folder}/checkpoint.key`)).mode! & 0o777,
      0o600,
    );
    await (await open(folder)).close();
    assertEquals(await Deno.readTextFile(`${folder}/checkpoint.key`), key);
    const bytes = await Deno.readFile(`${folder}/log.db`);
    assert(
      !new TextDecoder("latin1").decode(bytes).includes(key.split("\n")[1]),
    );
  }));

Deno.test("[L10] a full disk refuses the whole batch, acknowledges nothing, and reads go on", () =>
  withFolder(async (folder) => {
    const log = await open(folder, { maxPages: 60 });
    await log.commit(notes("a", ["kept"]));
    const big = "x".repeat(400_000);
    const results = await Promise.allSettled([
      log.commit(notes("a", ["small"])),
      log.commit(notes("a", [big])),
    ]);
    assertEquals(results.map((result) => result.status), [
      "rejected",
      "rejected",
    ]);
    const [refused] = results;
    assert(
      refused.status === "rejected" && refused.reason instanceof LogUnavailable,
    );
    assert(
      refused.reason.message.includes(`${folder}/log.db: the disk is full`),
    );
    assertEquals(log.writable(), false);
    assertEquals((await log.read("a", 0, 9)).length, 1);

    // Writing works again as soon as something fits; offsets and chain go on without a hole.
    assertEquals(
      (await log.commit(notes("a", ["fits"]))).positions[0].offset,
      2,
    );
    assertEquals(log.writable(), true);
    assertEquals(await log.verify(), { ok: true, count: 2, channels: 1 });
    await log.close();
  }));

Deno.test("[L10] a file that was moved away takes no more acknowledged writes", () =>
  withFolder(async (folder) => {
    const log = await open(folder);
    await log.commit(notes("a", ["kept"]));
    await Deno.rename(`${folder}/log.db`, `${folder}/elsewhere`);
    await assertRejects(
      () => log.commit(notes("a", ["lost"])),
      LogUnavailable,
      "it was deleted; put the folder back or restart",
    );
    await Deno.writeTextFile(`${folder}/log.db`, "");
    await assertRejects(
      () => log.commit(notes("a", ["lost"])),
      LogUnavailable,
      "another took its place",
    );
    assertEquals(log.writable(), false);
    await Deno.rename(`${folder}/elsewhere`, `${folder}/log.db`);
    const { positions } = await log.commit(notes("a", ["found"]));
    assertEquals([positions[0].offset, log.writable()], [2, true]);
    await log.close();
  }));

Deno.test("[L3] a chain whose commit met a full disk is broken for those that rest on it", () =>
  withFolder(async (folder) => {
    const log = await open(folder, { maxPages: 60 });
    const chained = (text: string, offset: number) => ({
      sender: "ada",
      chain: "c1",
      writes: [{
        channel: "a",
        entries: [note(text)],
        expected: { subject: "session", offset },
      }],
    });
    const first = log.commit(chained("x".repeat(400_000), 0));
    await assertRejects(() => first, LogUnavailable);
    await log.commit(notes("a", ["somebody else's"]));
    await assertRejects(() => log.commit(chained("rests", 1)), LogConflict);
    await log.close();
  }));

Deno.test("[L10] a flush that fails refuses its commit, and nothing acknowledged is lost", () =>
  withFolder(async (folder) => {
    // The limit on file sizes makes the write at COMMIT fail, as a full disk does.
    const script =
      `trap '' XFSZ; ulimit -f 2000; exec "$0" run -A --no-check --no-code-cache "$1" "$2"`;
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: [
        "-c",
        script,
        Deno.execPath(),
        import.meta.resolve("./full_child.ts"),
        folder,
      ],
    }).output();
    const decoder = new TextDecoder();
    assertEquals(decoder.decode(stderr), "");
    const seen = JSON.parse(decoder.decode(stdout));
    assertEquals(seen.writable, false);
    assertStringIncludes(seen.refusal, "LogUnavailable: Cannot use the log");
    assert(seen.acknowledged > 0);
    assertEquals(seen.offset, seen.acknowledged);

    const log = await open(folder);
    assertEquals(await log.verify(), {
      ok: true,
      count: seen.acknowledged,
      channels: 1,
    });
    await log.close();
  }));

Deno.test("[L10] a store that could not write finds out by itself that it can again", () =>
  withFolder(async (folder) => {
    const log = await open(folder, { maxPages: 60, probeIntervalMs: 5 });
    await assertRejects(
      () => log.commit(notes("a", ["x".repeat(400_000)])),
      LogUnavailable,
    );
    assertEquals(log.writable(), false);
    while (!log.writable()) await log.head("a");
    await log.close();
  }));

Deno.test("[L1] a refused commit does not spoil the batch it shares", () =>
  withFolder(async (folder) => {
    const log = await open(folder, { flushDelayMs: 5 });
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) =>
        log.commit({
          sender: "ada",
          writes: [{
            channel: "a",
            entries: [note(`${i}`)],
            expected: i % 3 === 0
              ? { subject: "session", offset: 1_000 }
              : undefined,
          }],
        })),
    );
    results.forEach((result, i) => {
      assertEquals(result.status, i % 3 === 0 ? "rejected" : "fulfilled");
      if (result.status === "rejected") {
        assert(result.reason instanceof LogConflict);
      }
    });
    assertEquals((await log.head("a")).offset, 20);
    await log.close();
  }));

Deno.test("[L5] a view with a new version is rebuilt from the log at open", () =>
  withFolder(async (folder) => {
    const view = (version: number, index: View["index"]): View => ({
      name: "v",
      version,
      index,
    });
    const byOffset = (entry: Entry) => [{
      view: "v",
      key: `${entry.channel}:${entry.offset}`,
      sort: entry.offset,
      data: entry.bodyText === null
        ? "erased"
        : JSON.parse(entry.bodyText).text ?? "erasure",
    }];
    let log = await open(folder, { views: [view(1, () => [])] });
    await log.commit({
      ...notes("a", ["one", "two"]),
      index: [{ view: "v", key: "old", data: 1 }, {
        view: "other",
        key: "kept",
        data: 1,
      }],
    });
    await log.erase("a", 1, "ada");
    await log.close();

    log = await open(folder, { views: [view(1, () => [])] });
    assertEquals((await log.query("v")).rows.map((row) => row.key), ["old"]);
    await log.close();

    log = await open(folder, { views: [view(2, byOffset)] });
    assertEquals(
      (await log.query("v")).rows.map((row) => [row.key, row.data]),
      [
        ["a:1", "erased"],
        ["a:2", "two"],
        ["a:3", "erasure"],
      ],
    );
    assertEquals((await log.query("other")).rows.length, 1);
    await log.close();
  }));

Deno.test("[L7] the epoch is made once and kept; another log has another", () =>
  withFolder(async (folder) => {
    const first = await open(`${folder}/one`);
    const { epoch } = await first.head("a");
    await first.close();
    const again = await open(`${folder}/one`);
    assertEquals((await again.head("a")).epoch, epoch);
    await again.close();
    const other = await open(`${folder}/two`);
    assertNotEquals((await other.head("a")).epoch, epoch);
    await other.close();
  }));

Deno.test("[L9] nothing of an erased body is left in the folder's files", () =>
  withFolder(async (folder) => {
    const log = await open(folder);
    const secret = "a-secret-nobody-should-find";
    await log.commit(
      notes("a", [secret], { messageId: "m", result: { secret } }),
    );
    assert(await contains(folder, secret));
    await log.erase("a", 1, "ada");
    assert(!await contains(folder, secret));
    await log.close();
    assert(!await contains(folder, secret));
  }));

Deno.test("[L11] nothing of a removed channel is left, however often its rows were replaced and pages split", () =>
  withFolder(async (folder) => {
    const log = await open(folder, { views: [TEXTS] });
    const texts: string[] = [];
    for (let i = 0; i < 400; i++) {
      const channel = `c${i % 20}`;
      const text = i % 2 === 0 ? `gone-${"x".repeat(i)}` : "stays";
      texts.push(`${channel} ${text}`);
      const key = `${channel} session`;
      const data = texts.filter((one) => one.startsWith(`${channel} `))
        .map((one) => one.slice(channel.length + 1));
      const index = [{ view: "texts", key, data }];
      await log.commit({ ...notes(channel, [text]), index });
    }
    assert(await contains(folder, "gone-"));
    for (let i = 0; i < 20; i += 2) {
      await log.remove({ channel: `c${i}`, sender: "ada" });
    }
    assert(!await contains(folder, "gone-"));
    assertEquals((await log.query("texts")).rows.length, 10);
    assertEquals((await log.verify()).ok, true);
    await log.close();
  }));

Deno.test("[L11] a view that is rebuilt does not bring back what was removed", () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    await first.commit(notes("a", ["gone"]));
    await first.commit(notes("b", ["stays"]));
    await first.remove({ channel: "a", sender: "ada" });
    await first.commit(notes("a", ["new"]));
    await first.close();
    const log = await open(folder, { views: [TEXTS] });
    const { rows } = await log.query("texts");
    await log.close();
    assertEquals(rows.map(({ key, data }) => [key, data]), [
      ["a session", ["new"]],
      ["b session", ["stays"]],
    ]);
  }));

Deno.test("[L9] an erasure waits for nobody who reads; what they held up is wiped with the next checkpoint", () =>
  withFolder(async (folder) => {
    const secret = crypto.randomUUID();
    const log = await open(folder, { checkpointIntervalMs: 0 });
    await log.commit(notes("a", [secret, "kept"]));
    const db = new DatabaseSync(`${folder}/${DATABASE_FILE}`, {
      readOnly: true,
    });
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM entries").get();
    await log.erase("a", 1, "ada");
    assert(await contains(folder, secret), "the read keeps the file as it was");
    db.close();
    await log.checkpoint();
    assert(!await contains(folder, secret));
    await log.close();
  }));

async function contains(folder: string, text: string): Promise<boolean> {
  for (const { name } of Deno.readDirSync(folder)) {
    const bytes = await Deno.readFile(`${folder}/${name}`);
    if (new TextDecoder("latin1").decode(bytes).includes(text)) return true;
  }
  return false;
}
