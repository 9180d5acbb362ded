/** The inbox as a page: what it lists, how it is acknowledged without scripts, what it never lets through. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  openSession,
  type PagesFixture,
  pagesFixture,
  textOf,
} from "./fixture.ts";

const BO = { userId: "bo", name: "Bo", roles: ["member"] };

function send(site: PagesFixture, body: string, recipient: string) {
  return site.hub.sendDirect({ recipient, body, sender: BO });
}

/** The user id the demo gives to a name. */
async function idOf(visitor: { get(path: string): Promise<{ html: string }> }) {
  const { html } = await visitor.get("/");
  return html.match(/"userId":"([^"]+)"/)?.[1] ?? "";
}

async function ana(site: PagesFixture) {
  const visitor = site.enter("Ana Lima");
  return { ...visitor, userId: await idOf(visitor) };
}

/** Titles of the notifications listed, in their order. */
function listed(html: string): string[] {
  return [...html.matchAll(/id="n-[^"]*">([^<]*)</g)].map(([, title]) => title);
}

function unreadIn(html: string): string | undefined {
  return html.match(/aria-label="Inbox(?:, (\d+) unread)?"/)?.[1];
}

Deno.test("[T1] an empty inbox says what will be in it", async () => {
  using site = pagesFixture();
  const { status, html } = await site.enter("Ana").get("/inbox");
  assertEquals(status, 200);
  assertStringIncludes(html, "Nothing has happened yet");
  assertEquals(unreadIn(html), undefined);
});

Deno.test("[T1] who is signed out is sent to sign in, and back", async () => {
  using site = pagesFixture();
  const { status, location } = await site.stranger.get("/inbox?show=unread");
  assertEquals([status, location], [
    303,
    "/login?next=%2Finbox%3Fshow%3Dunread",
  ]);
});

Deno.test("[T1] messages and being added to a session are listed, newest first; every page counts them", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  await send(site, "First", visitor.userId);
  const fay = site.enter("Fay", "facilitator");
  const path = await openSession(fay, { who: "participants" });
  await site.commands.execute("add_participant", {
    sessionId: path.split("/").at(-1),
    userId: visitor.userId,
  }, { user: { userId: await idOf(fay), name: "Fay", roles: ["admin"] } });
  const { html } = await visitor.get("/inbox");
  assertEquals(listed(html), ["Added to a session", "Message from bo"]);
  assertStringIncludes(
    textOf(html),
    "Fay added you to “Onboard the vendor?”.",
  );
  assertEquals(unreadIn((await visitor.get("/sessions")).html), "2");
});

Deno.test("[T3] one is acknowledged with a form, and only that one", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  await send(site, "First", visitor.userId);
  await send(site, "Second", visitor.userId);
  const { status, location } = await visitor.post("/inbox", {
    show: "unread",
    channel: `user:${visitor.userId}`,
    offset: "1",
  });
  assertEquals([status, location], [303, "/inbox?show=unread"]);
  const unread = await visitor.get("/inbox?show=unread");
  assert(!textOf(unread.html).includes("First"));
  assertStringIncludes(textOf(unread.html), "Second");
  const all = await visitor.get("/inbox");
  assertStringIncludes(textOf(all.html), "Acknowledged 03:04");
  assertEquals(unreadIn(all.html), "1");
});

Deno.test("[T3] all are acknowledged up to where the form was made", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  await send(site, "First", visitor.userId);
  await send(site, "Second", visitor.userId);
  const { html } = await visitor.get("/inbox");
  const all = html.match(/name="all" value="([^"]*)"/)?.[1] ?? "";
  await send(site, "Came since", visitor.userId);
  await visitor.post("/inbox", { all });
  const after = await visitor.get("/inbox?show=unread");
  assertEquals(listed(after.html).length, 1);
  assertStringIncludes(textOf(after.html), "Came since");
});

Deno.test("[T3] a form for another's notification or of another shape is refused in words", async () => {
  using site = pagesFixture();
  const visitor = site.enter("Ana");
  const foreign = await visitor.post("/inbox", {
    channel: "user:bo",
    offset: "1",
  });
  assertEquals(foreign.status, 404);
  assertStringIncludes(
    textOf(foreign.html),
    "Cannot find this notification in your inbox",
  );
  const broken = await visitor.post("/inbox", {
    channel: "alerts",
    offset: "x",
  });
  assertEquals(broken.status, 422);
  assertEquals((await visitor.post("/inbox", {})).status, 422);
  assertEquals(site.faults, []);
});

Deno.test("[T1] older pages go on where the newer ended, without a gap or a repeat", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  for (let n = 1; n <= 60; n++) await send(site, `m${n}`, visitor.userId);
  const seen: string[] = [];
  let path: string | undefined = "/inbox";
  while (path) {
    const { html } = await visitor.get(path);
    seen.push(
      ...[...html.matchAll(/<p class="said">(m\d+)</g)].map((m) => m[1]),
    );
    path = html.match(/rel="next" href="([^"]+)"/)?.[1].replaceAll(
      "&amp;",
      "&",
    );
  }
  assertEquals(seen, Array.from({ length: 60 }, (_, n) => `m${60 - n}`));
});

Deno.test("[T1] a cursor of another hand starts the list over", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  await send(site, "First", visitor.userId);
  const { status, html } = await visitor.get("/inbox?cursor=1.2.3");
  assertEquals([status, listed(html)], [200, ["Message from bo"]]);
});

Deno.test("[T1] what others write stands as text, in the list and in the page's state", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  const evil = `</script><script>alert(1)</script><img src=x onerror="x">`;
  await send(site, evil, visitor.userId);
  await site.hub.sendDirect({
    recipient: visitor.userId,
    body: "hello",
    sender: { ...BO, userId: `"><b>bo` },
  });
  const { html } = await visitor.get("/inbox");
  assert(!html.includes("<script>alert(1)"));
  assert(!html.includes("<img"));
  assert(!html.includes(`"><b>bo`));
  assertStringIncludes(textOf(html), evil.replaceAll("&quot;", '"'));
});

Deno.test("[T4] a page carries two empty live regions, an empty list and where it was read", async () => {
  using site = pagesFixture();
  const visitor = await ana(site);
  await send(site, "First", visitor.userId);
  const { html } = await visitor.get("/sessions");
  assertStringIncludes(
    html,
    '<div id="announcements" role="status"></div>',
  );
  assertStringIncludes(
    html,
    '<div id="alarms" role="alert"></div>',
  );
  assert(
    /<section class="toasts" aria-label="Notifications \(F8\)"[^>]*><\/section>/
      .test(html),
  );
  const state = JSON.parse(
    html.match(/<script id="state-Notifications"[^>]*>(.*?)<\/script>/s)?.[1] ??
      "",
  );
  assertEquals(state.unread, 1);
  assertEquals(
    state.positions.map((
      { channel, offset }: { channel: string; offset: number },
    ) => [channel, offset]),
    [[`user:${visitor.userId}`, 1], ["alerts", 0]],
  );
});
