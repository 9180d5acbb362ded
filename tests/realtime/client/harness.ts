/** A client over fake sockets, and what it showed, in order. */
import { RealtimeClient } from "../../../realtime/client/client.ts";
import type { ClientState } from "../../../realtime/client/connection_state.ts";
import { FakeClock, FakeNetwork } from "./fakes.ts";

export type Answer = "signed_in" | "signed_out" | "unknown";

export interface HarnessOptions {
  readonly answer?: () => Answer;
  readonly getTicket?: () => Promise<string>;
  readonly userId?: string;
}

export function createHarness(options: HarnessOptions = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const states: ClientState[] = [];
  const edges: (readonly [ClientState, ClientState])[] = [];
  let asked = 0;
  let ids = 0;
  const client = new RealtimeClient({
    url: "ws://regulens.test/ws",
    open: network.open,
    clock,
    random: () => 0.5,
    newId: () => `m${++ids}`,
    userId: options.userId,
    getTicket: options.getTicket,
    identify: () => {
      asked += 1;
      return Promise.resolve(options.answer?.() ?? "unknown");
    },
  });
  client.onView(({ state }) => {
    if (states.at(-1) !== state) states.push(state);
  });
  client.on("state", ({ from, state }) => edges.push([from, state]));
  return { clock, network, client, states, edges, asked: () => asked };
}
