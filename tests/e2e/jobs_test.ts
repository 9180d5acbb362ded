/** Jobs in a browser: submitted, seen live by others, told to their submitter, and nothing axe finds. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive } from "./site.ts";
import { browserTest } from "./with_site.ts";

async function exportChannel(page: Page, url: string, channel: string) {
  await page.goto(`${url}/jobs`);
  await page.click("summary:has-text('Export a channel')");
  await page.fill("#channel", channel);
  await page.click("button:has-text('Export')");
  await page.waitForURL(/\/jobs\/.+/);
}

const smaa = {
  type: "decisions.smaa",
  input: {
    method: "topsis",
    matrix: [[9, 2, 4], [3, 8, 5], [5, 5, 9]],
    directions: ["benefit", "benefit", "cost"],
    params: { samples: 500 },
  },
};

/** Submits by the API as the page's reader, and gives the id. */
async function submit(page: Page, job: object): Promise<string> {
  return await page.evaluate(async (body) => {
    const response = await fetch("/api/v1/jobs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return (await response.json()).job.id;
  }, JSON.stringify(job));
}

const overflow = (page: Page) =>
  page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth
  );

browserTest(
  "[JP7] a job appears and ends on another's page by itself, and its submitter is told once",
  async (site) => {
    const { url } = site.server;
    const ana = await site.enter("Ana Lima");
    const ben = await site.enter("Ben Kole");
    await ben.goto(`${url}/jobs`);
    await isLive(ben);
    await ben.getByText("Nothing has been submitted yet").waitFor();
    await ana.goto(`${url}/sessions`);
    await isLive(ana);
    const jobId = await submit(ana, smaa);
    const toast = ana.locator("section[aria-label^=Notifications] li");
    await toast.filter({ hasText: "SMAA finished" }).waitFor();
    assertEquals(await toast.count(), 1);
    const row = ben.locator("tr", { hasText: "SMAA" });
    await row.filter({ hasText: "Done" }).waitFor();
    assertStringIncludes(await row.innerText(), "Ana Lima");

    await toast.locator("a").first().click();
    await ana.waitForURL(`${url}/jobs/${jobId}`);
    await ana.getByRole("columnheader", { name: "Rank 1" }).waitFor();
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[JP3] without scripts an export is submitted, ends, and is downloaded",
  async (site) => {
    const { url } = site.server;
    const ana = await site.enter("Ana Lima", { javaScript: false });
    await exportChannel(ana, url, "jobs");
    const download = ana.locator("a:has-text('Download')");
    while (!await download.isVisible()) await ana.reload();
    const [file] = await Promise.all([
      ana.waitForEvent("download"),
      download.click(),
    ]);
    assertStringIncludes(await Deno.readTextFile(await file.path()), '"jobs"');
    await exportChannel(ana, url, "nothing-here");
    const retry = ana.locator("button:has-text('Retry')");
    while (!await retry.isVisible()) await ana.reload();
    await retry.click();
    await ana.getByText("Ana Lima wants it tried anew").waitFor();
  },
);

browserTest(
  "axe finds nothing on jobs: light, dark, 320 px, forced colours",
  async (site) => {
    const { url } = site.server;
    const ana = await site.enter("Ana Lima");
    await ana.goto(`${url}/jobs`);
    assertEquals(await findings(ana), [], "empty");
    const jobId = await submit(ana, smaa);
    await exportChannel(ana, url, "nothing-here");
    await ana.locator("button:has-text('Retry')").waitFor();
    for (
      const look of [{}, { colorScheme: "dark" }, { width: 320 }, {
        forcedColors: "active",
      }] as const
    ) {
      const again = await site.enter("Ana Lima", look);
      for (
        const path of ["/jobs", `/jobs/${jobId}`, ana.url().slice(url.length)]
      ) {
        await again.goto(url + path);
        for (const one of await again.locator("main summary").all()) {
          await one.click();
        }
        const what = `${path} ${JSON.stringify(look)}`;
        assertEquals(await findings(again), [], what);
        assertEquals(await overflow(again), 0, what);
      }
    }
  },
);
