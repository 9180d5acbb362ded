/**
 * The loop from an alert to what is learned, round after round on one server: a signed
 * webhook, an evaluation, an analysis, a poll with a ballot and its result, feedback and the
 * trust it moves. Per hop the time from the request to the message on another's socket.
 * Leaves out a network; client and server share the machine.
 */
import { LOOP_ENV, prepareLoop, runLoop } from "../tests/support/loop.ts";
import { startServer } from "../tests/support/server.ts";
import { SocketClient } from "../tests/support/socket_client.ts";
import { Voter } from "../tests/support/voters.ts";
import { readOptions } from "./options.ts";
import { quantiles } from "./quantiles.ts";

/** Rounds before those that count: the first of a process compile what they run. */
const WARM_UP = 5;

export async function run(args: string[]): Promise<void> {
  const { loops } = readOptions(args, { loops: 50 });
  await using server = await startServer({ env: LOOP_ENV });
  const flo = await server.signIn("Flo", "facilitator");
  const ana = await server.signIn("Ana");
  const { cookie } = await server.signIn("Wil");
  await using watcher = await SocketClient.open(server.socketUrl, {
    headers: { Cookie: cookie, Origin: server.url },
  });
  const voter = new Voter(server, ana.userId, ana.cookie);
  await prepareLoop(server, new Voter(server, flo.userId, flo.cookie), watcher);
  const times = new Map<string, number[]>();
  for (let n = 0; n < WARM_UP + loops; n++) {
    const { hops } = await runLoop(server, { watcher, voter }, { n });
    if (n < WARM_UP) continue;
    for (const { name, ms } of hops) {
      times.set(name, [...times.get(name) ?? [], ms]);
    }
  }
  const hops = Object.fromEntries(
    [...times].map(([name, list]) => [name, quantiles(list)]),
  );
  console.log(JSON.stringify({ benchmark: "loop", loops, hopsMs: hops }));
}
