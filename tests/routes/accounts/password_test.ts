/** Signing in with a password: what is answered, what is slowed down, what ends when. */
import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { ACCOUNTS_CHANNEL } from "../../../domain/accounts/events.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { configureLogging } from "../../../logging.ts";
import { LINK_LIFETIME_MS } from "../../../routes/accounts/accounts.ts";
import {
  FIRST_WAIT_MS,
  FREE_TRIES_OF_NAME,
} from "../../../routes/accounts/sign_in_guard.ts";
import { accountsFixture, PASSWORD, SERVICE, START } from "./fixture.ts";

const FRESH = "quite another four words";

Deno.test("[SI1] the right name and password sign in, with the role of the account", async () => {
  using f = await accountsFixture();
  await f.enroll("ana", "facilitator");
  const browser = f.browser();
  const answer = await browser.signIn(" Ana ");
  assertEquals(answer.status, 303);
  const me = await browser.get("/api/v1/me");
  assertEquals(JSON.parse(me.html), {
    userId: "ana",
    name: "ana",
    roles: ["facilitator"],
  });
});

Deno.test("[SI1] nobody picks a role: the demo's form does nothing here", async () => {
  using f = await accountsFixture();
  const browser = f.browser();
  const answer = await browser.post("/login", { name: "Eve", role: "admin" });
  assertEquals(answer.status, 401);
  assertEquals(await browser.me(), 401);
});

Deno.test("[SI2] a wrong password, an unknown name, an invited and a deactivated one answer the same", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  await f.enroll("out");
  await f.people.accounts.change(SERVICE, "out", { kind: "deactivate" });
  const invited = { userId: "inv", name: "Inv", role: "member" } as const;
  await f.people.accounts.invite(SERVICE, invited);
  const answers = [];
  for (const [i, name] of ["ana", "nobody", "inv", "out"].entries()) {
    const { status, html } = await f.browser(`192.0.2.${i}`)
      .signIn(name, name === "out" ? PASSWORD : "wrong password here");
    // What was typed stands in the form again, and a nonce differs.
    const plain = html.replaceAll(`"${name}"`, "").replace(
      /nonce="[^"]*"/g,
      "",
    );
    answers.push({ status, plain });
  }
  assertEquals(answers[0].status, 401);
  assertStringIncludes(answers[0].plain, "Name or password is wrong.");
  for (const answer of answers) assertEquals(answer, answers[0]);
});

Deno.test("[SI3] six wrong passwords from one address make it wait, longer each time; the right one waits too", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const eve = f.browser("198.51.100.7");
  for (let i = 0; i < 5; i++) {
    assertEquals((await eve.signIn("ana", "wrong")).status, 401);
  }
  const locked = await eve.signIn("ana");
  assertEquals(locked.status, 429);
  assertEquals(locked.headers.get("retry-after"), String(FIRST_WAIT_MS / 1000));
  f.clock.now += FIRST_WAIT_MS;
  assertEquals((await eve.signIn("ana", "wrong")).status, 401);
  const again = await eve.signIn("ana", "wrong");
  assertEquals(
    again.headers.get("retry-after"),
    String(2 * FIRST_WAIT_MS / 1000),
  );
  // Somebody else's address is not held responsible.
  assertEquals((await f.browser("192.0.2.77").signIn("ana")).status, 303);
});

Deno.test("[SI3] an unknown name is locked like a known one", async () => {
  using f = await accountsFixture();
  const eve = f.browser("198.51.100.7");
  const statuses = [];
  for (let i = 0; i < 6; i++) {
    statuses.push((await eve.signIn("nobody", "wrong")).status);
  }
  assertEquals(statuses, [401, 401, 401, 401, 401, 429]);
});

