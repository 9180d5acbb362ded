/** Alerts over HTTP: from raising to resolving, who reads and does what, filters, pages, keys. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { alertCommands } from "../../../domain/alerts/alert_commands.ts";
import { savedViewCommands } from "../../../domain/alerts/saved_view_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { AlertReading } from "../../../routes/alert_reading.ts";
import { alertRoutes } from "../../../routes/api/alerts.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { locateResult, presentResult } from "../../../routes/api/sessions.ts";
import { fixture, START } from "../fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const BO = { name: "Bo", role: "observer" } as const;
const ADA = { name: "Ada", role: "admin" } as const;
type Visitor = typeof FLO | typeof ANA | typeof BO | typeof ADA;

const ALERTS = "/api/v1/alerts";
const SANCTIONS = { severity: "high", title: "Sanctions list" };
const iso = (ms: number) => new Date(START + ms).toISOString();

async function alertFixture() {
  const log = createMemoryLog();
  let ids = 0;
  let now = START;
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...alertCommands,
      ...savedViewCommands,
    ],
    authorize: hasRole,
    clock: () => now,
    newId: () => `id${++ids}`,
  });
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({
          commands,
          present: presentResult,
          locate: locateResult,
        }),
        ...alertRoutes(new AlertReading({ commands, log })),
      ],
    },
  });
  const call = async (
    who: Visitor,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = await f.callAs(who, method, path, body);
    const { status, headers } = response;
    const location = headers.get("location");
    return { status, location, body: await response.json() };
  };
  const titles = async (who: Visitor, query = "") => {
    const { body } = await call(who, "GET", ALERTS + query);
    return body.items.map(({ title }: { title: string }) => title);
  };
  return {
    ...f,
    callService: f.call,
    call,
    titles,
    pass: (ms: number) => void (now += ms),
    raise: async (more: object = {}, who: Visitor = ANA) => {
      const answer = await call(who, "POST", ALERTS, { ...SANCTIONS, ...more });
      assertEquals(answer.status, 201, JSON.stringify(answer.body));
      return answer.body.alert;
    },
    /** What a call is refused with: status, reason and places. */
    refused: async (...args: Parameters<typeof call>) => {
      const { status, body } = await call(...args);
      const paths = body.errors?.map(({ path }: { path: string }) => path);
      return [status, body.reason ?? body.code, ...paths ? [paths] : []];
    },
    openSession: async (open = false) => {
      const { body } = await call(FLO, "POST", "/api/v1/sessions", {
        title: "Review",
        open,
      });
      return String(body.session.id);
    },
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[AL1] an alert goes from raising over acknowledging to resolving", async () => {
  using f = await alertFixture();
  const raised = await f.call(ANA, "POST", ALERTS, {
    ...SANCTIONS,
    id: "a1",
    body: "One name is close",
    source: "screening",
    acknowledgeWithinMs: 60_000,
  });
  assertEquals([raised.status, raised.location], [201, `${ALERTS}/a1`]);
  assertEquals(raised.body.channel, "alerts");
  assertEquals(raised.body.position.offset, 1);
  const { alert } = raised.body;
  assertEquals(
    [alert.id, alert.status, alert.raisedAt, alert.acknowledgeBy],
    ["a1", "open", iso(0), iso(60_000)],
  );
  const path = `${ALERTS}/a1`;
  const noted = await f.call(ANA, "POST", `${path}/notes`, { text: "Asked" });
  assertEquals([noted.status, noted.body.alert.notes[0].at], [200, iso(0)]);
  const taken = await f.call(FLO, "POST", `${path}/acknowledge`);
  assertEquals(
    [taken.status, taken.body.alert.acknowledgedBy.name],
    [200, "Flo"],
  );
  const snoozed = await f.call(FLO, "POST", `${path}/snooze`, {
    until: iso(3_600_000),
  });
  assertEquals(snoozed.body.alert.snoozedUntil, iso(3_600_000));
  const ended = await f.call(FLO, "POST", `${path}/resolve`, {
    resolution: "A namesake",
    dismissed: true,
  });
  const { status, dismissed, resolution, resolvedAt } = ended.body.alert;
  assertEquals(
    [status, dismissed, resolution, resolvedAt],
    ["resolved", true, "A namesake", iso(0)],
  );
});

