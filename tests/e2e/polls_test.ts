/** Polls in real browsers: three people, one question, losses in between, proof at the end. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type PersonOptions, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

interface Room {
  readonly ana: Page;
  readonly ben: Page;
  readonly chidi: Page;
  readonly url: string;
}

/** Ana leads, Ben and Chidi take part; all three are live. */
async function room(site: Site, options: PersonOptions = {}): Promise<Room> {
  const ana = await site.enter("Ana Lima", { ...options, role: "facilitator" });
  const url = await site.openSession(ana, "Onboard the vendor?");
  const ben = await site.enter("Ben Kole", options);
  const chidi = await site.enter("Chidi Mba", options);
  for (const page of [ben, chidi]) {
    await page.goto(url);
    await page.click("button:has-text('Join session')");
  }
  for (const page of [ana, ben, chidi]) await isLive(page);
  return { ana, ben, chidi, url };
}

/** Opens a poll on its page; afterwards Ana is back in the room. */
async function openPoll(
  { ana }: Room,
  method: string,
  fill: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await ana.click("a:has-text('Open a poll')");
  await ana.check(`input[value=${method}]`);
  await fill(ana);
  await ana.click("button:has-text('Open poll')");
  await ana.waitForSelector("#poll");
  await isLive(ana);
}

async function choose(page: Page, choice: string): Promise<void> {
  await page.check(`#poll [value=${choice}]`);
  await page.click("button:has-text('Cast ballot')");
}

async function counted(page: Page): Promise<void> {
  await page.waitForSelector("#poll .receipt:not(.waiting)");
}

/** A toast may lie over what is looked at or pressed next. */
async function dismissToasts(page: Page): Promise<void> {
  const close = page.locator(".toast .close").first();
  while (await close.isVisible()) await close.click();
}

function statement(page: Page) {
  return page.locator("#result .statement");
}

