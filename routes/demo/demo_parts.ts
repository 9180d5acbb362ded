/** The demo put together: what builds and removes it, what lives in it, and its routes. */
import type { Commands } from "../../realtime/commands.ts";
import type { Hub } from "../../realtime/hub.ts";
import type { Logger } from "../../realtime/logger.ts";
import { demoRoutes } from "../api/demo.ts";
import type { Route } from "../api/operation.ts";
import { Demo, type DemoOptions } from "./demo.ts";
import type { FetchApp } from "./demo_calls.ts";
import { DemoLife } from "./demo_life.ts";

export interface DemoPartsOptions
  extends Pick<DemoOptions, "isOpenHouse" | "log" | "removals" | "signIns"> {
  readonly commands: Pick<Commands, "execute" | "state">;
  readonly hub: Pick<Hub, "hasReaders" | "signal">;
  readonly logger: Logger;
}

export interface DemoParts {
  readonly demo: Demo;
  readonly routes: readonly Route[];
  /** Tells where calls of the API are answered, and goes on with what was there before the start. */
  start(fetch: FetchApp): Promise<void>;
  close(): Promise<void>;
}

export function createDemoParts(
  { commands, hub, logger, ...options }: DemoPartsOptions,
): DemoParts {
  const life = new DemoLife({ commands, hub, logger });
  // The routes are part of what answers: it exists only after them.
  let answer: FetchApp | undefined;
  const demo = new Demo({
    ...options,
    commands,
    fetch: (request) => {
      if (answer === undefined) throw new Error("Cannot load: not started");
      return answer(request);
    },
    changed: (stage) => life.follow(stage),
  });
  return {
    demo,
    routes: demoRoutes(demo),
    start: async (fetch) => {
      answer = fetch;
      life.follow((await demo.status()).stage);
    },
    close: async () => {
      await demo.close();
      await life.close();
    },
  };
}
