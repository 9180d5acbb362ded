/** Positions and recovery: each publication applied once, in order, whatever the network does. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FakeSocket, SentMessage } from "./fakes.ts";
import { turn } from "./fakes.ts";
import { createHarness } from "./harness.ts";

const CHANNEL = "session:a";

function publication(offset: number, epoch = "e1") {
  return {
    type: "SESSION_UPDATE",
    channel: CHANNEL,
    epoch,
    offset,
    hash: `h${offset}`,
    payload: { event: "message_posted" },
  };
}

function subscribed(ref: number | undefined, payload: object) {
  return { type: "SUBSCRIBED", ref, channel: CHANNEL, payload };
}

/** A live client that follows one channel from offset 3 and writes down what it hears. */
async function following() {
  const harness = createHarness();
  const applied: number[] = [];
  const resets: string[] = [];
  const refusals: string[] = [];
  const subscription = harness.client.follow(CHANNEL, {
    publication: ({ offset }) => applied.push(offset),
    reset: (reason) => resets.push(reason),
    refused: (code) => refusals.push(code),
  }, { epoch: "e1", offset: 3, hash: "h3" });
  harness.client.connect();
  harness.network.current.establish();
  await turn();
  const ask = () => harness.network.current.last("SUBSCRIBE");
  return { ...harness, subscription, applied, resets, refusals, ask };
}

Deno.test("[P24] the client subscribes from the position the page was read at", async () => {
  const { client, ask } = await following();
  assertEquals(ask().payload?.since, { epoch: "e1", offset: 3, hash: "h3" });
  client.close();
});

Deno.test("[P11] what was seen already is dropped", async () => {
  const { client, network, applied, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 4, recovered: true }),
    publication(3),
    publication(4),
    publication(4),
    publication(5),
  );
  assertEquals(applied, [4, 5]);
  client.close();
});

Deno.test("[P11] a hole asks again from the last position, once", async () => {
  const { client, network, applied, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 3, recovered: true }),
    publication(5),
    publication(6),
  );
  await turn();
  assertEquals(applied, []);
  assertEquals(network.current.sent("SUBSCRIBE").length, 2);
  assertEquals(ask().payload?.since, { epoch: "e1", offset: 3, hash: "h3" });
  client.close();
});

Deno.test("[P11] a reconnect asks from the last publication applied, with its hash", async () => {
  const { client, clock, network, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 3, recovered: true }),
    publication(4),
  );
  network.current.drop();
  clock.advance(250);
  network.current.establish();
  await turn();
  assertEquals(ask().payload?.since, { epoch: "e1", offset: 4, hash: "h4" });
  client.close();
});

Deno.test("[P21] missed publications show as catching up, with how many are here", async () => {
  const { client, network, states, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 6, recovered: true }),
    publication(4),
  );
  await turn();
  assertEquals(client.view().progress, { done: 1, total: 3 });
  network.current.deliver(publication(5), publication(6));
  await turn();
  assertEquals(states, ["connecting", "live", "catching_up", "live"]);
  client.close();
});

for (
  const [reason, payload] of [
    ["lost", { epoch: "e2", offset: 9, recovered: false }],
    ["diverged", { epoch: "e1", offset: 9, recovered: false, diverged: true }],
  ] as const
) {
  Deno.test(`[P10] a history that is ${reason} stops the follower until it resumes`, async () => {
    const { client, network, applied, resets, subscription, ask } =
      await following();
    network.current.deliver(
      subscribed(ask().id, payload),
      publication(10, payload.epoch),
    );
    assertEquals([applied, resets], [[], [reason]]);
    subscription.resume({ epoch: payload.epoch, offset: 10 });
    await turn();
    network.current.deliver(
      subscribed(ask().id, {
        epoch: payload.epoch,
        offset: 10,
        recovered: true,
      }),
      publication(11, payload.epoch),
    );
    assertEquals(applied, [11]);
    client.close();
  });
}

Deno.test("[P8] a channel that may not be read is said so, and not asked again", async () => {
  const { client, clock, network, refusals, ask } = await following();
  network.current.deliver({
    type: "ERROR",
    ref: ask().id,
    payload: { code: "not_found", message: "no such channel" },
  });
  clock.advance(5_000);
  await turn();
  assertEquals(refusals, ["not_found"]);
  assertEquals(network.current.sent("SUBSCRIBE").length, 1);
  client.close();
});

Deno.test("[P7] a rate-limited SUBSCRIBE is asked again when the server says", async () => {
  const { client, clock, network, ask } = await following();
  network.current.deliver({
    type: "ERROR",
    ref: ask().id,
    payload: { code: "rate_limited", retryAfterMs: 700 },
  });
  clock.advance(699);
  await turn();
  assertEquals(network.current.sent("SUBSCRIBE").length, 1);
  clock.advance(1);
  await turn();
  assertEquals(network.current.sent("SUBSCRIBE").length, 2);
  client.close();
});

Deno.test("[P17] behind a GAP the client goes on", async () => {
  const { client, network, applied, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 3, recovered: true }),
    {
      type: "GAP",
      channel: CHANNEL,
      payload: { channel: CHANNEL, from: 4, to: 8, reason: "lagging" },
    },
    publication(9),
  );
  assertEquals(applied, [9]);
  client.close();
});

