/** The audit trail over HTTP: who sees what, what a check answers, and a file that verifies by itself. */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { SqliteAuditReading } from "../../../realtime/log/sqlite_audit_reading.ts";
import { isSigned } from "../../../realtime/log/checkpoint.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { verifyExport } from "../../../realtime/log/verify_export.ts";
import { auditRoutes } from "../../../routes/api/audit.ts";
import { fixture } from "../fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const BO = { name: "Bo", role: "observer" } as const;
const ADA = { name: "Ada", role: "admin" } as const;

type Person = typeof FLO | typeof ANA | typeof BO | typeof ADA;

const userOf = ({ name, role }: Person) => ({
  userId: name.toLowerCase(),
  name,
  roles: [role],
});

/** `session:closed` of Flo and Ana, `session:open` of Flo, and a message to Ana. */
async function withAudit(
  test: (f: Awaited<ReturnType<typeof auditFixture>>) => Promise<void>,
): Promise<void> {
  const f = await auditFixture();
  try {
    await test(f);
  } finally {
    await f.end();
  }
}

async function auditFixture() {
  const folder = await Deno.makeTempDir({ prefix: "regulens_audit_" });
  const log = await openSqliteLog({
    folder,
    views: [],
    checkpointIntervalMs: 0,
  });
  const audit = new SqliteAuditReading({ folder });
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
  });
  const f = await fixture({
    log,
    parts: { routes: auditRoutes({ log, audit }) },
  });
  const run = (name: string, input: Record<string, unknown>, who: Person) =>
    commands.execute(name, input, { user: userOf(who) });
  await run("open_session", {
    id: "closed",
    title: "Secret",
    open: false,
    participants: [{ userId: "ana", name: "Ana" }],
  }, FLO);
  await run("post_message", { sessionId: "closed", text: "Hello" }, ANA);
  await run("open_session", { id: "open", title: "Plain", open: true }, FLO);
  await log.commit({
    sender: "flo",
    writes: [{
      channel: "user:ana",
      entries: [{
        type: "DIRECT_MESSAGE",
        v: 1,
        subject: "inbox",
        at: 1_767_323_045_678,
        body: { text: "private" },
      }],
    }],
  });
  return {
    folder,
    log,
    audit,
    run,
    get: async (path: string, who: Person = ADA) => {
      const response = await f.callAs(who, "GET", `/api/v1/audit${path}`);
      const text = await response.text();
      return { response, status: response.status, text };
    },
    raw: (path: string, who: Person, method = "GET") =>
      f.callAs(who, method, `/api/v1/audit${path}`),
    request: f.request,
    end: async () => {
      commands.close();
      f[Symbol.dispose]();
      audit.close();
      await log.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const places = (text: string): string[] =>
  JSON.parse(text).items.map((
    { channel, offset }: { channel: string; offset: number },
  ) => `${channel} ${offset}`);

Deno.test("[A1] a row tells who did what, when and to what, and never the body", async () => {
  await withAudit(async ({ get }) => {
    const { text } = await get("?channel=session:closed&limit=1");
    const [row] = JSON.parse(text).items;
    const { actor, at, hash, messageId: _, ...rest } = row;
    assertEquals(rest, {
      channel: "session:closed",
      offset: 2,
      userId: "ana",
      type: "SESSION_UPDATE",
      v: 1,
      event: "message_posted",
      subject: "session",
      erased: false,
    });
    assertEquals(new Date(at).toISOString(), at);
    assert(actor !== "ana" && /^[0-9a-f]{64}$/.test(hash));
    assert(!text.includes("Hello"));
  });
});

const FLOS = ["session:open 1", "session:closed 2", "session:closed 1"];
/** Ana was told that she was added, before she wrote. */
const ALL = [
  "user:ana 2",
  "session:open 1",
  "session:closed 2",
  "user:ana 1",
  "session:closed 1",
];

const SEEN: readonly (readonly [Person, readonly string[]])[] = [
  [ADA, ALL],
  [FLO, FLOS],
  [ANA, ALL],
  [BO, ["session:open 1"]],
];

Deno.test("[A1] the list holds what one may see, newest first: an admin all of it", async () => {
  await withAudit(async ({ get }) => {
    for (const [who, seen] of SEEN) {
      assertEquals(places((await get("", who)).text), [...seen], who.name);
    }
  });
});

Deno.test("[A1] the list goes on where a page ended, for whoever sees part of it", async () => {
  await withAudit(async ({ get }) => {
    for (const [who, seen] of SEEN) {
      const all: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { text } = await get(`?limit=1${query}`, who);
        all.push(...places(text));
        cursor = JSON.parse(text).nextCursor;
      }
      assertEquals(all, [...seen], who.name);
    }
  });
});

Deno.test("[A1] channel, actor and since narrow the list", async () => {
  await withAudit(async ({ get }) => {
    const list = async (query: string) => places((await get(query)).text);
    assertEquals(await list("?channel=session:open"), ["session:open 1"]);
    assertEquals(await list("?actor=ana"), ["session:closed 2"]);
    assertEquals(await list("?actor=nobody"), []);
    assertEquals(await list("?since=2100-01-01"), []);
    // The message alone was given a time of its own, before now.
    assertEquals(
      await list("?since=2026-01-02T03:04:06Z"),
      ALL.filter((place) => place !== "user:ana 2"),
    );
    const [{ actor }] = JSON.parse((await get("?actor=ana")).text).items;
    assertEquals(await list(`?actor=${actor}&channel=session:closed`), [
      "session:closed 2",
    ]);
  });
});

Deno.test("[A1] a query that makes no sense is refused with its place", async () => {
  await withAudit(async ({ get }) => {
    for (
      const [query, path] of [
        ["?since=yesterday", "since"],
        ["?cursor=x", "cursor"],
        ["?limit=501", "limit"],
        ["?channel=", "channel"],
      ]
    ) {
      const { status, text } = await get(query);
      assertEquals(status, 422);
      assertEquals(JSON.parse(text).errors[0].path, path);
    }
  });
});

/** Status of list, verify and export of a channel. */
const MATRIX: readonly (readonly [Person, string, readonly number[]])[] = [
  [ADA, "session:closed", [200, 200, 200]],
  [FLO, "session:closed", [200, 200, 200]],
  [ANA, "session:closed", [200, 200, 200]],
  [BO, "session:closed", [404, 404, 404]],
  [BO, "session:open", [200, 200, 200]],
  [BO, "session:none", [404, 404, 404]],
  // Who wrote when is the admin's to know; what they wrote is not.
  [ADA, "user:ana", [200, 200, 404]],
  [ANA, "user:ana", [200, 200, 200]],
  [FLO, "user:ana", [404, 404, 404]],
  [BO, "alerts", [200, 200, 200]],
  [BO, "ops", [404, 404, 404]],
  [FLO, "ops", [200, 200, 200]],
  [ADA, "sealed:1", [200, 200, 404]],
  [FLO, "sealed:1", [404, 404, 404]],
];

Deno.test("[A1] who may read a channel may check and export it, and others find nothing", async () => {
  await withAudit(async ({ get, request }) => {
    for (const [who, channel, statuses] of MATRIX) {
      const query = `?channel=${channel}`;
      const found = [];
      for (const path of [query, `/verify${query}`, `/export${query}`]) {
        found.push((await get(path, who)).status);
      }
      assertEquals(found, [...statuses], `${who.name} ${channel}`);
    }
    for (const path of ["", "/verify", "/export?channel=alerts"]) {
      const response = await request(`/api/v1/audit${path}`);
      assertEquals(response.status, 401);
      await response.body?.cancel();
    }
  });
});

Deno.test("[A8] verify answers the count, the head and the key", async () => {
  await withAudit(async ({ get, log, audit }) => {
    const { text } = await get("/verify?channel=session:closed");
    assertEquals(JSON.parse(text), {
      ok: true,
      count: 2,
      head: await log.head("session:closed"),
      publicKey: audit.publicKey(),
    });
    const all = JSON.parse((await get("/verify")).text);
    assertEquals([all.ok, all.count, all.head], [true, 5, null]);
    assertEquals((await get("/verify", FLO)).status, 404);
  });
});

function alterBody(folder: string, from: string, to: string): void {
  const db = new DatabaseSync(`${folder}/log.db`);
  const { changes } = db.prepare(
    "UPDATE entries SET body = replace(body, ?, ?) WHERE body LIKE ?",
  ).run(from, to, `%${from}%`);
  db.close();
  assertEquals(changes, 1);
}

Deno.test("[A8] verify names the first bad offset of what was altered in the store", async () => {
  await withAudit(async ({ get, folder }) => {
    alterBody(folder, "Hello", "Hallo");
    const bad = JSON.parse((await get("/verify?channel=session:closed")).text);
    assertEquals(bad.ok, false);
    assertEquals(bad.firstBadOffset, 2);
    assertEquals(bad.reason, "altered_body");
    const other = JSON.parse((await get("/verify?channel=session:open")).text);
    assertEquals(other.ok, true);
    const all = JSON.parse((await get("/verify")).text);
    assertEquals([all.channel, all.firstBadOffset], ["session:closed", 2]);
  });
});

async function check(text: string, trustedKey?: string | null) {
  const pieces = [new TextEncoder().encode(text)];
  return await verifyExport(pieces, {
    isSigned,
    trustedKey: trustedKey ?? undefined,
  });
}

Deno.test("[A2] an export is one file that verifies by itself, with the checkpoints over it", async () => {
  await withAudit(async ({ get, log, audit }) => {
    await log.checkpoint();
    const { response, text } = await get(
      "/export?channel=session:closed",
      ANA,
    );
    assertEquals(response.headers.get("content-type"), "application/json");
    assertEquals(
      response.headers.get("content-disposition"),
      'attachment; filename="audit-session-closed.json"',
    );
    const found = await check(text, audit.publicKey());
    assertEquals(found.firstBad, undefined);
    assertEquals(
      [found.ok, found.count, found.checkpoints, found.checkpointedOffset],
      [true, 2, 1, 2],
    );
    assertEquals(JSON.parse(text).entries[1].body.text, "Hello");
  });
});

Deno.test("[A5] an export names nobody but in bodies, unless actors are asked for", async () => {
  await withAudit(async ({ get, log }) => {
    await log.checkpoint();
    const plain = (await get("/export?channel=session:open", BO)).text;
    const file = JSON.parse(plain);
    assertEquals(file.actors, []);
    const outside = { ...file, entries: file.entries.map(withoutBody) };
    assert(!/flo|ana/i.test(JSON.stringify(outside)));
    const told = await get("/export?channel=session:open&actors=include", BO);
    const { actors, entries } = JSON.parse(told.text);
    assertEquals(actors, [{ actor: entries[0].header.actor, userId: "flo" }]);
    assertEquals((await check(told.text)).ok, true);
  });
});

function withoutBody({ body: _, ...entry }: Record<string, unknown>) {
  return entry;
}

Deno.test("[A13] of a removed session an admin still takes the proof along; others find nothing", async () => {
  await withAudit(async ({ log, get }) => {
    await log.remove({ channel: "session:closed", sender: "ada" });
    await log.commit({
      sender: "ada",
      writes: [],
      index: [{ view: "sessions", key: "closed", data: null }],
    });
    const { status, text } = await get("/export?channel=session:closed");
    assertEquals(status, 200);
    const found = await verifyExport([new TextEncoder().encode(text)], {
      isSigned,
    });
    assertEquals([found.ok, found.count, found.erased], [true, 5, 2]);
    assertEquals(
      (await get("/export?channel=session:closed", FLO)).status,
      404,
    );
    assertEquals((await get("/export?channel=session:never")).status, 404);
  });
});

Deno.test("[A7] an erased body and a forgotten person leave an export that verifies", async () => {
  await withAudit(async ({ get, log }) => {
    await log.erase("session:closed", 2, "ada");
    await log.forget("ana");
    const path = "/export?channel=session:closed&actors=include";
    const { text } = await get(path);
    const found = await check(text);
    assertEquals([found.ok, found.count, found.erased], [true, 3, 1]);
    assert(!text.includes("Hello"));
    assertEquals(
      JSON.parse(text).actors.map(({ userId }: { userId: string }) => userId)
        .sort(),
      ["ada", "flo"],
    );
    const list = JSON.parse((await get("?channel=session:closed")).text).items;
    assertEquals(
      list.map((
        { erased, userId, event }: Record<string, unknown>,
      ) => [erased, userId, event]),
      [
        [false, "ada", "body_erased"],
        [true, null, null],
        [false, "flo", "session_opened"],
      ],
    );
  });
});

Deno.test("[A3] what was altered in the store is named by the export of it", async () => {
  await withAudit(async ({ get, folder }) => {
    alterBody(folder, "Hello", "Hallo");
    const { text } = await get("/export?channel=session:closed");
    const { offset, reason } = (await check(text)).firstBad!;
    assertEquals({ offset, reason }, { offset: 2, reason: "altered_body" });
  });
});

Deno.test("[A9] a few exports at a time; the next is told when to come again, and HEAD takes none", async () => {
  await withAudit(async ({ raw, audit, log }) => {
    const path = "/export?channel=session:open";
    // More than one piece each, so that none is over before it is read.
    const entry = { type: "SESSION_UPDATE", v: 1, subject: "x", at: 0 };
    const entries = Array.from(
      { length: 400 },
      () => ({ ...entry, body: { text: "long ".repeat(200) } }),
    );
    const writes = [{ channel: "session:open", entries }];
    await log.commit({ sender: "flo", writes });
    await (await raw(path, BO, "HEAD")).body?.cancel();
    const first = await Promise.all(
      Array.from({ length: 4 }, () => audit.export("session:open")),
    );
    const refused = await raw(path, BO);
    assertEquals(refused.status, 503);
    assertEquals(refused.headers.get("retry-after"), "1");
    await refused.body?.cancel();
    await first[0].cancel();
    const next = await raw(path, BO);
    assertEquals(next.status, 200);
    await next.body?.cancel();
    for (const stream of first.slice(1)) await stream.cancel();
  });
});
