/**
 * A part of a page that the server renders, kept current: read again from the page itself when
 * something comes that may change it, or when one looks at the page again. Its element names
 * the message types in `data-types`, or how often to ask in `data-every` (ms); with `data-channel` it follows that channel, from where
 * the page was read (`data-since`: epoch and offset).
 */
import { readerZone } from "./format.ts";
import type { PageContext } from "./page_context.ts";

/** Many readers hear of the same at once; within this time their pages ask, each by chance. */
const SPREAD_MS = 1_500;

export function mount(
  root: HTMLElement,
  { client }: PageContext,
): void {
  const types = new Set(root.dataset.types?.split(" "));
  let isAsked = false;
  let isStale = false;

  const renew = async () => {
    isAsked = false;
    // What is being used is not taken away: it is read again once that is over.
    isStale = document.hidden || root.contains(document.activeElement);
    if (isStale) return;
    const fresh = await readPart(root.id).catch(() => undefined);
    if (!fresh || root.contains(document.activeElement)) return;
    keepOpen(root, fresh);
    if (fresh.innerHTML !== root.innerHTML) {
      root.replaceChildren(...fresh.childNodes);
    }
  };
  const soon = (waitMs: number) => {
    if (!isAsked) setTimeout(() => void renew(), waitMs);
    isAsked = true;
  };

  // The first page of a visit is written in UTC: the server knows the zone from now on.
  if (document.documentElement.dataset.zone !== readerZone()) soon(0);
  client.on("message", ({ type }) => {
    if (types.has(type)) soon(Math.random() * SPREAD_MS);
  });
  const { channel, since = "", every } = root.dataset;
  // Nobody is asked for what nobody looks at.
  if (every) setInterval(() => document.hidden || soon(0), Number(every));
  if (channel !== undefined) {
    const [epoch, offset] = since.split(" ");
    client.subscribe(channel, { since: { epoch, offset: Number(offset) } });
    client.on("reset", (at) => {
      if (at.channel === channel) soon(0);
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) soon(0);
  });
  root.addEventListener("focusout", () => {
    if (isStale) soon(0);
  });
}

/** What was unfolded stays unfolded. */
function keepOpen(here: HTMLElement, there: HTMLElement): void {
  const fresh = there.querySelectorAll("details");
  here.querySelectorAll("details").forEach((one, n) => {
    if (one.open) fresh[n]?.setAttribute("open", "");
  });
}

/** The same part of the page as it is now; undefined when it cannot be read. */
async function readPart(id: string): Promise<HTMLElement | undefined> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected || !response.ok) return undefined;
  const page = new DOMParser().parseFromString(
    await response.text(),
    "text/html",
  );
  return page.getElementById(id) ?? undefined;
}
