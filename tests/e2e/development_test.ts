/** The development bar in a real browser: every fault it makes is survived, and told truly. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, messages, recorded, say, sees, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const DEVELOPMENT = { env: { REGULENS_DEV: "on" } };

const button = (page: Page, name: string) =>
  page.getByRole("region", { name: "Development bar" })
    .getByRole("button", { name });
const box = (page: Page, name: string) =>
  page.getByRole("region", { name: "Development bar" })
    .getByRole("checkbox", { name });

const NAMES: Readonly<Record<string, string>> = {
  "ana-lima": "Ana Lima",
  "ben-kole": "Ben Kole",
  "simulated:robin": "Robin (simulated)",
};

/** What the log has of a session, as a timeline shows it. */
async function lines(site: Site, url: string): Promise<string[]> {
  const said = await recorded(site.server, url);
  return said.map(({ userId, text }) => `${NAMES[userId]} ${text}`);
}

/** Waits until an own message is no longer one that waits. */
async function isStored(page: Page, text: string): Promise<void> {
  await page.locator("[role=log] li:has(.icon.say)", { hasText: text })
    .waitFor();
}

browserTest(
  "[P11] a cut while the second participant writes loses and repeats nothing",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    await box(ana, "Second participant").check();
    await ana.getByText("Robin (simulated) takes part").waitFor();
    await sees(ana, "I have read the summary twice.");

    await button(ana, "Cut").click();
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    await say(ana, "Written while cut off");
    const before = await messages(ana);
    const missed = await site.server.eventually(
      "two messages that Ana misses",
      () => lines(site, url),
      (texts) => texts.length >= before.length + 2,
    );
    assertEquals(await messages(ana), before, "nothing reaches a cut-off page");
    assert(!missed.includes("Ana Lima Written while cut off"), "nor leaves it");
    const { state, banner } = await ana.evaluate(() => ({
      state: document.querySelector<HTMLElement>(".chip")?.dataset.state,
      banner: document.querySelector<HTMLElement>(".banner")?.innerText,
    }));
    assertEquals(state, "reconnecting");
    assert(banner?.startsWith("Connection lost."), `${banner}`);

    await isLive(ana);
    await isStored(ana, "Written while cut off");
    await box(ana, "Second participant").uncheck();
    await ana.getByText("Robin (simulated) has left.").waitFor();
    await sees(ana, "Robin (simulated) left");
    const texts = await lines(site, url);
    assertEquals(await messages(ana), texts);
    assert(texts.length >= before.length + 3, `${texts}`);
    assertEquals(site.complaints, []);
  },
  DEVELOPMENT,
);

browserTest(
  "slow and duplicate change this tab alone, and no message is doubled",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    await box(ana, "Duplicate").check();
    await box(ana, "Slow").check();
    await ana.getByText("Artificially slow: 800 ms more each way, only in")
      .waitFor();
    // The chip's word comes from the round trips themselves: 800 ms there and 800 back.
    await ana.locator('.chip[data-state="slow"]', {
      hasText: /Slow · (1[6-9]|[2-9]\d)\d\d ms/,
    }).waitFor();
    for (const text of ["one", "two", "three"]) await say(ana, text);
    await isStored(ana, "three");
    assertEquals(await messages(ana), await lines(site, url));

    const other = await ana.context().newPage();
    await other.goto(url);
    await isLive(other);
    assertEquals(await box(other, "Slow").isChecked(), false);
    assertEquals(await messages(other), await lines(site, url));
    assertEquals(site.complaints, []);
  },
  DEVELOPMENT,
);

browserTest(
  "[P20] a restart and a cut from another tab bring everyone back, complete",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    const ben = await site.enter("Ben Kole");
    await ben.goto(url);
    await ben.click("button:has-text('Join session')");
    await isLive(ben);
    assertEquals(await button(ben, "Restart").count(), 0);
    await say(ben, "before");
    await sees(ana, "before");

    await button(ana, "Restart").click();
    await ana.getByText("Connections closed with 4001: 2.").waitFor();
    await say(ben, "between");
    await isLive(ana);
    await isLive(ben);
    await sees(ana, "between");

    // The second tab shares the first one's socket: its cut reaches that one.
    const other = await ana.context().newPage();
    await other.goto(url);
    await isLive(other);
    await button(other, "Cut").click();
    for (const page of [ana, other]) {
      await page.getByText("Network cut for 5 s, in all your tabs.").waitFor();
      await page.waitForSelector('.chip[data-state="reconnecting"]');
    }
    await say(ben, "after");
    await isStored(ben, "after");
    for (const page of [ana, other, ben]) {
      await isLive(page);
      await sees(page, "after");
      assertEquals(await messages(page), await lines(site, url));
    }
    assertEquals(site.complaints, []);
  },
  DEVELOPMENT,
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `the bar is worked by keyboard, folds, covers nothing, and axe is content, ${colorScheme}`,
    async (site) => {
      const ana = await site.enter("Ana Lima", {
        role: "facilitator",
        colorScheme,
        width: 390,
      });
      await site.openSession(ana, "Onboard the vendor?");
      await isLive(ana);
      // Further up it stands over whatever is there: only the end has to be free.
      await ana.evaluate(() => scrollTo(0, document.body.scrollHeight));
      assertEquals(await findings(ana), []);
      await box(ana, "Slow").focus();
      await ana.keyboard.press("Space");
      await ana.getByText("Artificially slow").waitFor();
      assertEquals(await findings(ana), []);
      await ana.keyboard.press("Space");

      // At the end of the page the bar stands behind its last part, not over it.
      const overlap = await ana.evaluate(() => {
        scrollTo(0, document.documentElement.scrollHeight);
        const main = document.querySelector("main")?.getBoundingClientRect();
        const bar = document.querySelector(".development")
          ?.getBoundingClientRect();
        return (main?.bottom ?? NaN) - (bar?.top ?? NaN);
      });
      assert(overlap <= 0, `${overlap} px of the page are covered`);
      await button(ana, "Cut").click();
      await ana.locator(".banner").waitFor();
      const covered = await ana.evaluate(() => {
        const banner = document.querySelector(".banner")
          ?.getBoundingClientRect();
        const bar = document.querySelector(".development")
          ?.getBoundingClientRect();
        return (banner?.bottom ?? NaN) - (bar?.top ?? NaN);
      });
      assert(covered <= 0, `${covered} px of bar and banner overlap`);

      await button(ana, "Development").focus();
      await ana.keyboard.press("Enter");
      await button(ana, "Cut").waitFor({ state: "hidden" });
      await ana.goto(`${site.server.url}/sessions`);
      await button(ana, "Development").waitFor();
      await button(ana, "Cut").waitFor({ state: "hidden" });
      assertEquals(await findings(ana), []);
      await button(ana, "Development").press("Enter");
      await button(ana, "Cut").waitFor();
      assertEquals(await box(ana, "Second participant").count(), 0);
      assertEquals(site.complaints, []);
    },
    DEVELOPMENT,
  );
}
