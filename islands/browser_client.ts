/** The page's one realtime client: shared with the reader's other tabs, told of sleep and network. */
import {
  createBrowserClient,
  type SocketLayers,
} from "../realtime/client/browser.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";

export { freshId } from "../realtime/client/browser.ts";

/** Connects to `/ws` beside the page: the main listener answers it whatever other port does too. */
export function startClient(layers?: SocketLayers): RealtimeClient {
  const client = createBrowserClient({ userId: reader(), layers });
  client.connect();
  return client;
}

/** Whom the server rendered this page for; tabs of the same person share a connection. */
function reader(): string | undefined {
  return document.querySelector<HTMLElement>("[data-user]")?.dataset.user;
}
