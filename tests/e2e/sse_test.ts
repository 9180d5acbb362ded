/** A browser whose sockets are blocked: the room works over event streams, and goes back by itself. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { isLive, messages, nothingWaits, recorded, say, sees } from "./site.ts";
import { browserTest } from "./with_site.ts";

browserTest(
  "[P27] a room behind a wall works over event streams, and goes back once there is none",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const room = await site.openSession(ana, "Onboard the vendor?");
    const ben = await site.enter("Ben Kole");
    let blocked = 0;
    let isBlocked = true;
    await ben.routeWebSocket(/\/ws/, (socket) => {
      if (!isBlocked) return void socket.connectToServer();
      blocked++;
      // Before a word was said: as a wall does.
      socket.close({ code: 1011, reason: "" });
    });
    await ben.goto(room);
    await ben.click("button:has-text('Join session')");
    await isLive(ben);
    await goesBy(ben, "Server-sent events");
    await say(ben, "behind the wall");
    await sees(ana, "behind the wall");
    await say(ana, "I hear you");
    await sees(ben, "I hear you");
    const walls = blocked;
    isBlocked = false;
    await ben.evaluate(() => dispatchEvent(new Event("online")));
    await goesBy(ben, "WebSocket");
    await isLive(ben);
    await say(ben, "and out of it");
    await sees(ana, "and out of it");
    await nothingWaits(ben);
    assertEquals(blocked, walls);
    const texts = ["behind the wall", "I hear you", "and out of it"];
    assertEquals(
      (await recorded(site.server, room)).map(({ text }) => text),
      texts,
    );
    assertEquals((await messages(ben)).length, 3);
    assertEquals(await messages(ben), await messages(ana));
    assertEquals(site.complaints, []);
  },
);

/** Waits until the connection's details say which way messages go. */
async function goesBy(page: Page, words: string): Promise<void> {
  await page.locator("dt:has-text('Transport') + dd", { hasText: words })
    .waitFor({ state: "attached" });
}
