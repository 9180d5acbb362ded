/** Decisions in real browsers: three people move weights together, score blind, and close. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** North leads while cost counts more than fit; delta takes over from 53.8 % of fit on. */
const VENDORS = {
  title: "Which vendor?",
  method: "wsm",
  params: { normalization: "minmax" },
  alternatives: [
    { id: "north", label: "Northwind" },
    { id: "delta", label: "Delta" },
    { id: "third", label: "Third" },
  ],
  criteria: [
    { id: "cost", label: "Cost", unit: "EUR", direction: "cost", weight: 50 },
    { id: "fit", label: "Fit", direction: "benefit", weight: 30 },
    { id: "time", label: "Time", direction: "benefit", weight: 20 },
  ],
};

const SCORES = {
  north: { cost: 10, fit: 3, time: 5 },
  delta: { cost: 30, fit: 9, time: 5 },
  third: { cost: 20, fit: 2, time: 4 },
};

async function openDecision(site: Site, change: object = {}): Promise<string> {
  const { decision } = await site.server.call("POST", "/api/v1/decisions", {
    ...VENDORS,
    ...change,
  }, 201);
  return `/decisions/${decision.id}`;
}

function score(site: Site, path: string, scores: object = SCORES) {
  return site.server.call("POST", `/api/v1${path}/scores`, { scores }, 201);
}

/** Three people who look at the same decision; Ana facilitates. */
async function three(site: Site, path: string): Promise<Page[]> {
  const people: Page[] = [];
  for (const [name, role] of PEOPLE) {
    const page = await site.enter(name, { role });
    await page.goto(site.server.url + path);
    await isLive(page);
    people.push(page);
  }
  return people;
}

const PEOPLE = [
  ["Ana Lima", "facilitator"],
  ["Ben Kole", "member"],
  ["Chidi Mba", "member"],
] as const;

async function leads(page: Page, words: string): Promise<void> {
  await page.locator("#ranking .leads b", { hasText: words }).waitFor();
}

function slider(page: Page, name: string) {
  return page.getByRole("slider", { name: `Weight of ${name}` });
}

function percent(page: Page, id: string): Promise<string> {
  return page.inputValue(`#w-${id}`);
}

/** Takes hold of a slider's thumb and moves it along; lets go only when told. */
async function drag(
  page: Page,
  name: string,
  shares: readonly number[],
): Promise<void> {
  const thumb = slider(page, name);
  const box = await thumb.boundingBox();
  assert(box);
  const at = (share: number) => box.x + 8 + share * (box.width - 16);
  const now = Number(await thumb.inputValue()) / 100;
  await page.mouse.move(at(now), box.y + box.height / 2);
  await page.mouse.down();
  for (const share of shares) {
    await page.mouse.move(at(share), box.y + box.height / 2, { steps: 4 });
  }
}

browserTest(
  "one drags a weight, two see the bars move; letting go is stored for all",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const [ana, ben, chidi] = await three(site, path);
    for (const page of [ana, ben, chidi]) await leads(page, "Northwind leads");
    const before = await ben.locator("#ranking .label").allInnerTexts();

    await drag(ana, "Fit", [0.5, 0.9]);
    for (const page of [ana, ben, chidi]) await leads(page, "Delta leads");
    for (const page of [ben, chidi]) {
      await page.getByText("Ana Lima is moving Fit").waitFor();
      await page.waitForFunction(() =>
        Number(document.querySelector<HTMLInputElement>("#w-fit")?.value) > 80
      );
    }
    // Bars keep their places while she holds on; only their ranks change.
    assertEquals(
      await ben.locator("#ranking .label").allInnerTexts(),
      before,
    );
    assertEquals(
      await ben.locator("#ranking .rank").allInnerTexts(),
      ["2", "1", "3"],
    );
    const { decision: during } = await site.server.call(
      "GET",
      `/api/v1${path}`,
    );
    assertEquals(during.criteria[1].weight, 30);

    await ana.mouse.up();
    for (const page of [ana, ben, chidi]) {
      await page.locator("#weights .end", { hasText: "sum 100 %" }).waitFor();
      await page.locator("#ranking li:first-child .label", {
        hasText: "Delta",
      }).waitFor();
    }
    const shown = await Promise.all(
      [ana, ben, chidi].map((page) => percent(page, "fit")),
    );
    assertEquals(new Set(shown).size, 1);
    const { decision } = await site.server.call("GET", `/api/v1${path}`);
    const weights = decision.criteria.map(
      ({ weight }: { weight: number }) => weight,
    );
    assertEquals(Math.round(weights[1]), Math.round(Number(shown[0])));
    // The others kept their proportions, 50 to 20.
    assertEquals((weights[0] / weights[2]).toFixed(4), "2.5000");
    await ben.reload();
    await leads(ben, "Delta leads");
    assertEquals(site.complaints, []);
    assertEquals([...site.hosts], [new URL(site.server.url).host]);
  },
);

