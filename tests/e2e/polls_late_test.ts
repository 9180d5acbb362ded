/** Polls before their script has come, in a real browser: a light first view, and nothing lost or stale. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** The script of polls by its name in the build. */
const SCRIPT = "**/static/built/Polls-*.js";

/** A session with an open poll, on Ben's page. */
async function pollOf(site: Site, method: string) {
  const ben = await site.enter("Ben Kole");
  const { id } = await site.server.openSession({ title: "KX-14", open: true });
  const url = `${site.server.url}/sessions/${id}`;
  await ben.goto(url);
  await ben.click("button:has-text('Join session')");
  await ben.waitForSelector("button:has-text('Leave')");
  await site.server.call("POST", `/api/v1/sessions/${id}/polls`, {
    id: "p1",
    question: "Which vendor runs the pilot?",
    method,
    alternatives: ["Alpha", "Beta", "Gamma"].map((label) => ({
      id: label.toLowerCase(),
      label,
    })),
  }, 201);
  return { ben, url };
}

/** Holds the script back until it is let go; what asks for it waits. */
async function holdScript(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(SCRIPT, async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

/** Without waiting for what is held back: that is part of no first view. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "commit" });
  await isLive(page);
}

browserTest(
  "the first view of a poll has under 40 KB of scripts, and the poll's script comes after it",
  async (site) => {
    const { ben, url } = await pollOf(site, "schulze");
    // Ben's browser has the scripts already; this one is new here.
    const context = await site.browser.newContext({
      storageState: await ben.context().storageState(),
    });
    const page = await context.newPage();
    const sizes = new Map<string, number>();
    page.on("requestfinished", async (request) => {
      const { responseBodySize } = await request.sizes();
      sizes.set(request.url(), responseBodySize);
    });
    const arrived = page.waitForResponse(SCRIPT);
    await page.goto(url);
    await isLive(page);
    const late = (await arrived).url();
    const { scripts, loadedMs } = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      const entries = performance.getEntriesByType("resource");
      const scripts = entries.filter(({ name }) => name.endsWith(".js"));
      return {
        scripts: scripts.map(({ name, startTime }) => ({ name, startTime })),
        loadedMs: Number(Reflect.get(navigation ?? {}, "loadEventStart")),
      };
    });
    const first = scripts.filter(({ startTime }) => startTime < loadedMs);
    assert(first.length > 0);
    assert(first.every(({ name }) => name !== late));
    const bytes = first.reduce(
      (sum, { name }) => sum + (sizes.get(name) ?? Infinity),
      0,
    );
    assert(bytes <= 40 * 1024, `${bytes} bytes of scripts`);
    await context.close();
  },
);

browserTest(
  "[K13] what was typed before the poll's script came stays, with the focus in it",
  async (site) => {
    const { ben, url } = await pollOf(site, "schulze");
    const release = await holdScript(ben);
    await open(ben, url);
    await ben.fill("[name='place.gamma']", "1");
    await ben.fill("[name='place.alpha']", "2");
    await ben.check("[name=sure]");
    await ben.fill("[name=reason]", "They answer");
    const arrived = ben.waitForResponse(SCRIPT);
    release();
    await arrived;
    // The rows follow the numbers as soon as there is a ranking.
    await ben.locator(".ranking li:first-child", { hasText: "Gamma" })
      .waitFor();
    assertEquals(await ben.locator(".ranking .label").allInnerTexts(), [
      "Gamma",
      "Alpha",
      "Beta",
    ]);
    assertEquals(await ben.inputValue("[name=reason]"), "They answer");
    assert(await ben.isChecked("[name=sure]"));
    assertEquals(
      await ben.evaluate(() => document.activeElement?.id),
      "reason",
    );
    await ben.keyboard.type(" us");
    await ben.click("button:has-text('Cast ballot')");
    const receipt = ben.locator("#poll .receipt:not(.waiting)");
    await receipt.getByText("Gamma, then Alpha").waitFor();
    await receipt.getByText("They answer us").waitFor();
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[K13] a button pressed and a ballot cast before the poll's script came are done once it is there",
  async (site) => {
    const { ben, url } = await pollOf(site, "schulze");
    const release = await holdScript(ben);
    await open(ben, url);
    await ben.getByRole("button", { name: "Move Beta up" }).click();
    release();
    await ben.locator(".ranking li:first-child", { hasText: "Beta" }).waitFor();

    const again = await holdScript(ben);
    await open(ben, url);
    await ben.fill("[name='place.beta']", "1");
    await ben.click("button:has-text('Cast ballot')");
    again();
    await ben.locator("#poll .receipt:not(.waiting)").getByText("Beta")
      .waitFor();
    assertEquals(new URL(ben.url()).pathname, new URL(url).pathname);
  },
);

browserTest(
  "[K2] without the poll's script a ballot is sent as a plain form; what is missed is shown once it comes",
  async (site) => {
    const { ben, url } = await pollOf(site, "plurality");
    await ben.route(SCRIPT, (route) => route.abort());
    await open(ben, url);
    await ben.check("#poll [value=beta]");
    await ben.click("button:has-text('Cast ballot')");
    await ben.locator("#poll .receipt", { hasText: "Your ballot: Beta" })
      .waitFor();
    await ben.locator("#result .statement", { hasText: "So far Beta leads." })
      .waitFor();
    await isLive(ben);

    // Ends while the script cannot be had: the page catches up once it can.
    const failed = ben.waitForEvent("requestfailed");
    await site.server.call(
      "POST",
      `/api/v1${new URL(url).pathname}/polls/p1/close`,
      {},
      200,
    );
    await failed;
    await ben.unroute(SCRIPT);
    await ben.locator("#result .statement", { hasText: "Beta won" }).waitFor();
    assertEquals(await ben.locator("#poll form.ballot").count(), 0);
  },
);
