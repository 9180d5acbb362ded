/** The verifier page, opened from disk in a browser, without any server. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { publicKeyOf } from "../../realtime/log/checkpoint.ts";
import { verifierPage } from "../../routes/pages/verifier.ts";
import { hasChromium, launchBrowser } from "../support/browser.ts";
import {
  checkpointsOf,
  KEY,
  linesOf,
  otherKey,
  recordsOf,
  sourceOf,
} from "../realtime/log/exports.ts";

Deno.test({
  name: "[A10] the page that was taken along checks exports from disk",
  ignore: !hasChromium,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const browser = await launchBrowser();
    try {
      const response = await verifierPage().request("/audit/verifier");
      assertEquals(response.status, 200);
      assertEquals(
        response.headers.get("content-disposition"),
        'attachment; filename="regulens-verify.html"',
      );
      await Deno.writeTextFile(`${folder}/page.html`, await response.text());
      const bodies = ["one", "two", { text: "three, ü" }];
      const records = recordsOf(bodies, { erased: [2] });
      const source = sourceOf(records, checkpointsOf(records, [3]));
      const whole = (await linesOf(source, { actors: true })).join("");
      const altered = whole.replace("three", "tree");
      await Deno.writeTextFile(`${folder}/whole.json`, whole);
      await Deno.writeTextFile(`${folder}/altered.json`, altered);

      const page = await browser.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (line) => problems.push(line.text()));
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(`file://${folder}/page.html`);
      const told = async (state: string) => {
        const shown = page.locator(`output[data-state="${state}"]`);
        await shown.waitFor();
        return await shown.innerText();
      };

      await page.setInputFiles("#file", `${folder}/whole.json`);
      const ok = await told("ok");
      assertStringIncludes(ok, "ok: the export whole.json verifies");
      assertStringIncludes(ok, "4 entries checked, 1 of them without");
      await page.setInputFiles("#file", `${folder}/altered.json`);
      assertStringIncludes(await told("bad"), "bad: altered_body at offset 3");
      await page.setInputFiles("#file", `${folder}/whole.json`);
      await told("ok");
      await page.fill("#key", publicKeyOf(otherKey()));
      await page.locator("#key").blur();
      assertStringIncludes(await told("bad"), "bad: strange_key");
      await page.fill("#key", publicKeyOf(KEY));
      await page.locator("#key").blur();
      assertStringIncludes(await told("ok"), "the key you gave");
      assertEquals(problems, []);
      assertEquals(requests, [`file://${folder}/page.html`]);
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
