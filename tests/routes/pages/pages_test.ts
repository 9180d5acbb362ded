/** Sign-in, home, list, missing and broken pages: landmarks, empty states, headers. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { openSession, pagesFixture, textOf } from "./fixture.ts";

Deno.test("every page has a title, one h1, a skip link that leads to main, and a language", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const pages = [
    await site.stranger.get("/login"),
    await ana.get("/"),
    await ana.get("/sessions"),
    await ana.get(path),
    await ana.get("/nothing"),
    await site.stranger.get("/nothing"),
  ];
  for (const { html } of pages) {
    assertMatch(html, /^<!doctype html><html lang="en"/);
    assertMatch(html, /<title>[^<]+ · Regulens<\/title>/);
    assertEquals(html.match(/<h1/g)?.length, 1);
    assertMatch(html, /<a class="skip" href="#main">/);
    assertEquals(html.match(/<main id="main"/g)?.length, 1);
    assertMatch(html, /<div id="announcements"[^>]*role="status"/);
    assert(!/\sstyle=/.test(html), "the CSP forbids inline styles");
    assert(!/<style/.test(html));
  }
});

Deno.test("pages are of this moment and never kept", async () => {
  using site = pagesFixture();
  const { headers } = await site.enter("Ana").get("/");
  assertEquals(headers.get("cache-control"), "no-store");
  assertMatch(
    headers.get("content-security-policy") ?? "",
    /default-src 'none'/,
  );
});

Deno.test("a page without islands ships no scripts", async () => {
  using site = pagesFixture();
  const { html } = await site.stranger.get("/login");
  assert(!html.includes("<script"));
  assert(!html.includes("modulepreload"));
});

Deno.test("with the socket switched off no page ships scripts", async () => {
  using site = pagesFixture({ live: false });
  const ana = site.enter("Ana Lima", "facilitator");
  const { html } = await ana.get(await openSession(ana));
  assert(!html.includes("<script"));
  assert(!html.includes("Connecting"));
});

Deno.test("a page with islands fetches their scripts early and starts one", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const { html } = await ana.get(await openSession(ana));
  assertEquals(html.match(/<script type="module"/g)?.length, 1);
  assertEquals(
    [...html.matchAll(/modulepreload" href="([^"]+)"/g)].map((match) =>
      match[1]
    ),
    [
      "/static/built/chunk-1.js",
      "/static/built/status-1.js",
      "/static/built/room-1.js",
    ],
  );
});

Deno.test("the demo is marked as such on the sign-in page and after it", async () => {
  using site = pagesFixture();
  assertStringIncludes(
    textOf((await site.stranger.get("/login")).html),
    "Demo. No password: anyone can take any name and role.",
  );
  assertMatch(
    (await site.enter("Ana").get("/")).html,
    /<header class="top">.*<span class="badge amber">.*#icon-warn.*Demo<\/span>/,
  );
});

Deno.test("signing in through the form sets the cookie and goes where one wanted", async () => {
  using site = pagesFixture();
  const { status, location, headers } = await site.stranger.post("/login", {
    name: "Ana Lima",
    role: "member",
    next: "/sessions?cursor=1",
  });
  assertEquals([status, location], [303, "/sessions?cursor=1"]);
  assertMatch(headers.getSetCookie()[0] ?? "", /^regulens=.+HttpOnly/);
});

Deno.test("signing in never leads to another host", async () => {
  using site = pagesFixture();
  for (const next of ["//evil.test", "https://evil.test", "/\\evil.test"]) {
    const { location } = await site.stranger.post("/login", {
      name: "A",
      role: "member",
      next,
    });
    assertEquals(location, "/");
  }
});

Deno.test("a sign-in without a name is sent back with the mistake and the choice kept", async () => {
  using site = pagesFixture();
  const { status, html } = await site.stranger.post("/login", {
    name: "  ",
    role: "facilitator",
    next: "/sessions",
  });
  assertEquals(status, 422);
  assertMatch(html, /id="name-mistake"[^>]*>.*Give a name/s);
  assertMatch(html, /value="facilitator" checked/);
  assertStringIncludes(html, 'name="next" value="/sessions"');
});

Deno.test("whoever is signed in need not sign in again", async () => {
  using site = pagesFixture();
  const { status, location } = await site.enter("Ana").get(
    "/login?next=/sessions",
  );
  assertEquals([status, location], [303, "/sessions"]);
});

Deno.test("signing out ends the sign-in", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  assertEquals((await ana.post("/logout", {})).location, "/login");
  assertEquals((await ana.get("/")).location, "/login");
});

Deno.test("an empty home says what to do, by role", async () => {
  using site = pagesFixture();
  const member = textOf((await site.enter("Ben").get("/")).html);
  assertStringIncludes(
    member,
    "Sessions appear here when a facilitator opens one",
  );
  const lead = await site.enter("Ana", "facilitator").get("/");
  assertStringIncludes(lead.html, 'href="/sessions#open"');
});

Deno.test("home lists my open sessions apart from the others", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana", "facilitator");
  const mine = await openSession(ana, { title: "Mine" });
  const other = site.enter("Dana", "facilitator");
  await openSession(other, { title: "Open to all" });
  await openSession(other, { title: "Theirs alone", who: "participants" });
  const { html } = await ana.get("/");
  const [before = "", after = ""] = html.split("Recent sessions");
  assertStringIncludes(before, `href="${mine}"`);
  assertStringIncludes(after, "Open to all");
  assert(!html.includes("Theirs alone"));
});

Deno.test("the list has an empty state, and offers opening only to who may", async () => {
  using site = pagesFixture();
  const member = await site.enter("Ben").get("/sessions");
  assertStringIncludes(textOf(member.html), "No sessions yet");
  assert(!member.html.includes('action="/sessions"'));
  const lead = await site.enter("Ana", "facilitator").get("/sessions");
  assertStringIncludes(lead.html, 'action="/sessions"');
  const refused = await site.enter("Ben").post("/sessions", { title: "Mine" });
  assertEquals(refused.status, 403);
});

Deno.test("a session without a title is sent back with everything that was typed", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana", "facilitator");
  const { status, html } = await ana.post("/sessions", {
    title: " ",
    description: "Known so far",
    who: "participants",
  });
  assertEquals(status, 422);
  assertMatch(html, /id="title-mistake"/);
  assertStringIncludes(html, ">Known so far</textarea>");
  assertMatch(html, /value="participants" checked/);
});

Deno.test("[P13] a session form sent twice opens one session", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana", "facilitator");
  const first = await openSession(ana, { messageId: "form-1.open" });
  const second = await openSession(ana, { messageId: "form-1.open" });
  assertEquals(second, first);
});

Deno.test("a long list comes in pages, each session once", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana", "facilitator");
  for (let n = 0; n < 30; n++) {
    await openSession(ana, { title: `Session ${n}` });
  }
  const first = await ana.get("/sessions");
  const older = first.html.match(/href="(\/sessions\?cursor=[^"]+)"/)?.[1] ??
    "";
  const second = await ana.get(older.replaceAll("&amp;", "&"));
  const links = [first, second].flatMap(({ html }) =>
    [...html.matchAll(/class="name"><a href="([^"]+)"/g)].map((match) =>
      match[1]
    )
  );
  assertEquals([links.length, new Set(links).size], [30, 30]);
  assertStringIncludes(second.html, 'href="/sessions"');
  assert(!second.html.includes('rel="next"'));
});

Deno.test("a cursor that is none shows the first page instead of failing", async () => {
  using site = pagesFixture();
  assertEquals(
    (await site.enter("Ana").get("/sessions?cursor=nonsense")).status,
    200,
  );
});

Deno.test("a page that is not there helps on; the API keeps its own answers", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const missing = await ana.get("/nothing/here");
  assertEquals(missing.status, 404);
  assertStringIncludes(textOf(missing.html), "No such page");
  assertStringIncludes(missing.html, 'href="/sessions"');
  const api = await ana.get("/api/v1/nothing");
  assertEquals(api.headers.get("content-type"), "application/problem+json");
});

Deno.test("a log that cannot be read is an error page that says nothing is lost", async () => {
  using site = pagesFixture({
    wrapLog: (log) => ({
      ...log,
      commit: log.commit.bind(log),
      read: log.read.bind(log),
      readSubject: log.readSubject.bind(log),
      head: log.head.bind(log),
      feed: log.feed.bind(log),
      recall: log.recall.bind(log),
      query: () => Promise.reject(new LogUnavailable("down")),
    }),
  });
  const { status, html } = await site.enter("Ana").get("/sessions");
  assertEquals(status, 503);
  assertStringIncludes(
    textOf(html),
    "Nothing that was confirmed to you is lost",
  );
  assertEquals(site.faults, []);
});

Deno.test("a fault of ours is reported, and tells the reader nothing of itself", async () => {
  using site = pagesFixture({
    wrapLog: (log) => ({
      ...log,
      commit: log.commit.bind(log),
      read: log.read.bind(log),
      readSubject: log.readSubject.bind(log),
      head: log.head.bind(log),
      feed: log.feed.bind(log),
      recall: log.recall.bind(log),
      query: () => Promise.reject(new Error("secret detail")),
    }),
  });
  const { status, html } = await site.enter("Ana").get("/");
  assertEquals(status, 500);
  assert(!html.includes("secret detail"));
  assertEquals(site.faults.length, 1);
});
