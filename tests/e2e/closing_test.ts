/** A tab that is closed somewhere between writing and acknowledgement, and a queue that is full. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { Gate } from "./gate.ts";
import {
  isLive,
  nothingWaits,
  recorded,
  say,
  type Site,
  waiting,
} from "./site.ts";
import { browserTest } from "./with_site.ts";

interface Tab {
  readonly page: Page;
  /** Waits until the tab has sent a frame with this text. */
  readonly sent: (text: string) => Promise<void>;
}

/** Listens to what a page sends, from its next load on. */
function tabOf(page: Page): Tab {
  const sent: string[] = [];
  const waiting = new Set<() => void>();
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      sent.push(String(payload));
      for (const look of waiting) look();
    }));
  return {
    page,
    sent: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!sent.some((frame) => frame.includes(text))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

interface Step {
  readonly name: string;
  /** From here on the message gets no further than this. */
  readonly before: (site: Site, gate: Gate, page: Page) => Promise<void> | void;
  /** Waits until the message has got there; the tab is closed then. */
  readonly there: (site: Site, tab: Tab, text: string) => Promise<unknown>;
  readonly after?: (site: Site) => void;
}

/** It waits in the outbox of the tab that will be closed. */
async function waits(_site: Site, { page }: Tab): Promise<void> {
  await page.locator("dt:has-text('Waiting to be sent') + dd", {
    hasText: /^1$/,
  }).waitFor({ state: "attached" });
}

async function isRecorded(
  site: Site,
  { page }: Pick<Tab, "page">,
  text: string,
): Promise<void> {
  const url = page.url();
  await site.server.eventually(
    `"${text}" in the log`,
    () => recorded(site.server, url),
    (log) => log.some((one) => one.text === text),
  );
}

const STEPS: readonly Step[] = [
  {
    name: "before it is sent",
    before: (_site, gate) => gate.trouble("refused"),
    there: waits,
  },
  {
    name: "sent, and lost on the way",
    before: (_site, gate) => gate.trouble("requests_lost"),
    there: (_site, tab, text) => tab.sent(text),
  },
  {
    name: "sent, and not read yet",
    before: (site) => Deno.kill(site.server.pid, "SIGSTOP"),
    there: (_site, tab, text) => tab.sent(text),
    after: (site) => Deno.kill(site.server.pid, "SIGCONT"),
  },
  {
    name: "done, and the answer lost",
    before: (_site, gate) => gate.trouble("answers_lost"),
    there: isRecorded,
  },
  {
    name: "answered, and not yet taken from the store",
    before: async (_site, _gate, page) => {
      await page.evaluate(() => {
        IDBObjectStore.prototype.delete = () => {
          throw new DOMException("The disk is busy", "UnknownError");
        };
      });
    },
    there: (_site, { page }, text) =>
      page.locator("[role=log] .said", { hasText: text }).waitFor(),
  },
];

browserTest(
  "[P23] a tab closed at any step between writing and acknowledgement loses and doubles nothing",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const first = await site.enter("Ana Lima", {
      role: "facilitator",
      url: gate.url,
    });
    const room = await site.openSession(first, "Onboard the vendor?");
    let tab = tabOf(first);
    await first.reload();
    const written: string[] = [];
    for (const { name, before, there, after } of STEPS) {
      await isLive(tab.page);
      await before(site, gate, tab.page);
      await say(tab.page, name);
      await there(site, tab, name);
      const next = tabOf(await first.context().newPage());
      await tab.page.close();
      after?.(site);
      gate.heal();
      await next.page.goto(room);
      await isLive(next.page);
      await nothingWaits(next.page);
      written.push(name);
      const log = await recorded(site.server, room);
      assertEquals(log.map(({ text }) => text), written, name);
      tab = next;
    }
    assertEquals(site.complaints.filter((one) => !one.includes("/ws")), []);
  },
);

