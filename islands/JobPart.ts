/**
 * Jobs that the server renders, kept current. The element names the ids of its parts in
 * `data-parts`, the channel it follows in `data-channel` and from where in `data-since` (epoch
 * and offset), how often it asks anyway in `data-every` (ms), and in `data-job` the one job
 * that is shown.
 */
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import { readerZone } from "./format.ts";
import { goLive } from "./job_live.ts";
import type { PageContext } from "./page_context.ts";

export function mount(root: HTMLElement, { client }: PageContext): void {
  const { parts = "", channel, since = "", every, job } = root.dataset;
  const ids = parts.split(" ");
  const live = goLive({
    bar: (jobId, done, total) => moveBar(root, jobId, { done, total }),
    renew: () => renew(ids),
    isHidden: () => document.hidden,
  }, {
    client,
    clock: monotonicClock,
    everyMs: every ? Number(every) : undefined,
    jobId: job,
  });
  if (channel !== undefined) {
    const [epoch, offset] = since.split(" ");
    client.subscribe(channel, { since: { epoch, offset: Number(offset) } });
    client.on("reset", (at) => {
      if (at.channel === channel) live.soon();
    });
  }
  // The first page of a visit is written in UTC: the server knows the zone from now on.
  if (document.documentElement.dataset.zone !== readerZone()) live.soon();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) live.soon();
  });
}

function moveBar(
  root: HTMLElement,
  jobId: string,
  { done, total }: { readonly done: number; readonly total: number },
): boolean {
  const bar = root.querySelector<HTMLProgressElement>(
    `[data-bar="${CSS.escape(jobId)}"]`,
  );
  if (bar === null) return false;
  // Without an end a bar only says that something goes on.
  if (total <= 0) return true;
  bar.max = total;
  bar.value = Math.min(done, total);
  const words = bar.nextElementSibling;
  if (words) {
    words.textContent = `${done.toLocaleString("en-GB")} of ${
      total.toLocaleString("en-GB")
    }`;
  }
  return true;
}

async function renew(ids: readonly string[]): Promise<void> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.redirected || !response.ok) return;
  const page = new DOMParser().parseFromString(
    await response.text(),
    "text/html",
  );
  for (const id of ids) {
    const here = document.getElementById(id);
    const there = page.getElementById(id);
    if (here && there) replace(here, there);
  }
}

/** Rows are replaced one by one: what is being used stays, and nothing else waits for it. */
function replace(here: HTMLElement, there: HTMLElement): void {
  const rows = here.querySelector(".job-table tbody");
  const fresh = there.querySelector(".job-table tbody");
  if (rows && fresh) return replaceRows(rows, fresh);
  if (here.contains(document.activeElement)) {
    here.addEventListener(
      "focusout",
      // The focus has gone on only after the event.
      () => queueMicrotask(() => replace(here, there)),
      { once: true },
    );
    return;
  }
  if (here.innerHTML === there.innerHTML) return;
  const open = [...here.querySelectorAll("details")].map((one) => one.open);
  there.querySelectorAll("details").forEach((one, n) => {
    one.open ||= open[n] ?? false;
  });
  here.replaceChildren(...there.childNodes);
}

/** Both lists are in the same order, so a row that stays keeps its place. */
function replaceRows(here: Element, there: Element): void {
  let at = here.firstElementChild;
  for (const row of [...there.children]) {
    const key = keyOf(row);
    const known = [...here.children].find((one) => keyOf(one) === key);
    if (known === undefined) {
      here.insertBefore(row, at);
      continue;
    }
    // What stands before it is not listed any more.
    while (at && at !== known) at = removed(at);
    at = known.nextElementSibling;
    const isUsed = known.contains(document.activeElement);
    if (!isUsed && known.outerHTML !== row.outerHTML) known.replaceWith(row);
  }
  while (at) at = removed(at);
}

/** A row is about the job that it leads to. */
function keyOf(row: Element): string | null | undefined {
  return row.querySelector("a")?.getAttribute("href");
}

/** Takes a row away and gives the next. */
function removed(row: Element): Element | null {
  const next = row.nextElementSibling;
  row.remove();
  return next;
}
