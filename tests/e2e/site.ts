/** A server and a browser for one end-to-end test, and the people who use them. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { startServer, type TestServer } from "../support/server.ts";

export interface PersonOptions {
  readonly role?: string;
  readonly javaScript?: boolean;
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
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

  static async open(): Promise<Site> {
    const server = await startServer();
    return new Site(server, await launchBrowser());
  }

  /** A signed-in person with a browser profile of their own. */
  async enter(name: string, options: PersonOptions = {}): Promise<Page> {
    const page = await this.visit(options);
    await page.goto(`${this.server.url}/login`);
    await page.fill("#name", name);
    await page.check(`input[value=${options.role ?? "member"}]`);
    await page.click("button[type=submit]");
    await page.waitForSelector("header.top");
    return page;
  }

  /** Someone nobody knows. */
  async visit(options: PersonOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      javaScriptEnabled: options.javaScript ?? true,
      colorScheme: options.colorScheme ?? "light",
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
    await page.goto(`${this.server.url}/sessions`);
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

/** Waits until the page's connection is live with a latency that was measured. */
export async function isLive(page: Page): Promise<void> {
  await page.waitForSelector('.chip[data-state="live"]:has-text(" ms")');
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
