/** When sockets are tried beside a stream, and what becomes of one that speaks. */
import { assertEquals } from "@std/assert";
import {
  MAX_PROBE_MS,
  PROBE_MS,
  Probes,
  type ProbesOptions,
  type Successor,
} from "../../../realtime/client/sse_probes.ts";
import { FakeClock, FakeNetwork } from "./fakes.ts";

function create(options: Partial<ProbesOptions> = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const found: Successor[] = [];
  const probes = new Probes({
    url: "ws://regulens.test/ws?ticket=spent",
    protocol: "regulens.v1",
    openSocket: network.open,
    clock,
    random: () => 0.5,
    ...options,
  }, (successor) => found.push(successor));
  return { clock, network, found, probes };
}

Deno.test("[P27] a socket that stays blocked is tried ever more rarely, to a limit", async () => {
  const { clock, network, probes } = create();
  probes.start();
  probes.start();
  const waits: number[] = [];
  for (let tries = 1; tries <= 8; tries++) {
    const before = clock.now();
    while (network.sockets.length < tries) {
      clock.advance(1_000);
      await Promise.resolve();
      await Promise.resolve();
    }
    waits.push(clock.now() - before);
    network.sockets.at(-1)!.drop(1006);
  }
  assertEquals(
    waits,
    [1, 2, 4, 8, 16, 30, 30, 30].map((n) =>
      Math.min(n * PROBE_MS, MAX_PROBE_MS)
    ),
  );
  probes.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("[P27] a socket that says nothing is given up and tried again later", async () => {
  const { clock, network, probes, found } = create();
  probes.start();
  clock.advance(PROBE_MS);
  await settled();
  clock.advance(10_000);
  assertEquals(network.sockets[0].closedByClient, true);
  clock.advance(2 * PROBE_MS);
  await settled();
  assertEquals(network.sockets.length, 2);
  assertEquals(found, []);
  probes.stop();
  assertEquals(network.sockets[1].closedByClient, true);
});

Deno.test("[P27] another network is tried at once", async () => {
  const { network, probes } = create();
  probes.start();
  dispatchEvent(new Event("online"));
  await settled();
  assertEquals(network.sockets.length, 1);
  probes.stop();
  dispatchEvent(new Event("online"));
  await settled();
  assertEquals(network.sockets.length, 1);
});

Deno.test("[P27] each socket that is tried brings a ticket of its own", async () => {
  let tickets = 0;
  const { clock, network, probes } = create({
    getTicket: () => Promise.resolve(`t${++tickets}`),
  });
  probes.start();
  clock.advance(PROBE_MS);
  await settled();
  assertEquals(network.sockets[0].url, "ws://regulens.test/ws?ticket=t1");
  probes.stop();
});

Deno.test("[P27] what a socket says before somebody listens comes first, in order, its end last", async () => {
  const { clock, network, probes, found } = create();
  probes.start();
  clock.advance(PROBE_MS);
  await settled();
  const [socket] = network.sockets;
  socket.deliver(1);
  socket.deliver(2);
  assertEquals(found.length, 1);
  // It is watched by nobody now: stopping leaves it alone.
  probes.stop();
  assertEquals(socket.closedByClient, false);
  const heard: string[] = [];
  const events = {
    frame: (data: string) => void heard.push(data),
    closed: (code: number) => void heard.push(`closed ${code}`),
  };
  found[0].listen(events);
  socket.deliver(3);
  socket.drop(1006);
  assertEquals(heard, ["1", "2", "3", "closed 1006"]);
});

/** Asking for an address takes a few turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
