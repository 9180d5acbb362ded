/** Evaluations in the browser: run by one, seen by another as it happens, opened, read out. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const LOOKS = [{}, { colorScheme: "dark" }, { width: 320 }, {
  forcedColors: "active",
}] as const;

/** A rule that one writes and the other publishes. */
async function publish(
  site: Site,
  [writer, publisher]: readonly [Page, Page],
  { name, when }: { readonly name: string; readonly when: string },
): Promise<void> {
  await writer.goto(`${site.server.url}/rules/new`);
  await writer.fill("#name", name);
  await writer.fill("#when", when);
  await writer.click("button:has-text('Save the first draft')");
  await writer.waitForURL(/done=saved/);
  await publisher.goto(writer.url().split("?")[0]);
  await publisher.click("button:has-text('Publish version 1')");
  await publisher.waitForURL(/done=publish/);
}

async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
}

browserTest(
  "[B15] one evaluates rules, another sees it in the timeline at once and opens why",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const ben = await site.enter("Ben Kole", { role: "facilitator" });
    await publish(site, [ana, ben], {
      name: "Large cash payment",
      when: 'method == "cash" && (amount > 10000 || structured)',
    });
    await publish(site, [ana, ben], {
      name: "Large single payment",
      when: "payments.exists(p, p.amount > 400)",
    });
    const room = await site.openSession(ana, "Review of the week");
    await ben.goto(room);
    await isLive(ben);
    await ana.click("a:has-text('Evaluate rules')");
    await ana.waitForURL(/evaluations\/new$/);
    for (const look of LOOKS) {
      const again = await site.enter("Ana Lima", {
        role: "facilitator",
        ...look,
      });
      await again.goto(ana.url());
      await again.check("[name=which][value=some]");
      await again.locator(".rule-boxes").waitFor();
      assertEquals(await findings(again), [], JSON.stringify(look));
      assertEquals(await overflow(again), 0);
    }
    await ana.fill(
      "#facts",
      '{"method": "cash", "amount": 12500, "payments": [{"amount": 500}]}',
    );
    await ana.fill("#title", "Payment 4711");
    await ana.click("button.primary:has-text('Evaluate')");
    await ana.waitForURL(/evaluations\/(?!new)[^/]+$/);

    await ben.click("[role=log] a:has-text('Payment 4711')");
    await ben.waitForURL(ana.url());
    assertStringIncludes(await ben.innerText(".outcome-panel"), "Review");
    assertStringIncludes(await ben.innerText("#verdicts"), "2 of 2 fired");
    await ben.locator("[data-island=RuleTraces][data-live]").waitFor();
    // Each trace is read out by its own keys.
    const cash = ben.locator(".verdict:has-text('Large cash payment')");
    const single = ben.locator(".verdict:has-text('Large single payment')");
    const before = await single.locator(".readout").innerText();
    await cash.locator(".lit").focus();
    await ben.keyboard.press("End");
    const read = await cash.locator(".readout").innerText();
    assertEquals(read.replace(/\s+/g, " "), "amount 12500");
    assertEquals(await single.locator(".readout").innerText(), before);
    for (const look of LOOKS) {
      const mia = await site.enter("Mia", look);
      await mia.goto(ana.url());
      await isLive(mia);
      await mia.locator("summary:has-text('Part by part')").first().click();
      assertEquals(await findings(mia), [], JSON.stringify(look));
      assertEquals(await overflow(mia), 0);
    }
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "the room leads to a kept analysis, which reads in every look",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const room = await site.openSession(ana, "Vendors");
    await isLive(ana);
    const status = await ana.evaluate(async (sessionId) => {
      const { status } = await fetch(`/api/v1/sessions/${sessionId}/analyses`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          title: "By VIKOR",
          method: "vikor",
          matrix: [[120, 4, 7], [90, 6, 5], [150, 2, 9]],
          weights: [30, 35, 15],
          directions: ["cost", "cost", "benefit"],
          alternatives: ["Northwind", "Delta", "Kite"],
          criteria: ["Cost", "Residual risk", "Evidence"],
        }),
      });
      return status;
    }, room.split("/").at(-1));
    assertEquals(status, 201);
    await ana.click("[role=log] a:has-text('By VIKOR')");
    await ana.waitForURL(/analyses/);
    assertStringIncludes(await ana.innerText("#ranking"), "leads");
    for (const look of LOOKS) {
      const mia = await site.enter("Mia", look);
      await mia.goto(ana.url());
      const parts = mia.locator("#working summary");
      assert(await parts.count() > 3);
      for (const part of await parts.all()) await part.click();
      assertEquals(await findings(mia), [], JSON.stringify(look));
      assertEquals(await overflow(mia), 0);
    }
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "an edited alternative changes on another's screen at once",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const ben = await site.enter("Ben Kole");
    await ana.goto(`${site.server.url}/decisions/new`);
    await ana.fill("#title", "Which vendor?");
    await ana.fill("[name='alternative.0']", "Northwind");
    await ana.fill("[name='alternative.1']", "Delta");
    await ana.fill("[name='criterion.0.label']", "Cost");
    await ana.click("button.primary:has-text('Open decision')");
    await ana.waitForURL(/decisions\/(?!new)/);
    const address = ana.url();
    await isLive(ana);
    await ben.goto(address);
    await isLive(ben);
    await ana.click("a:has-text('Edit')");
    await ana.waitForURL(/edit$/);
    for (const look of LOOKS) {
      const again = await site.enter("Ana Lima", {
        role: "facilitator",
        ...look,
      });
      await again.goto(ana.url());
      assertEquals(await findings(again), [], JSON.stringify(look));
      assertEquals(await overflow(again), 0);
    }
    await ana.fill("[name='alternative.0']", "Northwind Ltd");
    await ana.click("button.primary:has-text('Save')");
    await ana.waitForURL(address);
    await ben.locator("#matrix:has-text('Northwind Ltd')").waitFor();
    assertEquals(site.complaints, []);
  },
);
