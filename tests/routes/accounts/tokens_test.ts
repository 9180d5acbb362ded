/** API tokens: what each scope may, when they end, what is never told again. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { roleOfToken } from "../../../domain/accounts/token_scope.ts";
import type { RoleName } from "../../../domain/decider.ts";
import { sha256 } from "../../../routes/accounts/secret_text.ts";
import { type AccountsFixture, accountsFixture, SERVICE } from "./fixture.ts";

const DAY_MS = 24 * 60 * 60_000;

async function tokenOf(
  f: AccountsFixture,
  scope: "read" | "write" | "admin",
  { userId = "ana", role = "admin" }: {
    readonly userId?: string;
    readonly role?: RoleName;
  } = {},
) {
  const user = await f.enroll(userId, role);
  const made = await f.people.accounts.makeToken(user, {
    name: "script",
    scope,
    expiresAt: f.clock.now + DAY_MS,
  });
  return { user, ...made };
}

for (
  const [role, scope, acts] of [
    ["admin", "read", "observer"],
    ["admin", "write", "facilitator"],
    ["admin", "admin", "admin"],
    ["member", "write", "member"],
    ["member", "admin", "member"],
    ["observer", "write", "observer"],
  ] as const
) {
  Deno.test(`[SI12] scope ${scope}, owner ${role}: acts as ${acts}`, () => {
    assertEquals(roleOfToken(role, scope), acts);
  });
}

Deno.test("[SI12] a token speaks for its owner, also to the handshake", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "write");
  const me = await f.call("GET", "/api/v1/me", { token });
  assertEquals(await me.json(), {
    userId: "ana",
    name: "ana",
    roles: ["facilitator"],
  });
  const asked = new Request("http://localhost:8000/ws", {
    headers: { authorization: `Bearer ${token}` },
  });
  assertEquals(f.identify.handshake(asked)!.user.userId, "ana");
});

Deno.test("[SI12] a read token looks and changes nothing, whatever its owner may", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "read");
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 200);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const answer = await f.call(method, "/api/v1/tickets", { token });
    assertEquals(answer.status, 403, method);
    assertEquals((await answer.json()).reason, "read_only");
  }
});

Deno.test("[SI12] a write token of an admin manages nobody", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "write");
  const answer = await f.call("GET", "/api/v1/accounts", { token });
  assertEquals(answer.status, 403);
});

Deno.test("[SI13] a token is kept as a hash and told once", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const browser = f.browser();
  await browser.signIn("ana");
  const made = await browser.post("/account/tokens", {
    name: "Nightly <b>export</b>",
    scope: "write",
    days: "30",
  });
  assertEquals(made.status, 200);
  const [text] = made.html.match(/rgl_[\w-]{43}/)!;
  const [kept] = f.people.directory.get("ana")!.tokens;
  assertEquals(kept.hash, sha256(text));
  assertEquals(kept.expiresAt, f.clock.now + 30 * DAY_MS);
  const page = await browser.get("/account/tokens");
  assertStringIncludes(page.html, "Nightly &lt;b>export");
  assertEquals(page.html.includes(text), false);
  assertEquals(page.html.includes(kept.hash), false);
});

for (
  const [what, fields] of [
    ["more than a year", { days: "366" }],
    ["no day", { days: "0" }],
    ["no name", { name: " " }],
    ["more than one may", { scope: "admin" }],
    ["an unknown scope", { scope: "root" }],
  ] as const
) {
  Deno.test(`[SI13] a token for ${what} is refused at the form`, async () => {
    using f = await accountsFixture();
    await f.enroll("ana");
    const browser = f.browser();
    await browser.signIn("ana");
    const form = { name: "x", scope: "read", days: "1", ...fields };
    const answer = await browser.post("/account/tokens", form);
    assertEquals(answer.status, 422);
    assertEquals(f.people.directory.get("ana")!.tokens, []);
  });
}

Deno.test("[SI13] a token makes no token", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "admin");
  const answer = await f.call("POST", "/api/v1/tokens", {
    token,
    body: { name: "another", scope: "admin" },
  });
  assertEquals(answer.status, 403);
  assertEquals((await answer.json()).reason, "in_person");
});

Deno.test("[SI14] a revoked token is nobody, and its sockets are closed; others stay", async () => {
  using f = await accountsFixture();
  const { id, text: token, user } = await tokenOf(f, "write");
  const asked = new Request("http://localhost:8000/ws", {
    headers: { authorization: `Bearer ${token}` },
  });
  const { user: bearer, isCurrent } = f.identify.handshake(asked)!;
  const closed = await f.connect(bearer);
  const other = await f.connect(user);
  const answer = await f.call("DELETE", `/api/v1/tokens/${id}`, { token });
  assertEquals(answer.status, 204);
  assertEquals(closed, [4501]);
  assertEquals(other, []);
  assertEquals(isCurrent!(), false);
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 401);
});

Deno.test("[SI14] a token ends when it said, for open sockets too", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "read");
  const asked = new Request("http://localhost:8000/ws", {
    headers: { authorization: `Bearer ${token}` },
  });
  const closed = await f.connect(f.identify.handshake(asked)!.user);
  f.clock.now += DAY_MS - 1;
  f.people.directory.sweep();
  assertEquals(closed, []);
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 200);
  f.clock.now += 1;
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 401);
  f.people.directory.sweep();
  assertEquals(closed, [4501]);
});

Deno.test("[SI14] when a token was last used is told, and noted once a day", async () => {
  using f = await accountsFixture();
  const { id, text: token } = await tokenOf(f, "read");
  const noted = Promise.withResolvers<void>();
  const stop = f.log.feed((entries) => {
    if (entries.some(({ bodyText }) => bodyText?.includes("account_seen"))) {
      noted.resolve();
    }
  });
  for (let i = 0; i < 3; i++) await f.call("GET", "/api/v1/me", { token });
  await noted.promise;
  stop();
  assertEquals(f.people.directory.get("ana")!.tokens[0].usedAt, f.clock.now);
  f.clock.now += 60_000;
  await f.call("GET", "/api/v1/me", { token });
  assertEquals(f.people.directory.seenAt(id, 0), f.clock.now);
  const all = await f.log.read("sealed:users", 0, 100);
  const seen = all.filter((one) => one.bodyText?.includes("account_seen"));
  assertEquals(seen.length, 1);
});

Deno.test("[SI14] tokens end with their owner's account, and do not come back with it", async () => {
  using f = await accountsFixture();
  const { text: token } = await tokenOf(f, "read");
  await f.people.accounts.change(SERVICE, "ana", { kind: "deactivate" });
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 401);
  await f.people.accounts.change(SERVICE, "ana", { kind: "reactivate" });
  assertEquals((await f.call("GET", "/api/v1/me", { token })).status, 401);
});

Deno.test("[SI13] tokens over HTTP are listed without their texts", async () => {
  using f = await accountsFixture();
  const { text: token, id } = await tokenOf(f, "read");
  const answer = await f.call("GET", "/api/v1/tokens", { token });
  const { items } = await answer.json();
  assertEquals(items.length, 1);
  assertEquals([items[0].tokenId, items[0].scope], [id, "read"]);
  assertMatch(items[0].expiresAt, /^2026-01-03T/);
  assertEquals(Object.keys(items[0]).includes("hash"), false);
});
