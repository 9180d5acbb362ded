/** What the pages of operations are built from. */
import type { Reach } from "../../realtime/nodes/reach.ts";
import type { RecentLines } from "../../realtime/recent_lines.ts";
import type { ChannelRates } from "./channel_rates.ts";
import type { Disconnects } from "./disconnects.ts";
import type { FigureSampler } from "./figure_sampler.ts";

export interface OpsParts {
  readonly sampler: Pick<FigureSampler, "samples"> & {
    readonly rates: Pick<ChannelRates, "busiest" | "largest">;
  };
  readonly reach: Pick<Reach, "connection" | "nodes" | "search">;
  readonly recent: Pick<RecentLines, "newest" | "categories">;
  readonly disconnects: Pick<Disconnects, "one" | "user">;
}
