/** Pages in a real browser: without scripts, at 320 px, without shifts, and nothing axe finds. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, messages, say, sees, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Every page there is, with something on it. */
async function eachPage(
  site: Site,
  page: Page,
  look: (name: string) => Promise<void>,
): Promise<void> {
  const { url } = site.server;
  await page.goto(`${url}/sessions`);
  await look("empty list");
  const room = await site.openSession(page, "Onboard the vendor?");
  await isLive(page);
  await say(page, "A message");
  await sees(page, "A message");
  await look("room");
  await page.click(".chip");
  await page.waitForSelector(".popover:popover-open");
  await look("connection details");
  await page.keyboard.press("Escape");
  await page.click(".who");
  await look("account");
  await page.keyboard.press("Escape");
  await page.click("button:has-text('Close session')");
  await look("closing");
  await page.keyboard.press("Escape");
  for (const path of ["/", "/sessions", "/nothing"]) {
    await page.goto(url + path);
    await look(path);
  }
  await page.goto(room);
  await page.click("button:has-text('Leave')");
  await page.waitForSelector(".notice.bad");
  await look("refused");
  await page.goto(room);
  await page.click("button:has-text('Close session')");
  await page.click("button:has-text('Close for good')");
  await page.waitForSelector(".badge:has-text('Closed')");
  await look("closed room");
}

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds nothing on any page, ${colorScheme}`, async (site) => {
    const visitor = await site.visit({ colorScheme });
    await visitor.goto(`${site.server.url}/login`);
    assertEquals(await findings(visitor), [], "login");
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      colorScheme,
    });
    await eachPage(site, ana, async (name) => {
      assertEquals(await findings(ana), [], name);
    });
  });
}

browserTest(
  "nothing is cut off at 320 px, and every target is 24 px",
  async (site) => {
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      width: 320,
    });
    await eachPage(site, ana, async (name) => {
      const { overflow, small } = await ana.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        const targets = document.querySelectorAll<HTMLElement>(
          "button, summary, a:not(p a), select, input:not([type=hidden]):not([type=radio]), textarea",
        );
        return {
          overflow: scrollWidth - clientWidth,
          small: [...targets].filter((target) => {
            const { width, height } = target.getBoundingClientRect();
            const shown = target.checkVisibility() &&
              !target.closest(".skip, .end:has(> a)");
            return shown && (width < 24 || height < 24);
          }).map((target) => target.outerHTML.slice(0, 120)),
        };
      });
      assertEquals({ name, overflow, small }, { name, overflow: 0, small: [] });
    });
  },
);

browserTest(
  "the room's scripts stay under 40 KB as they are sent, its HTML under 30 KB",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const sizes = new Map<string, number>();
    ana.on("requestfinished", async (request) => {
      const { responseBodySize } = await request.sizes();
      sizes.set(request.url(), responseBodySize);
    });
    await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    await ana.reload();
    await isLive(ana);
    const resources = await ana.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => name)
    );
    const scripts = resources.filter((url) => url.endsWith(".js"));
    assert(scripts.length > 0);
    const bytes = scripts.reduce(
      (sum, url) => sum + (sizes.get(url) ?? Infinity),
      0,
    );
    assert(bytes <= 40 * 1024, `${bytes} bytes of scripts`);
  },
);

browserTest("the whole job works without scripts", async (site) => {
  const ana = await site.enter("Ana Lima", {
    role: "facilitator",
    javaScript: false,
  });
  const room = await site.openSession(ana, "Onboard the vendor?");
  assert(
    !await ana.locator(".chip").isVisible(),
    "a chip that cannot be true is not shown",
  );
  await ana.fill("#message", "Written without scripts");
  await ana.click("button:has-text('Send')");
  assertEquals(await messages(ana), ["Ana Lima Written without scripts"]);
  await ana.fill("#message", "   ");
  await ana.click("button:has-text('Send')");
  assertEquals(
    await ana.locator("#message-mistake").innerText(),
    "This cannot be empty",
  );
  await ana.fill("#participant-id", "ben-kole");
  await ana.click("button:has-text('Add')");
  await ana.locator(".people li", { hasText: "ben-kole" }).waitFor();

  const ben = await site.enter("Ben Kole", { javaScript: false });
  await ben.goto(room);
  await ben.fill("#message", "Me too");
  await ben.click("button:has-text('Send')");
  await ben.click("button:has-text('Leave')");
  await ben.getByText("You left this session.").waitFor();
  await ben.click("button:has-text('Join again')");

  await ana.goto(room);
  assertEquals((await messages(ana)).at(-1), "Ben Kole Me too");
  await ana.click("button:has-text('Close session')");
  await ana.click("button:has-text('Close for good')");
  await ana.getByText("This session is closed.").waitFor();
  await ana.click(".who");
  await ana.click("button:has-text('Sign out')");
  await ana.waitForURL(/\/login$/);
});

browserTest("the room works with the keyboard alone", async (site) => {
  const ana = await site.enter("Ana Lima", { role: "facilitator" });
  await site.openSession(ana, "Onboard the vendor?");
  await isLive(ana);
  await ana.reload();
  await isLive(ana);
  await ana.keyboard.press("Tab");
  assertEquals(
    await ana.evaluate(() => document.activeElement?.textContent),
    "Skip to content",
  );
  await ana.keyboard.press("Enter");
  for (let n = 0; n < 20; n++) {
    await ana.keyboard.press("Tab");
    if (await ana.evaluate(() => document.activeElement?.id) === "message") {
      break;
    }
  }
  await ana.keyboard.type("line one");
  await ana.keyboard.press("Shift+Enter");
  await ana.keyboard.type("line two");
  await ana.keyboard.press("Enter");
  await sees(ana, "line two");
  assertEquals(await messages(ana), ["Ana Lima line one\nline two"]);
  assertEquals(await ana.evaluate(() => document.activeElement?.id), "message");
});
