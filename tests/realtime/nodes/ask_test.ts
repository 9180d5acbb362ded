/** Questions between nodes: who is waited for, and who is not any more. */
import { assertEquals } from "@std/assert";
import type { Json } from "../../../realtime/json.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { answer, ask } from "../../../realtime/nodes/ask.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { FakeTime, turn } from "../fake_time.ts";

function threeNodes() {
  const exchange = new MemoryExchange();
  const [a, b, c] = ["a", "b", "c"].map((node) => exchange.join(node));
  const time = new FakeTime();
  return { exchange, a, b, c, time, after: time.after };
}

Deno.test("[N7] ask() resolves with every peer's answer, without waiting for the time", async () => {
  const { a, b, c, time, after } = threeNodes();
  answer(b, "size", () => 2);
  answer(c, "size", () => Promise.resolve(3));
  assertEquals(await ask(a, "size", null, { after }), [
    { from: "b", body: 2 },
    { from: "c", body: 3 },
  ]);
  assertEquals(time.pending, 0);
});

Deno.test("[N7] ask() with `to` asks that peer alone, and hands over the body and the asker", async () => {
  const { a, b, c, after } = threeNodes();
  const asked: Json[] = [];
  answer(b, "size", (body, from) => asked.push({ b: body, from }));
  answer(c, "size", (body, from) => asked.push({ c: body, from }));
  const answers = await ask(a, "size", { of: "x" }, { to: "c", after });
  assertEquals(answers, [{ from: "c", body: 1 }]);
  assertEquals(asked, [{ c: { of: "x" }, from: "a" }]);
});

Deno.test("[N7] ask() with nobody to ask resolves with nothing", async () => {
  const { a, after, time } = threeNodes();
  const alone = new MemoryExchange().join("alone");
  assertEquals(await ask(alone, "size", null, { after }), []);
  assertEquals(await ask(a, "size", null, { to: "gone", after }), []);
  assertEquals(time.pending, 0);
});

Deno.test("[N7] a peer that has nothing to say, or fails, is waited for no longer", async () => {
  const { a, b, c, after } = threeNodes();
  const logged: string[] = [];
  const logger = {
    ...SILENT,
    error: (message: string) => void logged.push(message),
  };
  answer(b, "size", () => undefined);
  answer(c, "size", () => {
    throw new Error("broken");
  }, { logger });
  assertEquals(await ask(a, "size", null, { after }), []);
  assertEquals(logged, ["cannot answer a peer"]);
});

Deno.test("[N7] a peer that dies while asked is waited for no longer", async () => {
  const { exchange, a, b, c, time, after } = threeNodes();
  answer(b, "size", () => 2);
  answer(c, "size", () => new Promise(() => {}));
  const asking = ask(a, "size", null, { after });
  await turn();
  exchange.kill("c");
  exchange.expire("c");
  assertEquals(await asking, [{ from: "b", body: 2 }]);
  assertEquals(time.pending, 0);
});

Deno.test("[N7] when the time is up ask() resolves with the answers there are", async () => {
  const { a, b, c, time, after } = threeNodes();
  answer(b, "size", () => 2);
  const { promise, resolve } = Promise.withResolvers<Json>();
  answer(c, "size", () => promise);
  const asking = ask(a, "size", null, { timeoutMs: 300, after });
  await time.advance(300);
  assertEquals(await asking, [{ from: "b", body: 2 }]);
  // Too late: nobody listens any more.
  resolve(3);
  await turn();
  assertEquals(await asking, [{ from: "b", body: 2 }]);
});

Deno.test("[N7] ask() with `until` resolves with the first answer that satisfies it", async () => {
  const { a, b, c, time, after } = threeNodes();
  answer(b, "who has", () => true);
  answer(c, "who has", () => new Promise(() => {}));
  const answers = await ask(a, "who has", "x", {
    until: ({ body }) => body === true,
    after,
  });
  assertEquals(answers, [{ from: "b", body: true }]);
  assertEquals(time.pending, 0);
});

Deno.test("[N7] two questions under one subject do not take each other's answers", async () => {
  const { a, b, c, after } = threeNodes();
  answer(b, "twice", (body) => Number(body) * 2);
  answer(c, "twice", () => undefined);
  const answers = await Promise.all(
    [1, 2].map((number) => ask(a, "twice", number, { after })),
  );
  assertEquals(answers, [[{ from: "b", body: 2 }], [{ from: "b", body: 4 }]]);
});

Deno.test("[N7] who stopped answering is no answerer", async () => {
  const { a, b, c, time, after } = threeNodes();
  answer(c, "size", () => 3);
  answer(b, "size", () => 2)();
  const asking = ask(a, "size", null, { after });
  await time.advance(1_000);
  assertEquals(await asking, [{ from: "c", body: 3 }]);
});
