/** What a rule's entries fold to: versions that never change, use, and whatever else is in the log. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { RecordedEvent } from "../../../../domain/decider.ts";
import {
  activeVersion,
  evolve,
  initial,
  type RuleState,
} from "../../../../domain/rules/book/kept_rule.ts";
import {
  createRuleIndexer,
  RULES_VIEW,
} from "../../../../domain/rules/book/view.ts";
import { ANA, BEN, bookFixture } from "./book_fixture.ts";

Deno.test("[B4] a published version stays as it was, whatever is written later", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.publish(BEN);
  const { versions: [first] } = await book.kept();
  await book.edit(BEN, "amount > 20");
  await book.publish(ANA);
  await book.edit(ANA, "amount > 30");
  const { versions, draft } = await book.kept();
  assertEquals(versions[0], first);
  assertEquals(versions.map(({ version, rule }) => [version, rule.when]), [
    [1, "amount > 10"],
    [2, "amount > 20"],
  ]);
  assertEquals(draft?.rule.when, "amount > 30");
});

Deno.test("[B5] out of use and back again keeps the version; a draft changes nothing in use", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.publish(BEN);
  await book.edit(ANA, "amount > 20");
  assertEquals(activeVersion(await book.kept())?.rule.when, "amount > 10");
  await book.run(ANA, "deactivate_rule", { ruleId: "big", reason: "Noisy" });
  const off = await book.kept();
  const { deactivatedBy, deactivationReason } = off;
  assertEquals([activeVersion(off), deactivatedBy, deactivationReason], [
    undefined,
    "Ana Lima",
    "Noisy",
  ]);
  await book.run(BEN, "activate_rule", { ruleId: "big" });
  const on = await book.kept();
  assertEquals([activeVersion(on)?.version, on.deactivationReason], [1, null]);
});

Deno.test("[B5] what is so already writes nothing", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.edit(BEN, "amount > 10");
  await book.run(BEN, "deactivate_rule", { ruleId: "big" });
  assertEquals((await book.entries()).length, 1);
  assertEquals((await book.kept()).draft?.authors, ["ana"]);
});

Deno.test("[B6] the list rebuilt from the log equals the one written along", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.publish(BEN);
  await book.edit(ANA, "amount > 20");
  await book.create(BEN, { id: "other" });
  await book.run(ANA, "discard_draft", { ruleId: "other" });
  await book.create(BEN, { id: "third" });
  await book.run(ANA, "deactivate_rule", { ruleId: "big" });
  const rowsOf = createRuleIndexer();
  const rebuilt = new Map<string, unknown>();
  for (const { bodyText, subject, ...entry } of await book.entries()) {
    const body = bodyText === null ? null : JSON.parse(bodyText);
    for (const row of rowsOf({ ...entry, body }, subject)) {
      assertEquals(row.view, RULES_VIEW);
      if (row.data === null) rebuilt.delete(row.key);
      else rebuilt.set(row.key, { sort: row.sort, data: row.data });
    }
  }
  const written = new Map(
    (await book.rows()).map(({ key, sort, data }) => [key, { sort, data }]),
  );
  assertEquals([...rebuilt].sort(), [...written].sort());
  assertEquals([...rebuilt.keys()].sort(), ["big", "third"]);
});

Deno.test("[B6] the list says who wrote the draft that waits", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.edit(BEN, "amount > 20");
  const [{ data }] = await book.rows();
  assertEquals(JSON.parse(JSON.stringify(data)).draftAuthors, ["ana", "ben"]);
});

const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("rule_drafted", "rule_published", "draft_discarded", "r"),
);
const strangeEvent = fc.record({
  type: fc.constantFrom("RULE_EVALUATION_RESULT", "SESSION_UPDATE"),
  v: fc.constantFrom(1, 2),
  offset: fc.nat(),
  at: fc.nat(),
  event: fc.constantFrom(
    "rule_drafted",
    "draft_discarded",
    "rule_published",
    "rule_deactivated",
    "rule_activated",
    "rules_evaluated",
    "from_the_future",
  ),
  rest: fc.record({
    ruleId: fc.oneof(fc.constant("r"), anything),
    rule: fc.oneof(fc.constant({ name: "A rule", when: "true" }), anything),
    userId: fc.oneof(fc.constantFrom("ana", "ben"), anything),
    name: anything,
    reason: anything,
  }, { requiredKeys: [] }),
  isErased: fc.boolean(),
});

Deno.test("[B7] whatever is in the log folds, and never undoes a version", () => {
  fc.assert(fc.property(fc.array(strangeEvent, { maxLength: 30 }), (events) => {
    let state: RuleState = initial();
    for (const { event, rest, isErased, ...place } of events) {
      const before = state;
      const recorded: RecordedEvent = {
        ...place,
        channel: "rules",
        sender: null,
        body: isErased ? null : JSON.parse(
          JSON.stringify({ ruleId: "r", ...rest, event }),
        ),
      };
      state = evolve(state, recorded);
      if (before.status === "none" || state.status === "none") continue;
      assertEquals(
        state.versions.slice(0, before.versions.length),
        before.versions,
      );
      if (state.active) assertEquals(state.versions.length > 0, true);
    }
  }));
});

Deno.test("[B4] commands answer a rule with a long history by its newest version", async () => {
  using book = bookFixture();
  const long = { description: "x".repeat(4_000) };
  await book.create(ANA, long);
  let answered = 0;
  for (let n = 1; n <= 20; n++) {
    const { result } = await book.publish(BEN);
    answered = JSON.stringify(result).length;
    await book.edit(ANA, `amount > ${n}`, long);
  }
  assertEquals((await book.kept()).versions.length, 20);
  // It is kept with the messageId of each: the whole would grow with the square.
  assertEquals(answered < 50_000, true, `${answered}`);
  const { result } = await book.run(ANA, "deactivate_rule", {
    ruleId: "big",
  });
  assertEquals(JSON.stringify(result).includes('"version":20'), true);
});
