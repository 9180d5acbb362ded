/** How pages look to those who see them differently: in forced colours, with less motion. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type PersonOptions, say, sees, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const DEVELOPMENT = { env: { REGULENS_DEV: "on" } } as const;

/** A room with something in it. */
async function writtenRoom(
  site: Site,
  options: PersonOptions,
): Promise<Page> {
  const ana = await site.enter("Ana Lima", { role: "facilitator", ...options });
  await site.openSession(ana, "Onboard the vendor?");
  await isLive(ana);
  for (const text of ["first", "second"]) await say(ana, text);
  await sees(ana, "second");
  return ana;
}

interface Painted {
  readonly name: string;
  /** Which group of tabs it is one of, and whether it is the open one. */
  readonly tabs?: number;
  readonly open?: boolean;
  readonly colours: number;
  /** Its lowest line is not like the one above: a tab that is underlined. */
  readonly edged: boolean;
}

/** Icons and tabs as they are on the screen: computed styles still tell the page's own colours. */
async function painted(site: Site, page: Page): Promise<readonly Painted[]> {
  const boxes = await page.evaluate(() => {
    const groups = [...document.querySelectorAll(".tabs:has([aria-current])")];
    return [...document.querySelectorAll("svg.icon, .tabs a")].flatMap(
      (one) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        const shown = one.checkVisibility() && y >= 0 &&
          y + height <= innerHeight && width > 0;
        const tabs = groups.findIndex((group) => group.contains(one));
        const name = one.outerHTML.slice(0, 120);
        const open = one.hasAttribute("aria-current");
        return shown ? [{ name, tabs, open, x, y, width, height }] : [];
      },
    );
  });
  const picture = (await page.screenshot()).toString("base64");
  const easel = await site.visit();
  const seen = await easel.evaluate(async ({ picture, boxes }) => {
    const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    return boxes.map(({ x, y, width, height, ...box }) => {
      const colours = (top: number, rows: number) => {
        const image = context?.getImageData(x, top, width, rows);
        const pixels = new Uint32Array(
          image?.data.buffer ?? new ArrayBuffer(0),
        );
        return new Set(pixels);
      };
      const line = (up: number) =>
        [...colours(Math.floor(y + height) - up, 1)].join();
      return {
        ...box,
        colours: colours(y, height).size,
        edged: line(1) !== line(5),
      };
    });
  }, { picture, boxes });
  await easel.close();
  return seen;
}

/** What cannot be told apart any more: controls without an edge, icons nobody sees, tabs all alike. */
async function unseen(site: Site, page: Page): Promise<string[]> {
  const bare = await page.evaluate(() => {
    const controls = document.querySelectorAll(
      "button:not(.who, .close, .link-button, .fold), .button, .input, .badge, .toast",
    );
    return [...controls].filter((control) => {
      const style = getComputedStyle(control);
      const bordered = ["top", "right", "bottom", "left"].some((side) =>
        parseFloat(style.getPropertyValue(`border-${side}-width`)) > 0
      );
      return control.checkVisibility() && !bordered;
    }).map((control) => `no edge: ${control.outerHTML.slice(0, 120)}`);
  });
  const seen = await painted(site, page);
  const blank = seen.filter(({ colours }) => colours < 2)
    .map(({ name }) => `nothing to see: ${name}`);
  const alike = seen.filter((one) =>
    one.open &&
    seen.some((other) =>
      other.tabs === one.tabs && !other.open && other.edged === one.edged
    )
  ).map(({ name }) => `which tab is open: ${name}`);
  return [...bare, ...blank, ...alike];
}

/** Without contrast: the colours are the reader's now, and axe still reads ours. */
async function inForcedColours(page: Page): Promise<string[]> {
  return (await findings(page)).filter((one) =>
    !one.startsWith("color-contrast")
  );
}

browserTest(
  "in forced colours every control has an edge, every icon shows, and axe finds nothing",
  async (site) => {
    const ana = await writtenRoom(site, { forcedColors: "active" });
    await site.server.openSessionFor(["ana-lima"], "Another one");
    await ana.waitForSelector(".toast");
    assertEquals(await unseen(site, ana), [], "room");
    assertEquals(await inForcedColours(ana), [], "room");
    // Tall, so that the whole design page is in the picture.
    await ana.setViewportSize({ width: 1360, height: 3_600 });
    for (const path of ["/", "/sessions", "/inbox", "/design"]) {
      await ana.goto(site.server.url + path);
      assertEquals(await unseen(site, ana), [], path);
      assertEquals(await inForcedColours(ana), [], path);
    }
  },
  DEVELOPMENT,
);

browserTest(
  "with less motion asked for, nothing moves: at most it fades",
  async (site) => {
    const ana = await writtenRoom(site, { reducedMotion: "reduce" });
    await ana.evaluate(() => {
      const moved = new Set<string>();
      Object.assign(globalThis, { moved });
      const look = () => {
        for (const { effect } of document.getAnimations()) {
          if (!(effect instanceof KeyframeEffect)) continue;
          for (const frame of effect.getKeyframes()) {
            for (const property of Object.keys(frame)) {
              if (
                !["offset", "computedOffset", "easing", "composite", "opacity"]
                  .includes(property)
              ) moved.add(property);
            }
          }
        }
        requestAnimationFrame(look);
      };
      look();
    });
    await say(ana, "third");
    await sees(ana, "third");
    await site.server.openSessionFor(["ana-lima"], "Another one");
    await ana.waitForSelector(".toast");
    await ana.hover(".toast");
    await ana.click(".chip");
    await ana.waitForSelector(".popover:popover-open");
    await ana.keyboard.press("Escape");
    await ana.click("button:has-text('Close session')");
    await ana.waitForSelector("dialog[open]");
    const moved = await ana.evaluate(
      () => [...Reflect.get(globalThis, "moved")],
    );
    assertEquals(moved, []);
    const smooth = await ana.evaluate(() =>
      [...document.querySelectorAll("*")].filter((element) =>
        getComputedStyle(element).scrollBehavior === "smooth"
      ).length
    );
    assertEquals(smooth, 0);
  },
);