browserTest(
  "[P23] a tab closed in the same moment as it writes sends the message once or never had it",
  async (site) => {
    const first = await site.enter("Ana Lima", { role: "facilitator" });
    const room = await site.openSession(first, "Onboard the vendor?");
    let page = first;
    for (const n of [1, 2, 3]) {
      await isLive(page);
      const next = await page.context().newPage();
      await say(page, `goodbye ${n}`);
      await page.close();
      await next.goto(room);
      page = next;
    }
    await isLive(page);
    await nothingWaits(page);
    await say(page, "the last");
    await isRecorded(site, { page }, "the last");
    const log = await recorded(site.server, room);
    const texts = log.map(({ text }) => text);
    assertEquals(texts, [...new Set(texts)].toSorted());
    assertEquals(texts.at(-1), "the last");
  },
);

browserTest(
  "[P23] a message that outlived its tab and is refused then is given back to its author",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      url: gate.url,
    });
    const room = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    gate.trouble("refused");
    await say(ana, "Too late");
    await waits(site, { page: ana, sent: async () => {} });
    const next = await ana.context().newPage();
    await ana.close();
    const id = new URL(room).pathname.split("/").at(-1);
    await site.server.call("POST", `/api/v1/sessions/${id}/close`, {});
    gate.heal();
    await next.goto(`${gate.url}/sessions`);
    const toast = next.locator(".toast", {
      hasText: "Your message was not sent",
    });
    await toast.getByText("You wrote: “Too late”").waitFor();
    await nothingWaits(next);
    await toast.getByRole("link").click();
    await next.waitForURL(room);
  },
);

/** All 1,000 take 25 s at the rate the client allows itself; FULL=1 waits for the last. */
const ARRIVING = Deno.env.get("FULL") === "1" ? 1_000 : 120;

/** Writes `count` messages as fast as the page takes them. */
async function sayMany(page: Page, count: number): Promise<void> {
  await page.evaluate((count) => {
    const field = document.querySelector<HTMLTextAreaElement>("#message");
    for (let n = 1; n <= count; n++) {
      if (!field) throw new Error("No field");
      field.value = `message ${n}`;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      field.form?.requestSubmit();
    }
  }, count);
}

browserTest(
  "[P23] 1,000 queued messages survive a reload and arrive in order; the 1,001st is refused",
  async (site) => {
    await using gate = await Gate.before(site.server.port);
    const ana = await site.enter("Ana Lima", {
      role: "facilitator",
      url: gate.url,
    });
    const room = await site.openSession(ana, "Onboard the vendor?");
    await isLive(ana);
    gate.trouble("refused");
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    await sayMany(ana, 1_000);
    await ana.locator("dt:has-text('Waiting to be sent') + dd", {
      hasText: /^1000$/,
    }).waitFor({ state: "attached" });
    await say(ana, "one too many");
    await ana.getByText("Cannot queue more than 1000 messages").waitFor();
    assertEquals(await ana.inputValue("#message"), "one too many");
    assertEquals(await waiting(ana), 1_000);

    await ana.reload();
    await ana.waitForSelector('.chip[data-state="reconnecting"]');
    await ana.locator("dt:has-text('Waiting to be sent') + dd", {
      hasText: /^1000$/,
    }).waitFor({ state: "attached" });
    await say(ana, "one too many again");
    await ana.getByText("Cannot queue more than 1000 messages").waitFor();
    gate.heal();
    const log = await site.server.eventually(
      `${ARRIVING} messages in the log`,
      () => recorded(site.server, room),
      ({ length }) => length >= ARRIVING,
      60_000,
    );
    assertEquals(
      log.map(({ text }) => text),
      Array.from(log, (_, n) => `message ${n + 1}`),
    );
    // In the log a moment before the page hears of it.
    await site.server.eventually(
      "as many that wait no more",
      () => waiting(ana),
      (waits) => waits <= 1_000 - ARRIVING,
    );
    // Nobody sends the rest twice, also from another page.
    await ana.goto(`${gate.url}/sessions`);
    await isLive(ana);
    const left = 1_000 - log.length;
    await site.server.eventually(
      "fewer that wait",
      () => waiting(ana),
      (waits) => left === 0 ? waits === 0 : waits > 0 && waits < left,
    );
  },
);
