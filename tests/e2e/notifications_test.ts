/** Toasts and inbox in a real browser: keyboard, two tabs, a lost connection, nothing axe finds. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const AXE = new URL(import.meta.resolve("axe-core/axe.min.js"));

/** A message from the service, as another person would send it. */
function send(site: Site, body: string): Promise<unknown> {
  const path = "/api/v1/users/ana-lima/messages";
  return site.server.call("POST", path, { body }, 201);
}

async function texts(page: Page): Promise<string[]> {
  return await page.locator(".toast .said").allInnerTexts();
}

async function findings(page: Page): Promise<string[]> {
  const source = await Deno.readTextFile(AXE);
  const violations: { id: string; nodes: { html: string }[] }[] = await page
    .evaluate(
      `(async () => { ${source}; return (await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    })).violations; })()`,
    );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`)
  );
}

browserTest(
  "[T4] F8 leads to the toast, Escape dismisses it, the focus returns, the bell counts",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.goto(`${site.server.url}/sessions`);
    await isLive(ana);
    await send(site, "Lunch?");
    await ana.waitForSelector(".toast");
    await ana.waitForSelector('.bell[aria-label="Inbox, 1 unread"]');
    await ana.focus("#title");
    await ana.keyboard.press("F8");
    assertEquals(
      await ana.evaluate(() => document.activeElement?.className),
      "toast",
    );
    await ana.keyboard.press("Escape");
    await ana.waitForSelector(".toast", { state: "detached" });
    await ana.waitForFunction(() => document.activeElement?.id === "title");
    // Its own word has come back from the log: read, here and on every page from now on.
    await ana.waitForSelector('.bell[aria-label="Inbox"]');
    await ana.goto(`${site.server.url}/inbox`);
    assertEquals(await ana.locator(".inbox .badge").count(), 0);
  },
);

browserTest(
  "[T6] of two tabs one shows a toast, and both know when it was seen to",
  async (site) => {
    const first = await site.enter("Ana Lima");
    const second = await first.context().newPage();
    await second.goto(`${site.server.url}/sessions`);
    await isLive(first);
    await isLive(second);
    await second.bringToFront();
    await send(site, "Lunch?");
    await second.waitForSelector(".toast");
    await first.waitForSelector('.bell[aria-label="Inbox, 1 unread"]');
    assertEquals([await texts(first), await texts(second)], [[], ["Lunch?"]]);
    await second.click(".toast .close");
    await first.waitForSelector('.bell[aria-label="Inbox"]');
    assertEquals(await texts(first), []);
  },
);

browserTest("[T5] what was missed offline is one digest", async (site) => {
  const ana = await site.enter("Ana Lima");
  await isLive(ana);
  await ana.context().setOffline(true);
  await ana.waitForSelector('.chip[data-state="offline"]');
  for (const body of ["one", "two", "three"]) await send(site, body);
  await ana.context().setOffline(false);
  await ana.waitForSelector(".toast");
  assertEquals(await texts(ana), ["3 updates received."]);
  await ana.waitForSelector('.bell[aria-label="Inbox, 3 unread"]');
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds nothing in toasts and inbox, ${colorScheme}`,
    async (site) => {
      const ana = await site.enter("Ana Lima", { colorScheme });
      await ana.goto(`${site.server.url}/inbox`);
      await isLive(ana);
      assertEquals(await findings(ana), [], "empty");
      await send(site, "Lunch?");
      await ana.waitForSelector(".toast");
      // Colours are looked at when they have faded in.
      await ana.waitForFunction(() => document.getAnimations().length === 0);
      assertEquals(await findings(ana), [], "toast");
      await ana.reload();
      assertEquals(await findings(ana), [], "listed");
    },
  );
}

browserTest(
  "[T3] without scripts the inbox is read and acknowledged",
  async (site) => {
    const ana = await site.enter("Ana Lima", { javaScript: false, width: 320 });
    await send(site, "Lunch?");
    await ana.goto(`${site.server.url}/inbox`);
    await ana.click("button[aria-label='Acknowledge: Message from service']");
    await ana.waitForSelector("text=Nothing has happened", {
      state: "detached",
    });
    assertEquals(await ana.locator(".inbox .badge").count(), 0);
    assertEquals(
      await ana.evaluate(() =>
        document.documentElement.scrollWidth -
        document.documentElement.clientWidth
      ),
      0,
    );
  },
);
