/** A server and a browser for one end-to-end test, and the people who use them. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import {
  type StartOptions,
  startServer,
  type TestServer,
} from "../support/server.ts";

export interface PersonOptions {
  readonly role?: string;
  readonly javaScript?: boolean;
  readonly colorScheme?: "light" | "dark";
  readonly forcedColors?: "active";
  readonly reducedMotion?: "reduce";
  readonly width?: number;
  /** Where the pages come from. @default the server itself */
  readonly url?: string;
}

export class Site implements AsyncDisposable {
  /** What a page must never say: faults, and what the CSP has blocked. */
  readonly complaints: string[] = [];
  readonly hosts = new Set<string>();
  readonly #contexts: BrowserContext[] = [];

  private constructor(
    public server: TestServer,
    readonly browser: Browser,
  ) {}

  static async open(options: StartOptions = {}): Promise<Site> {
    const server = await startServer(options);
    return new Site(server, await launchBrowser());
  }

  /** A signed-in person with a browser profile of their own. */
  async enter(name: string, options: PersonOptions = {}): Promise<Page> {
    const page = await this.visit(options);
    await page.goto(`${options.url ?? this.server.url}/login`);
    await signIn(page, name, options.role);
    return page;
  }

  /** Someone nobody knows. */
  async visit(options: PersonOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      javaScriptEnabled: options.javaScript ?? true,
      colorScheme: options.colorScheme ?? "light",
      forcedColors: options.forcedColors ?? "none",
      reducedMotion: options.reducedMotion ?? "no-preference",
      viewport: { width: options.width ?? 1360, height: 900 },
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on(
      "request",
      (request) => this.hosts.add(new URL(request.url()).host),
    );
    return page;
  }

  /** Opens a session through the form; the page shows it afterwards. */
  async openSession(page: Page, title: string): Promise<string> {
    await page.goto(new URL("/sessions", page.url()).href);
    await page.fill("#title", title);
    await page.click("button:has-text('Open session')");
    await page.waitForURL(/\/sessions\/[^?]+$/);
    return page.url();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.browser.close();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Fills in the sign-in form that the page shows. */
export async function signIn(
  page: Page,
  name: string,
  role = "member",
): Promise<void> {
  await page.fill("#name", name);
  await page.check(`input[value=${role}]`);
  await page.click("button[type=submit]");
  await page.waitForSelector("header.top");
}

/**
 * Waits until the page is connected, with a latency that was measured. On a machine that is
 * busy with other tests the first round trip may be a slow one, and is rightly called so.
 */
export async function isLive(page: Page): Promise<void> {
  await page.waitForSelector(
    '.chip:is([data-state="live"], [data-state="slow"]):has-text(" ms")',
  );
}

export async function say(page: Page, text: string): Promise<void> {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
}

/** Texts of the messages in the timeline that the server has stored, oldest first. */
export async function messages(page: Page): Promise<string[]> {
  const said = await page.locator("[role=log] li:has(.icon.say) .said")
    .allInnerTexts();
  return said.toReversed();
}

export async function sees(page: Page, text: string): Promise<void> {
  await page.locator("[role=log] .said", { hasText: text }).waitFor();
}

/** What the page says on how many messages wait, from its connection details. */
export async function waiting(page: Page): Promise<number> {
  const figure = page.locator("dt:has-text('Waiting to be sent') + dd");
  return Number(await figure.textContent());
}

export async function nothingWaits(page: Page): Promise<void> {
  await page.locator("dt:has-text('Waiting to be sent') + dd", {
    hasText: /^0$/,
  }).waitFor({ state: "attached" });
}

/** Every message of the session behind this address, as the log has it. */
export async function recorded(
  server: TestServer,
  url: string,
): Promise<{ userId: string; text: string }[]> {
  const id = new URL(url).pathname.split("/").at(-1);
  const items = await server.history(`session:${id}`);
  return items.flatMap(({ payload }) =>
    payload.event === "message_posted"
      ? [{ userId: String(payload.userId), text: String(payload.text) }]
      : []
  );
}

/** Writes down every state and word of the chip from now on. */
export async function watchChip(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const chip = document.querySelector<HTMLElement>(".chip");
    const said: string[] = [];
    const look = () => {
      const now = `${chip?.dataset.state}: ${chip?.textContent}`;
      if (said.at(-1) !== now) said.push(now);
    };
    look();
    new MutationObserver(look).observe(chip ?? document, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    Object.assign(globalThis, { chipSaid: said });
  });
  return () => page.evaluate(() => Reflect.get(globalThis, "chipSaid"));
}
