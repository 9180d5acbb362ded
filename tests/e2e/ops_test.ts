/** The page of operations in a browser: its figures move, and without scripts they stand in a table. */
import { assertEquals } from "@std/assert";
import { findings } from "./axe.ts";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

browserTest(
  "[OP3] charts are drawn and figures follow without reading the page again",
  async (site) => {
    const page = await site.enter("Fay Roth", { role: "facilitator" });
    await page.goto(`${site.server.url}/ops`);
    await page.locator(".ops-chart canvas").nth(7).waitFor();
    assertEquals(await page.locator(".ops-chart canvas").count(), 8);
    const ben = await site.enter("Ben Kole");
    await isLive(ben);
    const now = page.locator("#now [data-now=connections]");
    await now.filter({ hasText: /^2$/ }).waitFor();
    await ben.context().close();
    await now.filter({ hasText: /^1$/ }).waitFor();
    const highest = page.locator("#now [data-highest=connections]");
    assertEquals(await highest.textContent(), "2");
    assertEquals(await findings(page), []);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[OP8] an admin ends a connection, and its page says that it is over",
  async (site) => {
    const ben = await site.enter("Ben Kole");
    await isLive(ben);
    const ada = await site.enter("Ada Voss", { role: "admin" });
    await ada.goto(`${site.server.url}/ops/connections?q=ben-kole`);
    await ada.click("#list a:has-text('ben-kole')");
    await ada.locator("#acts").waitFor();
    assertEquals(await findings(ada), []);
    await ada.click("text=Disconnect this one…");
    await ada.click("button:has-text('Disconnect')");
    await ada.locator("text=Closed 1 connection.").waitFor();
    await ben.waitForSelector(
      '.chip:not([data-state="live"], [data-state="slow"])',
    );
    assertEquals(await findings(ada), []);
  },
);

browserTest(
  "[OP5] without scripts the table says every figure and no chart stands empty",
  async (site) => {
    const page = await site.enter("Fay Roth", {
      role: "facilitator",
      javaScript: false,
      width: 390,
    });
    await page.goto(`${site.server.url}/ops`);
    assertEquals(await page.locator("#now tbody tr").count(), 19);
    assertEquals(await page.locator("#ops-charts").isVisible(), false);
  },
);
