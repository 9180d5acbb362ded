/** The rules in use at hand: read again after a change, and compiled no more than that change asks. */
import { assertEquals } from "@std/assert";
import { RuleBook } from "../../routes/rule_book.ts";
import { RuleEvaluations } from "../../routes/rule_cache.ts";
import { compileRule } from "../../domain/rules/compile_rule.ts";
import {
  ANA,
  BEN,
  bookFixture,
  TEXT,
} from "../domain/rules/book/book_fixture.ts";

async function published(
  { run }: ReturnType<typeof bookFixture>,
  ...ids: string[]
): Promise<void> {
  for (const id of ids) {
    await run(ANA, "create_rule", { ...TEXT, id, name: id });
    await run(BEN, "publish_rule", { ruleId: id });
  }
}

Deno.test("[R13] a change of the book compiles no rule that did not change", async () => {
  using kept = bookFixture();
  const compiled: string[] = [];
  const known = new Map<string, ReturnType<typeof compileRule>>();
  const book = new RuleBook(kept.log, {
    compile: (rule) => {
      const text = JSON.stringify(rule);
      const read = known.get(text) ?? compileRule(rule);
      if (!known.has(text)) compiled.push(rule.id);
      known.set(text, read);
      return read;
    },
  });
  await published(kept, "a", "b", "c");
  assertEquals([...(await book.inUse()).keys()].sort(), ["a", "b", "c"]);
  assertEquals(compiled.splice(0).sort(), ["a", "b", "c"]);
  const changed = { ...TEXT, ruleId: "b", when: "amount > 99" };
  await kept.run(ANA, "edit_rule", changed);
  await book.inUse();
  assertEquals(compiled, [], "a draft is not in use");
  await kept.run(BEN, "publish_rule", { ruleId: "b" });
  assertEquals((await book.ruleOf("b"))?.when, "amount > 99");
  assertEquals(compiled, ["b"]);
  book.close();
});

Deno.test("[R13] what the book compiled, evaluations find compiled", async () => {
  using kept = bookFixture();
  const evaluations = new RuleEvaluations();
  const book = new RuleBook(kept.log, {
    compile: (rule) => evaluations.compile(rule),
  });
  await published(kept, "a");
  const inUse = (await book.inUse()).get("a");
  const rule = await book.ruleOf("a");
  const read = rule && evaluations.compile(rule);
  assertEquals(read?.state === "compiled" && read.rule === inUse, true);
  book.close();
});
