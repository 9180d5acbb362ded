/** Learning and the audit trail in a browser: live, narrow, dark, and nothing that axe finds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

async function writeRule(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/rules/new`);
  await page.fill("#name", "Large cash payment");
  await page.fill("#when", "amount > 10");
  await page.click("button:has-text('Save the first draft')");
  await page.waitForURL(/done=saved/);
}

async function sayIt(
  page: Page,
  outcome: "Right" | "Wrong",
  comment = "",
): Promise<void> {
  await page.getByLabel(outcome, { exact: true }).check();
  await page.fill("#comment", comment);
  await page.click("button:has-text('Say so')");
  await page.waitForURL(/done=feedback/);
}

const overflow = (page: Page) =>
  page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );

browserTest(
  "what one says is on another's page at once, and in the audit trail, which verifies",
  async (site) => {
    const { url } = site.server;
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const ben = await site.enter("Ben Kole");
    await writeRule(ana, url);
    await ana.goto(`${url}/learning`);
    await isLive(ana);
    await ana.getByText("Nobody has said anything yet").waitFor();
    await ben.goto(`${url}/learning`);
    await sayIt(ben, "Wrong", "The customer had announced it.");
    const change = ana.locator(".changes-said li");
    await change.waitFor();
    const text = (await change.innerText()).replace(/\s+/g, " ");
    assertStringIncludes(text, "Ben Kole called Large cash payment wrong");
    assertStringIncludes(text, "The customer had announced it.");
    assertStringIncludes(text, "50.0 → 33.3 %");

    // What was unfolded stays so while the page renews itself.
    await ana.click("summary:has-text('Show as a table')");
    await ana.locator("main").focus();
    await ben.goto(`${url}/learning`);
    await sayIt(ben, "Right");
    await ana.locator(".changes-said li:has-text('right')").waitFor();
    assert(await ana.locator("#calibration details[open]").isVisible());

    await ana.goto(`${url}/audit`);
    await ana.locator("tr", { hasText: "Feedback given" }).first()
      .getByRole("link", { name: "learning", exact: true }).click();
    await ana.waitForURL(/channel=learning/);
    await ana.click("button:has-text('Verify')");
    assertStringIncludes(
      await ana.locator(".notice.ok").innerText(),
      "2 entries checked",
    );
    const [download] = await Promise.all([
      ana.waitForEvent("download"),
      ana.click("a:has-text('Export this channel')"),
    ]);
    assertEquals(download.suggestedFilename(), "audit-learning.json");
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "axe finds nothing on learning and audit: light, dark, 320 px, forced colours, no scripts",
  async (site) => {
    const { url } = site.server;
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    for (const path of ["/learning", "/audit"]) {
      await ana.goto(url + path);
      assertEquals(await findings(ana), [], `empty ${path}`);
    }
    await writeRule(ana, url);
    await ana.goto(`${url}/learning`);
    await sayIt(ana, "Right", "x".repeat(200));
    for (
      const look of [{}, { colorScheme: "dark" }, { width: 320 }, {
        forcedColors: "active",
      }, { width: 320, javaScript: false }] as const
    ) {
      const ben = await site.enter("Ben Kole", look);
      const paths = ["/learning", "/audit", "/audit?channel=learning"];
      for (const path of [...paths, "/audit?channel=session:none"]) {
        await ben.goto(url + path);
        assertEquals(await overflow(ben), 0, path);
        if (!("javaScript" in look)) {
          assertEquals(await findings(ben), [], path);
        }
      }
      await ben.goto(`${url}/audit?channel=learning`);
      await ben.click("button:has-text('Verify')");
      await ben.locator(".notice.ok").waitFor();
      assertEquals(await overflow(ben), 0, "verified");
    }
  },
);

browserTest("their first pages stay under 30 KB of HTML", async (site) => {
  const ana = await site.enter("Ana Lima", { role: "facilitator" });
  await writeRule(ana, site.server.url);
  for (let n = 0; n < 4; n++) {
    await ana.goto(`${site.server.url}/learning`);
    await ana.fill("#evaluation", `evaluation-${n}`);
    await sayIt(ana, "Right", "One line that says why it was right.");
  }
  for (const path of ["/learning", "/audit"]) {
    const response = await ana.goto(site.server.url + path);
    const bytes = (await response?.body())?.length ?? Infinity;
    assert(bytes <= 30 * 1024, `${path}: ${bytes} bytes`);
  }
});
