/** Who asks: sign-in cookies, bearer token, tickets, and what revokes them. */
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import {
  SIGN_IN_LIFETIME_MS,
  SIGN_INS_CHANNEL,
  userIdOf,
} from "../../routes/auth_sign_ins.ts";
import { ANA, type Fixture, fixture, TOKEN } from "./fixture.ts";

const SAME_ORIGIN = { "sec-fetch-site": "same-origin" };

function signIn(
  { request }: Fixture,
  fields: Record<string, string>,
  headers: Record<string, string> = SAME_ORIGIN,
) {
  return request("/login", {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
  });
}

/** `name=value` of the cookie an answer sets. */
function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")!.split(";")[0];
}

Deno.test("[P2] /login sets a cookie that names the visitor, on localhost without Secure", async () => {
  using f = await fixture();
  const response = await signIn(f, { name: "Ana María", role: "facilitator" });
  assertEquals(response.status, 303);
  assertEquals(response.headers.get("location"), "/");
  const [cookie, ...attributes] = response.headers.get("set-cookie")!
    .split("; ");
  assertEquals(cookie.startsWith("regulens="), true);
  assertEquals(attributes, [
    "Max-Age=604800",
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
  ]);
  const me = await f.request("/api/v1/me", { headers: { cookie } });
  assertEquals(await me.json(), {
    userId: "ana-maria",
    name: "Ana María",
    roles: ["facilitator"],
  });
});

Deno.test("[P2] the cookie is __Host- and Secure behind a proxy that ends TLS", async () => {
  using f = await fixture({ trustProxy: true });
  const headers = {
    ...SAME_ORIGIN,
    "x-forwarded-proto": "https",
    "x-forwarded-host": "app.example",
  };
  const response = await signIn(f, { name: "Ana", role: "member" }, headers);
  const [cookie, ...attributes] = response.headers.get("set-cookie")!
    .split("; ");
  assertEquals(cookie.startsWith("__Host-regulens="), true);
  assertEquals(attributes.includes("Secure"), true);
  assertEquals(attributes.some((a) => a.startsWith("Domain")), false);
  assertEquals(
    response.headers.get("strict-transport-security"),
    "max-age=31536000",
  );
});

Deno.test("[P2] the cookie is Secure on a host that is not this machine, even over http", async () => {
  using f = await fixture();
  const response = await signIn(f, { name: "Ana", role: "member" }, {
    ...SAME_ORIGIN,
    host: "app.example",
  });
  assertEquals(cookieOf(response).startsWith("__Host-regulens="), true);
});

Deno.test("[P2] X-Forwarded-Proto counts for nothing without TRUST_PROXY", async () => {
  using f = await fixture();
  const response = await signIn(f, { name: "Ana", role: "member" }, {
    ...SAME_ORIGIN,
    "x-forwarded-proto": "https",
  });
  assertEquals(cookieOf(response).startsWith("regulens="), true);
});

Deno.test("[P2] a JSON caller of /login gets the same cookie", async () => {
  using f = await fixture();
  const response = await f.request("/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Ana", role: "member" }),
  });
  assertEquals(response.status, 303);
  const headers = { cookie: cookieOf(response) };
  const me = await f.request("/api/v1/me", { headers });
  assertEquals((await me.json()).userId, "ana");
});

for (
  const [what, fields] of [
    ["an empty name", { name: "  ", role: "member" }],
    ["an unknown role", { name: "Ana", role: "root" }],
    ["a control character", { name: "A\u0000na", role: "member" }],
    ["a name of 81 characters", { name: "a".repeat(81), role: "member" }],
  ] as const
) {
  Deno.test(`[P2] /login refuses ${what} with 422`, async () => {
    using f = await fixture();
    const response = await signIn(f, fields);
    assertEquals(response.status, 422);
    assertEquals(response.headers.get("set-cookie"), null);
    assertEquals((await response.json()).code, "invalid");
  });
}

