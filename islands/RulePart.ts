/**
 * Parts of a rule page that the server renders, kept current: read again from the page when an
 * entry of the book may have changed them. Rows that differ then are marked as updated.
 */
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import { type PageContext, readState } from "./page_context.ts";

/** Entries that come together are one reading. */
const RENEW_AFTER_MS = 150;

export interface RulePartState {
  /** Ids of the elements. */
  readonly parts: readonly string[];
  /** Of the one rule that is shown; null shows them all. */
  readonly ruleId: string | null;
  /** Where the page was read, in channel `rules`. */
  readonly position: { readonly epoch: string; readonly offset: number };
}

export function mount(_root: Element, { client }: PageContext): void {
  const state = readState<RulePartState>("RulePart", document);
  let cancel = () => {};
  const renew = async () => {
    const fresh = await readPage().catch(() => undefined);
    if (fresh === undefined) return;
    for (const id of state.parts) {
      const [here, there] = [
        document.getElementById(id),
        fresh.getElementById(id),
      ];
      if (here && there) replace(here, there);
    }
  };
  const soon = () => {
    cancel();
    cancel = monotonicClock.after(RENEW_AFTER_MS, () => void renew());
  };
  client.subscribe("rules", { since: state.position });
  client.on("RULE_EVALUATION_RESULT", ({ payload: { event, ruleId } }) => {
    if (event === "rules_evaluated") return;
    if (state.ruleId === null || state.ruleId === ruleId) soon();
  });
  client.on("reset", ({ channel }) => {
    if (channel === "rules") soon();
  });
}

/** What is being used is not taken away: it is replaced once that is over. */
function replace(here: HTMLElement, there: HTMLElement): void {
  if (here.contains(document.activeElement)) {
    here.addEventListener(
      "focusout",
      // The focus has gone on only after the event.
      () => queueMicrotask(() => replace(here, there)),
      { once: true },
    );
    return;
  }
  for (const row of there.querySelectorAll<HTMLElement>("[data-key]")) {
    const { key = "", changed } = row.dataset;
    const before = here.querySelector<HTMLElement>(
      `[data-key="${CSS.escape(key)}"]`,
    );
    const isNews = before?.dataset.changed !== changed ||
      before?.querySelector(".news:not([hidden])");
    if (isNews) row.querySelector(".news")?.removeAttribute("hidden");
  }
  here.replaceChildren(...there.childNodes);
}

async function readPage(): Promise<Document | undefined> {
  const response = await fetch(location.href, { cache: "no-store" });
  if (!response.ok || response.redirected) return undefined;
  const text = await response.text();
  return new DOMParser().parseFromString(text, "text/html");
}
