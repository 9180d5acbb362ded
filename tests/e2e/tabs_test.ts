/** One browser, several tabs: one socket, take-over, and an outbox that outlives its page. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { startServer } from "../support/server.ts";
import { isLive, messages, say, sees } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Counts the sockets a page opens from now on. */
function socketsOf(page: Page): () => number {
  let sockets = 0;
  page.on("websocket", () => sockets += 1);
  return () => sockets;
}

/** A second tab of the same person on the same page. */
async function secondTab(first: Page): Promise<[Page, () => number]> {
  const page = await first.context().newPage();
  const sockets = socketsOf(page);
  await page.goto(first.url());
  await isLive(page);
  return [page, sockets];
}

browserTest("[I7] two tabs of one person share a socket", async (site) => {
  const ana = await site.enter("Ana Lima", { role: "facilitator" });
  await site.openSession(ana, "Onboard the vendor?");
  await isLive(ana);
  const [second, sockets] = await secondTab(ana);
  await say(second, "from the second tab");
  await sees(ana, "from the second tab");
  await say(ana, "from the first tab");
  await sees(second, "from the first tab");
  assertEquals(sockets(), 0);
  assertEquals(await messages(second), await messages(ana));
  assertEquals(site.complaints, []);
});

browserTest(
  "[I7] the other tab goes on when the one that leads is closed",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const [second, sockets] = await secondTab(ana);
    const opened = second.waitForEvent("websocket");
    await ana.close();
    await opened;
    await isLive(second);
    await say(second, "still here");
    await sees(second, "still here");
    assertEquals(sockets(), 1);
  },
);

browserTest(
  "[I7] the other tab takes over when the one that leads freezes, and nothing is lost",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const [second, sockets] = await secondTab(ana);
    const ben = await site.enter("Ben Kole");
    await ben.goto(url);
    await ben.click("button:has-text('Join session')");
    await isLive(ben);
    const cdp = await ana.context().newCDPSession(ana);
    const opened = second.waitForEvent("websocket");
    // A visible page cannot be frozen from outside; a debugger stops it just as dead.
    await cdp.send("Debugger.enable");
    await cdp.send("Debugger.pause");
    await say(ben, "while frozen");
    await opened;
    await sees(second, "while frozen");
    await cdp.send("Debugger.disable");
    await say(ben, "after the thaw");
    await sees(ana, "after the thaw");
    await sees(second, "after the thaw");
    assertEquals(await messages(ana), await messages(second));
    assertEquals((await messages(ana)).length, 2);
    assertEquals(sockets(), 1);
  },
);

browserTest(
  "[P23] a message queued while the server is down outlives its tab",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const { folder, port } = site.server;
    await site.server.stop("SIGTERM");
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    for (const text of ["one", "two", "three"]) {
      await say(ana, text);
      await ana.locator(".said", { hasText: text }).waitFor();
    }
    const next = await ana.context().newPage();
    await ana.close();
    await using restarted = await startServer({ folder, port });
    await next.goto(url);
    await isLive(next);
    await sees(next, "three");
    assertEquals(await messages(next), [
      "Ana Lima one",
      "Ana Lima two",
      "Ana Lima three",
    ]);
    await next.reload();
    assert((await messages(next)).length === 3);
    await next.context().close();
    await restarted.stop("SIGTERM");
  },
);
