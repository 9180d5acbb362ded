/** Four eyes: whoever wrote on a draft does not publish it, and nobody publishes what they did not read. */
import { assertEquals } from "@std/assert";
import { ANA, BEN, bookFixture, CEM, MIA } from "./book_fixture.ts";

Deno.test("[B1] an author cannot publish their draft; another facilitator can", async () => {
  using book = bookFixture();
  await book.create(ANA);
  assertEquals(await book.refusal(book.publish(ANA)), "own_draft");
  assertEquals(await book.refusal(book.publish(BEN)), "done");
  const { versions: [first], active } = await book.kept();
  assertEquals(
    [first.publishedBy, first.authors, first.version, active],
    ["ben", ["ana"], 1, true],
  );
});

Deno.test("[B1] everybody who wrote on a draft is an author, not only the last", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.edit(BEN, "amount > 20");
  assertEquals(await book.refusal(book.publish(ANA)), "own_draft");
  assertEquals(await book.refusal(book.publish(BEN)), "own_draft");
  assertEquals(await book.refusal(book.publish(CEM)), "done");
  const { versions: [first] } = await book.kept();
  assertEquals(first.authorNames, ["Ana Lima", "Ben Kole"]);
});

Deno.test("[B1] a discarded draft frees its authors for the next", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.run(BEN, "discard_draft", { ruleId: "big" });
  await book.edit(BEN, "amount > 20");
  assertEquals(await book.refusal(book.publish(BEN)), "own_draft");
  assertEquals(await book.refusal(book.publish(ANA)), "done");
});

Deno.test("[B1] without four eyes an author publishes alone", async () => {
  using book = bookFixture({ fourEyes: false });
  await book.create(ANA);
  assertEquals(await book.refusal(book.publish(ANA)), "done");
});

Deno.test("[B1] members read; facilitators write and publish", async () => {
  using book = bookFixture();
  assertEquals(await book.refusal(book.create(MIA)), "forbidden");
  await book.create(ANA);
  assertEquals(await book.refusal(book.publish(MIA)), "forbidden");
  assertEquals(await book.refusal(book.edit(MIA, "true")), "forbidden");
});

Deno.test("[B2] a draft that changed since it was read is not published", async () => {
  using book = bookFixture();
  await book.create(ANA);
  const { draft } = await book.kept();
  const basedOn = draft?.offset ?? 0;
  await book.edit(ANA, "amount > 0");
  assertEquals(
    await book.refusal(book.publish(BEN, { basedOn })),
    "draft_changed",
  );
  const { draft: now } = await book.kept();
  const read = { basedOn: now?.offset ?? 0 };
  assertEquals(await book.refusal(book.publish(BEN, read)), "done");
});

Deno.test("[B2] a draft that another changed is not written over", async () => {
  using book = bookFixture();
  await book.create(ANA);
  const { draft } = await book.kept();
  const basedOn = draft?.offset ?? 0;
  await book.edit(BEN, "amount > 20", { basedOn });
  assertEquals(
    await book.refusal(book.edit(ANA, "amount > 30", { basedOn })),
    "draft_changed",
  );
  assertEquals((await book.kept()).draft?.rule.when, "amount > 20");
});

Deno.test("[B2] a draft begun meanwhile is another than the version an edit started from", async () => {
  using book = bookFixture();
  await book.create(ANA);
  await book.publish(BEN);
  const { versions: [first] } = await book.kept();
  const basedOn = first.offset;
  await book.edit(BEN, "amount > 20", { basedOn });
  assertEquals(
    await book.refusal(book.edit(ANA, "amount > 30", { basedOn })),
    "draft_changed",
  );
});

Deno.test("[B3] nothing is published twice, and nothing that is not there", async () => {
  using book = bookFixture();
  assertEquals(await book.refusal(book.publish(BEN)), "rule_not_found");
  await book.create(ANA);
  assertEquals(await book.refusal(book.create(BEN)), "rule_exists");
  await book.publish(BEN);
  assertEquals(await book.refusal(book.publish(BEN)), "nothing_to_publish");
});

Deno.test("[B3] a rule that could not run is not kept, and says where", async () => {
  using book = bookFixture();
  assertEquals(
    await book.refusal(book.create(ANA, { when: "amount >" })),
    "rule_invalid",
  );
  assertEquals((await book.entries()).length, 0);
});
