/** Commands: in order, once, until acknowledged, across losses and time-outs. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { MessageRefused } from "../../../realtime/client/message_refused.ts";
import { MAX_QUEUED } from "../../../realtime/client/outbox_store.ts";
import type { FakeSocket } from "./fakes.ts";
import { turn } from "./fakes.ts";
import { createHarness } from "./harness.ts";

function post(text: string) {
  return { sessionId: "a", text };
}

function acknowledge(socket: FakeSocket, messageId: string): void {
  const command = socket.sent("COMMAND").findLast((sent) =>
    sent.messageId === messageId
  );
  socket.deliver({
    type: "ACK",
    ref: command?.id,
    payload: {
      result: { done: messageId },
      positions: [{ channel: "session:a", epoch: "e1", offset: 5 }],
    },
  });
}

Deno.test("[P13] a command resolves with its position when it is acknowledged", async () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.establish();
  const sent = client.command("post_message", post("hello"), "m-1");
  await turn();
  assertEquals(network.current.last("COMMAND").payload, {
    command: "post_message",
    input: post("hello"),
  });
  acknowledge(network.current, "m-1");
  assertEquals(await sent, {
    messageId: "m-1",
    result: { done: "m-1" },
    positions: [{ channel: "session:a", epoch: "e1", offset: 5 }],
  });
  client.close();
});

Deno.test("[P23] commands given while away wait and are sent in order", async () => {
  const { client, network } = createHarness();
  client.connect();
  const all = ["one", "two", "three"].map((text) =>
    client.command("post_message", post(text), text)
  );
  await turn();
  assertEquals([network.current.frames.length, client.view().queued], [0, 3]);
  network.current.establish();
  for (const id of ["one", "two", "three"]) {
    await turn();
    acknowledge(network.current, id);
  }
  await Promise.all(all);
  assertEquals(
    network.current.sent("COMMAND").map(({ messageId }) => messageId),
    ["one", "two", "three"],
  );
  assertEquals(client.view().queued, 0);
  client.close();
});

Deno.test("[P14] an unanswered command is unknown: it is sent again with its messageId", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  const sent = client.command("post_message", post("hello"), "m-1");
  await turn();
  clock.advance(9_000);
  network.current.deliver({ type: "NOTICE" });
  clock.advance(1_000);
  await turn();
  assertEquals(
    network.current.sent("COMMAND").map(({ messageId }) => messageId),
    ["m-1", "m-1"],
  );
  acknowledge(network.current, "m-1");
  await sent;
  client.close();
});

Deno.test("[P13] a command whose answer the cut took is sent again after reconnecting", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  const sent = client.command("post_message", post("hello"), "m-1");
  await turn();
  network.current.drop();
  clock.advance(250);
  network.current.establish();
  await turn();
  assertEquals(network.current.last("COMMAND").messageId, "m-1");
  acknowledge(network.current, "m-1");
  await sent;
  client.close();
});

Deno.test("[P7] a refusal rejects with its code and reason and leaves the queue", async () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.establish();
  const sent = client.command("post_message", post("late"), "m-1");
  await turn();
  network.current.deliver({
    type: "ERROR",
    ref: network.current.last("COMMAND").id,
    payload: { code: "conflict", message: "closed", reason: "session_closed" },
  });
  const refused = await sent.catch((error: unknown) => error);
  assert(refused instanceof MessageRefused);
  assertEquals([refused.code, refused.reason], ["conflict", "session_closed"]);
  assertEquals(client.view().queued, 0);
  client.close();
});

Deno.test("[P18] rate_limited holds the queue for as long as the server says", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  const sent = client.command("post_message", post("hello"), "m-1");
  await turn();
  network.current.deliver({
    type: "ERROR",
    ref: network.current.last("COMMAND").id,
    payload: { code: "rate_limited", message: "slow down", retryAfterMs: 400 },
  });
  clock.advance(399);
  await turn();
  assertEquals(network.current.sent("COMMAND").length, 1);
  clock.advance(1);
  await turn();
  assertEquals(network.current.sent("COMMAND").length, 2);
  acknowledge(network.current, "m-1");
  await sent;
  client.close();
});

Deno.test("[P18] a full queue is sent no faster than the server's limit", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  const all = Array.from(
    { length: 300 },
    (_, n) => client.command("post_message", post(`${n}`), `m-${n}`),
  );
  let answered = 0;
  const perSecond: number[] = [];
  for (let second = 0; second < 7; second++) {
    const before = answered;
    for (let tick = 0; tick < 100; tick++) {
      await turn();
      const sent = network.current.sent("COMMAND");
      for (const { messageId } of sent.slice(answered)) {
        acknowledge(network.current, messageId!);
      }
      answered = sent.length;
      clock.advance(10);
    }
    perSecond.push(answered - before);
  }
  await Promise.all(all);
  assertEquals(answered, 300);
  assert(perSecond[0]! <= 100, `${perSecond}`);
  assert(perSecond.slice(1).every((count) => count <= 50), `${perSecond}`);
  client.close();
});

Deno.test("[P23] over the limit the newest is refused and none is lost", async () => {
  const { client } = createHarness();
  const waiting = Array.from(
    { length: MAX_QUEUED },
    (_, n) =>
      client.command("post_message", post(`${n}`)).catch(() => "closed"),
  );
  await assertRejects(
    () => client.command("post_message", post("one more")),
    MessageRefused,
    "Cannot queue more",
  );
  assertEquals(client.view().queued, MAX_QUEUED);
  client.close();
  assertEquals((await Promise.all(waiting)).length, MAX_QUEUED);
});

Deno.test("[I2] each command takes effect once, in order, under any loss of requests and answers", async () => {
  const fate = fc.constantFrom("answer", "lose_answer", "busy", "cut");
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 40 }), async (fates) => {
      const { client, clock, network } = createHarness();
      // The server's part: a messageId takes effect once, in the order of arrival.
      const effects: string[] = [];
      client.connect();
      network.current.establish();
      const ids = Array.from({ length: 12 }, (_, n) => `m-${n}`);
      const all = ids.map((id) => client.command("post_message", post(id), id));
      let taken = 0;
      const next = () => network.current.sent("COMMAND")[taken];
      const reconnect = async () => {
        network.current.drop();
        client.retryNow();
        taken = 0;
        network.current.establish();
        await turn();
      };
      const serve = async (fate: typeof fates[number]) => {
        await turn();
        if (fate === "cut") return reconnect();
        const command = next();
        if (!command) return;
        taken += 1;
        if (fate === "busy") {
          const payload = { code: "unavailable", message: "later" };
          network.current.deliver({ type: "ERROR", ref: command.id, payload });
          return clock.advance(1_000);
        }
        if (!effects.includes(command.messageId!)) {
          effects.push(command.messageId!);
        }
        if (fate === "answer") acknowledge(network.current, command.messageId!);
        else await reconnect();
      };
      for (const fate of fates) await serve(fate);
      for (let n = 0; n < ids.length; n++) await serve("answer");
      await Promise.all(all);
      assertEquals(effects, ids);
      client.close();
    }),
    { numRuns: 200 },
  );
});
