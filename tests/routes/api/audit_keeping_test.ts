/** Holds, the dry run of retention and erasing by hand, over HTTP: who may, and what is answered. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { keepingCommands } from "../../../domain/audit/keeping_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { auditKeepingRoutes } from "../../../routes/api/audit_keeping.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { Removals } from "../../../routes/audit_removal.ts";
import { Retention } from "../../../routes/audit_retention.ts";
import { createSubjectViews } from "../../../wiring.ts";
import { fixture } from "../fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const ADA = { name: "Ada", role: "admin" } as const;
type Person = typeof FLO | typeof ANA | typeof ADA;

const DAY = 86_400_000;
const CLOSED_AT = 1_767_323_045_678;
const S1 = "session:s1";
const AT = encodeURIComponent(S1);

/** `session:s1` of Flo, closed, that nobody else sees. */
async function keptFixture() {
  const clock = { now: CLOSED_AT };
  const now = () => clock.now;
  const log = createMemoryLog({ views: createSubjectViews(), now });
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...keepingCommands],
    authorize: hasRole,
    clock: now,
  });
  const removals = new Removals(log, { now });
  const retention = new Retention({
    log,
    removals,
    days: 30,
    user: { userId: "regulens", name: "Regulens" },
    now,
    after: () => () => {},
    logger: SILENT,
  });
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({ commands }),
        ...auditKeepingRoutes({ log, removals, retention }),
      ],
    },
  });
  const user = { userId: "flo", name: "Flo", roles: ["facilitator"] };
  const run = (name: string, input: object) =>
    commands.execute(name, input, { user });
  await run("open_session", { id: "s1", title: "Budget", open: false });
  await run("close_session", { sessionId: "s1" });
  return {
    clock,
    call: async (who: Person, method: string, path: string, body?: unknown) => {
      const url = `/api/v1/audit${path}`;
      const response = await f.callAs(who, method, url, body);
      return { status: response.status, body: await response.json() };
    },
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[A12] POST /audit/holds is 201, a second 409; DELETE lifts it, and then there is none", async () => {
  using f = await keptFixture();
  const hold = { channel: S1, reason: "Case 7" };
  const placed = await f.call(FLO, "POST", "/holds", hold);
  assertEquals([placed.status, placed.body.channel], [201, "audit"]);
  assertEquals(placed.body.hold.reason, "Case 7");
  const again = await f.call(FLO, "POST", "/holds", hold);
  assertEquals([again.status, again.body.reason], [409, "hold_exists"]);
  const listed = await f.call(FLO, "GET", "/holds");
  assertEquals(listed.body.items, [{
    channel: S1,
    userId: "flo",
    name: "Flo",
    at: "2026-01-02T03:04:05.678Z",
    reason: "Case 7",
    byAdmin: false,
  }]);
  const lifted = await f.call(FLO, "DELETE", `/holds/${AT}`);
  assertEquals([lifted.status, lifted.body.hold], [200, null]);
  const none = await f.call(FLO, "DELETE", `/holds/${AT}`);
  assertEquals([none.status, none.body.reason], [404, "hold_not_found"]);
});

Deno.test("[A12] of a hold nobody hears who does not see its channel", async () => {
  using f = await keptFixture();
  await f.call(ADA, "POST", "/holds", { channel: S1, reason: "Case 7" });
  assertEquals((await f.call(ANA, "GET", "/holds")).body.items, []);
  assertEquals((await f.call(ADA, "GET", "/holds")).body.items.length, 1);
});

Deno.test("[A12] erasing what is on hold is 409 on_hold", async () => {
  using f = await keptFixture();
  await f.call(FLO, "POST", "/holds", { channel: S1, reason: "Case 7" });
  for (const more of [{}, { subject: "session" }, { offset: 1 }]) {
    const erase = { channel: S1, reason: "asked for", ...more };
    const { status, body } = await f.call(ADA, "POST", "/erase", erase);
    assertEquals([status, body.reason], [409, "on_hold"]);
  }
});

Deno.test("[A11] the dry run tells what would go and what is held, and changes nothing", async () => {
  using f = await keptFixture();
  f.clock.now = CLOSED_AT + 31 * DAY;
  await f.call(FLO, "POST", "/holds", { channel: S1, reason: "Case 7" });
  const twice = [
    await f.call(ADA, "GET", "/retention"),
    await f.call(ADA, "GET", "/retention"),
  ];
  assertEquals(twice[0].body, twice[1].body);
  const { days, own, overdue, held } = twice[0].body;
  assertEquals([days, own], [30, []]);
  assertEquals(overdue, [{
    channel: S1,
    subject: null,
    title: "Budget",
    closedAt: "2026-01-02T03:04:05.678Z",
    days: 30,
    dueAt: "2026-02-01T03:04:05.678Z",
    held: true,
  }]);
  assertEquals(held[0].channel, S1);
});

Deno.test("[A11] PUT /audit/retention gives a session days of its own", async () => {
  using f = await keptFixture();
  const path = `/retention/${AT}`;
  const set = await f.call(ADA, "PUT", path, { days: "forever" });
  assertEquals([set.status, set.body.days], [200, "forever"]);
  const { body } = await f.call(ADA, "GET", "/retention");
  assertEquals(body.own, [{ channel: S1, subject: null, days: null }]);
  assertEquals((await f.call(FLO, "PUT", path, { days: 7 })).status, 403);
  assertEquals((await f.call(ADA, "PUT", path, { days: 0 })).status, 422);
});

Deno.test("[A13] POST /audit/erase answers how many bodies went; again it is 0", async () => {
  using f = await keptFixture();
  const one = { channel: S1, offset: 1, reason: "asked for" };
  assertEquals((await f.call(ADA, "POST", "/erase", one)).body, { erased: 1 });
  const all = { channel: S1, reason: "asked for" };
  assertEquals((await f.call(ADA, "POST", "/erase", all)).body, { erased: 1 });
  assertEquals((await f.call(ADA, "POST", "/erase", all)).body, { erased: 0 });
  const none = { ...one, offset: 99 };
  assertEquals((await f.call(ADA, "POST", "/erase", none)).status, 404);
});

Deno.test("[A13] only an admin erases, and neither the trail nor what is sealed by hand", async () => {
  using f = await keptFixture();
  const erase = (who: Person, channel: string) =>
    f.call(who, "POST", "/erase", { channel, reason: "asked for" });
  assertEquals((await erase(FLO, S1)).status, 403);
  assertEquals((await f.call(FLO, "GET", "/retention")).status, 403);
  assertEquals((await erase(ADA, "audit")).status, 403);
  assertEquals((await erase(ADA, "sealed:p1")).status, 403);
  const wrong = await f.call(ADA, "POST", "/erase", {
    channel: S1,
    subject: "session",
    offset: 1,
    reason: "asked for",
  });
  assertEquals(wrong.status, 422);
});
