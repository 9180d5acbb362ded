/** What the browser knows of the network and of sleep, told to the client. */
import type { RealtimeClient } from "./client.ts";

/** Sleep shows as a tick that comes late; page events alone miss a lid that was closed. */
const TICK_MS = 1_000;
const SLEPT_MS = 3_000;

/** Hands back the stop. Does nothing where there is no page. */
export function watchBrowser(
  client: Pick<RealtimeClient, "setOnline">,
): () => void {
  if (typeof document === "undefined") return () => {};
  const stop = new AbortController();
  const { signal } = stop;
  const check = () => client.setOnline(navigator.onLine);
  const back = () => {
    if (document.visibilityState === "visible" && navigator.onLine) check();
  };
  addEventListener("online", check, { signal });
  addEventListener("offline", check, { signal });
  document.addEventListener("visibilitychange", back, { signal });
  document.addEventListener("resume", back, { signal });
  // A page in the back-forward cache comes back with a dead socket.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) check();
  }, { signal });
  let tickedAt = Date.now();
  const ticking = setInterval(() => {
    const now = Date.now();
    if (now - tickedAt > SLEPT_MS) back();
    tickedAt = now;
  }, TICK_MS);
  if (!navigator.onLine) check();
  return () => {
    stop.abort();
    clearInterval(ticking);
  };
}
