/** Polls outside their panel, in a real browser: home, toasts, the timeline as it goes and after a reload. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { findings } from "./axe.ts";
import { isLive, type Site } from "./site.ts";
import { browserTest } from "./with_site.ts";

const QUESTION = "Which vendor runs the pilot?";

/** A session that the named people have joined, as the service opened it. */
async function sessionWith(site: Site, pages: readonly Page[]) {
  const { id } = await site.server.openSession({ title: "KX-14", open: true });
  const path = `/api/v1/sessions/${id}`;
  const url = `${site.server.url}/sessions/${id}`;
  for (const page of pages) {
    await page.goto(url);
    await page.click("button:has-text('Join session')");
    await page.waitForSelector("button:has-text('Leave')");
  }
  const polls = `${path}/polls`;
  return {
    url,
    ask: (more: object = {}) =>
      site.server.call("POST", polls, {
        id: "p1",
        question: QUESTION,
        method: "plurality",
        alternatives: [
          { id: "a", label: "Vendor A" },
          { id: "b", label: "Vendor B" },
        ],
        ...more,
      }, 201),
    close: () => site.server.call("POST", `${polls}/p1/close`, {}, 200),
    /** As the page's own reader. */
    vote: (page: Page, choice: string) =>
      page.evaluate(async ([to, choice]) => {
        const response = await fetch(to, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ choice }),
        });
        return response.status;
      }, [`${polls}/p1/ballots`, choice]),
  };
}

/** What the timeline says, newest first, without times. */
function lines(page: Page): Promise<string[]> {
  return page.locator("[role=log] .said").allInnerTexts();
}

function line(page: Page, text: string) {
  return page.locator("[role=log] .said", { hasText: text });
}

browserTest(
  "home asks for a vote as soon as a poll opens, and no more once it is over",
  async (site) => {
    const ben = await site.enter("Ben Kole");
    const { ask, close, url } = await sessionWith(site, [ben]);
    await ben.goto(site.server.url);
    await isLive(ben);
    await ben.waitForSelector("text=No poll waits for you");
    await ask({ closesAt: Date.now() + 30 * 60_000 });
    const link = ben.locator("#wanted-part a", { hasText: QUESTION });
    await link.waitFor();
    assertEquals(
      await link.getAttribute("href"),
      `${new URL(url).pathname}?poll=p1#poll`,
    );
    const toast = ben.locator(".toast");
    await toast.filter({ hasText: "Your vote is asked" }).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await ben.emulateMedia({ colorScheme });
      assertEquals(await findings(ben), []);
    }
    await close();
    await toast.filter({ hasText: "Poll closed without" })
      .or(toast.filter({ hasText: "Poll tied" }))
      .or(toast.filter({ hasText: "Poll rejected" })).waitFor();
    await ben.waitForSelector("text=No poll waits for you");
    assertEquals(
      await toast.filter({ hasText: "Your vote is asked" }).count(),
      0,
    );
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "the timeline tells a poll as it goes, votes as one line, the same after a reload and in the past",
  async (site) => {
    const ana = await site.enter("Ana Lima");
    const ben = await site.enter("Ben Kole");
    const { ask, vote, close, url } = await sessionWith(site, [ana, ben]);
    await isLive(ana);
    await ask({ quorum: 0.5 });
    await line(ana, "opened a poll").waitFor();
    assertEquals(await vote(ana, "b"), 201);
    await line(ana, "Ana Lima voted").waitFor();
    assertEquals(await vote(ben, "b"), 201);
    await line(ana, "Ana Lima and Ben Kole voted").waitFor();
    await close();
    await line(ana, "Poll passed: Vendor B").waitFor();
    const live = await lines(ana);
    assertEquals(live.slice(0, 3).map((said) => said.trim()), [
      `Poll passed: Vendor B “${QUESTION}”`,
      `Ana Lima and Ben Kole voted in “${QUESTION}”`,
      `Service opened a poll: “${QUESTION}” — Plurality, quorum 50 %`,
    ]);
    assertEquals(
      await line(ana, "Poll passed").locator("a").getAttribute("href"),
      `${new URL(url).pathname}?poll=p1#poll`,
    );
    await ana.reload();
    await isLive(ana);
    assertEquals(await lines(ana), live);
    for (const colorScheme of ["light", "dark"] as const) {
      await ana.emulateMedia({ colorScheme });
      assertEquals(await findings(ana), []);
    }
    // As it stood before the second vote, by the slider and by the address.
    const opened = live.length - 2;
    await ana.locator("#replay").evaluate((slider: HTMLInputElement, at) => {
      slider.value = String(at);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }, opened + 1);
    await line(ana, "Ana Lima voted").waitFor();
    const replayed = await lines(ana);
    await ana.goto(`${url}?at=${opened + 1}`);
    assertEquals(await lines(ana), replayed);
    assertEquals(site.complaints, []);
  },
);

browserTest(
  "one's own vote takes the toast that asks for it away",
  async (site) => {
    const ben = await site.enter("Ben Kole");
    const { ask, vote } = await sessionWith(site, [ben]);
    await isLive(ben);
    await ask();
    const toast = ben.locator(".toast", { hasText: "Your vote is asked" });
    await toast.waitFor();
    // Under the pointer its time stands still, so only the vote can take it away.
    await toast.hover();
    assertEquals(await vote(ben, "a"), 201);
    await toast.waitFor({ state: "detached" });
  },
);
