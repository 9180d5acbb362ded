/** Takes the pictures of docs/screens/ from a running server: `deno run -A tests/e2e/screens.ts URL`. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";

const [base = "http://127.0.0.1:8000"] = Deno.args;
const FOLDER = new URL("../../docs/screens/", import.meta.url).pathname;

const LOOKS = [
  { name: "light", colorScheme: "light", width: 1360, height: 900 },
  { name: "dark", colorScheme: "dark", width: 1360, height: 900 },
  { name: "phone", colorScheme: "light", width: 390, height: 844 },
] as const;

const browser = await launchBrowser();
try {
  await Deno.mkdir(FOLDER, { recursive: true });
  const { path, people } = await prepare(browser);
  for (const look of LOOKS) await takeAll(browser, look, path);
  for (const person of people) await person.close();
} finally {
  await browser.close();
}

/** A session with people in it, some of them there. */
async function prepare(
  browser: Browser,
): Promise<{ path: string; people: BrowserContext[] }> {
  const ana = await enter(browser, "Ana Lima", "facilitator");
  await ana.goto(`${base}/sessions`);
  await ana.fill("#title", "Onboard payment vendor KX-14?");
  await ana.fill(
    "#description",
    "Sanctions screening found 2 of 14 counterparties in reach. Decide before the pilot starts on Monday.",
  );
  await ana.click("text=Open session");
  const path = new URL(ana.url()).pathname;
  const people = [ana.context()];
  const said: [string, string, string][] = [
    [
      "Ben Kole",
      "member",
      "Two hits are the same holding, listed twice. I have attached the register extract to the case.",
    ],
    [
      "Chidi Mba",
      "member",
      "The DPA covers sub-processors only until March. I want that in the conditions.",
    ],
    [
      "Dana Roth",
      "member",
      "Business can live with a monthly review for the first two quarters.",
    ],
    ["Eva Voss", "observer", ""],
  ];
  for (const [name, role, text] of said) {
    const page = await enter(browser, name, role);
    await page.goto(base + path);
    await page.click("text=Join session");
    if (text) {
      await page.fill("#message", text);
      await page.click("text=Send");
      await page.waitForSelector(
        `.timeline .said:has-text("${text.slice(0, 20)}")`,
      );
    }
    people.push(page.context());
  }
  await people.pop()?.close();
  for (
    const title of [
      "Accept the residual risk of the Q3 migration",
      "Retire rule AML-204 after the backtest",
    ]
  ) {
    await ana.goto(`${base}/sessions`);
    await ana.fill("#title", title);
    await ana.click("text=Open session");
    await ana.waitForURL(/sessions\/./);
  }
  await ana.click("button:has-text('Close session')");
  await ana.click("button:has-text('Close for good')");
  await ana.goto(base + path);
  return { path, people };
}

async function takeAll(
  browser: Browser,
  { name, colorScheme, width, height }: typeof LOOKS[number],
  path: string,
): Promise<void> {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height },
  });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await take(page, `login-${name}`);
  await signIn(page, "Ana Lima", "facilitator");
  await take(page, `home-${name}`);
  await page.goto(`${base}/sessions`);
  await take(page, `sessions-${name}`);
  await page.goto(base + path);
  await page.waitForSelector('.chip[data-state="live"]:has-text("ms")');
  await take(page, `session-${name}`);
  await page.focus("#replay");
  for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowLeft");
  await page.waitForSelector(".ask.replayed");
  await take(page, `replay-${name}`);
  await page.click("a:has-text('Back to now')");
  if (name !== "phone") {
    await page.click(".chip");
    await take(page, `connection-${name}`);
    await page.keyboard.press("Escape");
    await context.setOffline(true);
    await page.waitForSelector(".banner:visible");
    await page.fill("#message", "Kept until the connection is back.");
    await page.press("#message", "Enter");
    await take(page, `offline-${name}`);
    await context.setOffline(false);
    await page.waitForSelector('.chip[data-state="live"]');
  }
  await page.goto(`${base}/inbox`);
  await take(page, `inbox-${name}`);
  if (await has(page, "/design")) await take(page, `design-${name}`);
  await page.goto(`${base}/nothing`);
  await take(page, `missing-${name}`);
  await context.close();
}

async function enter(
  browser: Browser,
  name: string,
  role: string,
): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  await signIn(page, name, role);
  return page;
}

async function signIn(page: Page, name: string, role: string): Promise<void> {
  await page.fill("#name", name);
  await page.check(`input[value=${role}]`);
  await page.click("button[type=submit]");
  await page.waitForSelector("header.top");
}

/** The page of components is there in development only. */
async function has(page: Page, path: string): Promise<boolean> {
  return (await page.goto(base + path))?.status() === 200;
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: `${FOLDER}${name}.png`,
    // The page of components is longer than a picture of it is useful.
    fullPage: name.endsWith("phone") && !name.startsWith("design"),
  });
}
