/** The state machine takes only the listed edges, under random events. */
import { assert } from "@std/assert";
import fc from "fast-check";
import { EDGES } from "../../../realtime/client/connection_state.ts";
import { turn } from "./fakes.ts";
import { type Answer, createHarness } from "./harness.ts";

const EVENTS = [
  "establish",
  "drop",
  "restart",
  "sign_out",
  "offline",
  "online",
  "retry",
  "three_seconds",
  "half_minute",
  "behind",
  "pong",
  "disconnect",
  "connect",
  "turn",
] as const;

Deno.test("[I9] only listed edges are taken", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }),
      fc.constantFrom<Answer>("signed_in", "signed_out", "unknown"),
      async (events, answer) => {
        const { client, clock, network, edges } = createHarness({
          answer: () => answer,
        });
        client.follow("session:a", {}, { epoch: "e1", offset: 0 });
        client.connect();
        for (const event of events) {
          const socket = network.current;
          if (event === "establish") socket.establish();
          else if (event === "drop") socket.drop();
          else if (event === "restart") {
            socket.drop(4001, '{"reconnectInMs":5}');
          } else if (event === "sign_out") socket.drop(4501);
          else if (event === "offline") client.setOnline(false);
          else if (event === "online") client.setOnline(true);
          else if (event === "retry") client.retryNow();
          else if (event === "three_seconds") clock.advance(3_000);
          else if (event === "half_minute") clock.advance(30_000);
          else if (event === "behind") {
            const ref = socket.sent("SUBSCRIBE").at(-1)?.id;
            const payload = { epoch: "e1", offset: 9, recovered: true };
            socket.deliver({
              type: "SUBSCRIBED",
              ref,
              channel: "session:a",
              payload,
            });
          } else if (event === "disconnect") client.disconnect();
          else if (event === "connect") client.connect();
          else if (event === "turn") await turn();
          else {
            const ref = socket.sent("HEARTBEAT").at(-1)?.id;
            socket.deliver({ type: "HEARTBEAT", ref });
          }
        }
        for (const [from, state] of edges) {
          seen.add(`${from}>${state}`);
          assert(EDGES[from].includes(state), `${from} to ${state}`);
        }
        client.close();
      },
    ),
    { numRuns: 3_000 },
  );
  // The schedules must have been rich enough to mean something.
  for (
    const edge of [
      "live>slow",
      "slow>reconnecting",
      "live>catching_up",
      "reconnecting>offline",
      "offline>live",
      "live>denied",
      "denied>connecting",
    ]
  ) assert(seen.has(edge), `${edge} was never taken`);
});
