/** What people are told on their own channels: committed with what it tells of, and not told on. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../domain/access.ts";
import { inboxCommands } from "../../domain/inbox/commands.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import type { Commit } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { CommandLog } from "../../realtime/pipeline.ts";

const FAY = { userId: "fay", name: "Fay", roles: ["facilitator"] };
const MIA = { userId: "mia", name: "Mia", roles: ["member"] };
const OPEN = { id: "s1", title: "Vendor?", participants: [{ userId: "mia" }] };

function setUp() {
  const log = createMemoryLog();
  const commits: Commit[] = [];
  const watched: CommandLog = {
    recall: (recall) => log.recall(recall),
    readSubject: (...from) => log.readSubject(...from),
    head: (channel) => log.head(channel),
    feed: (...listener) => log.feed(...listener),
    commit: (commit) => {
      commits.push(commit);
      return log.commit(commit);
    },
  };
  const commands = new Commands({
    log: watched,
    declarations: [...sessionCommands, ...inboxCommands],
    authorize: hasRole,
    clock: () => 1_000,
  });
  return { log, commands, commits, [Symbol.dispose]: () => commands.close() };
}

Deno.test("[L1] who is told is told in the commit of what happened", async () => {
  using f = setUp();
  await f.commands.execute("open_session", OPEN, { user: FAY });
  assertEquals(f.commits.map(({ writes }) => writes.map((w) => w.channel)), [
    ["session:s1", "user:mia"],
  ]);
  const [entry] = await f.log.read("user:mia", 0, 10);
  assertEquals(
    [entry.type, entry.subject, entry.sender, JSON.parse(entry.bodyText!)],
    ["INBOX_UPDATE", "notices", "fay", {
      event: "added_to_session",
      sessionId: "s1",
      title: "Vendor?",
      by: "Fay",
    }],
  );
});

Deno.test("[P13] the answer names the command's own channel only, also when it is a duplicate", async () => {
  using f = setUp();
  const once = { user: FAY, messageId: "m1" };
  const first = await f.commands.execute("open_session", OPEN, once);
  const again = await f.commands.execute("open_session", OPEN, once);
  assertEquals(first.positions.map(({ channel }) => channel), ["session:s1"]);
  assertEquals(again.positions, first.positions);
  assertEquals(again.duplicate, true);
  assertEquals((await f.log.head("user:mia")).offset, 1);
});

Deno.test("[T3] records go to the reader's own channel, past what others write there meanwhile", async () => {
  using f = setUp();
  await f.commands.execute("open_session", OPEN, { user: FAY });
  const record = (level: string) =>
    f.commands.execute("record_notifications", {
      items: [{ channel: "user:mia", offset: 1, [level]: true }],
    }, { user: MIA });
  // All at once: the notice of the closing lands between the two records.
  const [, , acknowledged] = await Promise.all([
    record("shown"),
    f.commands.execute("close_session", { sessionId: "s1" }, { user: FAY }),
    record("acknowledged"),
  ]);
  assertEquals(acknowledged.result, {
    recorded: { delivered: 1, shown: 1, acknowledged: 1 },
  });
  const entries = await f.log.read("user:mia", 0, 10);
  assertEquals(
    entries.map(({ subject }) => subject).toSorted(),
    ["inbox", "inbox", "notices", "notices"],
  );
  const again = await record("acknowledged");
  assertEquals(again.positions[0].offset, 4);
  assertEquals((await f.log.head("user:mia")).offset, 4);
});