Deno.test("[SI3] a name that is guessed at from many addresses is locked, also after a restart", async () => {
  const log = createMemoryLog();
  let until: number;
  {
    using f = await accountsFixture({ log });
    await f.enroll("ana");
    for (let i = 0; i < FREE_TRIES_OF_NAME; i++) {
      const eve = f.browser(`198.51.100.${i}`);
      assertEquals((await eve.signIn("ana", "wrong")).status, 401);
    }
    until = f.people.directory.get("ana")!.lock!.until;
    assertEquals(until, START + FIRST_WAIT_MS);
    assertEquals((await f.browser("192.0.2.5").signIn("ana")).status, 429);
  }
  using f = await accountsFixture({ log });
  assertEquals((await f.browser("192.0.2.5").signIn("ana")).status, 429);
  f.clock.now = until;
  assertEquals((await f.browser("192.0.2.5").signIn("ana")).status, 303);
  assertEquals(f.people.directory.get("ana")!.lock, null);
});

Deno.test("[SI4] one address posts 20 sign-ins at once and then one each 3 s", async () => {
  using f = await accountsFixture();
  const eve = f.browser("198.51.100.7");
  for (let i = 0; i < 20; i++) await eve.signIn(`name${i}`, "wrong");
  const refused = await eve.signIn("name20", "wrong");
  assertEquals(refused.status, 429);
  assertEquals(refused.headers.get("retry-after"), "3");
  f.clock.now += 3_000;
  assertEquals((await eve.signIn("name21", "wrong")).status, 401);
});

Deno.test("[SI5] a changed password ends the other sign-ins and their sockets, and keeps this browser in", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const [here, there] = [f.browser("192.0.2.1"), f.browser("192.0.2.2")];
  await here.signIn("ana");
  await there.signIn("ana");
  const account = f.people.directory.get("ana")!;
  const theirs = account.signIns.at(-1)!.id;
  const closed = await f.connect({
    userId: "ana",
    name: "ana",
    roles: ["member"],
    signInId: theirs,
  });
  const changed = await here.post("/account/password", {
    old: PASSWORD,
    password: FRESH,
    again: FRESH,
  });
  assertEquals(changed.status, 303);
  assertEquals(closed, [4501]);
  assertEquals(await there.me(), 401);
  assertEquals(await here.me(), 200);
  assertEquals((await f.browser("192.0.2.3").signIn("ana")).status, 401);
  assertEquals((await f.browser("192.0.2.3").signIn("ana", FRESH)).status, 303);
});

for (
  const [what, fields, said] of [
    ["a wrong old one", { old: "wrong" }, "This is not your password"],
    ["a short one", { password: "short", again: "short" }, "At least 12"],
    ["two that differ", { again: "something else here" }, "Not the same"],
  ] as const
) {
  Deno.test(`[SI5] a password is not changed to or from ${what}`, async () => {
    using f = await accountsFixture();
    await f.enroll("ana");
    const browser = f.browser();
    await browser.signIn("ana");
    const before = f.people.directory.get("ana")!.password;
    const answer = await browser.post("/account/password", {
      old: PASSWORD,
      password: FRESH,
      again: FRESH,
      ...fields,
    });
    assertEquals(answer.status, 422);
    assertStringIncludes(answer.html, said);
    assertEquals(f.people.directory.get("ana")!.password, before);
  });
}

Deno.test("[SI6] the first start gives one link; it makes the admin once", async () => {
  using f = await accountsFixture();
  const path = await f.people.setupPath();
  const browser = f.browser();
  assertEquals((await browser.get(path!)).status, 200);
  const token = path!.split("token=")[1];
  const form = { token, name: "Ada", password: PASSWORD, again: PASSWORD };
  assertEquals((await browser.post("/invite", form)).status, 303);
  const me = await browser.get("/api/v1/me");
  assertEquals(JSON.parse(me.html), {
    userId: "admin",
    name: "Ada",
    roles: ["admin"],
  });
  assertEquals((await f.browser().post("/invite", form)).status, 404);
  assertEquals(await f.people.setupPath(), undefined);
});

Deno.test("[SI6] a link made at a later start replaces the one before", async () => {
  using f = await accountsFixture();
  const first = await f.people.setupPath();
  const second = await f.people.setupPath();
  assertNotEquals(first, second);
  assertEquals((await f.browser().get(first!)).status, 404);
  assertEquals((await f.browser().get(second!)).status, 200);
});

