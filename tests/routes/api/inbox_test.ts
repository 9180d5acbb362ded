/** The inbox over HTTP: pages, times, the count, and saying what was seen. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { inboxCommands } from "../../../domain/inbox/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { inboxRoutes } from "../../../routes/api/inbox.ts";
import { ANA, BO, fixture, START } from "../fixture.ts";

const AS_ANA = { name: "Ana", role: "member" } as const;
const MEMBER = { ...BO, roles: ["member"] };

async function inboxFixture() {
  const log = createMemoryLog({ now: () => START });
  const commands = new Commands({
    log,
    declarations: inboxCommands,
    authorize: hasRole,
    clock: () => START,
  });
  const routes = [
    ...commandRoutes({ commands }),
    ...inboxRoutes({ commands, log }),
  ];
  const f = await fixture({ log, parts: { routes } });
  const inbox = async (query = "") => {
    const response = await f.callAs(AS_ANA, "GET", `/api/v1/inbox${query}`);
    return { status: response.status, ...await response.json() };
  };
  return {
    ...f,
    inbox,
    send: (body: string) =>
      f.hub.sendDirect({ recipient: ANA.userId, body, sender: MEMBER }),
    alert: (severity: string, at: number) =>
      log.commit({
        sender: "system",
        writes: [{
          channel: "alerts",
          entries: [{
            type: "ALERT",
            v: 1,
            subject: "alert:1",
            at,
            body: { event: "alert_raised", id: "1", severity, title: "Look" },
          }],
        }],
      }),
    record: (...items: object[]) =>
      f.callAs(AS_ANA, "POST", "/api/v1/inbox/records", { items }),
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

const bodies = ({ items }: { items: readonly { body: string }[] }) =>
  items.map(({ body }) => body);

Deno.test("[T1] GET /inbox gives each with its place, time and words, and the count", async () => {
  using f = await inboxFixture();
  await f.send("Lunch?");
  assertEquals(await f.inbox(), {
    status: 200,
    items: [{
      channel: "user:ana",
      offset: 1,
      at: "2026-01-02T03:04:05.678Z",
      severity: "info",
      title: "Message from bo",
      body: "Lunch?",
      href: "/inbox",
      sender: "bo",
      unread: true,
      delivered: null,
      shown: null,
      acknowledged: null,
    }],
    unread: 1,
    nextCursor: null,
  });
});

Deno.test("[T1] own channel and alerts are one list, newest first, in pages without gap or repeat", async () => {
  using f = await inboxFixture();
  await f.send("first");
  await f.alert("high", START + 1);
  f.clock.now = START + 2;
  await f.send("third");
  await f.alert("low", START + 3);
  const titles: string[] = [];
  let cursor: string | null = "";
  do {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page = await f.inbox(`?limit=1${query}`);
    titles.push(
      ...page.items.map((one: { severity: string; body: string }) =>
        one.body || one.severity
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== null);
  assertEquals(titles, ["low", "third", "high", "first"]);
});

Deno.test("[T3] POST /inbox/records is the reader's word; saying it again changes nothing", async () => {
  using f = await inboxFixture();
  await f.send("one");
  await f.send("two");
  const seen = { channel: "user:ana", offset: 1, acknowledged: true };
  const first = await f.record(seen);
  assertEquals(first.status, 200);
  const answer = await first.json();
  assertEquals(answer.recorded, { delivered: 1, shown: 1, acknowledged: 1 });
  assertEquals(answer.channel, "user:ana");
  const again = await (await f.record(seen)).json();
  assertEquals(again.position.offset, answer.position.offset);
  const unread = await f.inbox("?filter=unread");
  assertEquals([bodies(unread), unread.unread], [["two"], 1]);
  const [, one] = (await f.inbox()).items;
  assertEquals(one.acknowledged, "2026-01-02T03:04:05.678Z");
});

Deno.test("[T3] records of another's channel are not found, and of no shape invalid", async () => {
  using f = await inboxFixture();
  const foreign = await f.record({
    channel: "user:bo",
    offset: 1,
    shown: true,
  });
  assertEquals(foreign.status, 404);
  assertEquals((await foreign.json()).reason, "notification_not_found");
  const empty = await f.record();
  assertEquals(empty.status, 422);
  await empty.body?.cancel();
});

Deno.test("[T1] a foreign cursor is refused with its field", async () => {
  using f = await inboxFixture();
  const { status, errors } = await f.inbox("?cursor=nonsense");
  assertEquals([status, errors[0].path], [422, "cursor"]);
});

Deno.test("[L9] what was erased from the log is gone from the inbox", async () => {
  using f = await inboxFixture();
  await f.send("secret");
  await f.log.erase("user:ana", 1, "ana");
  assertEquals(bodies(await f.inbox()), []);
});

Deno.test("[T3] what was said does not push notifications out of a page", async () => {
  using f = await inboxFixture();
  await f.send("old");
  for (let offset = 1; offset <= 300; offset++) {
    await f.record({ channel: "alerts", offset, shown: true });
  }
  assertEquals(bodies(await f.inbox("?limit=1")), ["old"]);
});
