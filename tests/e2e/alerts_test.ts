/** Alerts in the browser: worked through by keys, live from another's screen, and found in order. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const raise = (site: Site, id: string, more: object = {}) =>
  site.server.call("POST", "/api/v1/alerts", {
    id,
    severity: "medium",
    title: `Alert ${id}`,
    body: `Words on ${id}`,
    ...more,
  }, 201);

async function openList(site: Site, page: Page, query = ""): Promise<void> {
  await page.goto(`${site.server.url}/alerts${query}`);
  await isLive(page);
  // Without any alert the list is there, but not seen.
  await page.locator("[data-island=AlertTriage][data-live]")
    .waitFor({ state: "attached" });
}

const stateOf = (page: Page, id: string) => page.locator(`#alert-${id}`);

browserTest(
  "[AL14] one works through the list by keys alone",
  async (site) => {
    for (const id of ["a", "b", "c", "d"]) await raise(site, id);
    const ana = await site.enter("Ana Lima");
    await openList(site, ana);
    // The last raised stands first: d c b a.
    await ana.keyboard.press("j");
    assertEquals(
      await ana.locator("tr[aria-current]").getAttribute("id"),
      "alert-d",
    );
    await ana.keyboard.press("a");
    await stateOf(ana, "d").getByText("Acknowledged").waitFor();
    await ana.keyboard.press("j");
    await ana.keyboard.press("s");
    await stateOf(ana, "c").getByText("Snoozed").waitFor();
    await ana.keyboard.press("j");
    await ana.keyboard.press("x");
    await ana.keyboard.press("j");
    await ana.keyboard.press("x");
    await ana.getByText("2 selected").waitFor();
    await ana.keyboard.press("r");
    // Ending several is asked about, and the answer has the focus.
    await ana.locator("#sure:focus").waitFor();
    await ana.keyboard.press("Enter");
    await stateOf(ana, "a").getByText("Resolved").waitFor();
    await stateOf(ana, "b").getByText("Resolved").waitFor();
    await ana.keyboard.press("?");
    await ana.locator("#alert-keys").waitFor();
    await ana.keyboard.press("k");
    assertEquals(
      await ana.locator("tr[aria-current]").getAttribute("id"),
      "alert-c",
    );
    await ana.keyboard.press("Enter");
    await ana.getByText("Words on c").waitFor();
    await ana.locator("#text-c").fill("Asked the bank");
    await ana.locator("tr.opened button:has-text('Add note')").click();
    await ana.locator(".notes:has-text('Asked the bank')").waitFor();
    assertEquals(await findings(ana), []);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[AL16] what another does, and what comes in, shows at once and in its place",
  async (site) => {
    for (const id of ["a", "b"]) await raise(site, id);
    const ana = await site.enter("Ana Lima");
    const ben = await site.enter("Ben Kole");
    await openList(site, ana);
    await openList(site, ben);
    await ben.locator("#alert-a button:has-text('Acknowledge')").click();
    await stateOf(ana, "a").getByText("Acknowledged").waitFor();
    await ben.locator("#alert-b a").first().click();
    await ben.locator("button:has-text('Assign to me')").last().click();
    await stateOf(ana, "b").getByText("Ben Kole").waitFor();
    await raise(site, "urgent", { severity: "critical" });
    await stateOf(ana, "urgent").getByText("New").waitFor();
    assertEquals(
      await ana.locator("tr[id^=alert-]").evaluateAll((rows) =>
        rows.map(({ id }) => id)
      ),
      ["alert-urgent", "alert-b", "alert-a"],
    );
    // What is resolved elsewhere stays where it is, so nothing moves under one's hands.
    await site.server.call("POST", "/api/v1/alerts/b/resolve", {}, 200);
    await stateOf(ana, "b").getByText("Resolved").waitFor();
    assertEquals(await ana.locator("tr.over").count(), 1);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[AL14] without scripts the same list works by its form",
  async (site) => {
    for (const id of ["a", "b", "c"]) await raise(site, id);
    const ana = await site.enter("Ana Lima", { javaScript: false });
    await ana.goto(`${site.server.url}/alerts`);
    await ana.check("#alert-a input");
    await ana.check("#alert-b input");
    await ana.click(".bar button:has-text('Resolve')");
    await ana.getByText("Resolve 2 alerts?").waitFor();
    await ana.fill("#reason", "A test of the bank");
    await ana.click("#sure");
    // The question has no rows: nothing is read before the list that is left has come back.
    await ana.locator("#alert-c").waitFor();
    assertEquals(await ana.locator("tr[id^=alert-]").count(), 1);
    await ana.click("#alert-c a");
    await ana.locator("tr.opened", { hasText: "Words on c" }).waitFor();
    await ana.fill("#text-c", "Asked the bank");
    await ana.click("tr.opened button:has-text('Add note')");
    await ana.locator(".notes", { hasText: "Asked the bank" }).waitFor();
  },
);

browserTest(
  "[AL18] a view is saved and shown at first, with scripts and without",
  async (site) => {
    await raise(site, "urgent", { severity: "critical" });
    await raise(site, "other", { severity: "low" });
    const plain = await site.enter("Ben Kole", { javaScript: false });
    for (const page of [await site.enter("Ana Lima"), plain]) {
      await page.goto(`${site.server.url}/alerts?severity=critical`);
      await page.click("summary:has-text('Save this view')");
      await page.fill("#view-name", "Critical");
      await page.check(".alert-views-first input");
      await page.click(".alert-views-save button");
      await page.locator("nav[aria-label='Saved views'] a[aria-current]")
        .waitFor();
      await page.goto(`${site.server.url}/alerts`);
      assertEquals(await page.locator("tr[id^=alert-]").count(), 1);
      await page.click("button:has-text('Remove')");
      await page.locator("summary:has-text('Save this view')").waitFor();
    }
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[AL14] grouped, the keys go down the heads; n writes a note and Ctrl Enter adds it",
  async (site) => {
    await raise(site, "a", { source: "bank" });
    await raise(site, "b", { source: "screen" });
    await raise(site, "c", { source: "bank" });
    const ana = await site.enter("Ana Lima");
    await openList(site, ana, "?by=source");
    // The last raised leads its group: c and a of the bank, then b.
    for (const id of ["c", "a", "b"]) {
      await ana.keyboard.press("j");
      assertEquals(
        await ana.locator("tr[aria-current]").getAttribute("id"),
        `alert-${id}`,
      );
    }
    await ana.keyboard.press("n");
    await ana.locator("#text-b:focus").waitFor();
    await ana.keyboard.type("Asked the bank");
    await ana.keyboard.press("Control+Enter");
    await ana.locator(".notes:has-text('Asked the bank')").waitFor();
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[T3] the alert one acknowledges is counted as unread no more",
  async (site) => {
    await raise(site, "a");
    const ana = await site.enter("Ana Lima");
    await openList(site, ana);
    const unread = ana.locator("[data-unread-count]:not([hidden])");
    await unread.waitFor();
    await ana.keyboard.press("j");
    await ana.keyboard.press("a");
    await stateOf(ana, "a").getByText("Acknowledged").waitFor();
    // The next page counts it no more.
    await openList(site, ana);
    assertEquals(await unread.count(), 0);
    assertEquals(site.complaints, []);
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `[AL17] axe finds nothing on the list in ${colorScheme}, wide, narrow and empty`,
    async (site) => {
      const ana = await site.enter("Ana Lima", { colorScheme });
      await openList(site, ana);
      assertEquals(await findings(ana), []);
      for (const severity of ["critical", "high", "medium", "low", "info"]) {
        await raise(site, severity, {
          severity,
          source: "screening",
          acknowledgeWithinMs: 60_000,
        });
      }
      await openList(site, ana, "?by=severity&open=high");
      await ana.check("#alert-low input");
      assertEquals(await findings(ana), []);
      await ana.setViewportSize({ width: 320, height: 640 });
      assertEquals(await findings(ana), []);
      const overflow = await ana.evaluate(() =>
        document.documentElement.scrollWidth - innerWidth
      );
      assert(overflow <= 0, `${overflow} px wider than the screen`);
      assertEquals(site.complaints, []);
    },
  );
}
