/** The documentation in a browser: readable signed out, operations tried, messages seen, nothing for axe to say. */
import { assertEquals, assertMatch } from "@std/assert";
import { findings } from "./axe.ts";
import { browserTest } from "./with_site.ts";

browserTest(
  "[O6] the documentation is read signed out, by keyboard and on a phone",
  async (site) => {
    for (const width of [1360, 390]) {
      const page = await site.visit({ width });
      for (
        const path of [
          "/docs",
          "/docs/quickstart",
          "/docs/api/polls",
          "/docs/events",
          "/docs?q=quorum",
        ]
      ) {
        await page.goto(site.server.url + path);
        assertEquals(await findings(page), [], path);
        const over = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth
        );
        assertEquals(over, 0, `${path} at ${width}`);
      }
    }
    assertEquals(site.complaints, []);
    assertEquals([...site.hosts], [new URL(site.server.url).host]);
  },
);

browserTest(
  "[O6] an operation is tried as the reader; what changes something asks first",
  async (site) => {
    const page = await site.enter("Mira", {
      role: "facilitator",
      colorScheme: "dark",
    });
    await page.goto(`${site.server.url}/docs/api/sessions`);
    const opening = page.locator("#postSessions");
    await opening.locator("summary", { hasText: "Try it" }).click();
    await opening.locator("button").click();
    await page.locator("#docs-ask[open]").waitFor();
    assertEquals(await findings(page), []);
    await page.click("#docs-ask button:has-text('Do not send')");
    assertEquals(await opening.locator("output").textContent(), "");
    await opening.locator("button").click();
    await page.click("#docs-ask button[value=send]");
    await opening.locator(".docs-status").waitFor();
    assertMatch(await opening.locator(".docs-status").innerText(), /^201/);
    const listing = page.locator("#getSessions");
    await listing.locator("summary", { hasText: "Try it" }).click();
    await listing.locator("button").click();
    await listing.locator("pre", { hasText: "Onboard vendor KX-14?" })
      .waitFor();
    assertEquals(await findings(page), []);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[O6] the console shows what comes while one is connected",
  async (site) => {
    const page = await site.enter("Mira", { role: "member" });
    await page.goto(`${site.server.url}/docs/events`);
    await page.click("#docs-console form button");
    await page.locator("[data-mistake]", { hasText: "connect first" })
      .waitFor();
    await page.click("[data-connect]");
    await page.waitForSelector("#docs-console[data-open=true]");
    await page.click("#docs-console form button");
    await page.locator("#docs-console li", { hasText: "SUBSCRIBED · alerts" })
      .waitFor();
    await site.server.call("POST", "/api/v1/alerts", {
      severity: "low",
      title: "Seen",
    });
    const alert = page.locator("#docs-console li", {
      hasText: "ALERT · alerts · #1",
    });
    await alert.locator("summary").click();
    assertMatch(await alert.innerText(), /"alert_raised"/);
    assertEquals(await findings(page), []);
    await page.click("[data-connect]");
    await page.locator("#docs-console li", { hasText: "Closed · 1000" })
      .waitFor();
    assertEquals(site.complaints, []);
  },
);