Deno.test("[AL2] equal keys are one alert, whoever raises it; in another session it is another", async () => {
  using f = await alertFixture();
  const first = await f.raise({ dedupeKey: "kx-14" });
  const second = await f.raise({ dedupeKey: "kx-14", title: "Again" }, FLO);
  assertEquals([second.id, second.count, second.title], [
    first.id,
    2,
    "Again",
  ]);
  assert(first.id.startsWith("key-"));
  const sessionId = await f.openSession();
  const other = await f.raise({ dedupeKey: "kx-14", sessionId }, FLO);
  assertEquals([other.id === first.id, other.count], [false, 1]);
});

Deno.test("[AL2] many reports at once are one alert with their count", async () => {
  using f = await alertFixture();
  await Promise.all(
    Array.from({ length: 40 }, () => f.raise({ dedupeKey: "burst" })),
  );
  const { body } = await f.call(ANA, "GET", ALERTS);
  assertEquals(body.items.map(({ count }: { count: number }) => count), [40]);
});

Deno.test("[AL11] an id is taken once in the house, whatever session it is in", async () => {
  using f = await alertFixture();
  const sessionId = await f.openSession();
  await f.raise({ id: "a1" });
  const { status } = await f.call(FLO, "POST", ALERTS, {
    ...SANCTIONS,
    id: "a1",
    title: "Hides the other",
    sessionId,
  });
  assertEquals(status, 409);
  assertEquals(await f.titles(ADA), ["Sanctions list"]);
  assertEquals(
    await f.refused(ANA, "POST", ALERTS, { ...SANCTIONS, id: "key-ab" }),
    [422, "invalid", ["id"]],
  );
});

Deno.test("[AL10] what cannot be an alert is invalid, each mistake with its place", async () => {
  using f = await alertFixture();
  const wrong: [object, string][] = [
    [{ severity: "urgent" }, "severity"],
    [{ title: "" }, "title"],
    [{ acknowledgeWithinMs: 999 }, "acknowledgeWithinMs"],
    [{ id: "A b" }, "id"],
    [{ id: "a1", dedupeKey: "k" }, "id"],
    [{ body: "x".repeat(4_001) }, "body"],
  ];
  for (const [more, path] of wrong) {
    assertEquals(
      await f.refused(ANA, "POST", ALERTS, { ...SANCTIONS, ...more }),
      [422, "invalid", [path]],
    );
  }
  await f.raise({ id: "a1" });
  assertEquals(
    await f.refused(ANA, "POST", `${ALERTS}/a1/snooze`, { until: iso(0) }),
    [422, "snooze_in_the_past", ["until"]],
  );
  assertEquals(
    await f.refused(ANA, "POST", `${ALERTS}/a1/snooze`, { until: "later" }),
    [422, "invalid", ["until"]],
  );
});

Deno.test("[AL1] what is over, unknown or taken is refused in its own words", async () => {
  using f = await alertFixture();
  await f.raise({ id: "a1" });
  await f.call(ANA, "POST", `${ALERTS}/a1/resolve`);
  assertEquals(await f.refused(ANA, "POST", `${ALERTS}/a1/acknowledge`), [
    409,
    "alert_resolved",
  ]);
  assertEquals(await f.refused(ANA, "POST", `${ALERTS}/a2/acknowledge`), [
    404,
    "alert_not_found",
  ]);
  assertEquals(await f.refused(ANA, "GET", `${ALERTS}/a2`), [
    404,
    "alert_not_found",
  ]);
  assertEquals(
    await f.refused(ANA, "POST", ALERTS, { ...SANCTIONS, id: "a1" }),
    [409, "alert_exists"],
  );
});

Deno.test("[AL6] observers read; members, facilitators and admins do the rest", async () => {
  using f = await alertFixture();
  const acts: [string, object][] = [
    ["notes", { text: "Hm" }],
    ["acknowledge", {}],
    ["assign", { userId: "someone" }],
    ["snooze", { until: iso(60_000) }],
    ["resolve", {}],
  ];
  for (const who of [ANA, FLO, ADA]) {
    const { id } = await f.raise({ id: `of-${who.role}` }, who);
    for (const [act, body] of acts) {
      const path = `${ALERTS}/${id}/${act}`;
      assertEquals(await f.refused(BO, "POST", path, body), [
        403,
        "not_allowed",
      ]);
      assertEquals((await f.call(who, "POST", path, body)).status, 200, act);
    }
    assertEquals((await f.call(BO, "GET", `${ALERTS}/${id}`)).status, 200);
  }
  assertEquals(await f.refused(BO, "POST", ALERTS, SANCTIONS), [
    403,
    "not_allowed",
  ]);
  for (const act of ["wake", "escalate"]) {
    const path = `${ALERTS}/of-admin/${act}`;
    assertEquals(await f.refused(FLO, "POST", path), [403, "not_allowed"]);
  }
  assertEquals((await f.request(ALERTS)).status, 401);
});

