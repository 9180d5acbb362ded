/**
 * Starts the islands of a page: one client for all. What every page has comes with this
 * script, any other island's script only where the island is.
 */
import { startClient } from "./browser_client.ts";
import * as ConnectionStatus from "./ConnectionStatus.tsx";
import { showLocalTimes } from "./local_times.ts";
import * as Notifications from "./Notifications.tsx";
import type { IslandModule } from "./page_context.ts";

const ISLANDS: Readonly<
  Record<string, () => IslandModule | Promise<IslandModule>>
> = {
  ConnectionStatus: () => ConnectionStatus,
  Notifications: () => Notifications,
  InboxPreferences: () => import("./InboxPreferences.tsx"),
  SessionRoom: () => import("./SessionRoom.tsx"),
};

showLocalTimes(document);
const context = { client: startClient() };
for (const root of document.querySelectorAll<HTMLElement>("[data-island]")) {
  void start(root, ISLANDS[root.dataset.island ?? ""]);
}

async function start(
  root: HTMLElement,
  load: (() => IslandModule | Promise<IslandModule>) | undefined,
): Promise<void> {
  const island = await load?.();
  island?.mount(root, context);
  root.dataset.live = "";
}
