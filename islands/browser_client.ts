/** The page's one realtime client: the browser's socket, clock and signals of coming back. */
import {
  identifyOver,
  monotonicClock,
  openWebSocket,
} from "../realtime/client/browser_socket.ts";
import { RealtimeClient } from "../realtime/client/client.ts";

/** Connects to `/ws` beside the page: the main listener answers it whatever other port does too. */
export function startClient(): RealtimeClient {
  const client = new RealtimeClient({
    url: socketUrl(),
    open: openWebSocket,
    clock: monotonicClock,
    random: Math.random,
    newId: freshId,
    identify: () => identifyOver("/api/v1/me"),
  });
  addEventListener("online", () => client.setOnline(true));
  addEventListener("offline", () => client.setOnline(false));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && navigator.onLine) {
      client.setOnline(true);
    }
  });
  // A page in the back-forward cache comes back with a dead socket.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) client.setOnline(navigator.onLine);
  });
  if (!navigator.onLine) client.setOnline(false);
  client.connect();
  return client;
}

/** crypto.randomUUID needs a secure context; plain http on a local network has none. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

function socketUrl(): string {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