browserTest(
  "somebody who drags and vanishes leaves the stored weights to the others",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const [ana, ben] = await three(site, path);
    await drag(ana, "Fit", [0.9]);
    await leads(ben, "Delta leads");
    await ana.close();
    await leads(ben, "Northwind leads");
    assertEquals(await percent(ben, "fit"), "30");
  },
);

browserTest(
  "a key that is held moves a weight for all, and stores it once",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const [ana, ben] = await three(site, path);
    await slider(ana, "Fit").focus();
    await ana.keyboard.down("PageUp");
    for (let n = 0; n < 5; n++) await ana.keyboard.down("PageUp");
    await leads(ben, "Delta leads");
    const { decision: during } = await site.server.call(
      "GET",
      `/api/v1${path}`,
    );
    assertEquals(during.criteria[1].weight, 30);
    await ana.keyboard.up("PageUp");
    await ben.locator("#weights .end", { hasText: "sum 100 %" }).waitFor();
    const items = await site.server.history("decisions");
    assertEquals(
      items.filter(({ payload }) => payload.event === "weights_changed").length,
      1,
    );
  },
);

browserTest(
  "cells take keys as a spreadsheet does, and a block pasted from one",
  async (site) => {
    const path = await openDecision(site);
    const [ana, ben] = await three(site, path);
    await ana.locator("td input").first().focus();
    await ana.locator("table[role=grid]").waitFor();
    await ana.keyboard.press("Escape");
    assertEquals(await focused(ana), "0 0");
    await ana.keyboard.type("12");
    await ana.keyboard.press("Enter");
    assertEquals(await focused(ana), "1 0");
    await ana.keyboard.press("ArrowRight");
    await ana.keyboard.press("End");
    assertEquals(await focused(ana), "1 2");
    await ana.keyboard.press("Control+Home");
    assertEquals(await focused(ana), "0 0");
    await ben.locator("tbody tr:first-child td", { hasText: "12" }).first()
      .waitFor();

    // What was typed and given up is not given.
    await ana.keyboard.press("Enter");
    await ana.keyboard.type("99");
    await ana.keyboard.press("Escape");
    assertEquals(await ana.locator("td input").first().inputValue(), "12");

    await ana.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text/plain", "10\t3\t5\r\n30\t9,5\tmany\r\n20\t2\t4\r\n");
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true }),
      );
    });
    await ana.getByText("8 cells pasted, left out: “many”").waitFor({
      state: "attached",
    });
    await ben.locator("#ranking", {
      hasText: "1 cell without a score: Delta by Time.",
    }).waitFor();
    // Tab leaves the grid; it does not walk through the cells.
    await ana.keyboard.press("Tab");
    assertEquals(await focused(ana), undefined);
    const { decision } = await site.server.call("GET", `/api/v1${path}`);
    assertEquals(decision.sheets[0].scores, {
      north: { cost: 10, fit: 3, time: 5 },
      delta: { cost: 30, fit: 9.5 },
      third: { cost: 20, fit: 2, time: 4 },
    });
    assertEquals(site.complaints, []);
  },
);

/** Row and column of the cell that has the focus. */
function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const cell = document.activeElement?.closest("td");
    const row = cell?.closest("tr");
    return cell && row
      ? `${row.sectionRowIndex} ${cell.cellIndex - 1}`
      : undefined;
  });
}

browserTest(
  "blind: everyone scores for themselves, then the facilitator reveals",
  async (site) => {
    const path = await openDecision(site, { blind: true });
    const [ana, ben, chidi] = await three(site, path);
    await fill(ana, [[10, 3, 5], [30, 9, 5], [20, 2, 4]]);
    await fill(ben, [[12, 4, 5], [30, 8, 5], [20, 2, 4]]);
    for (const page of [ben, chidi]) {
      await page.locator(".scorers li", { hasText: "Ana Lima" })
        .getByText("has scored").waitFor();
    }
    await chidi.getByText("what others scored stays hidden").waitFor();
    await chidi.getByText("Hidden until the scores are revealed").waitFor();
    assertEquals(await chidi.locator("td small").count(), 0);
    assertEquals(await chidi.getByText("Reveal scores").count(), 0);
    // One's own come back with the page, also sealed.
    await ben.reload();
    assertEquals(await ben.locator("td input").first().inputValue(), "12");

    await ana.click("button:has-text('Reveal scores')");
    for (const page of [ana, ben, chidi]) {
      await leads(page, "Northwind leads");
      await page.locator("td", { hasText: "±1.4" }).first().waitFor();
    }
    assertEquals(site.complaints, []);
  },
);