browserTest(
  "[K2] three people vote in a poll that opens under their eyes, and all see the same",
  async (site) => {
    const here = await room(site);
    const { ana, ben, chidi } = here;
    await openPoll(here, "proposal");
    await choose(ben, "agree");
    await counted(ben);
    await statement(ana).getByText("So far 1 for, 0 against.").waitFor();
    await ana.locator(".people li", { hasText: "Ben Kole" })
      .getByText("has voted", { exact: true }).waitFor({ state: "attached" });
    await ana.locator(".people li", { hasText: "Chidi Mba" })
      .getByText("has not voted yet").waitFor({ state: "attached" });

    await choose(chidi, "disagree");
    await counted(chidi);
    await chidi.click("summary:has-text('Change ballot')");
    await choose(chidi, "agree");
    await statement(ana).getByText("So far 2 for, 0 against.").waitFor();
    assertMatch(
      await chidi.locator("#poll .receipt").innerText(),
      /Your ballot: Agree\s+Cast .* · entry \d+ · hash [0-9a-f]{8}…/,
    );

    await ana.click("button:has-text('Close poll')");
    await ana.click("button:has-text('Close and announce')");
    for (const page of [ana, ben, chidi]) {
      await statement(page).getByText("Passed: 2 for, 0 against.").waitFor();
      assertEquals(await page.locator("#poll form.ballot").count(), 0);
    }
    assertEquals(
      await ben.locator("#poll > [role=status]").textContent(),
      "The poll is closed. Passed: 2 for, 0 against.",
    );
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[K14] after a blind poll anyone counts it again, and each finds their own ballot",
  async (site) => {
    const here = await room(site);
    const { ana, ben, chidi } = here;
    await openPoll(here, "approval", async (page) => {
      await page.fill("#alternatives", "With monitoring\nAs it is\nNot at all");
      await page.check("[name=blind][value=on]");
    });
    for (
      const [page, label] of [
        [ben, "As it is"],
        [chidi, "With monitoring"],
      ] as const
    ) {
      await page.getByLabel(label).check();
      await page.getByLabel("With monitoring").check();
      await page.click("button:has-text('Cast ballot')");
      await counted(page);
    }
    await statement(ana).getByText(
      "2 of 3 have voted. The tally is hidden until the poll closes.",
    ).waitFor();
    assertEquals(await ana.locator("#result .bars").count(), 0);

    await ana.click("button:has-text('Close poll')");
    await ana.click("button:has-text('Close and announce')");
    await statement(ben).getByText("With monitoring won").waitFor();
    await ben.click("button:has-text('Recount')");
    assertEquals(
      await ben.locator(".proof .proven").innerText(),
      "Counted again here: 2 ballots, 2 commitments match, same result.",
    );
    await ben.click("button:has-text('Check my ballot')");
    await ben.locator(".proof .proven", { hasText: "in the record: entry" })
      .waitFor();
    // Bars keep the order of the poll until one asks for the other.
    const order = () => ben.locator("#result .bars .label").allInnerTexts();
    await ben.click("button:has-text('Best first')");
    assertEquals((await order())[0], "With monitoring");
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "[P23] a ballot cast without a connection waits, says so, and counts afterwards",
  async (site) => {
    const here = await room(site);
    const { ana, ben } = here;
    await openPoll(here, "proposal");
    await ben.waitForSelector("#poll form");
    await ben.context().setOffline(true);
    await ben.waitForSelector('.chip[data-state="offline"]', {
      timeout: 20_000,
    });
    await choose(ben, "agree");
    await ben.getByText("Waiting to be sent: not counted yet").waitFor();
    assertEquals(
      await ana.locator("#result .statement").innerText(),
      "Nobody has voted yet.",
    );
    await ben.context().setOffline(false);
    await counted(ben);
    await statement(ana).getByText("So far 1 for").waitFor();
  },
);

browserTest(
  "[K3] a ballot that waited past the close is plainly not counted",
  async (site) => {
    const here = await room(site);
    const { ana, ben } = here;
    await openPoll(here, "proposal");
    await ben.waitForSelector("#poll form");
    await ben.context().setOffline(true);
    await ben.waitForSelector('.chip[data-state="offline"]', {
      timeout: 20_000,
    });
    await choose(ben, "agree");
    await ben.getByText("Waiting to be sent: not counted yet").waitFor();
    await ana.click("button:has-text('Close poll')");
    await ana.click("button:has-text('Close and announce')");
    await statement(ana).getByText("No quorum: 0 of 3 voted").waitFor();
    await ben.context().setOffline(false);
    const told = ben.locator("#poll .notice.bad");
    await told.waitFor();
    assertMatch(
      await told.innerText(),
      /^Not counted: the poll had closed at \d\d:\d\d before your ballot reached us\. You had said: Agree\.$/,
    );
    assertEquals(await ben.locator("#poll .receipt").count(), 0);
  },
);

browserTest(
  "[K11] whoever has a form open as a round ends is told, and votes in the next",
  async (site) => {
    const here = await room(site);
    const { ana, ben } = here;
    await openPoll(here, "proposal", (page) => page.fill("#rounds", "2"));
    await ben.check("#poll [value=disagree]");
    await ana.click("button:has-text('Close round 1')");
    await ana.click("#poll-close .primary");
    await ben.getByText("This is round 2; ballots of earlier rounds").waitFor();
    await choose(ben, "agree");
    await counted(ben);
    await statement(ana).getByText("So far 1 for").waitFor();
  },
);

browserTest(
  "[K13] a ranking is made with the keyboard alone, and with the pointer",
  async (site) => {
    const here = await room(site);
    const { ben, chidi } = here;
    await openPoll(
      here,
      "schulze",
      (page) => page.fill("#alternatives", "Alpha\nBeta\nGamma"),
    );
    const up = ben.getByRole("button", { name: "Move Gamma up" });
    await up.focus();
    await ben.keyboard.press("Enter");
    await ben.getByRole("button", { name: "Move Alpha up" }).focus();
    await ben.keyboard.press("Enter");
    await ben.keyboard.press("Enter");
    // The button that was pressed keeps the focus as its row moves.
    assertEquals(
      await ben.evaluate(() => document.activeElement?.ariaLabel),
      "Move Alpha up",
    );
    assertEquals(await ben.locator(".ranking .label").allInnerTexts(), [
      "Alpha",
      "Gamma",
      "Beta",
    ]);
    await ben.getByRole("button", { name: "Cast ballot" }).focus();
    await ben.keyboard.press("Enter");
    await counted(ben);
    assertMatch(
      await ben.locator("#poll .receipt").innerText(),
      /Alpha, then Gamma/,
    );

    await chidi.waitForSelector(".ranking");
    const grip = chidi.locator(".ranking li", { hasText: "Gamma" })
      .locator(".grip");
    const first = chidi.locator(".ranking li").first();
    const from = await grip.boundingBox();
    const to = await first.boundingBox();
    assert(from && to);
    await chidi.mouse.move(from.x + 8, from.y + 8);
    await chidi.mouse.down();
    await chidi.mouse.move(to.x + 8, to.y + 4, { steps: 4 });
    await chidi.mouse.up();
    assertEquals(
      (await chidi.locator(".ranking .label").allInnerTexts())[0],
      "Gamma",
    );
    await chidi.click("button:has-text('Cast ballot')");
    await counted(chidi);
    assertMatch(await chidi.locator("#poll .receipt").innerText(), /: Gamma\s/);
  },
);

browserTest(
  "[K8] looking back shows the poll as it was and takes no ballots",
  async (site) => {
    const here = await room(site);
    const { ben, url } = here;
    await openPoll(
      here,
      "proposal",
      (page) => page.check("[name=blind][value=on]"),
    );
    await choose(ben, "agree");
    await counted(ben);
    await ben.focus("#replay");
    await ben.keyboard.press("ArrowLeft");
    await ben.waitForSelector(".ask.replayed");
    await statement(ben).getByText("0 of 3 have voted").waitFor();
    assertEquals(await ben.locator("#poll form").count(), 0);
    // A page of the time before the poll learns of it as one goes on.
    await ben.goto(`${url}?at=2`);
    await isLive(ben);
    assertEquals(await ben.locator("#poll").count(), 0);
    await ben.focus("#replay");
    await ben.keyboard.press("ArrowRight");
    await ben.keyboard.press("ArrowRight");
    await statement(ben).getByText("0 of 3 have voted").waitFor();
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds nothing in polls, ${colorScheme}, wide and 320 px`,
    async (site) => {
      const here = await room(site, { colorScheme });
      const { ana, ben } = here;
      await ana.click("a:has-text('Open a poll')");
      assertEquals(await findings(ana), []);
      await ana.goBack();
      await openPoll(
        here,
        "majority_judgment",
        (page) => page.fill("#alternatives", "Alpha\nBeta\nGamma"),
      );
      await ben.waitForSelector("#poll .grades");
      await dismissToasts(ben);
      assertEquals(await findings(ben), []);
      await ben.setViewportSize({ width: 320, height: 640 });
      assertEquals(await findings(ben), []);
      const width = await ben.evaluate(() =>
        document.documentElement.scrollWidth
      );
      assertEquals(width, 320);
      await ben.check("[aria-label='Alpha: Good']");
      await ben.click("button:has-text('Cast ballot')");
      await counted(ben);
      await ana.click("button:has-text('Close poll')");
      assertEquals(await findings(ana), []);
      await ana.click("button:has-text('Close and announce')");
      await ben.getByText("Best first").waitFor();
      await ben.waitForSelector(".toast");
      await dismissToasts(ben);
      for (const summary of await ben.locator("#result summary").all()) {
        await summary.click();
      }
      await ben.click("button:has-text('Recount')");
      await ben.waitForSelector(".proven");
      assertEquals(await findings(ben), []);
    },
  );
}

browserTest(
  "a room with a poll does not shift when its island starts",
  async (site) => {
    const here = await room(site);
    await openPoll(
      here,
      "schulze",
      (page) => page.fill("#alternatives", "Alpha\nBeta\nGamma"),
    );
    const { ben, url } = here;
    await ben.addInitScript(() => {
      const seen = { shift: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          seen.shift += Reflect.get(entry, "value");
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const width of [1360, 390]) {
      await ben.setViewportSize({ width, height: 900 });
      await ben.goto(url);
      await isLive(ben);
      await ben.waitForSelector("[data-island=SessionRoom][data-live]");
      const { shift } = await ben.evaluate(() =>
        Reflect.get(globalThis, "seen")
      );
      assertEquals(shift, 0, `${width}`);
    }
  },
);

browserTest(
  "[K2] without scripts a poll is opened, voted in and closed",
  async (site) => {
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      javaScript: false,
    });
    await site.openSession(ana, "Onboard the vendor?");
    await ana.click("a:has-text('Open a poll')");
    assertEquals(await ana.locator("#alternatives").isVisible(), false);
    await ana.check("input[value=borda]");
    assertEquals(await ana.locator("#threshold").isVisible(), false);
    await ana.fill("#alternatives", "Alpha\nBeta");
    await ana.click("button:has-text('Open poll')");
    assertEquals(await ana.locator("#poll .moves").first().isVisible(), false);
    await ana.fill("[name='place.beta']", "1");
    await ana.click("button:has-text('Cast ballot')");
    await ana.locator("#poll .receipt", { hasText: "Your ballot: Beta" })
      .waitFor();
    await ana.click("button:has-text('Close poll')");
    await ana.click("button:has-text('Close and announce')");
    await statement(ana).getByText("Beta won").waitFor();
    assertEquals(
      await ana.locator(".proof button").first().isVisible(),
      false,
    );
  },
);
