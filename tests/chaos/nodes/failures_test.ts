/** Three nodes on one Postgres while each of them dies, stops or is cut off: nothing acknowledged is lost. */
import { assert, assertEquals } from "@std/assert";
import { Cluster, type Node } from "../../support/cluster.ts";
import { isPostgresInstalled } from "../../support/postgres_private.ts";
import { PostgresMachine } from "../../support/postgres_server.ts";
import { type Account, Swarm, SWARMING } from "../../support/swarm.ts";
import { sizeFrom } from "../random.ts";
import {
  cutLink,
  type Disturbance,
  type Disturbed,
  frozenNode,
  frozenPostgres,
  killedPostgres,
  killsOf,
  pass,
  restartedPostgres,
  rollingRestart,
  stalledLink,
} from "./disturbances.ts";

const CLIENTS = sizeFrom("CHAOS_NODES_CLIENTS", 30);
/** Longer than a node's lease, so that what it owned is taken over meanwhile. */
const HOLD_MS = sizeFrom("CHAOS_NODES_HOLD_MS", 8_000);
const LOAD = { clients: CLIENTS, rooms: 3, pauseMs: 250 };

/** What an account says when nothing went wrong. */
const NOTHING_WRONG = {
  lost: 0,
  twice: 0,
  falselyAcknowledged: 0,
  unlikeLogs: 0,
  unlikeNodes: 0,
  faults: [],
};

/** Counted as skipped where there is no Postgres to kill. */
const ignore = !isPostgresInstalled();
if (ignore) {
  console.warn("No Postgres is installed: tests of nodes are skipped");
}

const SCENARIOS: Readonly<
  Record<string, (disturbed: Disturbed, swarm: Swarm) => Disturbance[]>
> = {
  "[P14] each node is killed in turn": killsOf,
  "[P14] Postgres is restarted, killed and cut off from a node": (all) => [
    restartedPostgres(all),
    killedPostgres(all),
    cutLink(all),
  ],
  "[N6] a node is stopped for longer than its lease": (all) => [
    frozenNode(all),
  ],
  "[L10] the link of a node to Postgres stalls": (all) => [
    stalledLink(all, refusesAndReads),
  ],
  "[L10] Postgres itself stops answering": (all) => [frozenPostgres(all)],
  "[P20] the nodes are restarted in turn": (all, swarm) => [
    rollingRestart(all, swarm),
  ],
};

for (const [name, disturbances] of Object.entries(SCENARIOS)) {
  Deno.test({
    name:
      `${name} under ${CLIENTS} clients: nothing is lost, twice or told differently`,
    ignore,
    fn: async () => {
      await using postgres = await PostgresMachine.start();
      await using cluster = await Cluster.start({ postgres, env: SWARMING });
      await using swarm = await Swarm.start(cluster, LOAD);
      const disturbed = { cluster, postgres, holdMs: HOLD_MS };
      for (const disturbance of disturbances(disturbed, swarm)) {
        console.log(JSON.stringify(await pass(swarm, disturbance)));
      }
      const account = await swarm.account();
      console.log(JSON.stringify(account));
      check(account);
      await presenceIsWhoIsThere(cluster, swarm);
    },
  });
}

function check(account: Account): void {
  const {
    acknowledged,
    broadcasts,
    // Of a topic whose owner dies some are lost: that is what `accepted` says.
    broadcastsUnseen: _unseen,
    longestBroadcastMs: _longest,
    ...wrong
  } = account;
  assert(acknowledged > CLIENTS, `only ${acknowledged} were acknowledged`);
  assert(broadcasts > 0, "nothing was broadcast");
  assertEquals(wrong, NOTHING_WRONG);
}

/** I8, from wherever one looks, once the leases of the dead have run out. */
async function presenceIsWhoIsThere(
  { nodes: [{ server }] }: Cluster,
  swarm: Swarm,
): Promise<void> {
  await server.eventually(
    "every node to see exactly who is there",
    () => swarm.presence(),
    (rooms) =>
      rooms.every(({ due, told }) =>
        told.every((seen) => seen.join() === due.join())
      ),
  );
}

/** A node cut off from Postgres says that it cannot write, and still answers. */
async function refusesAndReads({ server }: Node): Promise<void> {
  const post = async () => {
    const response = await server.fetch("/api/v1/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ title: "Cut off" }),
    });
    await response.body?.cancel();
    return response.status;
  };
  const ready = async () => {
    const response = await server.fetch("/readyz", { token: null });
    await response.body?.cancel();
    return response.status;
  };
  await server.eventually("a refusal", post, (status) => status === 503);
  await server.eventually("not being ready", ready, (code) => code === 503);
  const alive = await server.fetch("/healthz", { token: null });
  await alive.body?.cancel();
  assertEquals(alive.status, 200);
}
