/**
 * How fast several nodes are on one channel: commands from all of them, and the way of a durable
 * publication from one to the others. Connections go to the nodes themselves, without a balancer.
 */
import type { Cluster } from "../tests/support/cluster.ts";
import { quantiles } from "./quantiles.ts";
import {
  closeAll,
  encodeText,
  openConnection,
  readFrames,
  subscribe,
} from "./subscribers.ts";

const ACK = `"type":"ACK"`;
const ERROR = `"type":"ERROR"`;
const PUBLISH_TICK_MS = 1;
/** How long the last deliveries are waited for. */
const DRAIN_MS = 5_000;
/** Commands before any counts: the first of a process compile what they run. */
const WARM_UP_SECONDS = 2;

export interface CommandsOptions {
  /** Connections to each node. */
  readonly writers: number;
  /** Commands of one connection that wait for their answer. */
  readonly window: number;
  readonly seconds: number;
}

/** Acknowledged commands per second, all on one channel of one session. */
export async function commandsOnOneChannel(
  { nodes }: Cluster,
  { writers, window, seconds }: CommandsOptions,
) {
  const { id: sessionId } = await nodes[0].server.openSessionFor([]);
  const waits: number[] = [];
  let acknowledged = 0;
  const refused: Record<string, number> = {};
  let stopping = false;
  const lanes = await Promise.all(
    nodes.flatMap(({ server }, node) =>
      Array.from({ length: writers }, async (_, writer) => {
        const socket = await openConnection(server);
        const { promise: ended, resolve: end } = Promise.withResolvers<void>();
        const sentAt = new Map<number, number>();
        let next = 1;
        const send = () => {
          if (stopping) return sentAt.size === 0 ? end() : undefined;
          const id = next++;
          sentAt.set(id, performance.now());
          const text = `${node} ${writer} ${id}`;
          const payload = {
            command: "post_message",
            input: { sessionId, text },
          };
          socket.write(encodeText(JSON.stringify({
            ...{ type: "COMMAND", id, messageId: text },
            payload,
          })));
        };
        readFrames(socket, (frame) => {
          for (const line of frame.toString("utf8").split("\n")) {
            const isAck = line.includes(ACK);
            if (!isAck && !line.includes(ERROR)) continue;
            const { ref, payload } = JSON.parse(line);
            waits.push(performance.now() - (sentAt.get(ref) ?? 0));
            sentAt.delete(ref);
            if (isAck) acknowledged++;
            else refused[payload.message] = (refused[payload.message] ?? 0) + 1;
            send();
          }
        });
        for (let n = 0; n < window; n++) send();
        return { socket, ended };
      })
    ),
  );
  await after(WARM_UP_SECONDS * 1_000);
  waits.length = 0;
  const before = acknowledged;
  const from = performance.now();
  await after(seconds * 1_000);
  const perSecond = (acknowledged - before) * 1_000 /
    (performance.now() - from);
  const waitMs = quantiles(waits);
  stopping = true;
  await Promise.all(lanes.map(({ ended }) => ended));
  await closeAll(lanes.map(({ socket }) => socket));
  return {
    nodes: nodes.length,
    connections: lanes.length,
    underWay: lanes.length * window,
    commandsPerSecond: Math.round(perSecond),
    refused,
    waitMs,
  };
}

/** From sending a durable publication on the first node to its arrival on each of the others. */
export async function deliveryToOthers(
  { nodes: [first, ...others] }: Cluster,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
) {
  const { id: sessionId, channel } = await first.server.openSessionFor([]);
  const sentAt = new Map<string, number>();
  const ownMs: number[] = [];
  const othersMs: number[] = [];
  let arrived = 0;
  const watching = await Promise.all([first, ...others].map(async (node) => {
    const socket = await openConnection(node.server);
    await subscribe(socket, channel);
    const into = node === first ? ownMs : othersMs;
    readFrames(socket, (frame) => {
      const now = performance.now();
      for (const line of frame.toString("utf8").split("\n")) {
        if (!line.includes(`"message_posted"`)) continue;
        const { payload }: { payload: { text: string } } = JSON.parse(line);
        const at = sentAt.get(payload.text);
        if (at === undefined) continue;
        into.push(now - at);
        arrived++;
      }
    });
    return socket;
  }));
  const writer = await openConnection(first.server);
  writer.resume();
  const count = rate * (WARM_UP_SECONDS + seconds);
  const startedAt = performance.now();
  for (let sent = 0; sent < count;) {
    const due = Math.floor((performance.now() - startedAt) * rate / 1_000);
    for (; sent <= due && sent < count; sent++) {
      const text = `publication ${sent}`;
      // From when it was due: a generator that falls behind shows.
      const dueAt = startedAt + sent * 1_000 / rate;
      if (sent >= rate * WARM_UP_SECONDS) sentAt.set(text, dueAt);
      const payload = { command: "post_message", input: { sessionId, text } };
      writer.write(encodeText(JSON.stringify({ type: "COMMAND", payload })));
    }
    await after(PUBLISH_TICK_MS);
  }
  const until = performance.now() + DRAIN_MS;
  const expected = rate * seconds * watching.length;
  while (arrived < expected && performance.now() < until) await after(10);
  await closeAll([...watching, writer]);
  return {
    publicationsPerSecond: rate,
    missing: expected - arrived,
    sameNodeMs: quantiles(ownMs),
    otherNodesMs: quantiles(othersMs),
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
