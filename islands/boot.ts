/** Starts the islands of a page: one client for all, each island's script only when it is there. */
import { startClient } from "./browser_client.ts";
import type { IslandModule } from "./page_context.ts";

const ISLANDS: Readonly<Record<string, () => Promise<IslandModule>>> = {
  InboxPreferences: () => import("./InboxPreferences.tsx"),
  Notifications: () => import("./Notifications.tsx"),
  ConnectionStatus: () => import("./ConnectionStatus.tsx"),
  SessionRoom: () => import("./SessionRoom.tsx"),
};

const context = { client: startClient() };
for (const root of document.querySelectorAll<HTMLElement>("[data-island]")) {
  ISLANDS[root.dataset.island ?? ""]?.().then((island) => {
    island.mount(root, context);
    root.dataset.live = "";
  });
}
