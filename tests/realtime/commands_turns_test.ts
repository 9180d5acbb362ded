/** Nodes that share a store: nobody is refused by old knowledge, and contention ends in turns. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import {
  amounts,
  createCommands,
  fate,
  jars,
  LIMIT,
  put,
} from "./commands_fixture.ts";
import { SharedLog, StoreTurns } from "./shared_log.ts";

/** Nodes over one store, each with its fold at hand. */
async function housesOf(count: number) {
  const inner = createMemoryLog();
  const turns = new StoreTurns();
  const logs = Array.from({ length: count }, () => new SharedLog(inner, turns));
  const nodes = logs.map((log) => createCommands(log));
  for (const commands of nodes) await commands.state(jars, "c", "jar");
  const close = async () => {
    for (const commands of nodes) commands.close();
    await inner.close();
  };
  return { inner, turns, logs, nodes, close };
}

Deno.test("[L3] an answer that writes nothing rests on what other nodes have written", async () => {
  const { nodes: [one, other], close } = await housesOf(2);
  await put(one, 3);
  // The other has not heard of it.
  assertEquals((await put(other, 0)).result, { count: 3 });
  await close();
});

Deno.test("[L3] a refusal rests on what other nodes have written", async () => {
  const { nodes: [one, other], close } = await housesOf(2);
  await put(one, LIMIT);
  assertEquals(await fate(put(other, 1)), "jar_full");
  assertEquals(await fate(put(other, 0)), "done");
  await close();
});

Deno.test("[P14] a node alone in its store takes no turns", async () => {
  const { nodes: [one], turns, close } = await housesOf(1);
  await Promise.all([put(one, 1), put(one, 2), put(one, 1)]);
  assertEquals(turns.taken, 0);
  await close();
});

Deno.test("[P14] commands of three nodes on one subject are decided in turns, none in vain for long", async () => {
  const { inner, nodes, turns, close } = await housesOf(3);
  // A jar a round, so that none is ever full.
  for (let round = 0; round < LIMIT; round++) {
    const jar = `jar-${round}`;
    await Promise.all(
      nodes.flatMap((commands) =>
        [1, 1, 1].map((amount) => put(commands, amount, { jar }))
      ),
    );
    assertEquals((await amounts(inner, "c", jar)).length, 9);
  }
  const conflicts = nodes.reduce(
    (sum, commands) => sum + commands.stats().conflicts,
    0,
  );
  assert(turns.taken > 0);
  // Without turns every command of the two that lose conflicts in every round.
  assert(conflicts < LIMIT * 6, `${conflicts} conflicts`);
  await close();
});

Deno.test("[I2] under any schedule of three nodes in turns the log holds what was answered, once", async () => {
  const move = fc.record({
    act: fc.constantFrom("put", "put", "put", "hold", "let_go"),
    node: fc.nat({ max: 2 }),
    amount: fc.nat({ max: 2 }),
    messageId: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const { inner, logs, nodes, close } = await housesOf(3);
      const answers: { amount: number; fate: Promise<string> }[] = [];
      const results: unknown[] = [];
      for (const { act, node, amount, messageId } of moves) {
        if (act === "hold") logs[node].hold();
        else if (act === "let_go") await logs[node].letGo();
        else {
          const answer = put(nodes[node], amount, { messageId });
          answer.then(({ result, duplicate }) => {
            if (amount > 0 && !duplicate) results.push(result);
          }, () => {});
          answers.push({ amount, fate: fate(answer) });
        }
      }
      for (const log of logs) await log.letGo();
      const fates = await Promise.all(answers.map(({ fate }) => fate));
      const kept = await amounts(inner);
      const total = kept.reduce((sum, amount) => sum + amount, 0);
      assert(total <= LIMIT, `${kept}`);
      fates.forEach((each, i) => {
        // What fits in the end fitted before: nobody was refused by a mistake.
        if (each === "jar_full") assert(total + answers[i].amount > LIMIT);
      });
      let count = 0;
      assertEquals(
        results.map((one) => JSON.stringify(one)).sort(),
        kept.map((amount) => JSON.stringify({ count: count += amount })).sort(),
      );
      for (const commands of nodes) {
        const { waiting, inFlight, channels } = commands.stats();
        assertEquals([waiting, inFlight, channels], [0, 0, 0]);
      }
      await close();
    }),
    { numRuns: 500 },
  );
});
