/** Several hubs in one process: one bus between them, and one log that all of them follow. */
import type { HubLimits, HubOptions } from "../../../realtime/hub_options.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import type { Bus } from "../../../realtime/nodes/bus.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { MemoryTopicOwners } from "../../../realtime/nodes/topic_owners.ts";
import { createTestHub, type TestHub } from "../../support/hub.ts";

export interface House {
  readonly exchange: MemoryExchange;
  readonly owners: MemoryTopicOwners;
  /** The bus of a node. */
  bus(name: string): Bus;
  node(name: string, options?: Partial<HubOptions>): TestHub;
  stop(): Promise<void>;
}

export function createHouse(
  limits: Partial<HubLimits> = {},
  common: Partial<HubOptions> = {},
): House {
  const exchange = new MemoryExchange();
  const log = createMemoryLog();
  const buses = new Map<string, Bus>();
  const owners = new MemoryTopicOwners((node) =>
    buses.get(node)?.isAlive() === true
  );
  const nodes: TestHub[] = [];
  return {
    exchange,
    owners,
    bus(name) {
      const bus = buses.get(name);
      if (bus === undefined) throw new RangeError(`No node ${name}`);
      return bus;
    },
    node(name, options = {}) {
      const bus = exchange.join(name);
      buses.set(name, bus);
      const topicOwners = owners.of(name);
      const all = { log, node: name, bus, topicOwners, ...common, ...options };
      const node = createTestHub(limits, all);
      nodes.push(node);
      return node;
    },
    async stop() {
      for (const { hub } of nodes) hub.stop();
      await log.close();
    },
  };
}

/** What is on its way between nodes has arrived, and what gathered has been sent. */
export async function quiet(rounds = 10): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until the check holds; fails as it does when that takes over five seconds. */
export async function eventually(
  check: () => void | Promise<void>,
): Promise<void> {
  const giveUpAt = performance.now() + 5_000;
  while (true) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await quiet(1);
    }
  }
}
