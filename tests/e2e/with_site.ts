/** How every browser test runs: ignored without Chromium, with a site of its own. */
import { hasChromium } from "../support/browser.ts";
import type { StartOptions } from "../support/server.ts";
import { Site } from "./site.ts";

export function browserTest(
  name: string,
  run: (site: Site) => Promise<void>,
  options: StartOptions = {},
): void {
  Deno.test({
    name,
    ignore: !hasChromium,
    // The browser's driver keeps pipes and timers of its own for the life of the process.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using site = await Site.open(options);
      await run(site);
    },
  });
}
