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

/** What cannot be told apart any more: controls without an edge, pictures in the colour of their ground. */
function unseen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const ground = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!/, 0\)$|transparent/.test(backgroundColor)) return backgroundColor;
      }
      return getComputedStyle(document.documentElement).backgroundColor;
    };
    const name = (element: Element) => element.outerHTML.slice(0, 140);
    const controls = document.querySelectorAll(
      "button:not(.who, .close, .link-button, .fold), .button, .input, .badge, .toast",
    );
    for (const control of controls) {
      if (!control.checkVisibility()) continue;
      const style = getComputedStyle(control);
      const edge = ["Top", "Right", "Bottom", "Left"].some((side) =>
        parseFloat(
          style.getPropertyValue(`border-${side.toLowerCase()}-width`),
        ) > 0
      );
      const filled = ground(control) !== ground(control.parentElement);
      if (!edge && !filled) found.push(`no edge: ${name(control)}`);
    }
    for (const tabs of document.querySelectorAll(".tabs:has([aria-current])")) {
      const [here, ...others] = [
        ...tabs.querySelectorAll("a[aria-current]"),
        ...tabs.querySelectorAll("a:not([aria-current])"),
      ].map((tab) => getComputedStyle(tab).borderBlockEndColor);
      if (others.some((other) => other === here)) {
        found.push(`which tab is open: ${name(tabs)}`);
      }
    }
    for (const icon of document.querySelectorAll("svg.icon, .brand svg")) {
      if (!icon.checkVisibility()) continue;
      if (getComputedStyle(icon).color === ground(icon)) {
        found.push(`in the ground's colour: ${name(icon)}`);
      }
    }
    return found;
  });
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
    assertEquals(await unseen(ana), [], "room");
    assertEquals(await inForcedColours(ana), [], "room");
    for (const path of ["/", "/sessions", "/inbox", "/design"]) {
      await ana.goto(site.server.url + path);
      assertEquals(await unseen(ana), [], path);
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
