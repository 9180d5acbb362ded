/** Calculations in workers: turns, limits, and what one failure must not touch. */
import { assertEquals, assertRejects } from "@std/assert";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { WorkerCall } from "../../../routes/workers/worker_call.ts";

type Options = ConstructorParameters<typeof WorkerCall>[1];

async function withCall(
  options: Options,
  test: (call: WorkerCall<string, string>) => Promise<void>,
): Promise<void> {
  const module = new URL("./echo_worker.ts", import.meta.url);
  const call = new WorkerCall<string, string>(module, options);
  try {
    await test(call);
  } finally {
    call.stop();
  }
}

Deno.test("[D9] every call gets its own answer, however many come at once", async () => {
  await withCall({}, async (call) => {
    const asked = ["a", "b", "c", "d", "e"];
    const answers = await Promise.all(asked.map((one) => call.run(one)));
    assertEquals(answers, ["a!", "b!", "c!", "d!", "e!"]);
  });
});

Deno.test("[D9] a calculation that fails spoils no other", async () => {
  await withCall({ maxWorkers: 1 }, async (call) => {
    const failing = assertRejects(() => call.run("fail"), Error, "told to");
    const next = call.run("b");
    await failing;
    assertEquals(await next, "b!");
  });
});

Deno.test("[D9] a calculation that takes too long is ended, and the next goes on", async () => {
  const waits: { ms: number; act: () => void }[] = [];
  const after = (ms: number, act: () => void) => {
    waits.push({ ms, act });
    return () => {};
  };
  await withCall({ maxWorkers: 1, timeoutMs: 7, after }, async (call) => {
    const hanging = assertRejects(
      () => call.run("hang"),
      RealtimeError,
      "it takes too long",
    );
    const next = call.run("b");
    await Promise.resolve();
    assertEquals(waits.map(({ ms }) => ms), [7]);
    waits[0].act();
    await hanging;
    assertEquals(await next, "b!");
  });
});

Deno.test("[D9] more calls than may wait are refused at once", async () => {
  await withCall({ maxWorkers: 1, maxWaiting: 1 }, async (call) => {
    const first = call.run("a");
    const second = call.run("b");
    await assertRejects(
      () => call.run("c"),
      RealtimeError,
      "too many calculations are waiting",
    );
    assertEquals([await first, await second], ["a!", "b!"]);
  });
});

Deno.test("[D9] a stop refuses who waits and who comes, and lets finish what is under way", async () => {
  await withCall({ maxWorkers: 1 }, async (call) => {
    const first = call.run("a");
    const waiting = assertRejects(
      () => call.run("b"),
      RealtimeError,
      "the server is stopping",
    );
    call.stop();
    await waiting;
    await assertRejects(() => call.run("c"), RealtimeError, "is stopping");
    assertEquals(await first, "a!");
  });
});

Deno.test("[D9] workers started ahead answer as those that calls start", async () => {
  await withCall({ maxWorkers: 2 }, async (call) => {
    call.warm();
    const asked = ["a", "b", "c"];
    const answers = await Promise.all(asked.map((one) => call.run(one)));
    assertEquals(answers, ["a!", "b!", "c!"]);
  });
});
