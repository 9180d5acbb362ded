/** The page of learning without scripts: saying so, what it did, proposals, and who sees what. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type PagesFixture, pagesFixture, textOf } from "./fixture.ts";

const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };

const RULE = {
  id: "big",
  name: "Large <b>payment</b>",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
};

const withRule = (site: PagesFixture) =>
  site.commands.execute("create_rule", RULE, { user: FLO });

/** @param n How many people call it right. */
async function label(site: PagesFixture, n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    await site.commands.execute("give_feedback", {
      subject: { kind: "rule", id: "big" },
      outcome: "correct",
    }, { user: { userId: `p${i}`, name: `P${i}`, roles: ["member"] } });
  }
}

/** Three closed decisions of the house, as a proposal takes. */
async function decided(site: PagesFixture): Promise<readonly string[]> {
  const ids = ["one", "two", "three"];
  const options = { user: FLO };
  for (const id of ids) {
    await site.commands.execute("open_decision", {
      id,
      title: `Lot ${id}`,
      alternatives: [{ id: "a", label: "Cheap" }, { id: "b", label: "Good" }],
      criteria: [
        { id: "cost", label: "Cost", direction: "cost", weight: 1 },
        { id: "worth", label: "Worth", direction: "benefit", weight: 1 },
      ],
    }, options);
    await site.commands.execute("give_scores", {
      decisionId: id,
      scores: { a: { cost: 1, worth: 1 }, b: { cost: 9, worth: 9 } },
    }, options);
    await site.commands.execute("close_decision", {
      decisionId: id,
      chosen: "a",
    }, options);
  }
  return ids;
}

const propose = async (site: PagesFixture) =>
  site.commands.execute("propose_weights", {
    proposalId: "lots",
    decisionIds: await decided(site),
  }, { user: FLO });

Deno.test("an empty page says what to do and draws no figures", async () => {
  using site = pagesFixture();
  const { status, html } = await site.enter("Ana").get("/learning");
  const text = textOf(html);
  assertEquals(status, 200);
  assertStringIncludes(text, "Nobody has said anything yet");
  assertStringIncludes(text, "Nothing to measure yet");
  assertStringIncludes(text, "No proposals");
  assertStringIncludes(text, "The book holds no rule yet");
  assert(!html.includes('class="interval'));
});

Deno.test("who is not signed in is sent to do so, and comes back", async () => {
  using site = pagesFixture();
  const { status, location } = await site.stranger.get("/learning");
  assertEquals([status, location], [303, "/login?next=%2Flearning"]);
  const sent = await site.stranger.post("/learning/feedback", {});
  assertEquals([sent.status, sent.location], [303, "/login"]);
});

Deno.test("[LE9] what a member says by form is counted once, with who, why and what it did", async () => {
  using site = pagesFixture();
  await withRule(site);
  const ana = site.enter("Ana Lima");
  const said = {
    rule: "big",
    outcome: "correct",
    comment: "Exactly <i>what</i> it is for",
  };
  for (let n = 0; n < 2; n++) {
    const { status, location } = await ana.post("/learning/feedback", said);
    assertEquals([status, location], [303, "/learning?done=feedback"]);
  }
  const { html } = await ana.get("/learning?done=feedback");
  const text = textOf(html);
  assertStringIncludes(text, "Counted.");
  assertStringIncludes(text, "Too few: 1 of 10 labels");
  assertStringIncludes(text, "67 % 16 – 99 %");
  assertStringIncludes(text, "1 right, 0 wrong");
  assertStringIncludes(text, "Ana Lima called Large <b>payment</b> right");
  assertStringIncludes(text, "50.0 → 66.7 %");
  assertStringIncludes(text, "Exactly <i>what</i> it is for");
  assert(!html.includes("<i>what"));
  assert(!html.includes("<b>payment"));
});

Deno.test("[LE5] from ten labels on nothing says that they are too few", async () => {
  using site = pagesFixture();
  await withRule(site);
  await label(site, 9);
  const ana = site.enter("Ana");
  assertStringIncludes(textOf((await ana.get("/learning")).html), "9 of 10");
  await label(site, 10);
  const { html } = await ana.get("/learning");
  assert(!textOf(html).includes("Too few"));
  assertStringIncludes(textOf(html), "Brier score");
  assertStringIncludes(html, "Show as a table");
});

Deno.test("[LE10] an observer has no form, and is refused in words when sending one", async () => {
  using site = pagesFixture();
  await withRule(site);
  const bo = site.enter("Bo", "observer");
  const { html } = await bo.get("/learning");
  assert(!html.includes('action="/learning/feedback"'));
  const sent = await bo.post("/learning/feedback", {
    rule: "big",
    outcome: "correct",
  });
  assertEquals(sent.status, 403);
});

