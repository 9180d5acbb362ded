/** What waits to leave a node: batches, bounds, and what is sent again. */
import { assertEquals } from "@std/assert";
import {
  LOST_SUBJECT,
  Outgoing,
  type OutgoingOptions,
  type OutMessage,
} from "../../../realtime/nodes/outgoing.ts";
import { FakeTime, turn } from "../fake_time.ts";

/** Batches wait in `sending` until the test answers them. */
function outgoing(options: Partial<OutgoingOptions> = {}) {
  const time = new FakeTime();
  const sending: {
    readonly batch: readonly OutMessage[];
    readonly answer: PromiseWithResolvers<void>;
  }[] = [];
  const out = new Outgoing({
    after: time.after,
    send: (batch) => {
      const answer = Promise.withResolvers<void>();
      sending.push({ batch, answer });
      return answer.promise;
    },
    ...options,
  });
  const push = (...bodies: string[]) => {
    for (const body of bodies) out.push({ to: null, subject: "s", body });
  };
  return { out, push, sending, time };
}

/** `seq:body` of each message; what tells a loss has its subject. */
function lines(batch: readonly OutMessage[]): string[] {
  return batch.map(({ seq, subject, body }) =>
    `${seq}:${subject === LOST_SUBJECT ? "lost" : body}`
  );
}

Deno.test("[N4] what is published in one turn leaves at once, as one batch", async () => {
  const { push, sending } = outgoing();
  push("a", "b");
  await turn();
  assertEquals(sending.map(({ batch }) => lines(batch)), [["1:a", "2:b"]]);
});

Deno.test("[N4] one batch is on its way; what is published meanwhile is the next", async () => {
  const { push, sending } = outgoing();
  push("a");
  await turn();
  push("b");
  await turn();
  push("c");
  assertEquals(sending.length, 1);
  sending[0].answer.resolve();
  await turn();
  assertEquals(lines(sending[1].batch), ["2:b", "3:c"]);
});

Deno.test("[N2] a batch that failed is sent again with its numbers, after a pause", async () => {
  const { push, sending, time } = outgoing();
  push("a");
  await turn();
  push("b");
  sending[0].answer.reject(new Error("no answer"));
  await turn();
  assertEquals(sending.length, 1);
  await time.advance(50);
  assertEquals(sending[1].batch, sending[0].batch);
  sending[1].answer.resolve();
  await turn();
  assertEquals(lines(sending[2].batch), ["2:b"]);
});

Deno.test("[N4] pauses grow to a second, so that a server that is gone is not besieged", async () => {
  const { push, time } = outgoing({
    send: () => Promise.reject(new Error("gone")),
  });
  push("a");
  await time.advance(10_000);
  assertEquals(time.delays.slice(0, 7), [50, 100, 200, 400, 800, 1000, 1000]);
});

Deno.test("[N3] when too many wait the oldest go, and receivers are told first", async () => {
  const { out, push, sending } = outgoing({ maxWaiting: 3 });
  push("a");
  await turn();
  push("b", "c", "d", "e", "f");
  assertEquals(out.counts, { sent: 6, dropped: 2 });
  sending[0].answer.resolve();
  await turn();
  assertEquals(lines(sending[1].batch), ["2:lost", "3:d", "4:e", "5:f"]);
});

Deno.test("[N4] what waits is bounded by its size, too", async () => {
  const { out, push, sending } = outgoing({ maxWaitingBytes: 100 });
  push("a");
  await turn();
  push("x".repeat(60), "y".repeat(60), "z".repeat(200), "b");
  assertEquals(out.counts.dropped, 3);
  sending[0].answer.resolve();
  await turn();
  assertEquals(lines(sending[1].batch), ["2:lost", "3:b"]);
});

Deno.test("[N4] a batch has a thousand messages or a mebibyte at most, and one at least", async () => {
  const { push, sending } = outgoing();
  const big = "x".repeat(2 ** 20);
  push(big, ...Array(1_500).fill("a"));
  for (let i = 0; i < 3; i++) {
    await turn();
    sending[i].answer.resolve();
  }
  await turn();
  assertEquals(sending.map(({ batch }) => batch.length), [1, 1000, 500]);
});

Deno.test("[N2] closing waits for what is there, and gives up when the time is over", async () => {
  const { out, push, sending, time } = outgoing();
  push("a");
  const closed = out.close(1_000);
  await turn();
  sending[0].answer.resolve();
  await closed;
  assertEquals(time.pending, 0);

  const stuck = outgoing({ send: () => Promise.reject(new Error("gone")) });
  stuck.push("a");
  const givenUp = stuck.out.close(1_000);
  await stuck.time.advance(1_000);
  await givenUp;
  assertEquals(stuck.time.pending, 0);
  stuck.push("too late");
  assertEquals(stuck.out.counts.sent, 1);
});
