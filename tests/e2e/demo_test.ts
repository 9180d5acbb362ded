/** The demo in the browser: offered on a first visit, alive while one watches, gone again. */
import { assert, assertEquals } from "@std/assert";
import { findings } from "./axe.ts";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

const OPEN = "/sessions/demo-harbour";
const LOAD = "button:has-text('Load the demo')";

browserTest(
  "[DM20] a first visit offers the demo, also without scripts, and leads into it",
  async (site) => {
    const bo = await site.enter("Bo", { role: "observer", javaScript: false });
    assertEquals(await bo.locator(LOAD).count(), 1);
    await bo.goto(`${site.server.url}/sessions`);
    await bo.click(LOAD);
    await bo.waitForURL(`**${OPEN}`);
    await bo.goto(site.server.url);
    assertEquals(await bo.locator(LOAD).count(), 0);
    // What others decide on is not an observer's to remove.
    assertEquals(await bo.locator("text=Remove the demo").count(), 0);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[DM17] while one watches, the demo people act in the room before one's eyes",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    assertEquals(await findings(ana), []);
    await ana.click(LOAD);
    await ana.waitForURL(`**${OPEN}`);
    await isLive(ana);
    const channel = "session:demo-harbour";
    const counted = ana.locator("text=/^\\d+ entries, newest first$/");
    const before = await counted.innerText();
    const { length } = await site.server.history(channel);
    const items = await site.server.eventually(
      "an act of the demo people",
      () => site.server.history(channel),
      (items) => items.length > length,
      60_000,
    );
    const { payload } = items[length];
    assert(String(payload.userId).startsWith("demo-"), JSON.stringify(payload));
    await ana.locator(`text="${before}"`).waitFor({ state: "hidden" });
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[DM13] the demo is removed from home, and offered again",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.click(LOAD);
    await ana.waitForURL(`**${OPEN}`);
    for (const path of ["/sessions", "/rules", "/decisions"]) {
      await ana.goto(site.server.url + path);
      assert(await ana.locator("table .badge:text-is('Demo')").count() > 0);
    }
    await ana.goto(site.server.url);
    assertEquals(await findings(ana), []);
    await ana.click("text=Remove the demo");
    await ana.locator(LOAD).waitFor();
    for (const path of ["/sessions", "/rules", "/decisions", "/alerts"]) {
      await ana.goto(site.server.url + path);
      const text = await ana.locator("main").innerText();
      assert(!text.includes("(demo)"), `${path}: ${text}`);
    }
    assertEquals(site.complaints, []);
  },
);
