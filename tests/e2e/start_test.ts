/** How pages start: nothing shifts on any of them; and how soon their islands are there, as a report. */
import { assertEquals } from "@std/assert";
import { isLive, say, sees } from "./site.ts";
import { browserTest } from "./with_site.ts";

/** Runs before the page's own scripts: writes down shifts, and when the last island has started. */
const WATCH = () => {
  const start = { shift: 0, shifted: [""], islandsMs: NaN };
  Object.assign(globalThis, { start });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const sources: { node?: Node }[] = Reflect.get(entry, "sources");
      const nodes = sources.map(({ node }) => node?.parentElement?.outerHTML);
      start.shift += Reflect.get(entry, "value");
      start.shifted.push(nodes.join());
    }
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver(() => {
    const islands = [
      ...document.querySelectorAll<HTMLElement>("[data-island]"),
    ];
    if (islands.length === 0 || !Number.isNaN(start.islandsMs)) return;
    if (islands.every(({ dataset }) => dataset.live !== undefined)) {
      start.islandsMs = performance.now();
    }
  }).observe(document, {
    attributes: true,
    attributeFilter: ["data-live"],
    subtree: true,
  });
};

for (const width of [1360, 390]) {
  browserTest(
    `no page shifts when its islands start, ${width} px wide`,
    async (site) => {
      const ana = await site.enter("Ana Lima", { role: "facilitator", width });
      const room = await site.openSession(ana, "Onboard the vendor?");
      await isLive(ana);
      await say(ana, "A message");
      await sees(ana, "A message");
      await site.server.openSessionFor(["ana-lima"], "Another one");
      await ana.addInitScript(WATCH);
      const paths = [
        "/",
        "/sessions",
        "/inbox",
        "/design",
        room,
        `${room}?at=2`,
      ];
      for (const path of paths) {
        await ana.goto(new URL(path, site.server.url).href);
        await isLive(ana);
        await ana.waitForFunction(() => {
          const islands = document.querySelectorAll("[data-island]");
          return [...islands].every((island) => island.matches("[data-live]"));
        });
        const { shift, shifted, islandsMs, loadMs } = await ana.evaluate(() => {
          const [navigation] = performance.getEntriesByType("navigation");
          return {
            ...Reflect.get(globalThis, "start"),
            loadMs: Reflect.get(navigation ?? {}, "loadEventStart"),
          };
        });
        // As the browser's own tools round it: a word that changes its width is no shift.
        assertEquals(shift.toFixed(3), "0.000", `${path} ${shifted}`);
        const name = new URL(path, site.server.url).pathname.slice(0, 12);
        const afterMs = Math.round(islandsMs - loadMs);
        console.log(
          `${name}: islands ${Math.round(islandsMs)} ms after the start, ` +
            `${afterMs} ms after load`,
        );
      }
      assertEquals(site.complaints, []);
    },
    { env: { REGULENS_DEV: "on" } },
  );
}
