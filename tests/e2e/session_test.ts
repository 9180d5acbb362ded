/** The main job in real browsers: two people, one session, losses in between. */
import { assert, assertEquals } from "@std/assert";
import { startServer } from "../support/server.ts";
import { isLive, messages, say, sees } from "./site.ts";
import { browserTest } from "./with_site.ts";

browserTest("two people see each other come, write and go", async (site) => {
  const ana = await site.enter("Ana Lima", { role: "facilitator" });
  const url = await site.openSession(ana, "Onboard the vendor?");
  await isLive(ana);
  const ben = await site.enter("Ben Kole");
  await ben.goto(url);
  await ana.locator(".people li", { hasText: "Ben Kole" }).getByText(
    "Looking in",
  ).waitFor();
  await ben.click("button:has-text('Join session')");
  await isLive(ben);
  const seenByAna = ana.locator(".people li", { hasText: "Ben Kole" });
  await seenByAna.getByText("Member").waitFor();
  await seenByAna.getByText("here", { exact: true }).waitFor();

  await say(ana, "First from Ana");
  await sees(ben, "First from Ana");
  await say(ben, "Then from Ben");
  await sees(ana, "Then from Ben");
  assertEquals(await messages(ana), [
    "Ana Lima First from Ana",
    "Ben Kole Then from Ben",
  ]);
  assertEquals(await messages(ben), await messages(ana));
  assertEquals(await ana.inputValue("#message"), "");

  await ben.close();
  await seenByAna.getByText("not here").waitFor();
  assertEquals(site.complaints, []);
  assertEquals([...site.hosts], [new URL(site.server.url).host]);
});

browserTest(
  "leaving and closing are seen by the others at once",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    const ben = await site.enter("Ben Kole");
    await ben.goto(url);
    await ben.click("button:has-text('Join session')");
    await ben.click("button:has-text('Leave')");
    await sees(ana, "Ben Kole left");
    await ana.click("button:has-text('Close session')");
    await ana.click("button:has-text('Close for good')");
    await ben.getByText("This session is closed.").waitFor();
    await ben.locator(".badge", { hasText: "Closed" }).waitFor();
  },
);

browserTest(
  "[P24] what was said between render and connect is not lost",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const ben = await site.enter("Ben Kole");
    // Ben's scripts wait until Ana has written after his page was rendered.
    const { promise: written, resolve } = Promise.withResolvers<void>();
    await ben.route("**/static/built/boot-*.js", async (route) => {
      await written;
      await route.continue();
    });
    await ben.goto(url, { waitUntil: "commit" });
    await ben.getByText("Join session").waitFor();
    await say(ana, "Said in between");
    await sees(ana, "Said in between");
    assertEquals(await messages(ben), []);
    resolve();
    await sees(ben, "Said in between");
    assertEquals(await messages(ben), await messages(ana));
  },
);

browserTest(
  "[P11] after a cut of the network exactly what was missed arrives",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    const ben = await site.enter("Ben Kole");
    await ben.goto(url);
    await ben.click("button:has-text('Join session')");
    await isLive(ben);
    await say(ana, "before");
    await sees(ben, "before");

    await ben.context().setOffline(true);
    await ben.waitForSelector('.chip[data-state="offline"]', {
      timeout: 20_000,
    });
    for (const text of ["missed one", "missed two", "missed three"]) {
      await say(ana, text);
      await sees(ana, text);
    }
    await say(ben, "written while away");
    await ben.getByText("waits for the connection").waitFor();
    assertEquals(await messages(ben), ["Ana Lima before"]);

    await ben.context().setOffline(false);
    await isLive(ben);
    await sees(ana, "written while away");
    await sees(ben, "written while away");
    assertEquals(await messages(ben), [
      "Ana Lima before",
      "Ana Lima missed one",
      "Ana Lima missed two",
      "Ana Lima missed three",
      "Ben Kole written while away",
    ]);
    assertEquals(await messages(ana), await messages(ben));
    const said = await ben.locator("#announcements").textContent();
    assert(said?.startsWith("Reconnected."), `${said}`);
  },
);

browserTest(
  "[P20] a restart of the server loses nothing and repeats nothing",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    await say(ana, "before the restart");
    await sees(ana, "before the restart");

    const { folder, port } = site.server;
    await site.server.stop("SIGTERM");
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    await say(ana, "during the restart");
    await ana.getByText("waits for the connection").waitFor();

    await using restarted = await startServer({ folder, port });
    await isLive(ana);
    await sees(ana, "during the restart");
    assertEquals(await messages(ana), [
      "Ana Lima before the restart",
      "Ana Lima during the restart",
    ]);
    await ana.reload();
    assertEquals((await messages(ana)).length, 2);
    await ana.context().close();
    await restarted.stop("SIGTERM");
  },
);

browserTest(
  "[P19] signing out ends the other tabs of that person",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const other = await ana.context().newPage();
    await other.goto(`${site.server.url}/`);
    await other.click(".who");
    await other.click("button:has-text('Sign out')");
    await ana.waitForSelector(
      '.chip[data-state="denied"]:has-text("Signed out")',
    );
    const link = ana.locator(".banner a");
    assertEquals(
      await link.getAttribute("href"),
      `/login?next=${encodeURIComponent(new URL(ana.url()).pathname)}`,
    );
  },
);
