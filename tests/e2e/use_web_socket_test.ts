/** The hook in a real page: connects, hears, sends, and cleans up when it goes. */
import { assertEquals } from "@std/assert";
import { build } from "esbuild";
import { browserTest } from "./with_site.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

browserTest(
  "[P21] useWebSocket connects, hears its channels, and closes on unmount",
  async (site) => {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["tests/e2e/use_web_socket_page.ts"],
      bundle: true,
      format: "iife",
      write: false,
    });
    const ana = await site.enter("Ana Lima");
    await ana.waitForSelector("[data-island=ConnectionStatus][data-live]");
    const userId = await ana.locator("[data-user]").getAttribute("data-user");
    await ana.evaluate(() => {
      document.body.innerHTML =
        '<div id="probe-root"></div><ol id="probe-log"></ol>';
    });
    await ana.evaluate(outputFiles[0]!.text);
    const show = (id?: string) =>
      ana.evaluate(
        (detail) => document.dispatchEvent(new CustomEvent("show", { detail })),
        id,
      );
    await show(userId!);
    const button = ana.locator("#probe");
    await button.getByText("connected number").waitFor();
    await button.click();
    const log = ana.locator("#probe-log li");
    await log.getByText("heard hello").waitFor();
    await log.getByText("acknowledged 1").waitFor();
    await show();
    assertEquals(await button.count(), 0);
    assertEquals(site.complaints, []);
  },
);
