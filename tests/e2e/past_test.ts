/** Looking back in a real browser: the slider by keyboard, older lines, zones, every component. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, messages, say, sees, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Opens a session with this many messages; the page shows it live. */
async function roomWith(
  site: Site,
  page: Page,
  count: number,
): Promise<string> {
  const url = await site.openSession(page, "Onboard the vendor?");
  await isLive(page);
  for (let n = 1; n <= count; n++) await say(page, `message ${n}`);
  await sees(page, `message ${count}`);
  return url;
}

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `the slider goes back by keyboard, the record goes on, and now is a key away, ${colorScheme}`,
    async (site) => {
      const ana = await site.enter("Ana Lima", {
        role: "facilitator",
        colorScheme,
      });
      const url = await roomWith(site, ana, 4);
      const ben = await site.enter("Ben Kole");
      await ben.goto(url);
      await ben.click("button:has-text('Join session')");
      await sees(ana, "Ben Kole joined");

      await ana.focus("#replay");
      await ana.keyboard.press("Home");
      await ana.getByText("The session as it was at entry 1").waitFor();
      assertEquals(await messages(ana), []);
      assertEquals(await ana.locator(".people li").count(), 1);
      await ana.keyboard.press("ArrowRight");
      await ana.getByText("The session as it was at entry 2").waitFor();
      assertEquals(await messages(ana), ["Ana Lima message 1"]);
      assertEquals(await findings(ana), []);

      await isLive(ben);
      await say(ben, "while you looked back");
      await ana.getByText("2 of 7 entries").waitFor();
      assertEquals(await messages(ana), ["Ana Lima message 1"]);

      await ana.keyboard.press("End");
      await sees(ana, "while you looked back");
      assertEquals(await ana.locator("#message").isVisible(), true);
      assertEquals((await messages(ana)).length, 5);
      assertEquals(site.complaints, []);
    },
  );
}

browserTest("Back to now leaves the keyboard at the slider", async (site) => {
  const ana = await site.enter("Ana Lima", { role: "facilitator" });
  await roomWith(site, ana, 2);
  await ana.focus("#replay");
  await ana.keyboard.press("Home");
  await ana.click(".intro >> text=Back to now");
  await sees(ana, "message 2");
  assertEquals(
    await ana.evaluate(() => document.activeElement?.id),
    "replay",
  );
});

browserTest(
  "a page opened on the past leads to now without a hole",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const url = await roomWith(site, ana, 3);
    await ana.goto(`${url}?at=2`);
    await isLive(ana);
    await ana.focus("#replay");
    await ana.keyboard.press("ArrowRight");
    await ana.getByText("The session as it was at entry 3").waitFor();
    await ana.keyboard.press("End");
    await ana.waitForURL(url);
    await sees(ana, "message 3");
    assertEquals((await messages(ana)).length, 3);
  },
);

browserTest(
  "older lines come in place, and new ones leave no hole",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await roomWith(site, ana, 60);
    await ana.reload();
    await isLive(ana);
    assertEquals((await messages(ana)).length, 50);
    await ana.click("text=Show older");
    await sees(ana, "Ana Lima opened the session");
    await say(ana, "message 61");
    await sees(ana, "message 61");
    assertEquals(
      await messages(ana),
      Array.from({ length: 61 }, (_, n) => `Ana Lima message ${n + 1}`),
    );
  },
);

browserTest(
  "without scripts the slider's form and the links lead through the past",
  async (site) => {
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      javaScript: false,
    });
    await site.openSession(ana, "Onboard the vendor?");
    for (const text of ["one", "two"]) {
      await ana.fill("#message", text);
      await ana.click("button:has-text('Send')");
    }
    await ana.focus("#replay");
    await ana.keyboard.press("ArrowLeft");
    await ana.click(".replay button");
    await ana.getByText("The session as it was at entry 2").waitFor();
    assertEquals(await messages(ana), ["Ana Lima one"]);
    await ana.click(".intro >> text=Back to now");
    assertEquals((await messages(ana)).length, 2);
  },
);

for (
  const look of [{ colorScheme: "light" }, { colorScheme: "dark" }] as const
) {
  browserTest(
    `axe finds nothing among all components, ${look.colorScheme}`,
    async (site) => {
      const ana = await site.enter("Ana Lima", look);
      await ana.goto(`${site.server.url}/design`);
      assertEquals(await findings(ana), []);
      await ana.locator("summary", { hasText: "table" }).first().click();
      await ana.click(".theme-light button:has-text('Close session')");
      await ana.locator("dialog[open]").waitFor();
      assertEquals(await findings(ana), []);
      await ana.keyboard.press("Escape");
      await ana.setViewportSize({ width: 320, height: 800 });
      const overflow = await ana.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      assertEquals(overflow, 0);
    },
    { env: { REGULENS_DEV: "on" } },
  );
}
