/** What admins do with accounts, and that nobody else does. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { accountsFixture, PASSWORD, SERVICE } from "./fixture.ts";

Deno.test("[SI15] an admin invites by a link that is shown once", async () => {
  using f = await accountsFixture();
  await f.enroll("ada", "admin");
  const ada = f.browser();
  await ada.signIn("ada");
  const answer = await ada.post("/ops/users", {
    userId: "Bo@X.example",
    name: "Bo",
    role: "observer",
  });
  assertEquals(answer.status, 200);
  const [link] = answer.html.match(/http:[^"]*token=[\w-]{43}/)!;
  const bo = f.browser("192.0.2.2");
  await bo.post("/invite", {
    token: link.split("token=")[1],
    name: "Bo Berg",
    password: PASSWORD,
    again: PASSWORD,
  });
  assertEquals(JSON.parse((await bo.get("/api/v1/me")).html), {
    userId: "bo@x.example",
    name: "Bo Berg",
    roles: ["observer"],
  });
  const listed = (await ada.get("/ops/users")).html;
  assertEquals(listed.includes("token="), false);
  // One of the tabs of operations, and there it is the current one.
  assertMatch(listed, /href="\/ops\/users"[^>]*aria-current="page"/);
});

for (const userId of ["service", "regulens", "a b", "a/b", "", "Ä"]) {
  Deno.test(`[SI15] nobody is invited as ${JSON.stringify(userId)}`, async () => {
    using f = await accountsFixture();
    const body = { userId, name: "X" };
    const answer = await f.call("POST", "/api/v1/accounts", { body });
    assertEquals(answer.status, 422);
  });
}

Deno.test("[SI15] a name that is taken is not invited again", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const body = { userId: "ANA", name: "Another" };
  const answer = await f.call("POST", "/api/v1/accounts", { body });
  assertEquals(answer.status, 409);
  assertEquals((await answer.json()).reason, "account_exists");
});

for (const role of ["observer", "member", "facilitator"] as const) {
  Deno.test(`[SI16] a ${role} manages nobody`, async () => {
    using f = await accountsFixture();
    await f.enroll("eve", role);
    const eve = f.browser();
    await eve.signIn("eve");
    for (const path of ["/ops/users", "/ops/users/eve"]) {
      assertEquals((await eve.get(path)).status, 403, path);
    }
    for (const act of ["role", "deactivate", "link", "end-all"]) {
      const path = `/ops/users/eve/${act}`;
      assertEquals((await eve.post(path, { role: "admin" })).status, 403, path);
    }
    assertEquals((await eve.get("/api/v1/accounts")).status, 403);
    assertEquals(f.people.directory.get("eve")!.role, role);
  });
}

Deno.test("[SI16] a changed role holds at once; sockets come back with it", async () => {
  using f = await accountsFixture();
  const ana = await f.enroll("ana", "member");
  const browser = f.browser();
  await browser.signIn("ana");
  const closed = await f.connect(ana);
  const body = { role: "facilitator" };
  await f.call("PATCH", "/api/v1/accounts/ana", { body });
  assertEquals(closed, [4001]);
  const me = JSON.parse((await browser.get("/api/v1/me")).html);
  assertEquals(me.roles, ["facilitator"]);
});

Deno.test("[SI16] who is deactivated is out at once: pages, sockets, tickets, passwords", async () => {
  using f = await accountsFixture();
  const ana = await f.enroll("ana");
  const browser = f.browser();
  await browser.signIn("ana");
  const closed = await f.connect(ana);
  const issued = await browser.post("/api/v1/tickets");
  const { ticket } = JSON.parse(issued.html);
  const asked = new Request(`http://localhost:8000/ws?ticket=${ticket}`);
  assertEquals(f.identify.handshake(asked)!.user.userId, "ana");
  const body = { active: false };
  await f.call("PATCH", "/api/v1/accounts/ana", { body });
  assertEquals(closed, [4501]);
  assertEquals(await browser.me(), 401);
  assertEquals(f.identify.handshake(asked), undefined);
  assertEquals((await f.browser("192.0.2.3").signIn("ana")).status, 401);
});

Deno.test("[SI16] who was demoted does not act on, with what was read before", async () => {
  using f = await accountsFixture();
  const ada = await f.enroll("ada", "admin");
  const bea = await f.enroll("bea", "admin");
  const { accounts } = f.people;
  // Both at once: the second finds that it is no admin any more.
  const outcomes = await Promise.allSettled([
    accounts.change(ada, "bea", { kind: "role", role: "member" }),
    accounts.change(bea, "ada", { kind: "role", role: "member" }),
  ]);
  assertEquals(outcomes.map(({ status }) => status), ["fulfilled", "rejected"]);
  assertEquals(f.people.directory.get("ada")!.role, "admin");
});

for (const act of ["role", "deactivate"]) {
  Deno.test(`[SI16] an admin does not take their own rights (${act}): one is always left`, async () => {
    using f = await accountsFixture();
    await f.enroll("ada", "admin");
    const ada = f.browser();
    await ada.signIn("ada");
    const answer = await ada.post(`/ops/users/ada/${act}`, { role: "member" });
    assertEquals(answer.status, 409);
    assertStringIncludes(answer.html, "another admin must");
    assertEquals(f.people.directory.get("ada")!.role, "admin");
    assertEquals(f.people.directory.get("ada")!.status, "active");
  });
}

Deno.test("[SI17] one ends one's own sign-in elsewhere; another's is not theirs to end", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  await f.enroll("eve");
  const [here, there] = [f.browser("192.0.2.1"), f.browser("192.0.2.2")];
  await here.signIn("ana");
  await there.signIn("ana");
  const eve = f.browser("192.0.2.3");
  await eve.signIn("eve");
  const { id } = f.people.directory.get("ana")!.signIns.at(-1)!;
  await eve.post("/account/sign-ins/end", { signInId: id });
  assertEquals(await there.me(), 200);
  const page = await here.get("/account");
  assertStringIncludes(page.html, "Firefox on Linux");
  await here.post("/account/sign-ins/end", { signInId: id });
  assertEquals(await there.me(), 401);
  assertEquals(await here.me(), 200);
});

Deno.test("[SI17] an admin ends every sign-in of somebody, with their sockets", async () => {
  using f = await accountsFixture();
  const ana = await f.enroll("ana");
  const browser = f.browser();
  await browser.signIn("ana");
  const closed = await f.connect(ana);
  const path = "/api/v1/accounts/ana/sign-ins";
  const { items } = await (await f.call("GET", path)).json();
  assertEquals(items.length, 2);
  assertEquals((await f.call("DELETE", path)).status, 204);
  assertEquals(closed, [4501]);
  assertEquals(await browser.me(), 401);
  assertEquals((await (await f.call("GET", path)).json()).items, []);
});

Deno.test("[SI17] a sign-in lasts seven days, for open sockets too", async () => {
  using f = await accountsFixture();
  const ana = await f.enroll("ana");
  const closed = await f.connect(ana);
  f.clock.now += 7 * 24 * 60 * 60_000;
  f.people.directory.sweep();
  assertEquals(closed, [4501]);
});

Deno.test("[SI18] a list of accounts shows no hash, link or password", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  await f.people.accounts.passwordLink(SERVICE, "ana");
  const answer = await f.call("GET", "/api/v1/accounts");
  const { items } = await answer.json();
  assertEquals(Object.keys(items[0]).toSorted(), [
    "createdAt",
    "name",
    "role",
    "signIns",
    "source",
    "status",
    "tokens",
    "userId",
  ]);
});

Deno.test("[SI18] the server's command is nobody's to give: neither socket nor HTTP has it", async () => {
  using f = await accountsFixture();
  const answer = await f.call("POST", "/api/v1/accounts", {
    body: { userId: "ana", change: { kind: "role", role: "admin" } },
  });
  assertEquals(answer.status, 422);
  const document = await (await f.call("GET", "/api/v1/openapi.json")).json();
  assertEquals(JSON.stringify(document).includes("change_account"), false);
});

Deno.test("[SI19] who is played by the server comes in, unless somebody has that name", async () => {
  using f = await accountsFixture();
  const { user, cookie } = f.people.signIns.open({
    name: "Priya",
    role: "member",
  });
  const browser = f.browser();
  browser.cookies.set("regulens", cookie);
  assertEquals(await browser.me(), 401);
  f.people.directory.play(user);
  assertEquals(await browser.me(), 200);
  await f.enroll("priya");
  assertEquals(await browser.me(), 401);
});