async function fill(
  page: Page,
  rows: readonly (readonly number[])[],
): Promise<void> {
  const last = rows.length * rows[0].length - 1;
  const inputs = page.locator("td input");
  for (const [n, value] of rows.flat().entries()) {
    await inputs.nth(n).fill(String(value));
    await inputs.nth(n).press(n === last ? "Tab" : "Enter");
  }
  await page.locator(".waits").first().waitFor({ state: "detached" });
}

browserTest(
  "closing keeps the analysis, and computing it again gives the same bits",
  async (site) => {
    const path = await openDecision(site, { method: "topsis", params: {} });
    await score(site, path);
    const [ana, ben] = await three(site, path);
    await ana.click("a:has-text('Close the decision')");
    await ana.fill("#reason", "Cheapest by far.");
    await ana.click("button:has-text('Close for good')");
    await ben.getByText("Chosen: Northwind").waitFor();
    await ben.getByText("Cheapest by far.").waitFor();
    await ben.click("button:has-text('Compute again')");
    await ben.getByText("Every bit is the same: 3 scores").waitFor();
    assertEquals(await ben.locator("td input").count(), 0);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "what could change it: other weights, other methods, any weights at all",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const [ana] = await three(site, path);
    await ana.click("a:has-text('Other weights')");
    await ana.getByText("Northwind less Delta, weights ±50 %").first()
      .waitFor();
    await ana.click("a:has-text('Other methods')");
    await ana.getByText("Kendall’s W").waitFor();
    await ana.click("a:has-text('Any weights at all')");
    await ana.click("button:has-text('Compute rank stability')");
    await ana.getByText("Computed with 10,000 samples, seed 1.").waitFor();
    assertEquals(site.complaints, []);
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds nothing on a decision, ${colorScheme}`,
    async (site) => {
      const path = await openDecision(site);
      await score(site, path);
      const ana = await site.enter("Ana Lima", {
        role: "facilitator",
        colorScheme,
      });
      await ana.goto(`${site.server.url}${path}?view=methods&do=close`);
      await isLive(ana);
      assertEquals(await findings(ana), [], "before");
      await ana.locator("td input").first().focus();
      await ana.locator("table[role=grid]").waitFor();
      for (const view of ["Other weights", "Any weights at all"]) {
        await ana.click(`a:has-text('${view}')`);
        assertEquals(await findings(ana), [], view);
      }
      await ana.click("button:has-text('Compute rank stability')");
      await ana.getByText("Computed with 10,000 samples").waitFor();
      assertEquals(await findings(ana), [], "stability");
    },
  );
}

browserTest(
  "on a phone the matrix scrolls by itself under names that stay",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const ana = await site.enter("Ana Lima", { width: 390 });
    await ana.goto(site.server.url + path);
    await isLive(ana);
    const widths = await ana.evaluate(() => [
      document.documentElement.scrollWidth,
      innerWidth,
    ]);
    assertEquals(widths[0], widths[1]);
    const before = await ana.locator("tbody th").first().boundingBox();
    await ana.evaluate(() =>
      document.querySelector(".matrix .across")?.scrollTo(80, 0)
    );
    const after = await ana.locator("tbody th").first().boundingBox();
    assertEquals(after?.x, before?.x);
  },
);

browserTest(
  "scripts start without moving anything on the page",
  async (site) => {
    const path = await openDecision(site);
    await score(site, path);
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.addInitScript(() => {
      const shifts: number[] = [];
      new PerformanceObserver((list) => {
        for (const one of list.getEntries()) {
          shifts.push(Number(Reflect.get(one, "value")));
        }
      }).observe({ type: "layout-shift", buffered: true });
      Object.assign(globalThis, { shifts });
    });
    await ana.goto(site.server.url + path);
    await isLive(ana);
    await ana.hover("#weights");
    await slider(ana, "Fit").waitFor();
    assertEquals(
      await ana.evaluate(() => Reflect.get(globalThis, "shifts")),
      [],
    );
  },
);
