/**
 * Starts the islands of a page: one client for all. What every page has comes with this
 * script, any other island's script only where the island is.
 */
import { monotonicClock } from "../realtime/client/browser_socket.ts";
import { startClient } from "./browser_client.ts";
import * as ConnectionStatus from "./ConnectionStatus.tsx";
import { showLocalTimes } from "./local_times.ts";
import * as Notifications from "./Notifications.tsx";
import { type IslandModule, readState } from "./page_context.ts";

// What most islands share stays in this script: cut apart, each would be a file of its own.
export { jobKindName } from "../domain/jobs/kind_words.ts";
export {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../domain/read_json.ts";
export { Badge } from "./components/Badge.tsx";
export { Banner } from "./components/Banner.tsx";
export { Button } from "./components/Button.tsx";
export { Field } from "./components/Field.tsx";
export { Time } from "./components/Time.tsx";

const ISLANDS: Readonly<
  Record<string, () => IslandModule | Promise<IslandModule>>
> = {
  ConnectionStatus: () => ConnectionStatus,
  Notifications: () => Notifications,
  LivePart: () => import("./LivePart.ts"),
  AuditNews: () => import("./AuditNews.ts"),
  AlertTriage: () => import("./AlertTriage.tsx"),
  JobPart: () => import("./JobPart.ts"),
  DecisionMatrix: () => import("./DecisionMatrix.tsx"),
  InboxPreferences: () => import("./InboxPreferences.tsx"),
  SessionRoom: () => import("./SessionRoom.tsx"),
  OpsCharts: () => import("./OpsCharts.ts"),
  RuleEditor: () => import("./RuleEditor.tsx"),
  RulePart: () => import("./RulePart.ts"),
  RuleTraces: () => import("./RuleTraces.tsx"),
};

showLocalTimes(document);
// Before the client connects: what the bar can do stands between it and the network.
const bar = document.querySelector("[data-island=DevelopmentBar]") &&
  (await import("./DevelopmentBar.tsx"))
    .openBar(readState("DevelopmentBar", document), monotonicClock);
const context = { client: startClient(bar?.faults) };
for (const root of document.querySelectorAll<HTMLElement>("[data-island]")) {
  const name = root.dataset.island ?? "";
  void start(
    root,
    bar && name === "DevelopmentBar" ? () => bar : ISLANDS[name],
  );
}

async function start(
  root: HTMLElement,
  load: (() => IslandModule | Promise<IslandModule>) | undefined,
): Promise<void> {
  const island = await load?.();
  await island?.mount(root, context);
  root.dataset.live = "";
}
