/** The connections of one hub as the routes ask for them: there is no other node. */
import type { HubStats } from "../../realtime/connections.ts";
import { aloneBus } from "../../realtime/nodes/bus.ts";
import { nodeFigures } from "../../realtime/nodes/node_figures.ts";
import { Reach, type ReachOptions } from "../../realtime/nodes/reach.ts";

/** Any time; figures of a test say since when a node runs. */
const START = 1_767_323_045_678;

type ReachedHub = ReachOptions["hub"] & { stats(): HubStats };

export function aloneReach(hub: ReachedHub, bus = aloneBus("test")): Reach {
  const figures = () =>
    nodeFigures({
      hub,
      log: { level: "stored" },
      lag: { worstMs: 0 },
      memory: () => ({ rss: 100_000_000 }),
      now: () => START,
    });
  return new Reach({ hub, bus, figures });
}
