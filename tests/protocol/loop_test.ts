/** An alert, a rule's verdict, an analysis, a poll, what came of it: seen live, and provable afterwards. */
import { assert, assertEquals } from "@std/assert";
import { isSigned } from "../../realtime/log/checkpoint.ts";
import { verifyExport } from "../../realtime/log/verify_export.ts";
import { LOOP_ENV, LOOP_RULE, prepareLoop, runLoop } from "../support/loop.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { Voter } from "../support/voters.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({ env: LOOP_ENV });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function exportOf(channel: string): Promise<Uint8Array> {
  const response = await server.fetch(
    `/api/v1/audit/export?channel=${encodeURIComponent(channel)}`,
  );
  assertEquals(response.status, 200);
  return await response.bytes();
}

const trust = async () => {
  const { rules } = await server.call("GET", "/api/v1/learning");
  return rules.find(({ id }: { id: string }) => id === LOOP_RULE.id);
};

Deno.test("[LE12] an alert leads to a verdict, a vote, an outcome and a trust that moved; all of it is proven offline", async () => {
  const flo = await server.signIn("Flo", "facilitator");
  const ana = await server.signIn("Ana");
  const facilitator = new Voter(server, flo.userId, flo.cookie);
  const voter = new Voter(server, ana.userId, ana.cookie);
  // Whoever watches neither acts nor takes part.
  const { cookie } = await server.signIn("Wil");
  await using watcher = await SocketClient.open(server.socketUrl, {
    headers: { Cookie: cookie, Origin: server.url },
  });
  await prepareLoop(server, facilitator, watcher);
  assertEquals(await trust(), undefined);
  const { sessionId, hops } = await runLoop(server, { watcher, voter }, {
    n: 1,
  });
  const channel = `session:${sessionId}`;
  assertEquals(hops.map(({ name, seen }) => [name, seen.channel, seen.type]), [
    ["alert", "alerts", "ALERT"],
    ["evaluation", channel, "RULE_EVALUATION_RESULT"],
    ["analysis", channel, "DECISION_ANALYSIS_RESULT"],
    ["poll", channel, "CONSENSUS_UPDATE"],
    ["ballot", channel, "CONSENSUS_UPDATE"],
    ["outcome", channel, "CONSENSUS_UPDATE"],
    ["feedback", channel, "LEARNING_FEEDBACK"],
    ["trust", "learning", "LEARNING_FEEDBACK"],
  ]);
  // Each was on the socket before the next, and none is missing in between.
  const places = hops.map(({ seen }) => watcher.received.indexOf(seen));
  assertEquals(places, places.toSorted((a, b) => a - b));
  const offsets = watcher.offsets(channel);
  assertEquals(offsets, offsets.map((_, n) => offsets[0] + n));
  const [, evaluation] = hops;
  assertEquals(evaluation.seen.payload.recommendation, "REVIEW");
  // What readers were told is what the API says.
  const told = hops[7].seen.payload;
  const now = await trust();
  assertEquals([told.labels, told.mean], [now.labels, now.mean]);
  assertEquals([now.labels, now.mean], [1, 2 / 3]);
  assertEquals(told.userId, undefined);

  for (const one of [channel, "alerts", "rules"]) {
    const bytes = await exportOf(one);
    const { ok, count } = await verifyExport([bytes], { isSigned });
    assert(ok, one);
    assertEquals(count, (await server.history(one)).length, one);
    // A letter of the alert, the verdict, the feedback: any byte will do.
    const altered = bytes.slice();
    altered[Math.floor(bytes.length / 2)] ^= 1;
    assertEquals((await verifyExport([altered], { isSigned })).ok, false, one);
  }
});
