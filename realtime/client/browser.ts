/** A client with all that the browser offers: the socket shared by its tabs, the durable outbox, its signals. Works in Deno too, with less. */
import {
  identifyOver,
  monotonicClock,
  openWebSocket,
} from "./browser_socket.ts";
import { watchBrowser } from "./browser_signals.ts";
import { RealtimeClient } from "./client.ts";
import { withFallback } from "./fallback.ts";
import { IndexedOutbox } from "./indexed_outbox.ts";
import type { OpenSocket } from "./link.ts";
import { Tabs } from "./tabs.ts";

export interface BrowserClientOptions {
  /** Address of `/ws`. @default `/ws` beside the page */
  readonly url?: string;
  /** Address of `/api/v1/me`. @default beside `url` */
  readonly meUrl?: string;
  /**
   * Who the page was made for. Without it nothing is shared between tabs and nothing
   * outlives the page, because nobody could say whose it is.
   */
  readonly userId?: string | undefined;
  /** A fresh ticket for each attempt, where no cookie signs in (P2). */
  readonly getTicket?: (() => Promise<string>) | undefined;
  /** What stands between the client and its sockets, to try out faults. @default nothing */
  readonly layers?: SocketLayers | undefined;
}

/** Something around the sockets; each gets what opens one and gives what opens it instead. */
export interface SocketLayers {
  /** Around the socket that goes over the network; one tab holds it for all of a user's. */
  network(open: OpenSocket): OpenSocket;
  /** Around this tab's own, which may be its share of that one. */
  tab(open: OpenSocket): OpenSocket;
}

/** Not connected yet: call `connect`. */
export function createBrowserClient(
  options: BrowserClientOptions = {},
): RealtimeClient {
  const url = options.url ?? besidePage();
  const meUrl = options.meUrl ?? besideSocket(url);
  const { userId, getTicket, layers } = options;
  const random = Math.random;
  const way = withFallback(openWebSocket, async (back) => {
    const { createEventStreams } = await import("./sse.ts");
    const clock = monotonicClock;
    const openSocket = openWebSocket;
    return createEventStreams({ openSocket, clock, random, getTicket, back });
  });
  const openReal = layers?.network(way.open) ?? way.open;
  const tabs = userId === undefined ? undefined : shareTabs(
    `regulens.v1.${encodeURIComponent(userId)}`,
    openReal,
    () => client.retryNow(),
  );
  const open = tabs?.open ?? openReal;
  const client = new RealtimeClient({
    url,
    open: layers?.tab(open) ?? open,
    clock: monotonicClock,
    random,
    newId: freshId,
    identify: async () => way.told(await identifyOver(meUrl)),
    userId,
    getTicket,
    outbox: userId === undefined ? undefined : new IndexedOutbox({ userId }),
    peers: tabs,
    released: () => tabs?.release(),
    ended: () => {
      tabs?.close();
      stopWatching();
    },
  });
  const stopWatching = watchBrowser(client);
  return client;
}

/** crypto.randomUUID needs a secure context; plain http on a local network has none. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** Undefined where the browser lacks what it takes: then each tab has its own socket. */
function shareTabs(
  name: string,
  open: OpenSocket,
  ready: () => void,
): Tabs | undefined {
  const locks = globalThis.navigator?.locks;
  // Deno has a BroadcastChannel and no locks; neither is there on plain http.
  if (!locks || typeof BroadcastChannel === "undefined") return undefined;
  return new Tabs({
    name,
    locks: {
      request: (lock, options, granted) =>
        locks.request(lock, options, granted),
    },
    channel: new BroadcastChannel(name),
    open,
    clock: monotonicClock,
    wallNow: Date.now,
    random: Math.random,
    newId: freshId,
    ready,
  });
}

function besidePage(): string {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function besideSocket(socketUrl: string): string {
  const url = new URL("/api/v1/me", socketUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}
