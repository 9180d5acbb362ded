/** Sessions over HTTP: from opening one to closing it, and who may do what. */
import { PollReading } from "../../../routes/poll_reading.ts";
import { assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import {
  locateResult,
  presentResult,
  sessionRoutes,
} from "../../../routes/api/sessions.ts";
import { fixture, START } from "../fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const BO = { name: "Bo", role: "observer" } as const;

async function sessionFixture() {
  const log = createMemoryLog();
  let ids = 0;
  const commands = new Commands({
    log,
    declarations: sessionCommands,
    authorize: hasRole,
    clock: () => START,
    newId: () => `s${++ids}`,
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
        ...sessionRoutes({
          commands,
          log,
          polls: new PollReading({ commands, log }),
        }),
      ],
    },
  });
  return {
    ...f,
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[P13] POST /sessions opens one: 201 with session, position, channel and Location", async () => {
  using f = await sessionFixture();
  const response = await f.callAs(FLO, "POST", "/api/v1/sessions", {
    title: "Budget",
    participants: [{ userId: "ana", name: "Ana", weight: 2 }],
  });
  assertEquals(response.status, 201);
  assertEquals(response.headers.get("location"), "/api/v1/sessions/s1");
  const { session, position, channel } = await response.json();
  assertEquals(channel, "session:s1");
  assertEquals(position.offset, 1);
  assertEquals(typeof position.epoch, "string");
  assertEquals(session.id, "s1");
  assertEquals(session.title, "Budget");
  assertEquals(session.open, false);
  assertEquals(session.openedAt, new Date(START).toISOString());
  assertEquals(session.polls, []);
  assertEquals(
    session.participants.map(
      ({ userId, role, weight }: Record<string, unknown>) => [
        userId,
        role,
        weight,
      ],
    ),
    [["flo", "facilitator", 1], ["ana", "member", 2]],
  );
  const shown = await f.callAs(ANA, "GET", "/api/v1/sessions/s1");
  assertEquals(await shown.json(), { session, position });
});

Deno.test("[P8] an unknown session and one that may not be seen answer alike", async () => {
  using f = await sessionFixture();
  await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "A", open: false });
  const answers = [];
  for (const id of ["s1", "s2"]) {
    const response = await f.callAs(ANA, "GET", `/api/v1/sessions/${id}`);
    answers.push([response.status, await response.text()]);
  }
  assertEquals(answers[0], answers[1]);
  assertEquals(answers[0][0], 404);
  const posted = await f.callAs(ANA, "POST", "/api/v1/sessions/s1/messages", {
    text: "hi",
  });
  assertEquals(posted.status, 404);
  assertEquals((await posted.json()).reason, "session_not_found");
});

Deno.test("[P8] the list shows what one may see, last active first, in pages", async () => {
  using f = await sessionFixture();
  for (const open of [true, false, true, false, true]) {
    await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "A", open });
  }
  const ids = async (who: typeof FLO | typeof ANA) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const path = `/api/v1/sessions?limit=2${query}`;
      const page = await (await f.callAs(who, "GET", path)).json();
      for (const { id } of page.items) seen.push(id);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return seen;
  };
  assertEquals(await ids(FLO), ["s5", "s4", "s3", "s2", "s1"]);
  assertEquals(await ids(ANA), ["s5", "s3", "s1"]);
});

Deno.test("[P7] the list refuses a cursor it did not make with 422", async () => {
  using f = await sessionFixture();
  const response = await f.callAs(ANA, "GET", "/api/v1/sessions?cursor=x");
  assertEquals(response.status, 422);
  assertEquals((await response.json()).errors[0].path, "cursor");
});

Deno.test("[P8] an observer and a member may not open a session", async () => {
  using f = await sessionFixture();
  for (const who of [ANA, BO]) {
    const response = await f.callAs(who, "POST", "/api/v1/sessions", {
      title: "A",
    });
    assertEquals(response.status, 403);
    assertEquals((await response.json()).code, "forbidden");
  }
});