Deno.test("[SI7] an invitation sets name and password and expires after three days", async () => {
  using f = await accountsFixture();
  const { secret } = await f.people.accounts.invite(SERVICE, {
    userId: "bo@x.example",
    name: "Bo",
    role: "observer",
  });
  const path = `/invite?token=${secret}`;
  f.clock.now += LINK_LIFETIME_MS - 1;
  assertEquals((await f.browser().get(path)).status, 200);
  f.clock.now += 1;
  assertEquals((await f.browser().get(path)).status, 404);
});

Deno.test("[SI7] a link to a new password ends every sign-in of its account", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const old = f.browser("192.0.2.1");
  await old.signIn("ana");
  const { secret } = await f.people.accounts.passwordLink(SERVICE, "ana");
  const answer = await f.browser("192.0.2.2").post("/invite", {
    token: secret,
    password: FRESH,
    again: FRESH,
    name: "Not taken",
  });
  assertEquals(answer.status, 303);
  assertEquals(await old.me(), 401);
  assertEquals(f.people.directory.get("ana")!.name, "ana");
});

Deno.test("[SI8] signing out ends this sign-in, its sockets alone, and its tickets", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const [here, there] = [f.browser("192.0.2.1"), f.browser("192.0.2.2")];
  await here.signIn("ana");
  await there.signIn("ana");
  const [mine, theirs] = f.people.directory.get("ana")!.signIns.slice(-2);
  const who = { userId: "ana", name: "ana", roles: ["member"] };
  const closedHere = await f.connect({ ...who, signInId: mine.id });
  const closedThere = await f.connect({ ...who, signInId: theirs.id });
  assertEquals((await here.post("/logout")).status, 303);
  assertEquals(closedHere, [4501]);
  assertEquals(closedThere, []);
  assertEquals(await here.me(), 401);
  assertEquals(await there.me(), 200);
});

Deno.test("[SI9] no password, token or link is in the log lines, nor a typed name that nobody has", async () => {
  const lines: string[] = [];
  const logging = configureLogging({
    level: "DEBUG",
    format: "json",
    write: (line) => void lines.push(line),
  });
  using f = await accountsFixture({ logger: logging.logger("accounts") });
  await f.enroll("ana");
  const browser = f.browser();
  await browser.signIn("oops typed my secret here", "hunter2 hunter2");
  await browser.signIn("ana", "hunter2 hunter2");
  await browser.signIn("ana");
  const { secret } = await f.people.accounts.passwordLink(SERVICE, "ana");
  await browser.get(`/invite?token=${secret}`);
  const made = await browser.post("/account/tokens", {
    name: "script",
    scope: "read",
    days: "1",
  });
  const token = made.html.match(/rgl_[\w-]{43}/)![0];
  await f.call("GET", "/api/v1/me", { token });
  const all = lines.join("\n");
  assertStringIncludes(all, "signed in");
  for (const text of [PASSWORD, "hunter2", secret, token, "oops typed"]) {
    assertEquals(all.includes(text), false, text);
  }
});

Deno.test("[SI9] the record has what happened, and no password or token as it was typed", async () => {
  using f = await accountsFixture();
  await f.enroll("ana");
  const browser = f.browser();
  await browser.signIn("ana");
  const made = await browser.post("/account/tokens", {
    name: "script",
    scope: "read",
    days: "1",
  });
  const token = made.html.match(/rgl_[\w-]{43}/)![0];
  const entries = await f.log.read(ACCOUNTS_CHANNEL, 0, 100);
  const events = entries.map(({ bodyText }) => JSON.parse(bodyText!).event);
  assertEquals(events, [
    "account_invited",
    "password_set",
    "signed_in",
    "signed_in",
    "token_made",
  ]);
  const all = entries.map(({ bodyText }) => bodyText).join("\n");
  assertEquals(all.includes(PASSWORD), false);
  assertEquals(all.includes(token), false);
});

Deno.test("[SI10] accounts, sign-ins and tokens outlive a restart", async () => {
  const log = createMemoryLog();
  let cookies: Map<string, string>;
  {
    using f = await accountsFixture({ log });
    await f.enroll("ana");
    const browser = f.browser();
    await browser.signIn("ana");
    cookies = browser.cookies;
  }
  using f = await accountsFixture({ log });
  const browser = f.browser();
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  assertEquals(await browser.me(), 200);
});
