/** Turns the client's views into signals: the ticking countdown, the banner, the word on return. */
import { effect, type Signal, signal } from "@preact/signals";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { ConnectionView } from "../realtime/client/connection_state.ts";
import { CONNECTING, type ConnectionModel } from "./connection_model.ts";
import { count, formatSecond } from "./format.ts";

/** A loss shorter than this is not worth a banner. */
const BANNER_AFTER_MS = 2_000;
/** A restart of the server is announced, and not worth one for longer. */
const RESTART_BANNER_AFTER_MS = 5_000;

export function watchConnection(client: RealtimeClient): ConnectionModel {
  // The first render must be what the server rendered; the client's view follows it.
  const view = signal(CONNECTING);
  const now = signal(0);
  const banner = signal<string | undefined>(undefined);
  const returning = new Returning();
  client.onView((next) => {
    const text = returning.take(next);
    if (text) announce(text);
    view.value = next;
    now.value = performance.now();
  });
  effect(() => tickWhile(view.value.retryAt !== undefined, now));
  effect(() => raiseBanner(view.value, banner));
  return { view, now, banner, retry: () => client.retryNow() };
}

/** Notices the way back and counts what came with it. */
export class Returning {
  #lostAt: number | undefined;

  /** The sentence to say when `view` is the first good one after a loss. */
  take(view: ConnectionView): string | undefined {
    const offsets = view.positions.reduce((sum, one) => sum + one.offset, 0);
    if (view.state === "reconnecting" || view.state === "offline") {
      this.#lostAt ??= offsets;
      return undefined;
    }
    const good = view.state === "live" || view.state === "slow";
    if (!good || this.#lostAt === undefined) return undefined;
    const missed = Math.max(0, offsets - this.#lostAt);
    this.#lostAt = undefined;
    return missed === 0
      ? "Reconnected. Nothing was missed."
      : `Reconnected. ${count(missed, "update", "updates")} received.`;
  }
}

/** Says it in the page's polite live region, which the server has rendered empty. */
function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (region) region.textContent = text;
}

function tickWhile(counting: boolean, now: Signal<number>) {
  if (!counting) return;
  const timer = setInterval(() => now.value = performance.now(), 1_000);
  return () => clearInterval(timer);
}

function raiseBanner(
  { state, restarting, lostAt, heardAt, deniedBy }: ConnectionView,
  banner: Signal<string | undefined>,
) {
  if (state === "denied") {
    banner.value = deniedBy === "signed_out"
      ? "You are signed out. This page no longer updates."
      : "The server ended this connection. This page no longer updates.";
    return;
  }
  if (state !== "reconnecting" && state !== "offline") {
    banner.value = undefined;
    return;
  }
  if (banner.peek() !== undefined) return;
  // Counted from the loss: every failed attempt in between changes the view.
  const now = performance.now();
  const awayMs = now - (lostAt ?? now);
  const asOf = formatSecond(Date.now() - (now - (heardAt ?? now)));
  const afterMs = restarting ? RESTART_BANNER_AFTER_MS : BANNER_AFTER_MS;
  const timer = setTimeout(() => {
    banner.value = `Connection lost. What you see is as of ${asOf}.`;
  }, Math.max(0, afterMs - awayMs));
  return () => clearTimeout(timer);
}