Deno.test("[P10] told of another epoch the client asks anew, and takes nothing for known", async () => {
  const { client, network, applied, resets, ask } = await following();
  network.current.deliver(
    subscribed(ask().id, { epoch: "e1", offset: 3, recovered: true }),
    {
      type: "GAP",
      channel: CHANNEL,
      payload: {
        channel: CHANNEL,
        from: 4,
        to: 4,
        reason: "epoch_changed",
        epoch: "e2",
      },
    },
    publication(1),
  );
  await turn();
  assertEquals(applied, []);
  assertEquals(network.current.sent("SUBSCRIBE").length, 2);
  network.current.deliver(
    subscribed(ask().id, { epoch: "e2", offset: 1, recovered: false }),
  );
  assertEquals(resets, ["lost"]);
  client.close();
});

Deno.test("[P3] a channel the server subscribed continues over a reconnect", async () => {
  const { client, clock, network } = createHarness();
  const heard: unknown[] = [];
  client.on("DIRECT_MESSAGE", ({ offset }) => heard.push(offset));
  const at = (offset: number) => ({
    subscriptions: [{ channel: "user:ana", epoch: "e1", offset }],
  });
  client.connect();
  network.current.establish(at(7));
  network.current.drop();
  clock.advance(250);
  network.current.establish(at(9));
  await turn();
  assertEquals(network.current.last("SUBSCRIBE").payload?.since, {
    epoch: "e1",
    offset: 7,
  });
  client.close();
});

Deno.test("[P9] presence comes whole with SUBSCRIBED, then as changes", async () => {
  const { client, network } = createHarness();
  const heard: string[] = [];
  client.follow(CHANNEL, {
    presence: ({ joined, left, full }) =>
      heard.push(
        `${full ? "=" : "+"}${joined.map(({ userId }) => userId)}-${left}`,
      ),
  });
  client.connect();
  network.current.establish();
  await turn();
  const { id, payload } = network.current.last("SUBSCRIBE");
  assertEquals(payload?.presence, true);
  const ana = { userId: "ana", name: "Ana", role: "member", status: "active" };
  network.current.deliver(
    subscribed(id, { epoch: "e1", offset: 0, presence: [ana] }),
    {
      type: "PRESENCE",
      channel: CHANNEL,
      payload: { joined: [], left: ["ana"] },
    },
    {
      type: "PRESENCE",
      channel: CHANNEL,
      payload: { joined: [ana], left: [], full: true },
    },
  );
  assertEquals(heard, ["=ana-", "+-ana", "=ana-"]);
  client.close();
});

type Step =
  | { readonly do: "publish" }
  | { readonly do: "lose" }
  | { readonly do: "repeat"; readonly back: number }
  | { readonly do: "swap" }
  | { readonly do: "deliver" }
  | { readonly do: "cut" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "publish" } as const) },
  { weight: 4, arbitrary: fc.constant({ do: "deliver" } as const) },
  fc.constant({ do: "lose" } as const),
  fc.nat(5).map((back) => ({ do: "repeat", back } as const)),
  fc.constant({ do: "swap" } as const),
  fc.constant({ do: "cut" } as const),
);

/** What a true server would do with its log; the wire in between is what the test breaks. */
class ModelServer {
  head = 0;
  wire: object[] = [];
  #answered = new WeakMap<FakeSocket, number>();

  publish(): void {
    this.head += 1;
    this.wire.push(publication(this.head));
  }

  answer(socket: FakeSocket): void {
    const asked = socket.sent("SUBSCRIBE");
    const from = this.#answered.get(socket) ?? 0;
    this.#answered.set(socket, asked.length);
    for (const request of asked.slice(from)) this.#replay(request);
  }

  #replay({ id, payload }: SentMessage): void {
    const since = payload?.since?.offset ?? 0;
    this.wire.push(
      subscribed(id, { epoch: "e1", offset: this.head, recovered: true }),
    );
    for (let offset = since + 1; offset <= this.head; offset++) {
      this.wire.push(publication(offset));
    }
  }
}

Deno.test("[I1] applied offsets rise by one under loss, repetition, reordering and cuts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { client, clock, network } = createHarness();
      const applied: number[] = [];
      client.follow(CHANNEL, {
        publication: ({ offset }) => applied.push(offset),
      }, { epoch: "e1", offset: 0 });
      client.connect();
      const server = new ModelServer();
      network.current.establish();
      const deliver = async () => {
        await turn();
        server.answer(network.current);
        network.current.deliver(...server.wire.splice(0));
        await turn();
      };
      for (const act of steps) {
        const { wire } = server;
        if (act.do === "publish") server.publish();
        else if (act.do === "lose") wire.pop();
        else if (act.do === "repeat" && wire.length > 0) {
          wire.push(wire[Math.max(0, wire.length - 1 - act.back)]!);
        } else if (act.do === "swap" && wire.length > 1) {
          wire.push(wire.splice(-2, 1)[0]!);
        } else if (act.do === "deliver") await deliver();
        else if (act.do === "cut") {
          server.wire = [];
          network.current.drop();
          client.retryNow();
          network.current.establish();
        }
      }
      // Whatever was lost, one more publication shows the hole, and a quiet wire mends it.
      server.publish();
      for (let round = 0; round < 4; round++) {
        await deliver();
        // A lost SUBSCRIBED is asked for again after the request has timed out.
        network.current.deliver({ type: "NOTICE" });
        clock.advance(9_999);
        network.current.deliver({ type: "NOTICE" });
        clock.advance(1);
      }
      await deliver();
      assertEquals(
        applied,
        Array.from({ length: server.head }, (_, index) => index + 1),
      );
      assert(client.view().state !== "catching_up");
      client.close();
    }),
    { numRuns: 300 },
  );
});
