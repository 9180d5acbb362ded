/** From the sign-in to the inbox with the keyboard alone, the focus always to be seen. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { isLive, sees } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Presses Tab until the focus is on what `selector` names; every stop on the way must be visible. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const stops: string[] = [];
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate((selector) => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // A radio's label or a hidden input's neighbour may carry the ring.
      const ringed = [
        element,
        element.parentElement,
        element.nextElementSibling,
      ]
        .some((one) => {
          if (!one) return false;
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        });
      const { left, top, width, height } = element.getBoundingClientRect();
      const above = document.elementFromPoint(
        left + width / 2,
        top + height / 2,
      );
      const covered = above !== null && !element.contains(above) &&
        !above.contains(element) && above.closest("label") === null;
      return {
        there: element.matches(selector),
        name: element.outerHTML.slice(0, 100),
        seen: ringed && !covered && width > 0,
      };
    }, selector);
    if (!stop) continue;
    stops.push(stop.name);
    assert(stop.seen, `the focus cannot be seen on ${stop.name}`);
    if (stop.there) return;
  }
  throw new Error(
    `Tab never came to ${selector}, only to\n${stops.join("\n")}`,
  );
}

browserTest(
  "[T4] sign-in, session, message, toast and inbox, with the keyboard alone",
  async (site) => {
    const page = await site.visit();
    const press = (key: string) => page.keyboard.press(key);
    await page.goto(`${site.server.url}/login`);
    await tabTo(page, "#name");
    await page.keyboard.type("Ana Lima");
    await tabTo(page, "input[name=role]");
    await press("ArrowDown");
    assertEquals(
      await page.locator("input[name=role]:checked").inputValue(),
      "facilitator",
    );
    await tabTo(page, "button[type=submit]");
    await press("Enter");
    await page.waitForSelector("header.top");

    await tabTo(page, "nav a[href='/sessions']");
    await press("Enter");
    await page.waitForURL(/\/sessions$/);
    await isLive(page);
    await tabTo(page, "#title");
    await page.keyboard.type("Onboard the vendor?");
    await press("Enter");
    await page.waitForURL(/\/sessions\/[^?]+$/);
    await isLive(page);
    await tabTo(page, "#message");
    await page.keyboard.type("By keyboard");
    await press("Enter");
    await sees(page, "By keyboard");

    // Into the past with the arrows and back.
    await tabTo(page, "#replay");
    await press("ArrowLeft");
    await page.getByText("Back to now").first().waitFor();
    await press("End");
    await page.waitForSelector("#message");

    await site.server.openSessionFor(["ana-lima"], "Another one");
    await page.waitForSelector(".toast");
    await press("F8");
    assert(
      await page.evaluate(() => document.activeElement?.matches(".toast")),
    );
    await press("Escape");
    await page.waitForSelector(".toast", { state: "detached" });
    await page.waitForFunction(() => document.activeElement?.id === "replay");
    await site.server.openSessionFor(["ana-lima"], "A third one");
    await page.waitForSelector(".toast");
    await press("F8");
    await press("Enter");
    await page.waitForFunction(() =>
      document.querySelector("h1")?.textContent === "A third one"
    );

    await tabTo(page, ".chip");
    await press("Enter");
    await page.waitForSelector("#connection:popover-open");
    await press("Escape");
    await page.waitForSelector("#connection:popover-open", { state: "hidden" });
    assert(await page.evaluate(() => document.activeElement?.matches(".chip")));
    await tabTo(page, ".bell");
    await press("Enter");
    await page.waitForURL(/\/inbox/);
    await page.waitForSelector("h1:has-text('Inbox')");
    await tabTo(page, ".who");
    await press("Enter");
    await tabTo(page, "form[action='/logout'] button");
    await press("Enter");
    await page.waitForURL(/\/login/);
    // The page that is left may ask once more who it is.
    assertEquals(site.complaints.filter((one) => !one.includes("401")), []);
  },
);