Deno.test("[AL6] who may not see a session sees none of its alerts", async () => {
  using f = await alertFixture();
  const sessionId = await f.openSession();
  await f.raise({ id: "secret", title: "Of the session", sessionId }, FLO);
  f.pass(1_000);
  await f.raise({ id: "known", title: "Of the house" });
  assertEquals(await f.titles(ANA), ["Of the house"]);
  assertEquals(await f.titles(FLO), ["Of the house", "Of the session"]);
  assertEquals(await f.titles(FLO, `?sessionId=${sessionId}`), [
    "Of the session",
  ]);
  assertEquals(await f.refused(ANA, "GET", `${ALERTS}/secret`), [
    404,
    "alert_not_found",
  ]);
  const acknowledge = `${ALERTS}/secret/acknowledge`;
  assertEquals(await f.refused(ANA, "POST", acknowledge, { sessionId }), [
    404,
    "session_not_found",
  ]);
  assertEquals(await f.refused(ANA, "POST", acknowledge), [
    404,
    "alert_not_found",
  ]);
  const done = await f.call(FLO, "POST", acknowledge, { sessionId });
  assertEquals([done.status, done.body.channel], [200, `session:${sessionId}`]);
});

Deno.test("[AL12] the list is filtered by state, severity and who has it", async () => {
  using f = await alertFixture();
  await f.raise({ id: "a", title: "A", severity: "critical" });
  await f.raise({ id: "b", title: "B", severity: "low" });
  await f.raise({ id: "c", title: "C", severity: "low" });
  await f.call(ANA, "POST", `${ALERTS}/b/acknowledge`);
  await f.call(ANA, "POST", `${ALERTS}/b/assign`, { userId: "u-1" });
  await f.call(ANA, "POST", `${ALERTS}/c/resolve`);
  const shown: [string, string[]][] = [
    ["", ["A", "B", "C"]],
    ["?status=active", ["A", "B"]],
    ["?status=open", ["A"]],
    ["?status=acknowledged", ["B"]],
    ["?status=resolved", ["C"]],
    ["?severity=low", ["B", "C"]],
    ["?severity=low&status=active", ["B"]],
    ["?assignee=u-1", ["B"]],
  ];
  for (const [query, titles] of shown) {
    assertEquals((await f.titles(ANA, query)).sort(), titles, query);
  }
  assertEquals(await f.refused(ANA, "GET", `${ALERTS}?status=gone`), [
    422,
    "invalid",
    ["status"],
  ]);
});

Deno.test("[AL12] pages follow each other, last raised first, and nothing is shown twice", async () => {
  using f = await alertFixture();
  for (let n = 1; n <= 7; n++) {
    await f.raise({ id: `a${n}`, title: `${n}` });
    f.pass(1_000);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  const lengths: number[] = [];
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { body } = await f.call(ANA, "GET", `${ALERTS}?limit=3${query}`);
    lengths.push(body.items.length);
    seen.push(...body.items.map(({ title }: { title: string }) => title));
    cursor = body.nextCursor;
  } while (cursor !== null);
  assertEquals(seen, ["7", "6", "5", "4", "3", "2", "1"]);
  assertEquals(lengths, [3, 3, 1]);
  assertEquals(await f.refused(ANA, "GET", `${ALERTS}?cursor=none`), [
    422,
    "invalid",
    ["cursor"],
  ]);
});

Deno.test("[AL12] an item of the list has its times as text, and how many notes it has", async () => {
  using f = await alertFixture();
  await f.raise({ id: "a1", acknowledgeWithinMs: 60_000 });
  await f.call(ANA, "POST", `${ALERTS}/a1/notes`, { text: "Asked" });
  const { body: { items: [item] } } = await f.call(ANA, "GET", ALERTS);
  assertEquals(
    [item.raisedAt, item.acknowledgeBy, item.noteCount, item.notes],
    [iso(0), iso(60_000), 1, undefined],
  );
});

