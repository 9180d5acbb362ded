/** "Was this right?" where results stand, without scripts: who is asked, and what the answer moves. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Answer,
  type PagesFixture,
  pagesFixture,
  textOf,
  type Visitor,
} from "./fixture.ts";

// The demo's sign-in gives a name its id.
const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };
const GIL = { userId: "gil", name: "Gil", roles: ["facilitator"] };
const BIG = {
  id: "big",
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
};
const SENT = { ...BIG, id: "other", name: "Sent along", when: "amount > 1" };

/** Session s1 of Flo, where Ana is a member and Bo an observer, with one evaluation. */
async function evaluated(site: PagesFixture, more: object = {}) {
  const { commands } = site;
  await commands.execute("create_rule", BIG, { user: FLO });
  await commands.execute("publish_rule", { ruleId: "big" }, { user: GIL });
  await commands.execute("open_session", {
    id: "s1",
    title: "Weekly",
    open: false,
    participants: [
      { userId: "ana", name: "Ana" },
      { userId: "bo", name: "Bo", role: "observer" },
    ],
  }, { user: FLO });
  await commands.execute("run_evaluation", {
    sessionId: "s1",
    id: "e1",
    title: "Payment 4711",
    ruleIds: ["big"],
    rules: [SENT],
    facts: { amount: 20 },
    ...more,
  }, { user: FLO });
}

const EVALUATION = "/sessions/s1/evaluations/e1";

/** The fields that the form at a place would send. */
function formAt({ html }: Answer, place: string): Record<string, string> {
  const [, form = ""] = html.match(
    new RegExp(`<form[^>]*id="${place}"[^>]*>(.*?)</form>`, "s"),
  ) ?? [];
  return Object.fromEntries(
    [...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)]
      .map(([, name, value]) => [name, value]),
  );
}

async function answer(
  visitor: Visitor,
  path: string,
  { place, outcome }: { place: string; outcome: "correct" | "incorrect" },
): Promise<Answer> {
  const fields = formAt(await visitor.get(path), place);
  return await visitor.post("/learning/said", { ...fields, outcome });
}

Deno.test("[LE11] a member says of a fired rule that it was right, and reads what that moved", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const ana = site.enter("Ana");
  const place = "right-big";
  const { status, location } = await answer(ana, EVALUATION, {
    place,
    outcome: "correct",
  });
  assertEquals([status, location], [303, `${EVALUATION}#right-big`]);
  const { html } = await ana.get(EVALUATION);
  const text = textOf(html);
  assertStringIncludes(text, "You said it was right. Trust 50.0 → 66.7 %");
  assertStringIncludes(text, "Trust 67 % (16 – 99 %), too few: 1 of 10");
  assertEquals(html.match(/aria-pressed="true"/g)?.length, 1);
  assertEquals(site.faults, []);
});

Deno.test("[LE9] who thinks again says otherwise: the last word counts, and counts once", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const ana = site.enter("Ana");
  const place = "right-big";
  for (const outcome of ["correct", "incorrect", "correct"] as const) {
    await answer(ana, EVALUATION, { place, outcome });
  }
  const text = textOf((await ana.get(EVALUATION)).html);
  assertStringIncludes(text, "You said it was right. Trust 50.0 → 66.7 %");
  assertStringIncludes(text, "1 of 10 labels");
});

Deno.test("[LE10] an observer is not asked, and refused in words when answering", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const bo = site.enter("Bo");
  assert(!(await bo.get(EVALUATION)).html.includes("/learning/said"));
  const form = formAt(await site.enter("Ana").get(EVALUATION), "right-big");
  const sent = await bo.post("/learning/said", { ...form, outcome: "correct" });
  assertEquals(sent.status, 403);
  const stranger = await site.enter("Cem").post("/learning/said", {
    ...form,
    outcome: "correct",
  });
  assertEquals(stranger.status, 404);
});

Deno.test("[LE11] a rule that was sent along is asked about, but not under a kept rule's id", async () => {
  using site = pagesFixture();
  await evaluated(site, {
    rules: [SENT, { ...BIG, name: "Mine" }],
    ruleIds: [],
  });
  const page = await site.enter("Ana").get(EVALUATION);
  assertEquals(formAt(page, "right-other").id, "other");
  assertEquals(formAt(page, "right-big"), {});
});

Deno.test("[LE11] a rule's page asks about its newest results, where its reader may see them", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const ana = site.enter("Ana");
  const page = await ana.get("/rules/big");
  assertStringIncludes(textOf(page.html), "Nobody has said yet");
  assertStringIncludes(page.html, `href="${EVALUATION}"`);
  assertStringIncludes(textOf(page.html), "Payment 4711");
  const said = { place: "right-e1", outcome: "incorrect" } as const;
  const { location } = await answer(ana, "/rules/big", said);
  assertEquals(location, "/rules/big#right-e1");
  const text = textOf((await ana.get("/rules/big")).html);
  assertStringIncludes(text, "You said it was wrong. Trust 50.0 → 33.3 %");
  assertStringIncludes(text, "Trust 33 % (1 – 84 %)");
  assertStringIncludes(text, "Ana called Large payment wrong in a session");
  // Of another's session its label alone is known.
  const cem = textOf((await site.enter("Cem").get("/rules/big")).html);
  assertStringIncludes(cem, "Trust 33 %");
  assertStringIncludes(cem, "Somebody in a session called Large payment wrong");
  assert(!/Payment 4711|Weekly/.test(cem));
});

Deno.test("[LE10] the rule as a whole is judged on its page; that stands in the house's channel", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const cem = site.enter("Cem");
  const said = { place: "right-whole", outcome: "correct" } as const;
  await answer(cem, "/rules/big", said);
  assertStringIncludes(
    textOf((await site.enter("Dan").get("/rules/big")).html),
    "Cem called Large payment right",
  );
});

Deno.test("[LE11] a closed decision asks how it came out; an open one does not yet", async () => {
  using site = pagesFixture();
  const options = { user: FLO };
  await site.commands.execute("open_decision", {
    id: "d1",
    title: "Which lot?",
    alternatives: [{ id: "a", label: "A" }, { id: "b", label: "B" }],
    criteria: [{ id: "cost", label: "Cost", direction: "cost", weight: 1 }],
  }, options);
  const ana = site.enter("Ana");
  assert(!(await ana.get("/decisions/d1")).html.includes("/learning/said"));
  await site.commands.execute("give_scores", {
    decisionId: "d1",
    scores: { a: { cost: 1 }, b: { cost: 2 } },
  }, options);
  await site.commands.execute("close_decision", {
    decisionId: "d1",
    chosen: "a",
  }, options);
  const said = { place: "right-d1", outcome: "incorrect" } as const;
  const { location } = await answer(ana, "/decisions/d1", said);
  assertEquals(location, "/decisions/d1#right-d1");
  const text = textOf((await ana.get("/decisions/d1")).html);
  assertStringIncludes(text, "You said it was wrong.");
  assertStringIncludes(text, "0 people say right, 1 wrong");
});

Deno.test("a form of another hand leads back to a page of ours, wherever it says it came from", async () => {
  using site = pagesFixture();
  await evaluated(site);
  const { location } = await site.enter("Ana").post("/learning/said", {
    kind: "rule",
    id: "big",
    from: "//evil.example",
    outcome: "correct",
  });
  assertEquals(location, "/rules/big#right-whole");
});
