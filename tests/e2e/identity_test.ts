/** Two people in one browser, one after the other or side by side: nothing of one reaches the other. */
import { assertEquals } from "@std/assert";
import { Gate } from "./gate.ts";
import {
  isLive,
  messages,
  nothingWaits,
  recorded,
  say,
  sees,
  signIn,
  waiting,
} from "./site.ts";
import { browserTest } from "./with_site.ts";

browserTest(
  "[P23] signed out elsewhere: the chip says so, the queue is kept, and only its author sends it",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      url: gate.url,
    });
    const room = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    gate.trouble("refused");
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    await say(ana, "written before the sign-out");
    await ana.getByText("waits for the connection").waitFor();

    const other = await ana.context().newPage();
    await other.goto(`${gate.url}/`);
    await other.click(".who");
    await other.click("button:has-text('Sign out')");
    await other.waitForURL(/\/login/);
    gate.heal();
    await ana.waitForSelector(
      '.chip[data-state="denied"]:has-text("Signed out")',
    );
    assertEquals(await waiting(ana), 1);
    await ana.locator(".banner", { hasText: "1 waiting to be sent." })
      .waitFor();
    await ana.getByText("waits for the connection").waitFor();

    // Ben signs in where Ana was: her page stays hers, and sends nothing as him.
    let sockets = 0;
    other.on("websocket", () => sockets += 1);
    await signIn(other, "Ben Kole");
    await other.goto(room);
    await isLive(other);
    assertEquals([sockets > 0, await waiting(other)], [true, 0]);
    await other.click("button:has-text('Join session')");
    await isLive(other);
    await say(other, "Ben was here");
    await sees(other, "Ben was here");
    await ana.waitForSelector('.chip[data-state="denied"]');
    assertEquals(await messages(other), ["Ben Kole Ben was here"]);
    assertEquals(await waiting(ana), 1);

    await other.click(".who");
    await other.click("button:has-text('Sign out')");
    await other.waitForURL(/\/login/);
    await ana.click(".banner a:has-text('Sign in')");
    await signIn(ana, "Ana Lima", "facilitator");
    await ana.waitForURL(room);
    await isLive(ana);
    await nothingWaits(ana);
    assertEquals(await recorded(site.server, room), [
      { userId: "ben-kole", text: "Ben was here" },
      { userId: "ana-lima", text: "written before the sign-out" },
    ]);
  },
);

browserTest(
  "[P23] someone who signs in over another in a second tab never shares their socket",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const room = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const context = ana.context();
    await context.clearCookies();
    const other = await context.newPage();
    const opened = other.waitForEvent("websocket");
    await other.goto(`${site.server.url}/login`);
    await signIn(other, "Ben Kole");
    await opened;
    await isLive(other);
    const { items } = await site.server.call("GET", "/api/v1/connections");
    const users: string[] = items.map((one: { userId: string }) => one.userId);
    assertEquals(users.toSorted(), ["ana-lima", "ben-kole"]);

    // The network goes and comes: Ana's page would come back as Ben, and must not.
    await context.setOffline(true);
    await ana.waitForSelector('.chip[data-state="offline"]');
    await say(ana, "in Ana's name");
    await context.setOffline(false);
    await ana.waitForSelector(
      '.chip[data-state="denied"]:has-text("Signed out")',
    );
    await isLive(other);
    await other.goto(room);
    await isLive(other);
    assertEquals(await waiting(other), 0);
    assertEquals(await recorded(site.server, room), []);
  },
);