Deno.test("[P14] the same Idempotency-Key raises once; another body under it is 409", async () => {
  using f = await alertFixture();
  const headers = { "idempotency-key": "once" };
  const body = { ...SANCTIONS, dedupeKey: "k" };
  const first = await f.callService("POST", ALERTS, body, headers);
  const again = await f.callService("POST", ALERTS, body, headers);
  assertEquals([first.status, again.status], [201, 201]);
  assertEquals(await first.json(), await again.json());
  const other = { ...body, title: "Another" };
  const refused = await f.callService("POST", ALERTS, other, headers);
  assertEquals(refused.status, 409);
  await refused.body?.cancel();
  const { body: { items } } = await f.call(ANA, "GET", ALERTS);
  assertEquals(items[0].count, 1);
});

Deno.test("[AL19] an alert says when it happened, and lists leave out what was before a time", async () => {
  using f = await alertFixture();
  const hour = 3_600_000;
  const old = await f.raise({ id: "old", occurredAt: iso(-50 * hour) });
  assertEquals([old.occurredAt, old.raisedAt], [iso(-50 * hour), iso(0)]);
  await f.raise({ id: "new", title: "New" });
  assertEquals(await f.titles(ANA, `?since=${iso(-hour)}`), ["New"]);
  assertEquals(await f.titles(ANA, `?since=${START - hour}`), ["New"]);
  assertEquals((await f.titles(ANA, `?since=${iso(-50 * hour)}`)).length, 2);
  const ahead = { ...SANCTIONS, occurredAt: iso(6 * 60_000) };
  assertEquals(await f.refused(ANA, "POST", ALERTS, ahead), [
    422,
    "occurred_in_the_future",
    ["occurredAt"],
  ]);
  assertEquals(
    (await f.call(ANA, "GET", `${ALERTS}?since=yesterday`)).status,
    422,
  );
});

Deno.test("[AL11] ids that are addresses cannot be given", async () => {
  using f = await alertFixture();
  const raise = (id: string) =>
    f.refused(ANA, "POST", ALERTS, { ...SANCTIONS, id });
  assertEquals(await raise("sample"), [422, "invalid", ["id"]]);
  assertEquals(await raise("views"), [422, "invalid", ["id"]]);
});

Deno.test("[AL20] readers of an alert are told to who leads, in times of HTTP", async () => {
  using f = await alertFixture();
  await f.raise({ id: "a" });
  await f.call(BO, "GET", `${ALERTS}/a`);
  await f.call(ANA, "POST", `${ALERTS}/a/acknowledge`);
  const { body } = await f.call(FLO, "GET", `${ALERTS}/a/readers`);
  const at = iso(0);
  assertEquals(
    body.items.map(({ userId: _, ...one }: { userId: string }) => one),
    [{ name: "Ana", delivered: at, shown: at, acknowledged: at }],
  );
  assertEquals(await f.refused(ANA, "GET", `${ALERTS}/a/readers`), [
    403,
    "not_allowed",
  ]);
  assertEquals(
    (await f.call(FLO, "GET", `${ALERTS}/none/readers`)).status,
    404,
  );
});

Deno.test("[AL18] views are saved, listed and removed over HTTP, each person their own", async () => {
  using f = await alertFixture();
  const saved = await f.call(ANA, "POST", `${ALERTS}/views`, {
    name: "Urgent",
    severities: ["high", "critical"],
    since: "week",
  });
  assertEquals(saved.status, 201);
  const { body: { views: [view] } } = await f.call(
    ANA,
    "GET",
    `${ALERTS}/views`,
  );
  assertEquals(view, {
    id: view.id,
    viewId: view.id,
    name: "Urgent",
    choice: {
      show: "active",
      severities: ["critical", "high"],
      since: "week",
    },
    isDefault: false,
  });
  const others = await f.call(FLO, "GET", `${ALERTS}/views`);
  assertEquals(others.body.views, []);
  const gone = await f.call(ANA, "DELETE", `${ALERTS}/views/${view.id}`);
  assertEquals([gone.status, gone.body.views], [200, []]);
});
