/** Looking back without scripts, the reader's zone, the visit before, and the page of components. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  openSession,
  pagesFixture,
  START,
  stateIn,
  textOf,
  type Visitor,
} from "./fixture.ts";

async function saidThings(visitor: Visitor, count: number): Promise<string> {
  const path = await openSession(visitor);
  for (let n = 0; n < count; n++) {
    await visitor.post(`${path}/messages`, { text: `message ${n + 2}` });
  }
  return path;
}

Deno.test("?at= shows the session as it was after that entry, marked as replay", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 5);
  await site.enter("Ben Kole").post(`${path}/join`, {});
  await ana.post(`${path}/close`, {});
  const { html } = await ana.get(`${path}?at=3`);
  const text = textOf(html);
  assertStringIncludes(text, "Replay. The session as it was at entry 3");
  assertStringIncludes(text, "Entry 3 of 8");
  assertStringIncludes(text, "As of 03:04:05");
  assertStringIncludes(text, "message 3");
  assert(!text.includes("message 4"));
  assert(!text.includes("Ben Kole"), "who came later was not there");
  assertMatch(html, /badge jade.{0,90}Open/, "it was open then");
  assertMatch(
    html,
    new RegExp(`<a class="button primary" href="${path}" *>Back to now`),
  );
  assert(
    !html.includes(`action="${path}/messages"`),
    "the past takes no words",
  );
  assertEquals(stateIn(html).replay.offset, 3);
  assertEquals(stateIn(html).position.offset, 8, "what comes next still comes");
});

Deno.test("the slider is a form that asks for an entry", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 2);
  const { html } = await ana.get(path);
  assertMatch(
    html,
    new RegExp(`<form class="replay" method="get" action="${path}"`),
  );
  assertMatch(
    html,
    /<input id="replay"[^>]*type="range" name="at" min="1" max="3"[^>]*value="3"/,
  );
});

Deno.test("?at= of the last entry, of none, or of nonsense is now", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 2);
  for (const at of ["3", "99", "0", "-1", "1e3", "", "x", "9".repeat(40)]) {
    const { status, html } = await ana.get(`${path}?at=${at}`);
    assertEquals([status, stateIn(html).replay], [200, undefined], at);
    assertStringIncludes(textOf(html), "message 3");
  }
});

Deno.test("[P8] the past of a session one may not see is not there", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana, { who: "participants" });
  await ana.post(`${path}/messages`, { text: "secret" });
  const answer = await site.enter("Ben Kole").get(`${path}?at=1`);
  assertEquals(answer.status, 404);
});

Deno.test("links lead from the newest lines to the first, every line once", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 129);
  const seen: number[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined && page < 9; page++) {
    const { html } = await ana.get(next);
    seen.push(
      ...[...textOf(html).matchAll(/Ana Lima message (\d+) /g)].map((m) =>
        Number(m[1])
      ),
    );
    next = html.match(/href="(\/sessions\/[^"]+\?before=\d+)#timeline"/)?.[1];
    if (page === 1) {
      assertStringIncludes(textOf(html), "31 to 80 of 130, newest first");
      assertMatch(html, new RegExp(`href="${path}">Newest`));
    }
  }
  assertEquals(seen, Array.from({ length: 129 }, (_, n) => 130 - n));
});

Deno.test("a page of the past stays under 30 KB", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 110);
  for (const query of ["?at=100", "?before=60"]) {
    const { html } = await ana.get(path + query);
    assert(html.length < 30 * 1024, `${query}: ${html.length}`);
  }
});

Deno.test("an entry that was erased stays erased in the past", async () => {
  const holder: { erase?: (channel: string) => Promise<unknown> } = {};
  using site = pagesFixture({
    wrapLog: (log) => {
      holder.erase = (channel) => log.erase(channel, 2, "ana-lima");
      return log;
    },
  });
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 3);
  await holder.erase?.(`session:${path.split("/")[2]}`);
  const { html } = await ana.get(`${path}?at=3`);
  assertStringIncludes(textOf(html), "This entry was erased.");
  assert(!html.includes("message 2"));
});

Deno.test("times are in the zone the browser told, in UTC for nonsense", async () => {
  using site = pagesFixture();
  const role = "facilitator";
  const path = await openSession(site.enter("Ana Lima", role));
  const tokyo = await site.enter("Ana Lima", role, "zone=Asia/Tokyo").get(path);
  assertStringIncludes(textOf(tokyo.html), "Opened by Ana Lima 12:04");
  assertStringIncludes(textOf(tokyo.html), "Times in your time zone");
  assertStringIncludes(tokyo.html, 'data-zone="Asia/Tokyo"');
  for (const zone of ["Nowhere/At_All", "<b>", "a".repeat(99), "+09:00"]) {
    const { html } = await site.enter("Ana Lima", role, `zone=${zone}`).get(
      path,
    );
    assertStringIncludes(html, 'data-zone="UTC"', zone);
    assertStringIncludes(textOf(html), "Opened by Ana Lima 03:04");
  }
});

Deno.test("entries of another day stand under its name", async () => {
  let time = START;
  using site = pagesFixture({ now: () => time });
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  time += 26 * 3600 * 1000;
  await ana.post(`${path}/messages`, { text: "the next day" });
  const text = textOf((await ana.get(path)).html);
  assertMatch(
    text,
    /the next day .*Friday, 2 January 2026 .*opened the session/,
  );
  assert(!text.includes("Saturday, 3 January"), "today needs no word");
});

function visitIn(headers: Headers): string {
  return headers.getSetCookie().find((one) => one.startsWith("visit="))
    ?.split(";")[0] ?? "";
}

Deno.test("home tells what changed since the visit before, not since the last reload", async () => {
  let time = START;
  using site = pagesFixture({ now: () => time });
  const lead = "facilitator";
  const ana = (cookie: string) => site.enter("Ana Lima", lead, cookie);
  await openSession(ana(""), { title: "Old" });
  time += 1_000;
  const first = await ana("").get("/");
  assert(!textOf(first.html).includes("since you were here"));

  time += 3600 * 1000;
  const path = await openSession(site.enter("Dana Roth", lead), {
    title: "New one",
  });
  const second = await ana(visitIn(first.headers)).get("/");
  assertStringIncludes(
    textOf(second.html),
    "1 session with news since you were here 03:04",
  );
  assertEquals(second.html.match(/badge accent/g)?.length, 1);
  assertStringIncludes(second.html, path);

  time += 60 * 1000;
  const reload = await ana(visitIn(second.headers)).get("/");
  assertStringIncludes(textOf(reload.html), "1 session with news");

  time += 3600 * 1000;
  const later = await ana(visitIn(reload.headers)).get("/");
  assertStringIncludes(textOf(later.html), "Nothing new since you were here");
});

Deno.test("the visit of one person is not another's", async () => {
  using site = pagesFixture();
  const ana = await site.enter("Ana Lima").get("/");
  const ben = await site.enter("Ben Kole", "member", visitIn(ana.headers)).get(
    "/",
  );
  assert(!textOf(ben.html).includes("since you were here"));
  assertMatch(
    ben.headers.getSetCookie().join(),
    /visit=0\.\d+\.ben-kole;.*HttpOnly/,
  );
});

Deno.test("/design shows every component in development, and does not exist elsewhere", async () => {
  using developing = pagesFixture({ development: true });
  const { status, html } = await developing.enter("Ana").get("/design");
  assertEquals(status, 200);
  assertMatch(html, /theme-light.*theme-dark/s);
  assert(!/\sstyle=/.test(html));
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  assertEquals(ids.length, new Set(ids).size, "every id once");
  using site = pagesFixture();
  assertEquals((await site.enter("Ana").get("/design")).status, 404);
});

Deno.test("no page uses an id twice", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await saidThings(ana, 3);
  for (const page of ["/", "/sessions", "/inbox", path, `${path}?at=2`]) {
    const { html } = await ana.get(page);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    assertEquals(ids.length, new Set(ids).size, page);
  }
});
