/**
 * Several nodes on one Postgres: what clients notice of every
 * node and of Postgres being killed, stopped, stalled and restarted, whether anything
 * acknowledged is lost, and how fast nodes are together. Needs an installed Postgres: it starts
 * one of its own that flushes to disk. Clients, balancer, nodes and Postgres share the machine.
 */
import { closeAgainstBallots } from "../tests/chaos/nodes/poll_rounds.ts";
import {
  cutLink,
  frozenNode,
  frozenPostgres,
  killedPostgres,
  killsOf,
  pass,
  restartedPostgres,
  rollingRestart,
  stalledLink,
} from "../tests/chaos/nodes/disturbances.ts";
import { Cluster } from "../tests/support/cluster.ts";
import { PostgresMachine } from "../tests/support/postgres_server.ts";
import { startServer } from "../tests/support/server.ts";
import { Swarm, SWARMING } from "../tests/support/swarm.ts";
import { fanOut } from "./fan_out.ts";
import { commandsOnOneChannel, deliveryToOthers } from "./nodes_speed.ts";
import { readOptions } from "./options.ts";
import { UNLIMITED } from "./subscribers.ts";

const DEFAULTS = {
  nodes: 3,
  clients: 300,
  rooms: 10,
  /** ms between a client's acknowledgement and its next message. */
  pause: 1_000,
  /** s that something is stopped or stalled. */
  hold: 30,
  voters: 200,
  rounds: 200,
  writers: 4,
  window: 32,
  rate: 200,
  subscribers: 1_000,
  seconds: 5,
} as const;

type Options = Readonly<Record<keyof typeof DEFAULTS, number>>;

/** Parts by name; the name of one first runs that alone. */
const PARTS = {
  failures,
  polls,
  commands,
  delivery,
  fan_out: fanOuts,
} as const;

type Part = keyof typeof PARTS;

export async function run(args: string[]): Promise<void> {
  const only = partNamed(args[0]);
  const options = readOptions(only === undefined ? args : args.slice(1), {
    ...DEFAULTS,
  });
  const names: readonly Part[] = only === undefined
    ? ["failures", "polls", "commands", "delivery", "fan_out"]
    : [only];
  for (const name of names) {
    const found = await PARTS[name](options);
    console.log(JSON.stringify({ benchmark: `nodes ${name}`, ...found }));
  }
}

function partNamed(name: string | undefined): Part | undefined {
  switch (name) {
    case "failures":
    case "polls":
    case "commands":
    case "delivery":
    case "fan_out":
      return name;
  }
}

/** @throws {Error} When anything acknowledged was lost, doubled or told differently. */
async function failures({ nodes, clients, rooms, pause, hold }: Options) {
  await using postgres = await PostgresMachine.start();
  await using cluster = await Cluster.start({ postgres, nodes, env: SWARMING });
  const load = { clients, rooms, pauseMs: pause };
  await using swarm = await Swarm.start(cluster, load);
  const all = { cluster, postgres, holdMs: hold * 1_000 };
  const disturbances = [
    ...killsOf(all),
    frozenNode(all),
    restartedPostgres(all),
    killedPostgres(all),
    frozenPostgres(all),
    stalledLink(all),
    cutLink(all),
    rollingRestart(all, swarm),
  ];
  console.log(
    row("what happened", "recovery ms", "acked", "longest ms", ">3 s"),
  );
  for (const disturbance of disturbances) {
    const { name, recoveryMs, acknowledged, longestMs, over3s } = await pass(
      swarm,
      disturbance,
    );
    console.log(row(name, recoveryMs, acknowledged, longestMs, over3s));
  }
  const { faults, ...account } = await swarm.account();
  const { lost, twice, falselyAcknowledged, unlikeLogs, unlikeNodes } = account;
  const wrong = lost + twice + falselyAcknowledged + unlikeLogs + unlikeNodes +
    faults.length;
  for (const fault of faults.slice(0, 20)) console.log(fault);
  console.log(JSON.stringify(account));
  if (wrong > 0) throw new Error(`${wrong} things were not as promised`);
  return { clients, ...account, faults: faults.length };
}

async function polls({ nodes, voters, rounds }: Options) {
  await using postgres = await PostgresMachine.start();
  await using cluster = await Cluster.start({ postgres, nodes, env: SWARMING });
  const startedAt = performance.now();
  const found = await closeAgainstBallots(cluster, { voters, rounds });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return { voters, rounds, ...found, seconds };
}

async function commands({ nodes, writers, window, seconds }: Options) {
  await using postgres = await PostgresMachine.start();
  await using cluster = await Cluster.start({
    postgres,
    nodes,
    env: UNLIMITED,
  });
  return await commandsOnOneChannel(cluster, { writers, window, seconds });
}

async function delivery({ nodes, rate, seconds }: Options) {
  await using postgres = await PostgresMachine.start();
  await using cluster = await Cluster.start({
    postgres,
    nodes,
    env: UNLIMITED,
  });
  return await deliveryToOthers(cluster, { rate, seconds });
}

/** One node of several beside one with the embedded log, in the same minute. */
async function fanOuts({ nodes, subscribers, seconds }: Options) {
  const load = { subscribers, rate: 1_000, seconds, size: 200 };
  const embedded = await alone(load);
  await using postgres = await PostgresMachine.start();
  await using cluster = await Cluster.start({
    postgres,
    nodes,
    env: UNLIMITED,
  });
  return { embedded, ofSeveral: await fanOut(cluster.nodes[0].server, load) };
}

async function alone(load: Parameters<typeof fanOut>[1]) {
  await using server = await startServer({ env: UNLIMITED });
  return await fanOut(server, load);
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return [name.padEnd(52), ...cells.map((cell) => String(cell).padStart(12))]
    .join("");
}
