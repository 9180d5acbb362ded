/** Tabs that stop: killed while they lead, frozen, and a computer that slept through the end of its connection. */
import { assert, assertEquals } from "@std/assert";
import type { Page, WebSocket } from "playwright-core";
import { within } from "../support/socket_client.ts";
import { Gate } from "./gate.ts";
import {
  isLive,
  messages,
  nothingWaits,
  recorded,
  say,
  sees,
  type Site,
} from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Longer than the 3 s after which a page knows by its clock that it slept. */
const SLEEP_MS = 4_500;
/** Well under the 10 s to 20 s that a heartbeat of the ordinary rhythm takes to find it. */
const FOUND_WITHIN_MS = 9_000;

interface Renderer {
  readonly id: number;
  readonly cpuTime: number;
}

/** The process that runs this page: the one that gets busy when the page does. */
async function processOf(site: Site, page: Page): Promise<number> {
  const cdp = await site.browser.newBrowserCDPSession();
  const look = async () => {
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    const renderers: Renderer[] = processInfo.filter(({ type }) =>
      type === "renderer"
    );
    return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime]));
  };
  const before = await look();
  // On a busy machine it takes several rounds to stand out by this much, in s.
  for (let round = 0; round < 50; round++) {
    await page.evaluate(() => {
      const until = performance.now() + 200;
      while (performance.now() < until);
    });
    const [first, second] = [...await look()].map(([id, time]) => ({
      id,
      time: time - (before.get(id) ?? 0),
    })).toSorted((a, b) => b.time - a.time);
    if (first && first.time - (second?.time ?? 0) > 0.2) {
      await cdp.detach();
      return first.id;
    }
  }
  throw new Error("No process stands out");
}

/** Ana in two tabs, the first of them leading; Ben in the same room, by the server's own address. */
async function meet(site: Site, url = site.server.url) {
  const ana = await site.enter("Ana Lima", { role: "facilitator", url });
  const room = await site.openSession(ana, "Onboard the vendor?");
  await isLive(ana);
  const ben = await site.enter("Ben Kole");
  await ben.goto(site.server.url + new URL(room).pathname);
  await ben.click("button:has-text('Join session')");
  await isLive(ben);
  return { ana, ben, room };
}

browserTest(
  "[I7] the other tab goes on when the process of the one that leads is killed",
  async (site) => {
    const { ana, ben, room } = await meet(site);
    const second = await ana.context().newPage();
    await second.goto(room);
    await isLive(second);
    const leader = await processOf(site, ana);
    assert(leader !== await processOf(site, second), "one process for both");
    const opened = second.waitForEvent("websocket");
    await say(second, "before the crash");
    Deno.kill(leader, "SIGKILL");
    await opened;
    await say(ben, "from Ben");
    await say(second, "after the crash");
    await sees(second, "from Ben");
    await sees(second, "after the crash");
    await nothingWaits(second);
    const texts = (await recorded(site.server, room)).map(({ text }) => text);
    assertEquals(texts.toSorted(), [
      "after the crash",
      "before the crash",
      "from Ben",
    ]);
    assert(
      texts.indexOf("before the crash") < texts.indexOf("after the crash"),
    );
    assertEquals(await messages(second), await messages(ben));
  },
);

browserTest(
  "[P22] a socket that died while the computer slept is found soon after it wakes, once for all tabs",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const { ana, ben, room } = await meet(site, gate.url);
    const second = await ana.context().newPage();
    const open = new Set<WebSocket>();
    const { promise: found, resolve } = Promise.withResolvers<void>();
    for (const page of [ana, second]) {
      page.on("websocket", (socket) => {
        resolve();
        open.add(socket);
        socket.on("close", () => open.delete(socket));
      });
    }
    await second.goto(room);
    await isLive(second);
    await say(ana, "before the sleep");
    await sees(ben, "before the sleep");
    const renderers = [
      await processOf(site, ana),
      await processOf(site, second),
    ];
    gate.trouble("dead");
    for (const renderer of renderers) Deno.kill(renderer, "SIGSTOP");
    for (const n of [1, 2, 3]) await say(ben, `missed ${n}`);
    await ben.waitForTimeout(SLEEP_MS);
    assertEquals(open.size, 0);
    const wokeAt = performance.now();
    for (const renderer of renderers) Deno.kill(renderer, "SIGCONT");
    await within(found, FOUND_WITHIN_MS, "a new socket after the wake-up");
    const foundMs = Math.round(performance.now() - wokeAt);
    console.log(`dead socket replaced ${foundMs} ms after the wake-up`);
    for (const page of [ana, second]) {
      await sees(page, "missed 3");
      await isLive(page);
    }
    await say(second, "awake");
    for (const page of [ana, ben]) await sees(page, "awake");
    const log = await recorded(site.server, room);
    assertEquals(log.map(({ text }) => text), [
      "before the sleep",
      "missed 1",
      "missed 2",
      "missed 3",
      "awake",
    ]);
    for (const page of [ana, second]) {
      assertEquals(await messages(page), await messages(ben));
    }
    await site.server.eventually(
      "one socket for both tabs",
      () => Promise.resolve(open.size),
      (count) => count === 1,
    );
  },
);

browserTest(
  "[I2] what a tab had sent when it froze is sent by the next one, once",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const { ana, ben, room } = await meet(site, gate.url);
    const second = await ana.context().newPage();
    await second.goto(room);
    await isLive(second);
    const leader = await processOf(site, ana);
    // A visible page cannot be frozen through the debugger; its process can.
    gate.trouble("answers_lost");
    await say(ana, "from the frozen one");
    await sees(ben, "from the frozen one");
    const opened = second.waitForEvent("websocket");
    Deno.kill(leader, "SIGSTOP");
    await say(second, "from the next one");
    await opened;
    await sees(second, "from the frozen one");
    await sees(second, "from the next one");
    await nothingWaits(second);
    Deno.kill(leader, "SIGCONT");
    await say(ana, "from the thawed one");
    for (const page of [ana, second, ben]) {
      await sees(page, "from the thawed one");
      await isLive(page);
    }
    const texts = (await recorded(site.server, room)).map(({ text }) => text);
    assertEquals(texts, [
      "from the frozen one",
      "from the next one",
      "from the thawed one",
    ]);
    assertEquals(await messages(ana), await messages(ben));
    assertEquals(await messages(second), await messages(ben));
    assertEquals(await ana.locator(".pending li").count(), 0);
  },
);
