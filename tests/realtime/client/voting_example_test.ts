/** The example in docs/client.md, run as it stands there against a real server. */
import { assert, assertEquals } from "@std/assert";
import { createBrowserClient } from "../../../realtime/client/browser.ts";
import type { RealtimeClient } from "../../../realtime/client/client.ts";
import type { ConsensusUpdate } from "../../../realtime/client/consensus_update.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const ROOT = new URL("../../../", import.meta.url);
const RANKING = [["b"], ["a"]];

/** The code of the section as a module of its own. */
async function exampleModule() {
  const page = await Deno.readTextFile(new URL("docs/client.md", ROOT));
  const section = page.slice(page.indexOf("## Voting from your own page"));
  const code = section.match(/```ts\n([^]*?)```/)?.[1] ?? "";
  const source = code.replaceAll('"./', `"${ROOT.href}`);
  return await import(
    `data:application/typescript,${encodeURIComponent(source)}`
  );
}

function clientOf(server: TestServer, userId: string): RealtimeClient {
  return createBrowserClient({
    url: `${server.socketUrl}`,
    getTicket: () => server.ticket({ userId, roles: ["facilitator"] }),
  });
}

Deno.test({
  name:
    "[P21] the voting example of the documentation opens, casts, follows and verifies",
  // A socket that was closed still has its close on the way when the test ends.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using server = await startServer();
    const { openPoll, castBallot, followPoll, isCommitted } =
      await exampleModule();
    const { id: sessionId } = await server.openSession({
      title: "KX-14",
      open: true,
      participants: [{ userId: "ana", name: "Ana", role: "facilitator" }],
    });
    const ana = clientOf(server, "ana");
    ana.connect();
    const poll = { sessionId, pollId: "vendor-1" };
    const told: ConsensusUpdate[] = [];
    const ended = Promise.withResolvers<void>();
    const stop = followPoll(ana, poll, (update: ConsensusUpdate) => {
      told.push(update);
      if (update.event === "consensus_result") ended.resolve();
    });
    await openPoll(ana, sessionId);
    const ballot = { ...poll, round: 1, ranking: RANKING, messageId: "b-1" };
    const receipt = await castBallot(ana, ballot);
    assertEquals(await castBallot(ana, ballot), receipt, "it counts once");
    await ana.command("close_poll", { ...poll });
    await ended.promise;
    const vote = told.find((one) => one.event === "vote_cast");
    const reveal = told.find((one) => one.event === "ballots_revealed");
    const commitment = vote?.event === "vote_cast"
      ? vote.commitment
      : undefined;
    const [revealed] = reveal?.event === "ballots_revealed"
      ? reveal.ballots
      : [];
    assertEquals(revealed?.ballot, { ranking: RANKING });
    const place = { ...poll, round: 1 };
    assert(await isCommitted(place, revealed, commitment));
    const forged = { ...revealed, ballot: { ranking: [["a"], ["b"]] } };
    assertEquals(await isCommitted(place, forged, commitment), false);
    const items = await server.history(`session:${sessionId}`);
    const own = items.find(({ offset }) => offset === receipt.offset);
    assertEquals([own?.payload.event, own?.hash], ["vote_cast", receipt.hash]);
    const late = { ...ballot, messageId: "b-2" };
    const { reason } = await castBallot(ana, late).catch((error: unknown) =>
      error
    );
    assertEquals(reason, "poll_closed");
    stop();
    ana.close();
  },
});
