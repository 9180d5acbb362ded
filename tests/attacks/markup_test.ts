/** Hostile text in every field: no page turns it into markup, no browser runs it, no policy is broken. */
import { assert, assertEquals } from "@std/assert";
import { hasChromium, launchBrowser } from "../support/browser.ts";
import { furnish } from "./hostile_house.ts";
import { openHouse, TOKEN } from "./house.ts";

/** What would stand in a page if any of the texts had become markup. */
const MARKUP =
  /<img src=x|<script>window\.pwned|<svg onload|" ?onerror=|<[a-z][^<>"]*='[^'<>]*' autofocus|href="javascript:/i;

Deno.test("[S7] no page has a hostile text as markup, nor has an export or an answer", async () => {
  await using house = await openHouse();
  const { pages, taken } = await furnish(house);
  assert(taken > 30, `commands took their texts, got ${taken}`);
  const found: string[] = [];
  let shown = 0;
  for (const page of pages) {
    const response = await fetch(house.server.url + page, {
      headers: { Cookie: house.cookies.admin },
    });
    const text = await response.text();
    if (text.includes("window.pwned")) shown++;
    const match = MARKUP.exec(text);
    if (match) {
      found.push(
        `${page}: …${text.slice(match.index - 80, match.index + 60)}…`,
      );
    }
  }
  assert(shown > 10, `pages show the texts, got ${shown}`);
  assertEquals(found, []);
  const answer = await fetch(`${house.server.url}/api/v1/sessions`, {
    headers: { Authorization: `Bearer ${TOKEN}`, Accept: "text/html" },
  });
  assertEquals(answer.headers.get("content-type"), "application/json");
  assertEquals(answer.headers.get("x-content-type-options"), "nosniff");
  await answer.body?.cancel();
});

Deno.test({
  name:
    "[S7] a browser that reads every page, and is told of news, runs nothing",
  ignore: !hasChromium,
  // The driver keeps a pipe to the browser that outlives its own close for a moment.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using house = await openHouse();
    const { pages } = await furnish(house);
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext();
      const [name, value] = house.cookies.admin.split("=");
      await context.addCookies([{ name, value, url: house.server.url }]);
      const wrong: string[] = [];
      const page = await context.newPage();
      await page.addInitScript(
        `addEventListener("securitypolicyviolation", (event) =>
        console.error("CSP " + event.violatedDirective + " " + event.blockedURI))`,
      );
      page.on("dialog", (dialog) => {
        wrong.push(`dialog on ${page.url()}`);
        void dialog.dismiss();
      });
      page.on("console", (message) => {
        if (message.text().startsWith("CSP ")) {
          wrong.push(`${message.text()} on ${page.url()}`);
        }
      });
      for (const path of pages) {
        await page.goto(house.server.url + path, { waitUntil: "load" });
        const ran = await page.evaluate("window.pwned === 1");
        if (ran) wrong.push(`a script ran on ${path}`);
      }
      // A toast: an alert that comes while the page is open.
      await page.goto(`${house.server.url}/`, { waitUntil: "networkidle" });
      await house.execute("raise_alert", {
        severity: "critical",
        title: `<img src=x onerror="window.pwned=1">`,
        body: `</p><script>window.pwned=1</script>`,
      });
      await page.getByText(`<img src=x onerror="window.pwned=1">`).first()
        .waitFor();
      if (await page.evaluate("window.pwned === 1")) wrong.push("a toast ran");
      assertEquals(wrong, []);
    } finally {
      await browser.close();
    }
  },
});
