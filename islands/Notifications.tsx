/** The toasts of every page: a list one can reach with F8, apart from what is announced. */
import { effect, signal } from "@preact/signals";
import { hydrate, render } from "preact";
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import { isRecord, numberOf } from "../realtime/client/wire.ts";
import { freshId } from "./browser_client.ts";
import {
  type NotificationState,
  noToasts,
  type ToastsModel,
} from "./notification_model.ts";
import { keptPreferences, onPreferences } from "./notification_preferences.ts";
import { HERE_EVERY_MS } from "./notification_tabs.ts";
import { type LiveToasts, liveToasts } from "./notifications_live.ts";
import { type PageContext, readState } from "./page_context.ts";
import { CAPACITY } from "./toast_queue.ts";
import { ToastItem } from "./ToastItem.tsx";

type Keys = typeof import("./toast_keys.ts");
/** There by the time a toast can be reached. */
let keys: Keys | undefined;

export function Notifications({ model }: { readonly model: ToastsModel }) {
  const toasts = model.toasts.value;
  const waiting = model.waiting.value;
  return (
    <section
      class="toasts"
      aria-label="Notifications (F8)"
      tabIndex={-1}
      onPointerEnter={() => model.pause("hover")}
      onPointerLeave={() => model.resume("hover")}
      onFocusIn={() => model.pause("focus")}
      onFocusOut={() => model.resume("focus")}
      onKeyDown={(event) => keys?.onListKey(event, model)}
    >
      {toasts.length > 0 && (
        <ol>
          {toasts.map((toast) => (
            <ToastItem
              key={toast.dedupeKey}
              toast={toast}
              dismiss={model.dismiss}
              acknowledge={model.acknowledge}
            />
          ))}
        </ol>
      )}
      {waiting > 0 && (
        <a class="more" href="/inbox">
          +{waiting} more<span class="visually-hidden">in the inbox</span>
        </a>
      )}
    </section>
  );
}

export { noToasts };

export function mount(root: Element, { client }: PageContext): void {
  const state = readState<NotificationState>("Notifications", document);
  const preferences = signal(keptPreferences());
  onPreferences((changed) => preferences.value = changed);
  const live = liveToasts({
    client,
    clock: monotonicClock,
    state,
    preferences,
    wire: openWire(state.userId),
    tab: freshId(),
    now: Date.now,
    announce,
    sound: (critical) => void playTone(critical),
    words: async () => (await import("./toast_words.ts")).notificationOf,
    refusalWords: async () => (await import("./toast_words.ts")).refusalWords,
    countUnread,
  });
  // The first render must be what the server rendered: the list is empty there.
  hydrate(<Notifications model={noToasts()} />, root);
  render(<Notifications model={live} />, root);
  effect(() => {
    if (live.toasts.value.length > 0) void loadKeys();
  });
  listenForKeys(root);
  watchPage(live);
  effect(() => showUnread(live.unread.value));
}

/** Tabs of one person hear each other; another person in the same browser does not. */
function openWire(userId: string): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === "undefined") return undefined;
  return new BroadcastChannel(`regulens.notifications:${userId}`);
}

function watchPage(live: LiveToasts): void {
  const looked = () => {
    const visible = document.visibilityState === "visible";
    if (visible) live.resume("hidden");
    else {
      live.pause("hidden");
      live.flush();
    }
    live.tabs.look(visible, visible && document.hasFocus());
  };
  looked();
  // A page that was just opened is being looked at, whatever has the focus.
  if (document.visibilityState === "visible") live.tabs.look(true, true);
  document.addEventListener("visibilitychange", looked);
  addEventListener("focus", looked);
  addEventListener("pagehide", () => {
    live.flush();
    live.tabs.look(false, false);
  });
  addEventListener("pageshow", looked);
  setInterval(() => live.tabs.tick(), HERE_EVERY_MS);
  const phone = matchMedia("(max-width: 40rem)");
  const fit = () => live.resize(phone.matches ? CAPACITY.phone : CAPACITY.wide);
  fit();
  phone.addEventListener("change", fit);
}

/** Says it in one of the two live regions that the server has rendered empty. */
function announce(text: string, assertive: boolean): void {
  const region = document.getElementById(
    assertive ? "alarms" : "announcements",
  );
  if (!region) return;
  // The same words again are said again only if the text has changed.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

function showUnread(unread: number): void {
  const badge = document.querySelector<HTMLElement>("[data-unread-count]");
  if (!badge) return;
  badge.hidden = unread === 0;
  badge.textContent = unreadText(unread);
  badge.parentElement?.setAttribute("aria-label", inboxLabel(unread));
}

/** What stands beside the bell. */
export function unreadText(unread: number): string {
  return unread > 99 ? "99+" : String(unread);
}

/** The bell's name, as the server writes it too: it holds what one sees, for those who say it. */
export function inboxLabel(unread: number): string {
  return unread === 0 ? "Inbox" : `Inbox, ${unreadText(unread)} unread`;
}

/** F8 or Alt+T lead to the toasts from anywhere on the page. */
function listenForKeys(root: Element): void {
  document.addEventListener("keydown", async (event) => {
    const isOurs = event.key === "F8" && !event.ctrlKey && !event.metaKey ||
      event.altKey && event.code === "KeyT";
    if (!isOurs) return;
    event.preventDefault();
    (await loadKeys())?.leadToToasts(root, announce);
  });
}

/** Without it toasts are reached and used by Tab. */
async function loadKeys(): Promise<Keys | undefined> {
  return keys ??= await import("./toast_keys.ts").catch(() => undefined);
}

/** Few want a tone, so what makes it comes with the first; a toast without one is still seen. */
async function playTone(critical: boolean): Promise<void> {
  const sound = await import("./notification_sound.ts").catch(() => undefined);
  sound?.playTone(critical);
}

async function countUnread(): Promise<number | undefined> {
  try {
    const response = await fetch("/api/v1/inbox?limit=1");
    const answer: unknown = response.ok ? await response.json() : undefined;
    return isRecord(answer) ? numberOf(answer.unread) : undefined;
  } catch {
    return undefined; // offline: the next page will know
  }
}
