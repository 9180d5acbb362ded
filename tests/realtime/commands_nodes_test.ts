/** Two nodes over one log, with random schedules: what was answered is what was kept. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Answer } from "../../realtime/commands.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import {
  amounts,
  createCommands,
  DOWN,
  fate,
  HeldLog,
  jars,
  labelledJars,
  LIMIT,
  put,
} from "./commands_fixture.ts";

type Move =
  | { readonly act: "hold" | "let_go" | "fail"; readonly node: number }
  | {
    readonly act: "put";
    readonly node: number;
    readonly amount: number;
    readonly jar: string;
    readonly messageId?: string;
  };

const node = fc.nat({ max: 1 });
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("put" as const),
      node,
      amount: fc.nat({ max: 2 }),
      jar: fc.constantFrom("jar", "mug"),
      messageId: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom("hold" as const, "let_go" as const, "fail" as const),
      node,
    }),
  },
);

for (const area of [jars, labelledJars]) {
  const what =
    `[I2] under any schedule of two nodes the log holds what was answered, once: ${area.name}`;
  Deno.test(what, () => holdsUnderAnySchedule(area));
}

Deno.test("[L3] what lands elsewhere than predicted takes nothing of another node for its own", async () => {
  const inner = createMemoryLog();
  const log = new HeldLog(inner);
  const [one, other] = [createCommands(log), createCommands(inner)];
  for (const jar of ["jar", "mug"]) await one.state(jars, "c", jar);
  await put(other, 1, { jar: "mug", messageId: "once" }); // at 1
  log.hold();
  const answers = [
    put(one, 1, { jar: "mug", messageId: "once" }), // predicted at 2
    put(one, 4), // at 3
    put(one, 4),
  ];
  const [mug, jar, rests] = log.held.splice(0);
  await log.letGo();
  await mug.go(); // done before: nothing is written, and the jar's first lands at 2
  await jar.go();
  await put(other, 4); // at 3
  await rests.go();
  const ends = await Promise.all(answers.map(fate));
  assertEquals(ends, ["done", "done", "jar_full"]);
  assertEquals(await amounts(inner), [4, 4]);
  for (const commands of [one, other]) commands.close();
  await inner.close();
});

async function holdsUnderAnySchedule(area: typeof jars): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
      const inner = createMemoryLog();
      const logs = [new HeldLog(inner), new HeldLog(inner)];
      const nodes = logs.map((log) => createCommands(log, { area }));
      // With every fold at hand, commands are decided where they stand in the schedule.
      for (const commands of nodes) {
        await commands.state(area, "c", "jar");
        await commands.state(area, "c", "mug");
      }
      const answers: {
        jar: string;
        amount: number;
        answer: Promise<Answer>;
      }[] = [];
      for (const one of moves) {
        if (one.act === "hold") logs[one.node].hold();
        else if (one.act !== "put") {
          await logs[one.node].letGo(one.act === "fail" ? DOWN : undefined);
        } else {
          const { jar, amount, messageId } = one;
          const answer = put(nodes[one.node], amount, { jar, messageId });
          answer.catch(() => {}); // looked at below
          answers.push({ jar, amount, answer });
        }
      }
      for (const log of logs) await log.letGo();
      const outcomes = await Promise.allSettled(
        answers.map(({ answer }) => answer),
      );

      for (const jar of ["jar", "mug"]) {
        const kept = await amounts(inner, "c", jar);
        const total = kept.reduce((sum, amount) => sum + amount, 0);
        // The rule of the area holds, whoever wrote in between.
        assert(total <= LIMIT, `${kept}`);
        const written = outcomes.flatMap((outcome, i) =>
          outcome.status === "fulfilled" && answers[i].jar === jar &&
            answers[i].amount > 0 && !outcome.value.duplicate
            ? [outcome.value.result]
            : []
        );
        // Every answer tells the state right after its own entry, and where that is.
        const entries = await inner.readSubject("c", jar, 0, 1000);
        let count = 0;
        const states = kept.map((amount, i) => ({
          count: count += amount,
          ...(area.keepsOffsets && { offset: entries[i].offset }),
        }));
        assertEquals(
          written.map((one) => JSON.stringify(one)).sort(),
          states.map((one) => JSON.stringify(one)).sort(),
        );
        for (const commands of nodes) {
          const { state } = await commands.state(area, "c", jar);
          assertEquals(state.count, total);
        }
      }
      for (const commands of nodes) {
        const { waiting, inFlight, channels } = commands.stats();
        assertEquals([waiting, inFlight, channels], [0, 0, 0]);
        commands.close();
      }
      await inner.close();
    }),
    { numRuns: 1000 },
  );
}
