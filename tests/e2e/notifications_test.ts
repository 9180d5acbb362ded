/** Toasts and inbox in a real browser: keyboard, two tabs, a lost connection, nothing axe finds. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** A message from the service, as another person would send it. */
function send(site: Site, body: string): Promise<unknown> {
  const path = "/api/v1/users/ana-lima/messages";
  return site.server.call("POST", path, { body }, 201);
}

async function texts(page: Page): Promise<string[]> {
  return await page.locator(".toast .said").allInnerTexts();
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

browserTest(
  "[T4] arrows move between toasts, Enter acts, and each leads somewhere",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.goto(`${site.server.url}/sessions`);
    await isLive(ana);
    for (const title of ["one", "two", "three", "four"]) {
      await site.server.openSessionFor(["ana-lima"], title);
    }
    await ana.waitForSelector(".toasts .more:has-text('+1 more')");
    const focused = () =>
      ana.evaluate(() =>
        document.activeElement?.querySelector(".said")?.textContent
      );
    await ana.focus("#title");
    await ana.keyboard.press("Alt+t");
    const order = await texts(ana);
    assertEquals([order.length, await focused()], [3, order[0]]);
    const walked: (string | null | undefined)[] = [];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"]) {
      await ana.keyboard.press(key);
      walked.push(await focused());
    }
    assertEquals(walked, [1, 2, 1, 2, 0].map((n) => order[n]));
    // Escape takes one away: the focus goes on, and the one that waited comes.
    await ana.keyboard.press("Escape");
    assertEquals(await focused(), order[1]);
    await ana.waitForSelector(".toasts .more", { state: "detached" });
    await ana.keyboard.press("Enter");
    await ana.waitForURL(/\/sessions\/./);
    const [, title] = order[1]?.match(/“(.+)”/) ?? [];
    assertEquals(await ana.innerText("h1"), title);
  },
);

browserTest(
  "[T5] with two tabs there is one digest, in the one that is looked at",
  async (site) => {
    const first = await site.enter("Ana Lima");
    const second = await first.context().newPage();
    await second.goto(`${site.server.url}/sessions`);
    await isLive(first);
    await isLive(second);
    await second.bringToFront();
    await first.context().setOffline(true);
    for (const page of [first, second]) {
      await page.waitForSelector('.chip[data-state="offline"]');
    }
    for (const body of ["one", "two", "three"]) await send(site, body);
    await first.context().setOffline(false);
    for (const page of [first, second]) {
      await isLive(page);
      await page.waitForSelector('.bell[aria-label="Inbox, 3 unread"]');
    }
    await second.waitForSelector(".toast");
    assertEquals([await texts(first), await texts(second)], [
      [],
      ["3 updates received."],
    ]);
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