for (
  const [body, path] of [
    [{}, "title"],
    [{ title: "" }, "title"],
    [{ title: "A", open: "yes" }, "open"],
    [
      { title: "A", participants: [{ userId: "a b" }] },
      "participants.0.userId",
    ],
    [
      { title: "A", participants: [{ userId: "a", weight: 0 }] },
      "participants.0.weight",
    ],
  ] as const
) {
  Deno.test(`[P7] POST /sessions ${JSON.stringify(body)} is 422 at ${path}`, async () => {
    using f = await sessionFixture();
    const response = await f.callAs(FLO, "POST", "/api/v1/sessions", body);
    assertEquals(response.status, 422);
    const { code, errors } = await response.json();
    assertEquals(code, "invalid");
    assertEquals(errors[0].path, path);
  });
}

Deno.test("[P7] a command's body that is no object is 422, and no JSON is 400", async () => {
  using f = await sessionFixture();
  const list = await f.callAs(FLO, "POST", "/api/v1/sessions", []);
  assertEquals(list.status, 422);
  const broken = await f.request("/api/v1/sessions", {
    method: "POST",
    headers: { authorization: "Bearer token-for-tests" },
    body: "{",
  });
  assertEquals(broken.status, 400);
});

for (const odd of [{ messageId: "\ud800" }, { other: ["\udfff"] }]) {
  Deno.test(`[P7] a command with ${JSON.stringify(odd)} is 422: no log can keep it`, async () => {
    using f = await sessionFixture();
    const body = { title: "Odd", ...odd };
    const response = await f.callAs(FLO, "POST", "/api/v1/sessions", body);
    assertEquals(response.status, 422);
    assertEquals((await response.json()).code, "invalid");
  });
}

Deno.test("[P13] participants join, say how they are, are removed; each answers with its position", async () => {
  using f = await sessionFixture();
  await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "A" });
  const base = "/api/v1/sessions/s1/participants";
  const joined = await f.callAs(ANA, "POST", base, {});
  assertEquals(joined.status, 201);
  const { participant, position } = await joined.json();
  assertEquals([participant.userId, participant.role], ["ana", "member"]);
  assertEquals(participant.joinedAt, new Date(START).toISOString());
  assertEquals(position.offset, 2);
  const away = await f.callAs(ANA, "PATCH", `${base}/ana`, { status: "away" });
  assertEquals(away.status, 200);
  assertEquals((await away.json()).participant.status, "away");
  const odd = await f.callAs(ANA, "PATCH", `${base}/ana`, { status: "gone" });
  assertEquals(odd.status, 422);
  const notMine = await f.callAs(ANA, "DELETE", `${base}/flo`);
  assertEquals(notMine.status, 403);
  const removed = await f.callAs(FLO, "DELETE", `${base}/ana`);
  assertEquals(removed.status, 200);
  const again = await f.callAs(FLO, "DELETE", `${base}/ana`);
  assertEquals(again.status, 404);
  assertEquals((await again.json()).reason, "participant_not_found");
  const last = await f.callAs(FLO, "DELETE", `${base}/flo`);
  assertEquals(last.status, 409);
  assertEquals((await last.json()).reason, "last_facilitator");
});

Deno.test("[P13] a path parameter wins over the same field of the body", async () => {
  using f = await sessionFixture();
  await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "A" });
  await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "B" });
  const response = await f.callAs(FLO, "POST", "/api/v1/sessions/s1/messages", {
    text: "hi",
    sessionId: "s2",
  });
  assertEquals((await response.json()).channel, "session:s1");
});

Deno.test("[P13] a message is posted once per Idempotency-Key", async () => {
  using f = await sessionFixture();
  await f.call("POST", "/api/v1/sessions", { title: "A" });
  const path = "/api/v1/sessions/s1/messages";
  const key = { "idempotency-key": "k1" };
  const first = await f.call("POST", path, { text: "hi" }, key);
  assertEquals(first.status, 201);
  const answer = await first.json();
  const again = await f.call("POST", path, { text: "hi" }, key);
  assertEquals(again.status, 201);
  assertEquals(await again.json(), answer);
  const other = await f.call("POST", path, { text: "ho" }, key);
  assertEquals(other.status, 409);
  const inBody = { text: "hi", messageId: "k1" };
  const named = await f.call("POST", path, inBody);
  assertEquals((await named.json()).duplicate, true);
  const torn = await f.call("POST", path, { ...inBody, messageId: "k2" }, key);
  assertEquals(torn.status, 422);
  const { session } = await (await f.call("GET", "/api/v1/sessions/s1")).json();
  const texts = session.activity.map(({ text }: { text?: string }) => text);
  assertEquals(texts, [undefined, "hi"]);
});

