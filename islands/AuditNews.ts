/**
 * Says how many entries have come since the trail was read, and leads to them. The list itself
 * stays: whoever reads in it must not lose their place. The page is asked, so the count is of
 * what fits its filter and what its reader may see.
 */
import { count } from "./format.ts";
import type { PageContext } from "./page_context.ts";

/** Many readers hear of the same at once; within this time their pages ask, each by chance. */
const SPREAD_MS = 1_000;
/** Sessions are not subscribed to, which would show a reader as present: they are asked about. */
const ASK_EVERY_MS = 20_000;

export function mount(root: HTMLElement, { client }: PageContext): void {
  const { channels = "", newest = "0" } = root.dataset;
  const followed = channels.split(" ").filter((one) => one !== "");
  let isAsked = false;

  const ask = async () => {
    isAsked = false;
    if (document.hidden) return;
    const fresh = await readTrail().catch(() => undefined);
    if (fresh) show(root, fresh.filter((one) => one > Number(newest)).length);
  };
  const soon = (waitMs: number) => {
    if (!isAsked) setTimeout(() => void ask(), waitMs);
    isAsked = true;
  };

  for (const channel of followed) client.subscribe(channel);
  client.on("message", ({ channel, offset }) => {
    if (offset === undefined || channel === undefined) return;
    if (followed.includes(channel)) soon(Math.random() * SPREAD_MS);
  });
  client.on("reset", ({ channel }) => {
    if (followed.includes(channel)) soon(0);
  });
  document.addEventListener("visibilitychange", () => soon(0));
  setInterval(() => soon(Math.random() * SPREAD_MS), ASK_EVERY_MS);
  // What came between the reading of the page and this.
  soon(0);
}

function show(root: HTMLElement, news: number): void {
  const link = root.querySelector("a");
  if (!link || news === 0) return;
  const rows = document.querySelectorAll("#trail [data-cursor]").length;
  // A whole page of them: there may be more behind it.
  const words = news >= rows && rows > 0 && news > 1
    ? `${news} or more new entries`
    : count(news, "new entry", "new entries");
  const text = `${words}: show`;
  if (link.textContent !== text) link.textContent = text;
  root.hidden = false;
}

/** Where the entries stand that the page would show now. */
async function readTrail(): Promise<readonly number[] | undefined> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected || !response.ok) return undefined;
  const page = new DOMParser().parseFromString(
    await response.text(),
    "text/html",
  );
  return [...page.querySelectorAll<HTMLElement>("#trail [data-cursor]")]
    .map(({ dataset }) => Number(dataset.cursor));
}
