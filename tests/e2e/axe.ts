/** Everything axe finds on a page, one line each. */
import type { Page } from "playwright-core";

const SOURCE = new URL(import.meta.resolve("axe-core/axe.min.js"));

interface Finding {
  readonly id: string;
  readonly nodes: readonly {
    readonly html: string;
    readonly failureSummary: string;
  }[];
}

/** Findings of WCAG 2.2 AA and good practice; `incomplete` is for people to look at. */
export async function findings(page: Page): Promise<string[]> {
  // A line that still fades in has not the contrast it will have.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  );
  if (!await page.evaluate(() => Reflect.has(globalThis, "axe"))) {
    // Evaluated by the debugger, which the page's own CSP does not stop.
    await page.evaluate(await Deno.readTextFile(SOURCE));
  }
  const violations: Finding[] = await page.evaluate(`(async () =>
    (await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      resultTypes: ["violations"],
    })).violations)()`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
  );
}