Deno.test("[LE10] what was said in a closed session stays in it: only the label is shown elsewhere", async () => {
  using site = pagesFixture();
  await withRule(site);
  await site.commands.execute("open_session", {
    id: "secret",
    title: "Secret",
    open: false,
  }, { user: FLO });
  await site.commands.execute("give_feedback", {
    subject: { kind: "rule", id: "big" },
    outcome: "incorrect",
    comment: "Only for us",
    sessionId: "secret",
  }, { user: FLO });
  const { html } = await site.enter("Ana").get("/learning");
  assertStringIncludes(textOf(html), "Somebody in a session called");
  assert(!/Flo|Only for us|secret/.test(html));
  const admin = await site.enter("Ada", "admin").get("/learning");
  assertStringIncludes(textOf(admin.html), "Flo called");
  assertStringIncludes(textOf(admin.html), "Only for us");
  assertStringIncludes(admin.html, 'href="/sessions/secret"');
});

Deno.test("a form that cannot be counted comes back with what was written, marked where it is wrong", async () => {
  using site = pagesFixture();
  await withRule(site);
  const ana = site.enter("Ana");
  const { status, html } = await ana.post("/learning/feedback", {
    rule: "big",
    outcome: "perhaps",
    comment: "My words",
    evaluation: "no id!",
  });
  assertEquals(status, 422);
  assertStringIncludes(textOf(html), "Not counted yet");
  assertStringIncludes(textOf(html), "Say which");
  assertStringIncludes(html, ">My words</textarea>");
  assertStringIncludes(html, 'id="evaluation-mistake"');
  const missing = await ana.post("/learning/feedback", {
    rule: "none",
    outcome: "correct",
  });
  assertEquals(missing.status, 404);
});

Deno.test("[LE7] who made a proposal reads why another must settle it; another does, once", async () => {
  using site = pagesFixture();
  await propose(site);
  // The demo's sign-in gives a name its id.
  const flo = site.enter("Flo", "facilitator");
  const own = await flo.get("/learning");
  assertStringIncludes(
    textOf(own.html),
    "You made this proposal; someone else must settle it.",
  );
  assert(!own.html.includes('value="accept"'));
  const settled = { proposalId: "lots", settle: "accept", reason: "Fits" };
  const refused = await flo.post("/learning/settle", settled);
  assertEquals(refused.status, 403);
  assertStringIncludes(textOf(refused.html), "someone else must settle it");
  const gil = site.enter("Gil", "facilitator");
  assertStringIncludes((await gil.get("/learning")).html, 'value="accept"');
  const done = await gil.post("/learning/settle", settled);
  assertEquals(done.location, "/learning?done=accept");
  assertStringIncludes(
    textOf((await gil.get("/learning")).html),
    "Accepted by Gil, 03:04 : Fits",
  );
  const twice = await gil.post("/learning/settle", {
    ...settled,
    settle: "reject",
  });
  assertEquals(twice.status, 409);
  assertStringIncludes(textOf(twice.html), "settled this proposal already");
});

Deno.test("[LE7] a member sees proposals, but neither settles nor makes them", async () => {
  using site = pagesFixture();
  await propose(site);
  const ana = site.enter("Ana");
  const { html } = await ana.get("/learning");
  assertStringIncludes(textOf(html), "A facilitator accepts or rejects it.");
  assert(!html.includes('action="/learning/settle"'));
  assert(!html.includes('action="/learning/propose"'));
  const sent = await ana.post("/learning/settle", {
    proposalId: "lots",
    settle: "accept",
  });
  assertEquals(sent.status, 403);
});

Deno.test("[LE7] a facilitator proposes from the decisions that are ticked", async () => {
  using site = pagesFixture();
  const ids = await decided(site);
  const gil = site.enter("Gil", "facilitator");
  const form = new FormData();
  for (const id of ids) form.append("decisionId", id);
  const done = await gil.send("/learning/propose", form);
  assertEquals(done.location, "/learning?done=propose");
  assertStringIncludes(
    textOf((await gil.get("/learning")).html),
    "Rests on 3 closed decisions, 3 of them counted",
  );
  const none = await gil.post("/learning/propose", {});
  assertEquals(none.status, 422);
});

Deno.test("the rules go on over pages; a cursor of another hand starts over", async () => {
  using site = pagesFixture();
  for (let n = 0; n < 51; n++) {
    const id = `r${String(n).padStart(2, "0")}`;
    await site.commands.execute("create_rule", { ...RULE, id, name: id }, {
      user: FLO,
    });
    await site.commands.execute("give_feedback", {
      subject: { kind: "rule", id },
      outcome: "correct",
    }, { user: FLO });
  }
  const ana = site.enter("Ana");
  const rows = (html: string) =>
    [...html.matchAll(/class="name"><a href="\/rules\/(r\d\d)"/g)].map(
      ([, id]) => id,
    );
  const first = await ana.get("/learning");
  assertEquals(rows(first.html).length, 50);
  assertStringIncludes(textOf(first.html), "of the rules on this page");
  const next = first.html.match(/href="(\/learning\?cursor=[^"]+)"/)?.[1];
  const second = await ana.get(next?.replaceAll("&amp;", "&") ?? "");
  assertEquals(rows(second.html), ["r50"]);
  const strange = await ana.get("/learning?cursor=%22%3E&done=constructor");
  assertEquals(strange.status, 200);
  assertEquals(rows(strange.html).length, 50);
  assertEquals(site.faults, []);
});