Deno.test("[P13] opening a session twice with one key makes one session", async () => {
  using f = await sessionFixture();
  const key = { "idempotency-key": "k1" };
  const first = await f.call("POST", "/api/v1/sessions", { title: "A" }, key);
  const { session } = await first.json();
  const again = await f.call("POST", "/api/v1/sessions", { title: "A" }, key);
  assertEquals((await again.json()).session, session);
  const { items } = await (await f.call("GET", "/api/v1/sessions")).json();
  assertEquals(items.length, 1);
});

Deno.test("[P7] a closed session refuses messages with 409 session_closed", async () => {
  using f = await sessionFixture();
  await f.callAs(FLO, "POST", "/api/v1/sessions", { title: "A" });
  const closed = await f.callAs(FLO, "POST", "/api/v1/sessions/s1/close");
  assertEquals(closed.status, 200);
  const response = await f.callAs(FLO, "POST", "/api/v1/sessions/s1/messages", {
    text: "late",
  });
  assertEquals(response.status, 409);
  const { code, reason } = await response.json();
  assertEquals([code, reason], ["conflict", "session_closed"]);
});

Deno.test("[P6] every mounted route is in the document and every documented one is mounted", async () => {
  using f = await sessionFixture();
  const response = await f.request("/api/v1/openapi.json");
  assertEquals(response.status, 200);
  const document = await response.json();
  assertEquals(document.openapi, "3.1.0");
  const documented = Object.entries(document.paths).flatMap((
    [path, operations],
  ) =>
    Object.keys(operations as object).map((method) =>
      `${method.toUpperCase()} ${path}`
    )
  ).sort();
  const mounted = f.app.routes
    .filter(({ method, path }) =>
      method !== "ALL" && /^\/(api|healthz|readyz|version)/.test(path)
    )
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`)
    .sort();
  assertEquals(documented, mounted);
  assertEquals(documented.length > 25, true);
});

Deno.test("[P6] the document's references resolve, its ids differ, its path parameters are described", async () => {
  using f = await sessionFixture();
  const document = await (await f.request("/api/v1/openapi.json")).json();
  const references: string[] = [];
  JSON.stringify(document, (key, value) => {
    if (key === "$ref") references.push(value);
    return value;
  });
  for (const reference of new Set(references)) {
    const found = reference.replace("#/", "").split("/").reduce(
      (at, step) => at?.[step],
      document,
    );
    assertEquals(typeof found, "object", reference);
  }
  const ids: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations as object)) {
      ids.push(operation.operationId);
      const named = operation.parameters
        .filter((one: { in: string }) => one.in === "path")
        .map((one: { name: string }) => one.name);
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      assertEquals(named, wanted, path);
    }
  }
  assertEquals(new Set(ids).size, ids.length);
  const { post } = document.paths["/api/v1/sessions/{sessionId}/messages"];
  const { schema } = post.requestBody.content["application/json"];
  assertEquals([Object.keys(schema.properties), schema.required], [
    ["text"],
    ["text"],
  ]);
});

Deno.test("[P6] the document asks for a body only where a field is needed", async () => {
  using f = await sessionFixture();
  const { paths } = await (await f.request("/api/v1/openapi.json")).json();
  const required = (path: string) => paths[path].post.requestBody.required;
  assertEquals(required("/api/v1/tickets"), false);
  assertEquals(required("/api/v1/sessions/{sessionId}/participants"), false);
  assertEquals(required("/api/v1/sessions"), true);
  assertEquals(required("/api/v1/broadcast"), true);
});