for (
  const [next, location] of [
    ["/sessions/7?tab=1", "/sessions/7?tab=1"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["/\tx", "/"],
    ["javascript:alert(1)", "/"],
  ]
) {
  Deno.test(`[P2] /login with next=${JSON.stringify(next)} goes to ${location}`, async () => {
    using f = await fixture();
    const response = await signIn(f, { name: "Ana", role: "member", next });
    assertEquals(response.headers.get("location"), location);
  });
}

Deno.test("[P2] signing in again ends the sign-in the request came with", async () => {
  using f = await fixture();
  const first = cookieOf(await signIn(f, { name: "Ana", role: "member" }));
  const second = cookieOf(
    await signIn(f, { name: "Ana", role: "member" }, {
      ...SAME_ORIGIN,
      cookie: first,
    }),
  );
  assertNotEquals(first, second);
  const status = async (cookie: string) =>
    (await f.request("/api/v1/me", { headers: { cookie } })).status;
  assertEquals(await status(first), 401);
  assertEquals(await status(second), 200);
});

Deno.test("[P19] /logout closes the user's sockets with 4501 and ends the cookie", async () => {
  using f = await fixture();
  const cookie = cookieOf(await signIn(f, { name: "Ana", role: "member" }));
  const { closed } = await f.connect(ANA);
  const other = await f.connect({ ...ANA, userId: "bo" });
  const response = await f.request("/logout", {
    method: "POST",
    headers: { cookie, ...SAME_ORIGIN },
  });
  assertEquals(response.status, 303);
  assertEquals(response.headers.get("location"), "/login");
  assertEquals(
    response.headers.get("set-cookie"),
    "regulens=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
  );
  assertEquals(closed, [4501]);
  assertEquals(other.closed, []);
  const me = await f.request("/api/v1/me", { headers: { cookie } });
  assertEquals(me.status, 401);
});

Deno.test("[L7] a cookie that was signed out stays dead after a restart", async () => {
  const log = createMemoryLog();
  let cookie: string;
  {
    using f = await fixture({ log });
    cookie = cookieOf(await signIn(f, { name: "Ana", role: "member" }));
    const headers = { cookie, ...SAME_ORIGIN };
    await f.request("/logout", { method: "POST", headers });
  }
  using f = await fixture({ log });
  const me = await f.request("/api/v1/me", { headers: { cookie } });
  assertEquals(me.status, 401);
  const [entry] = await log.read(SIGN_INS_CHANNEL, 0, 10);
  assertEquals(entry.type, "SIGN_IN");
});

Deno.test("[P2] a cookie lives across a restart and for seven days", async () => {
  using before = await fixture();
  const cookie = cookieOf(
    await signIn(before, { name: "Ana", role: "member" }),
  );
  using f = await fixture();
  const status = async () =>
    (await f.request("/api/v1/me", { headers: { cookie } })).status;
  f.clock.now += SIGN_IN_LIFETIME_MS - 1;
  assertEquals(await status(), 200);
  f.clock.now += 1;
  assertEquals(await status(), 401);
});

Deno.test("[P2] a clock set by an hour moves the end of a sign-in by that hour, and drops none before", async () => {
  for (const byMs of [3_600_000, -3_600_000]) {
    using f = await fixture();
    const cookie = cookieOf(await signIn(f, { name: "Ana", role: "member" }));
    const status = async () =>
      (await f.request("/api/v1/me", { headers: { cookie } })).status;
    f.clock.now += byMs;
    assertEquals(await status(), 200);
    const goneBy = SIGN_IN_LIFETIME_MS - byMs;
    f.clock.now += goneBy - 1;
    assertEquals(await status(), 200);
    f.clock.now += 1;
    assertEquals(await status(), 401);
  }
});

Deno.test("[P2] a cookie with one changed character is nobody", async () => {
  using f = await fixture();
  const { cookie } = f.signIns.open({ name: "Ana", role: "member" });
  const [text, signature] = cookie.split(".");
  const admin = btoa(
    atob(text.replaceAll("-", "+").replaceAll("_", "/"))
      .replace("member", "admin"),
  );
  for (
    const forged of [
      `${text}.${signature.slice(1)}`,
      `${admin}.${signature}`,
      `${text}.`,
      text,
      `${cookie}.x`,
      "",
    ]
  ) {
    const headers = { cookie: `regulens=${forged}` };
    const me = await f.request("/api/v1/me", { headers });
    assertEquals(me.status, 401, forged);
  }
});

Deno.test("[P2] the bearer token is user service with role admin", async () => {
  using f = await fixture();
  const me = await f.call("GET", "/api/v1/me");
  assertEquals(await me.json(), {
    userId: "service",
    name: "Service",
    roles: ["admin"],
  });
});

for (
  const header of ["Bearer wrong", "Bearer", "Bearer ", `Bearer ${TOKEN}x`]
) {
  Deno.test(`[P2] "${header}" is nobody, even beside a cookie that is right`, async () => {
    using f = await fixture();
    const { cookie } = f.signIns.open({ name: "Ana", role: "member" });
    const headers = { authorization: header, cookie: `regulens=${cookie}` };
    const me = await f.request("/api/v1/me", { headers });
    assertEquals(me.status, 401);
    assertEquals(me.headers.get("www-authenticate"), 'Bearer realm="regulens"');
  });
}

Deno.test("[P2] nobody may become the service by picking its name", () => {
  assertEquals(/^guest-[0-9a-f]{16}$/.test(userIdOf("Service")), true);
});

Deno.test("[P2] nobody may become whoever fires deadlines by picking its name", () => {
  assertEquals(/^guest-[0-9a-f]{16}$/.test(userIdOf("Regulens")), true);
});

Deno.test("[P2] names without Latin letters get ids of their own, the same each time", () => {
  assertEquals(userIdOf("田中"), userIdOf("田中 "));
  assertNotEquals(userIdOf("田中"), userIdOf("佐藤"));
  assertEquals(/^guest-[0-9a-f]{16}$/.test(userIdOf("田中")), true);
});

/** The path a client with a ticket asks for. */
function handshakeWith(ticket: string): Request {
  return new Request(`http://localhost:8000/ws?ticket=${ticket}`);
}

Deno.test("[P2] a ticket names its user to the handshake until it is consumed", async () => {
  using f = await fixture();
  const response = await f.callAs(
    { name: "Ana", role: "member" },
    "POST",
    "/api/v1/tickets",
  );
  assertEquals(response.status, 201);
  const { ticket, expiresInMs } = await response.json();
  assertEquals(expiresInMs, 30_000);
  const first = f.identify.handshake(handshakeWith(ticket))!;
  const second = f.identify.handshake(handshakeWith(ticket))!;
  assertEquals(first.user.userId, "ana");
  assertEquals(first.consume!(), true);
  assertEquals(second.consume!(), false);
  assertEquals(f.identify.handshake(handshakeWith(ticket)), undefined);
});

Deno.test("[P2] a ticket is dead after 30 s", async () => {
  using f = await fixture();
  const ticket = f.tickets.issue(ANA);
  f.clock.now += 29_999;
  assertEquals(f.identify.handshake(handshakeWith(ticket))!.user, ANA);
  f.clock.now += 1;
  assertEquals(f.identify.handshake(handshakeWith(ticket)), undefined);
});

Deno.test("[P2] a wrong ticket is nobody, even beside a token that is right", async () => {
  using f = await fixture();
  const request = new Request("http://localhost/ws?ticket=wrong", {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  assertEquals(f.identify.handshake(request), undefined);
});

Deno.test("[P2] a ticket dies with the sign-in it came from", async () => {
  using f = await fixture();
  const { user, cookie } = f.signIns.open({ name: "Ana", role: "member" });
  const ticket = f.tickets.issue(user);
  await f.signIns.revoke(cookie);
  assertEquals(f.identify.handshake(handshakeWith(ticket)), undefined);
});

Deno.test("[P2] HTTP routes take no ticket", async () => {
  using f = await fixture();
  const ticket = f.tickets.issue(ANA);
  const me = await f.request(`/api/v1/me?ticket=${ticket}`);
  assertEquals(me.status, 401);
});

Deno.test("[P2] an admin names another user and their roles on a ticket", async () => {
  using f = await fixture();
  const response = await f.call("POST", "/api/v1/tickets", {
    userId: "eve@x.example",
    name: "Eve",
    roles: ["facilitator"],
  });
  const { ticket } = await response.json();
  assertEquals(f.identify.handshake(handshakeWith(ticket))!.user, {
    userId: "eve@x.example",
    name: "Eve",
    roles: ["facilitator"],
  });
});

Deno.test("[P2] another user gets the role member unless an admin names more", async () => {
  using f = await fixture();
  const response = await f.call("POST", "/api/v1/tickets", { userId: "eve" });
  const { ticket } = await response.json();
  assertEquals(f.identify.handshake(handshakeWith(ticket))!.user, {
    userId: "eve",
    name: "eve",
    roles: ["member"],
  });
});

for (
  const body of [
    { userId: "eve" },
    { name: "Eve" },
    { roles: ["admin"] },
    { userId: "ana", roles: ["member"] },
  ]
) {
  Deno.test(`[P2] a facilitator may not ask for a ticket with ${JSON.stringify(body)}`, async () => {
    using f = await fixture();
    const ana = { name: "Ana", role: "facilitator" } as const;
    const response = await f.callAs(ana, "POST", "/api/v1/tickets", body);
    assertEquals(response.status, 403);
    assertEquals((await response.json()).code, "forbidden");
  });
}

for (
  const body of [
    { userId: "a b" },
    { userId: "a/b" },
    { userId: "" },
    { roles: ["root"] },
    { roles: [] },
    { name: 7 },
    [],
  ]
) {
  Deno.test(`[P2] a ticket for ${JSON.stringify(body)} is 422`, async () => {
    using f = await fixture();
    const response = await f.call("POST", "/api/v1/tickets", body);
    assertEquals(response.status, 422);
    assertEquals((await response.json()).errors.length > 0, true);
  });
}

Deno.test("[P2] one user's tickets leave room for everybody else's", async () => {
  using f = await fixture();
  const ben = { ...ANA, userId: "ben" };
  const tickets = Array.from({ length: 100 }, () => f.tickets.issue(ben));
  assertThrows(() => f.tickets.issue(ben), RealtimeError, "100 are waiting");
  assertEquals((await f.call("POST", "/api/v1/tickets")).status, 201);
  f.tickets.consume(tickets[0]);
  f.tickets.issue(ben);
});

Deno.test("[P2] tickets are bounded: the 10,001st waits for 30 s", async () => {
  using f = await fixture();
  for (let i = 0; i < 10_000; i++) {
    f.tickets.issue(ANA, { ...ANA, userId: `u${i % 200}` });
  }
  const refused = await f.call("POST", "/api/v1/tickets");
  assertEquals(refused.status, 429);
  assertEquals(refused.headers.get("retry-after"), "30");
  f.clock.now += 30_000;
  assertEquals((await f.call("POST", "/api/v1/tickets")).status, 201);
});
