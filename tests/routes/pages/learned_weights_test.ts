/** Accepted weights where one weighs: offered with what they rest on, taken by a button, never by themselves. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type PagesFixture, pagesFixture, textOf } from "./fixture.ts";

const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };
const GIL = { userId: "gil", name: "Gil", roles: ["facilitator"] };
const CRITERIA = [
  { id: "cost", label: "Cost", direction: "cost", weight: 1 },
  { id: "worth", label: "Worth", direction: "benefit", weight: 1 },
];
const DECISION = {
  alternatives: [{ id: "a", label: "Cheap" }, { id: "b", label: "Good" }],
  criteria: CRITERIA,
};

/** Three decisions for the cheap one; weights proposed from them, and accepted if so. */
async function proposed(site: PagesFixture, { accepted = true } = {}) {
  const ids = ["one", "two", "three"];
  for (const id of ids) {
    await open(site, id);
    await site.commands.execute("give_scores", {
      decisionId: id,
      scores: { a: { cost: 1, worth: 1 }, b: { cost: 9, worth: 9 } },
    }, { user: FLO });
    await site.commands.execute("close_decision", {
      decisionId: id,
      chosen: "a",
    }, { user: FLO });
  }
  await site.commands.execute("propose_weights", {
    proposalId: "lots",
    decisionIds: ids,
  }, { user: FLO });
  if (!accepted) return;
  await site.commands.execute("accept_proposal", { proposalId: "lots" }, {
    user: GIL,
  });
}

const open = (site: PagesFixture, id: string, more: object = {}) =>
  site.commands.execute("open_decision", {
    id,
    title: `Lot ${id}`,
    ...DECISION,
    ...more,
  }, { user: FLO });

const OFFER = "Learned from 3 outcomes, accepted by Gil";

function hiddenIn(html: string): Record<string, string> {
  const [, form = ""] = html.match(/id="learned-weights"(.*?)<\/form>/s) ?? [];
  return Object.fromEntries(
    [...form.matchAll(/type="hidden" name="([\w.]+)" value="([^"]*)"/g)]
      .map(([, name, value]) => [name, value]),
  );
}

/** Shares in percent as the page's fields show them. */
const sharesIn = (html: string) =>
  [...html.matchAll(/name="weight\.\w+" type="number" value="([\d.]+)"/g)]
    .map(([, value]) => Number(value));

Deno.test("[LE13] an open decision with the same criteria is offered what was learned; the button takes it", async () => {
  using site = pagesFixture();
  await proposed(site);
  await open(site, "four");
  const ana = site.enter("Ana");
  const { html } = await ana.get("/decisions/four");
  assertStringIncludes(textOf(html), OFFER);
  // Nothing was applied by itself.
  assertEquals(sharesIn(html), [50, 50]);
  const sent = await ana.post("/decisions/four/weights", hiddenIn(html));
  assertEquals([sent.status, sent.location], [303, "/decisions/four#weights"]);
  const after = (await ana.get("/decisions/four")).html;
  const [cost, worth] = sharesIn(after);
  assert(cost > 50 && worth < 50, `${cost} and ${worth}`);
  // Taken: there is nothing left to offer.
  assert(!textOf(after).includes(OFFER));
});

Deno.test("[LE13] nothing is offered while it is open, for other criteria, or to those who may not weigh", async () => {
  using site = pagesFixture();
  await proposed(site, { accepted: false });
  await open(site, "four");
  const ana = site.enter("Ana");
  const text = async (path: string) => textOf((await ana.get(path)).html);
  assert(!(await text("/decisions/four")).includes("Learned from"));
  await site.commands.execute("accept_proposal", { proposalId: "lots" }, {
    user: GIL,
  });
  assertStringIncludes(await text("/decisions/four"), OFFER);
  const criteria = [CRITERIA[0], { ...CRITERIA[1], direction: "cost" }];
  await open(site, "five", { criteria });
  assert(!(await text("/decisions/five")).includes("Learned from"));
  const bo = await site.enter("Bo", "observer").get("/decisions/four");
  assert(!textOf(bo.html).includes("Learned from"));
});

Deno.test("[LE13] a new decision is offered them by the names of its criteria, and sends what it shows", async () => {
  using site = pagesFixture();
  await proposed(site);
  const ana = site.enter("Ana");
  const draft = {
    title: "Lot five",
    "alternative.0": "A",
    "alternative.1": "B",
    "criterion.0.label": "worth",
    "criterion.0.weight": "1",
    "criterion.1.label": "",
    "criterion.1.weight": "1",
    "criterion.2.label": "Cost",
    "criterion.2.direction": "cost",
    "criterion.2.weight": "1",
  };
  const shown = await ana.post("/decisions/new", {
    ...draft,
    do: "add-alternative",
  });
  assertStringIncludes(textOf(shown.html), OFFER);
  const taken = await ana.post("/decisions/new", { ...draft, do: "learned" });
  const weight = (row: number) =>
    Number(
      taken.html.match(
        new RegExp(`name="criterion\\.${row}\\.weight"[^>]*value="([\\d.]+)"`),
      )?.[1],
    );
  assertEquals(Math.round(weight(0) + weight(2)), 100);
  assert(weight(2) > weight(0));
  assertEquals(weight(1), 1);
  const none = await ana.post("/decisions/new", {
    ...draft,
    "criterion.0.label": "Joy",
    do: "learned",
  });
  assertEquals(none.status, 409);
  assertStringIncludes(textOf(none.html), "No accepted weights");
});
