/** Evaluations kept in a session: what is refused before it holds the loop, and that all of it can be kept. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { hasRole } from "../../../../domain/access.ts";
import { Refusal } from "../../../../domain/refusal.ts";
import { createRunEvaluation } from "../../../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../../../domain/sessions/commands.ts";
import { Commands } from "../../../../realtime/commands.ts";
import type { Json } from "../../../../realtime/json.ts";
import { createMemoryLog } from "../../../../realtime/log/memory.ts";
import { RealtimeError } from "../../../../realtime/realtime_error.ts";
import { ANA, BEN, MIA, TEXT } from "./book_fixture.ts";

async function fixture() {
  const log = createMemoryLog();
  const { area, declarations } = createRuleCommands({ fourEyes: true });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...declarations,
      createRunEvaluation(area),
    ],
    authorize: hasRole,
  });
  const run = (user: typeof ANA, name: string, input: Json) =>
    commands.execute(name, input, { user });
  const participants = [{ userId: MIA.userId }];
  await run(ANA, "open_session", { id: "s1", title: "T", participants });
  return {
    run,
    evaluate: (input: { readonly [key: string]: Json }) =>
      run(MIA, "run_evaluation", { sessionId: "s1", facts: {}, ...input }),
    publish: async (id: string, when: string) => {
      await run(ANA, "create_rule", { ...TEXT, id, when });
      await run(BEN, "publish_rule", { ruleId: id });
    },
    entries: () => log.read("session:s1", 0, 500),
    [Symbol.dispose]: () => commands.close(),
  };
}

function rule(id: string, more: { readonly [key: string]: Json }) {
  return { ...TEXT, id, when: "true", ...more };
}

/** Where it was refused, or "done". */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "done";
  } catch (error) {
    if (error instanceof RealtimeError) return `${error.code} ${error.message}`;
    if (error instanceof Refusal) {
      return [error.code, ...(error.errors ?? []).map(({ path }) => path)]
        .join(" ");
    }
    throw error;
  }
}

Deno.test("[R17] whatever facts say, half a character is never in what is kept", async () => {
  using f = await fixture();
  const faces = fc.array(fc.constantFrom("😀", "x", "é"), { maxLength: 260 })
    .map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(faces, async (face) => {
      const said = 'f.split("").size() >= 0 && f != "" || f == ""';
      const rules = [
        rule("a", { when: said, message: '{{ f }}{{ f.split("") }}' }),
        rule("b", { when: 'm[f.split("")[0]] == 1' }),
        rule("c", { when: "f == f", message: "x".repeat(1_992) + "{{ f }}" }),
      ];
      // The log takes no text without a UTF-8 form: it would be a fault of ours.
      await f.evaluate({ rules, facts: { f: face, m: {} } });
    }),
    { numRuns: 40 },
  );
});

Deno.test("[R17] an entry fits what a connection may hold, or is refused", async () => {
  using f = await fixture();
  const wide = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => rule(`r${n}`, { message: `${"語".repeat(400)}{{ f }}` }),
    );
  const facts = { f: "語".repeat(5_000) };
  assertEquals(await refusal(f.evaluate({ rules: wide(20), facts })), "done");
  assertEquals(
    await refusal(f.evaluate({ rules: wide(100), facts })),
    "rule_invalid rules",
  );
  const traced = Array.from(
    { length: 100 },
    (_, n) => rule(`t${n}`, { when: "f != '' && (f + f) != f" }),
  );
  await f.evaluate({ rules: traced, facts });
  for (const { bodyText } of await f.entries()) {
    const bytes = new TextEncoder().encode(bodyText ?? "").length;
    assert(bytes <= 160 * 1024, `${bytes}`);
  }
});

Deno.test("[R17] a missing key that is long does not make the entry long", async () => {
  using f = await fixture();
  const rules = Array.from(
    { length: 50 },
    (_, n) => rule(`r${n}`, { when: "m[f + f + f] == 1" }),
  );
  const facts = { f: "x".repeat(15_000), m: {} };
  assertEquals(await refusal(f.evaluate({ rules, facts })), "done");
});

Deno.test("[R17] expressions that would hold the loop while they are read are refused", async () => {
  using f = await fixture();
  const when = `size([${"amount, ".repeat(900)}1]) > 1`;
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => rule(`r${n}`, { when }));
  const facts = { amount: 1 };
  assertEquals(await refusal(f.evaluate({ rules: many(6), facts })), "done");
  const told = await refusal(f.evaluate({ rules: many(10), facts }));
  assert(told.startsWith("invalid"), told);
  assert(told.includes("Too long together"), told);
  const ruleIds: string[] = [];
  for (let n = 0; n < 36; n++) {
    await f.publish(`kept${n}`, when);
    ruleIds.push(`kept${n}`);
  }
  assertEquals(
    await refusal(f.evaluate({ ruleIds: ruleIds.slice(0, 30), facts })),
    "done",
  );
  assertEquals(
    await refusal(f.evaluate({ ruleIds, facts })),
    "rule_invalid ruleIds",
  );
});

Deno.test("[R17] a rule is evaluated once, whichever list it is named in twice", async () => {
  using f = await fixture();
  await f.publish("big", "true");
  const twice = [rule("a", {}), rule("a", { when: "false" })];
  const told = [
    await refusal(f.evaluate({ rules: twice })),
    await refusal(f.evaluate({ ruleIds: ["big", "big"] })),
  ];
  for (const one of told) assert(one.startsWith("invalid"), one);
});

Deno.test("[R17] the version in use is evaluated, also after it was read before", async () => {
  using f = await fixture();
  await f.publish("big", "amount > 10");
  const verdict = async () => {
    const input = { ruleIds: ["big"], facts: { amount: 5 } };
    const { result } = await f.evaluate(input);
    return JSON.stringify(result).includes('"result":"FAIL"');
  };
  assertEquals(await verdict(), false);
  const edited = { ...TEXT, ruleId: "big", when: "amount > 1" };
  await f.run(ANA, "edit_rule", edited);
  assertEquals(await verdict(), false, "a draft does not count");
  await f.run(BEN, "publish_rule", { ruleId: "big" });
  assertEquals(await verdict(), true);
});
