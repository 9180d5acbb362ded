/** Chromium for end-to-end tests, when the machine has one. */
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Tests of the browser are ignored without it, and say so. */
export const hasChromium = isFile(CHROMIUM);
if (!hasChromium) {
  console.error(
    `NO CHROMIUM at ${CHROMIUM}: browser tests are IGNORED. Install it or set CHROMIUM.`,
  );
}

/** Starts a browser without windows. Close it: it is a process. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
