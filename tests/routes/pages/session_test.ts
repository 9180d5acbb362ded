/** The room's page: what it shows to whom, its forms without scripts, and what it carries. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { openSession, pagesFixture, stateIn, textOf } from "./fixture.ts";

Deno.test("the room shows title, people, timeline and the facts", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana, { description: "Two of 14 hit." });
  const { status, html } = await ana.get(path);
  assertEquals(status, 200);
  assertStringIncludes(html, "<title>Onboard the vendor? · Regulens</title>");
  const text = textOf(html);
  for (
    const part of [
      "Two of 14 hit.",
      "Opened by Ana Lima 03:04",
      "Ana Lima (you) Facilitator",
      "Ana Lima opened the session",
      "everyone signed in",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("[P24] the room's page carries the state with the position it was read at", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  await ana.post(`${path}/messages`, { text: "hello" });
  const state = stateIn((await ana.get(path)).html);
  assertEquals(state.position.channel, `session:${path.split("/")[2]}`);
  assertEquals(state.position.offset, 2);
  assertMatch(state.position.hash, /^[0-9a-f]{16}$/);
  assertEquals(state.lines.at(-1).text, "hello");
  assertEquals(state.build, "/static/built/boot-1.js");
});

Deno.test("posting a message without scripts leads back to the room", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const answer = await ana.post(`${path}/messages`, { text: "  hello  " });
  assertEquals([answer.status, answer.location], [303, path]);
  assertStringIncludes(textOf((await ana.get(path)).html), "Ana Lima hello");
});

Deno.test("[P13] a message form sent twice posts once", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const fields = { text: "once", messageId: "form-9.message" };
  await ana.post(`${path}/messages`, fields);
  assertEquals((await ana.post(`${path}/messages`, fields)).status, 303);
  const { lines } = stateIn((await ana.get(path)).html);
  assertEquals(
    lines.filter(({ text }: { text?: string }) => text === "once")
      .length,
    1,
  );
});

Deno.test("[P13] a form sent again with other words keeps them and asks", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  await ana.post(`${path}/messages`, {
    text: "one",
    messageId: "form-9.message",
  });
  const { status, html } = await ana.post(`${path}/messages`, {
    text: "two",
    messageId: "form-9.message",
  });
  assertEquals(status, 409);
  assertStringIncludes(html, ">two</textarea>");
  assertStringIncludes(textOf(html), "This form was sent before");
  assert(!html.includes('value="form-9.message"'));
});

Deno.test("an empty message is sent back with the mistake at its control", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { status, html } = await ana.post(`${path}/messages`, { text: "   " });
  assertEquals(status, 422);
  assertMatch(html, /<textarea[^>]*aria-describedby="message-mistake"/);
  assertMatch(html, /id="message-mistake"[^>]*>.*This cannot be empty/s);
});

Deno.test("a participant without an id is sent back, with what was typed", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { status, html } = await ana.post(`${path}/participants`, {
    userId: "ben kole",
    name: "Ben & Co",
    role: "observer",
  });
  assertEquals(status, 422);
  assertStringIncludes(html, 'value="ben kole"');
  assertStringIncludes(html, 'value="Ben &amp; Co"');
  assertMatch(html, /id="participant-id-mistake"/);
  assertMatch(html, /<option value="observer" selected/);
  const empty = await ana.post(`${path}/participants`, { userId: "" });
  assertEquals(empty.status, 422);
});

Deno.test("joining, leaving, adding and closing work without scripts", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole");
  const path = await openSession(ana);
  assertStringIncludes(textOf((await ben.get(path)).html), "Join to write");
  assertEquals((await ben.post(`${path}/join`, {})).status, 303);
  assertStringIncludes(
    textOf((await ben.get(path)).html),
    "Ben Kole (you) Member",
  );
  assertEquals((await ben.post(`${path}/leave`, {})).status, 303);
  assertStringIncludes(
    textOf((await ben.get(path)).html),
    "You left this session.",
  );
  assertEquals(
    (await ana.post(`${path}/participants`, {
      userId: "chidi",
      name: "",
      role: "observer",
    }))
      .status,
    303,
  );
  assertStringIncludes(textOf((await ana.get(path)).html), "chidi Observer");
  assertEquals((await ana.post(`${path}/close`, {})).status, 303);
  assertStringIncludes(
    textOf((await ana.get(path)).html),
    "This session is closed.",
  );
});

Deno.test("the last facilitator who leaves is told why not, in the room", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { status, html } = await ana.post(`${path}/leave`, {});
  assertEquals(status, 409);
  assertStringIncludes(
    textOf(html),
    "Cannot leave a session without a facilitator",
  );
});

Deno.test("only what one may do is offered", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const lead = (await ana.get(path)).html;
  const looking = (await site.enter("Ben Kole").get(path)).html;
  for (const action of ["close", "participants", "messages"]) {
    assertStringIncludes(lead, `action="${path}/${action}"`);
    assert(!looking.includes(`action="${path}/${action}"`), action);
  }
});

Deno.test("[P8] a session one may not see looks as one that does not exist", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole");
  const path = await openSession(ana, { who: "participants" });
  const hidden = await ben.get(path);
  const missing = await ben.get("/sessions/nothing-here");
  assertEquals([hidden.status, missing.status], [404, 404]);
  const plain = (html: string) => html.replaceAll(/nonce="[^"]+"/g, "");
  assertEquals(plain(hidden.html), plain(missing.html));
  const posted = await ben.post(`${path}/messages`, { text: "hello" });
  assertEquals(posted.status, 404);
});

Deno.test("whoever is signed out is sent to sign in and back", async () => {
  using site = pagesFixture();
  const { status, location } = await site.stranger.get("/sessions/abc?x=1");
  assertEquals(status, 303);
  assertEquals(location, "/login?next=%2Fsessions%2Fabc%3Fx%3D1");
  const posted = await site.stranger.post("/sessions/abc/messages", {
    text: "hi",
  });
  assertEquals([posted.status, posted.location], [303, "/login"]);
});

const NASTY =
  `</script><script>alert(1)</script><!--"'&<img src=x onerror=alert(2)>`;

Deno.test("every text anyone can write is shown as text and nothing else", async () => {
  using site = pagesFixture();
  const ana = site.enter(`Ana ${NASTY}`.slice(0, 80), "facilitator");
  const path = await openSession(ana, { title: NASTY, description: NASTY });
  await ana.post(`${path}/messages`, { text: NASTY });
  await ana.post(`${path}/participants`, { userId: "x<b>&\"'", name: NASTY });
  const pages = [
    await ana.get(path),
    await ana.get("/sessions"),
    await ana.get("/"),
    await ana.post(`${path}/participants`, {
      userId: `${NASTY} `,
      name: NASTY,
    }),
    await ana.post(`${path}/messages`, { text: NASTY.repeat(99) }),
    await ana.post("/sessions", { title: "", description: NASTY }),
    await site.stranger.get(`/login?next=${encodeURIComponent(NASTY)}`),
    await site.stranger.post("/login", { name: NASTY.repeat(9), next: NASTY }),
  ];
  for (const { html } of pages) {
    assert(!html.includes("<script>alert"), html.slice(0, 200));
    assert(!html.includes("<img"));
    assert(!html.includes("<!--"));
    // One doctype, and every script is one of ours: a file or data, with the nonce.
    assertEquals(html.match(/<!/g)?.length, 1);
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) {
      assertStringIncludes(tag, "nonce=");
    }
  }
  assertEquals(stateIn(pages[0]!.html).session.title, NASTY);
  assertStringIncludes(textOf(pages[0]!.html), NASTY);
});

Deno.test("an erased entry says so and keeps its place", async () => {
  const holder: { erase?: (channel: string) => Promise<unknown> } = {};
  using site = pagesFixture({
    wrapLog: (log) => {
      holder.erase = (channel) => log.erase(channel, 2, "ana-lima");
      return log;
    },
  });
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  await ana.post(`${path}/messages`, { text: "a secret" });
  await holder.erase?.(`session:${path.split("/")[2]}`);
  const { html } = await ana.get(path);
  assertStringIncludes(textOf(html), "This entry was erased.");
  assert(!html.includes("a secret"));
});

Deno.test("a page with scripts off or on ships under 30 KB, also with a full timeline", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  for (let n = 0; n < 60; n++) {
    await ana.post(`${path}/messages`, {
      text: `Message ${n} of about the usual length`,
    });
  }
  const { html } = await ana.get(path);
  assert(html.length < 30 * 1024, `${html.length}`);
  assertStringIncludes(textOf(html), "11 earlier entries Show older");
});
