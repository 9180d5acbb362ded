/** Rules in the browser: marks while writing, trying, two who write at once, publishing, backtests. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Writes a rule through its form; the page shows it afterwards. */
async function write(
  site: Site,
  page: Page,
  when: string,
  name = "Large cash payment",
): Promise<string> {
  await page.goto(`${site.server.url}/rules/new`);
  await isLive(page);
  await page.fill("#name", name);
  await page.fill("#when", when);
  await page.click("button:has-text('Save the first draft')");
  await page.waitForURL(/done=saved/);
  return page.url().split("?")[0];
}

browserTest(
  "[B12] mistakes are marked where they are while one writes, and lead there",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.goto(`${site.server.url}/rules/new`);
    await isLive(ana);
    await ana.fill("#when", "amount > 10 &&\n  name + 1");
    const place = ana.locator(".places button");
    await place.waitFor();
    assertStringIncludes(await place.innerText(), "Line 2, column 3");
    assertEquals(await ana.locator(".shadow mark").innerText(), "name + 1");
    await place.click();
    assertEquals(
      await ana.evaluate(() => {
        const text = document.activeElement;
        if (!(text instanceof HTMLTextAreaElement)) return "";
        return text.value.slice(text.selectionStart, text.selectionEnd);
      }),
      "name + 1",
    );
    assertEquals(await findings(ana), []);
    await ana.fill("#when", "amount > 10 && name == 'x'");
    await ana.getByText("No mistakes · not saved yet").waitFor();
    assertEquals(await ana.locator(".shadow mark").count(), 0);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[B15] trying lights up the trace, follows what is written, and reads out by keys",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await write(site, ana, 'method == "cash" && amount > 10000');
    await isLive(ana);
    await ana.click("button:has-text('Fill in an example')");
    await ana.waitForFunction(() =>
      document.querySelector<HTMLTextAreaElement>("#facts")?.value.includes(
        "10000",
      )
    );
    await ana.fill("#facts", '{"method": "cash", "amount": 12500}');
    await ana.click("button:has-text('Try it')");
    await ana.locator(".verdict:has-text('Fires')").waitFor();
    await ana.focus(".lit");
    await ana.keyboard.press("End");
    assertEquals(
      (await ana.locator("#trace-readout").innerText()).replace(/\s+/g, " "),
      "amount 12500",
    );
    await ana.click("summary:has-text('Part by part')");
    assertEquals(await findings(ana), []);
    await ana.fill("#when", 'method == "cash" && amount > 20000');
    await ana.locator(".verdict:has-text('Does not fire')").waitFor();
    await ana.fill("#facts", "{");
    await ana.getByText("The facts are not JSON").waitFor();
  },
);

browserTest(
  "[B1][B2] one writes, another is told, reads, publishes; the first sees it at once",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const ben = await site.enter("Ben Kole", { role: "facilitator" });
    await ben.goto(`${site.server.url}/rules`);
    await isLive(ben);
    const address = await write(site, ana, "amount > 10");
    await isLive(ana);
    await ben.getByText("1 draft waits for you").waitFor();
    await ben.click("a:has-text('Large cash payment')");
    await isLive(ben);

    // Both write; the second to save loses nothing.
    await ben.fill("#when", "amount > 30");
    await ana.fill("#when", "amount > 20");
    await ana.click("button:has-text('Save draft')");
    await ana.waitForURL(/done=saved/);
    await ben.getByText("Ana Lima has saved this draft just now").waitFor();
    await ben.click("button:has-text('Save draft')");
    await ben.getByText("Ana Lima saved this draft while you wrote").waitFor();
    assertEquals(await ben.inputValue("#when"), "amount > 30");
    assertEquals(await findings(ben), []);
    await ben.click("a:has-text('Drop mine, take theirs')");
    await ben.waitForURL(address);
    assertEquals(await ben.inputValue("#when"), "amount > 20");

    await isLive(ana);
    await ben.click("button:has-text('Publish version 1')");
    await ben.getByText("Published. Evaluations use it").waitFor();
    await ana.locator("#standing:has-text('published by Ben Kole')").waitFor();
  },
);

browserTest(
  "[B8] a backtest of pasted facts shows what would have changed",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const ben = await site.enter("Ben Kole", { role: "facilitator" });
    const address = await write(site, ana, "amount > 10");
    await ben.goto(address);
    await ben.click("button:has-text('Publish version 1')");
    await ben.waitForURL(/done=publish/);
    await ana.goto(address);
    await isLive(ana);
    await ana.fill("#when", "amount > 5");
    await ana.click("button:has-text('Save draft')");
    await ana.waitForURL(/done=saved/);
    await isLive(ana);
    const facts = Array.from({ length: 500 }, (_, n) => n % 20).join("\n");
    await ana.fill("#given", `amount,"\n${facts}`);
    await ana.click("button:has-text('Run the backtest')");
    await ana.getByText("A quote is never closed").waitFor();
    await ana.fill("#given", `amount\n${facts}`);
    await ana.click("button:has-text('Run the backtest')");
    await ana.locator(".outcome:has-text('125 would have changed')").waitFor();
    assertEquals(await ana.locator(".changes tbody tr").count(), 125);
    assertEquals(await findings(ana), []);
  },
);

browserTest(
  "axe finds nothing on the pages of rules, light, dark, and at 320 px",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    await ana.goto(`${site.server.url}/rules`);
    assertEquals(await findings(ana), [], "empty");
    const address = await write(site, ana, "payments.exists(p, p.amount > 10)");
    for (
      const look of [{ colorScheme: "dark" }, { width: 320 }, {
        forcedColors: "active",
      }] as const
    ) {
      const ben = await site.enter("Ben Kole", {
        role: "facilitator",
        ...look,
      });
      for (const path of [`${site.server.url}/rules`, address]) {
        await ben.goto(path);
        await isLive(ben);
        assertEquals(await findings(ben), [], path);
        const overflow = await ben.evaluate(() =>
          document.documentElement.scrollWidth -
          document.documentElement.clientWidth
        );
        assertEquals(overflow, 0, path);
      }
    }
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "a rule's page stays under 30 KB of HTML and 40 KB of scripts as they are sent",
  async (site) => {
    const ana = await site.enter("Ana Lima", { role: "facilitator" });
    const address = await write(site, ana, "amount > 10");
    let bytes = 0;
    ana.on("response", async (response) => {
      if (!response.url().endsWith(".js")) return;
      bytes += (await response.request().sizes()).responseBodySize;
    });
    const response = await ana.goto(address, { waitUntil: "networkidle" });
    await isLive(ana);
    const html = (await response?.body())?.length ?? Infinity;
    assert(html <= 30 * 1024, `${html} bytes of HTML`);
    assert(bytes <= 40 * 1024, `${bytes} bytes of scripts`);
  },
);
