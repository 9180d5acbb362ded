/** What is done to a cluster while a swarm posts: each is over, and healed, when it resolves. */
import type { Cluster, Node } from "../../support/cluster.ts";
import type { PostgresMachine } from "../../support/postgres_server.ts";
import type { Swarm, Waits } from "../../support/swarm.ts";

export interface Disturbed {
  readonly cluster: Cluster;
  readonly postgres: PostgresMachine;
  /** How long something is stopped or cut off, in ms: longer than a lease. */
  readonly holdMs: number;
}

export interface Disturbance {
  readonly name: string;
  run(): Promise<void>;
}

/** How the swarm came through it. */
export interface Passage extends Waits {
  readonly name: string;
  /** From healing to an acknowledgement of everyone. */
  readonly recoveryMs: number;
}

/** Does it to the cluster and waits until all of the swarm is served again. */
export async function pass(
  swarm: Swarm,
  { name, run }: Disturbance,
): Promise<Passage> {
  swarm.takeWaits();
  await run();
  const recoveryMs = Math.round(await swarm.everyoneAcknowledged());
  return { name, recoveryMs, ...swarm.takeWaits() };
}

/** kill -9 of each node in turn, each started again. */
export function killsOf({ cluster }: Disturbed): Disturbance[] {
  return cluster.nodes.map((node, n) => ({
    name: `node ${n} is killed and started again`,
    run: async () => {
      await node.stop("SIGKILL");
      await node.startAgain();
    },
  }));
}

/** Stopped in order and started again, one after the other, each once all are served. */
export function rollingRestart(
  { cluster }: Disturbed,
  swarm: Swarm,
): Disturbance {
  return {
    name: "the nodes are restarted in turn",
    run: async () => {
      for (const node of cluster.nodes) {
        await node.stop("SIGTERM");
        await node.startAgain();
        await swarm.everyoneAcknowledged();
      }
    },
  };
}

export function frozenNode({ cluster, holdMs }: Disturbed): Disturbance {
  const [node] = cluster.nodes;
  return {
    name: "node 0 is stopped (SIGSTOP) and goes on",
    run: async () => {
      node.freeze();
      await held(holdMs);
      node.thaw();
    },
  };
}

/** @param during What is looked at while the node cannot reach Postgres. */
export function stalledLink(
  { cluster, holdMs }: Disturbed,
  during: (node: Node) => Promise<void> = () => Promise.resolve(),
): Disturbance {
  const node = cluster.nodes[cluster.nodes.length - 1];
  return {
    name: "the link of a node to Postgres stalls",
    run: async () => {
      node.link?.freeze();
      try {
        await Promise.all([during(node), held(holdMs)]);
      } finally {
        node.link?.thaw();
      }
    },
  };
}

export function cutLink({ cluster }: Disturbed): Disturbance {
  return {
    name: "every connection of a node to Postgres is reset",
    run: () => {
      cluster.nodes[0].link?.cutAll("reset");
      return Promise.resolve();
    },
  };
}

export function restartedPostgres({ postgres }: Disturbed): Disturbance {
  return {
    name: "Postgres is restarted",
    run: async () => {
      await postgres.stop();
      await postgres.startAgain();
    },
  };
}

export function killedPostgres({ postgres }: Disturbed): Disturbance {
  return {
    name: "Postgres is killed (kill -9) and started again",
    run: async () => {
      await postgres.kill();
      await postgres.startAgain();
    },
  };
}

export function frozenPostgres(
  { postgres, holdMs }: Disturbed,
): Disturbance {
  return {
    name: "Postgres is stopped (SIGSTOP) and goes on",
    run: async () => {
      postgres.freeze();
      await held(holdMs);
      postgres.thaw();
    },
  };
}

/** Part of the schedule, not a wait for something: processes of their own take no clock. */
function held(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
