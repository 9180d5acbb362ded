/** Changing an open decision through its form: scores stay, losses are said, nobody's change is lost. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { User } from "../../../realtime/user.ts";
import {
  type Answer,
  openSession,
  type PagesFixture,
  pagesFixture,
  textOf,
} from "./fixture.ts";

const ANA: User = {
  userId: "ana-lima",
  name: "Ana Lima",
  roles: ["facilitator"],
};
const EDIT = "/decisions/vendor/edit";

async function openDecision(
  { commands }: PagesFixture,
  change: object = {},
): Promise<void> {
  await commands.execute("open_decision", {
    id: "vendor",
    title: "Which vendor?",
    description: "Two can start.",
    method: "wsm",
    alternatives: [
      { id: "north", label: "Northwind" },
      { id: "delta", label: "Delta" },
      { id: "third", label: "Third" },
    ],
    criteria: [
      { id: "cost", label: "Cost", unit: "EUR", direction: "cost", weight: 60 },
      { id: "fit", label: "Fit", direction: "benefit", weight: 40 },
    ],
    ...change,
  }, { user: ANA });
}

async function give({ commands }: PagesFixture, more: object = {}) {
  await commands.execute("give_scores", {
    decisionId: "vendor",
    scores: { north: { cost: 10, fit: 3 }, third: { fit: 2 } },
    ...more,
  }, { user: ANA });
}

async function change(site: PagesFixture, changes: object): Promise<void> {
  const input = { decisionId: "vendor", ...changes };
  await site.commands.execute("change_decision", input, { user: ANA });
}

/** What the form would send as it stands. */
function sentBy({ html }: Answer): Record<string, string> {
  const plain = (text: string) =>
    text.replaceAll("&quot;", '"').replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&");
  const fields: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
    const name = tag.match(/name="([^"]*)"/)?.[1];
    const isOff = tag.includes('type="checkbox"') && !tag.includes("checked");
    if (name === undefined || isOff) continue;
    fields[name] = plain(tag.match(/value="([^"]*)"/)?.[1] ?? "");
  }
  for (
    const [, name, inside] of html.matchAll(
      /<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs,
    )
  ) {
    const chosen = inside.match(/<option[^>]*selected[^>]*>/)?.[0] ?? "";
    fields[name] = chosen.match(/value="([^"]*)"/)?.[1] ?? "";
  }
  const [, text = ""] =
    html.match(/name="description"[^>]*>([^<]*)<\/textarea>/) ?? [];
  return { ...fields, description: plain(text), do: "save" };
}

/** Title, description, rows, as a fresh form shows them. */
async function now(site: PagesFixture) {
  const page = await site.enter("Ana Lima", "facilitator").get(EDIT);
  return JSON.parse(sentBy(page).was);
}

Deno.test("a row that is called something else keeps its scores; a new one has none", async () => {
  using site = pagesFixture();
  await openDecision(site);
  await give(site);
  const ana = site.enter("Ana Lima", "facilitator");
  assertStringIncludes(
    (await ana.get("/decisions/vendor")).html,
    `href="${EDIT}"`,
  );
  const more = await ana.post(EDIT, {
    ...sentBy(await ana.get(EDIT)),
    "alternative.0": "Northwind Ltd",
    do: "add-alternative",
  });
  assert(/id="alternative\.3"[^>]*autofocus/.test(more.html));
  const { status, location } = await ana.post(EDIT, {
    ...sentBy(more),
    "alternative.3": "Fourth",
    title: "Which vendor now?",
    description: "",
  });
  assertEquals([status, location], [303, "/decisions/vendor"]);
  const { title, description, alternatives } = await now(site);
  assertEquals([title, description], ["Which vendor now?", null]);
  assertEquals(alternatives.map(({ label }: { label: string }) => label), [
    "Northwind Ltd",
    "Delta",
    "Third",
    "Fourth",
  ]);
  assertEquals(alternatives[0].id, "north");
  const text = textOf((await ana.get(EDIT)).html);
  assertStringIncludes(text, "Remove: 2 scores by 1 person count no more");
});

Deno.test("taking a row out says what is lost; put back by name it starts anew", async () => {
  using site = pagesFixture();
  await openDecision(site);
  await give(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const page = await ana.get(EDIT);
  const text = textOf(page.html);
  assertStringIncludes(text, "Remove: 2 scores by 1 person count no more");
  assertStringIncludes(text, "Remove: nobody has scored it");
  assertStringIncludes(text, "Remove: 1 score by 1 person counts no more");
  await ana.post(EDIT, { ...sentBy(page), "alternative.0.remove": "on" });
  assertEquals((await now(site)).alternatives.length, 2);
  const more = await ana.post(EDIT, {
    ...sentBy(await ana.get(EDIT)),
    do: "add-alternative",
  });
  await ana.post(EDIT, { ...sentBy(more), "alternative.2": "Northwind" });
  const { alternatives } = await now(site);
  assertEquals(alternatives[2].label, "Northwind");
  assert(alternatives[2].id !== "north");
});

Deno.test("what another changes meanwhile stays: weights, words, rows", async () => {
  using site = pagesFixture();
  await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const form = sentBy(await ana.get(EDIT));
  await site.commands.execute("set_weights", {
    decisionId: "vendor",
    weights: { cost: 10 },
  }, { user: ANA });
  await change(site, {
    description: "Three can start.",
    alternatives: [
      { id: "north", label: "Northwind" },
      { id: "delta", label: "Delta Ltd" },
      { id: "fifth", label: "Fifth" },
    ],
  });
  const { status } = await ana.post(EDIT, {
    ...form,
    "alternative.0": "North",
    "criterion.1.label": "Fitness",
  });
  assertEquals(status, 303);
  const { description, alternatives, criteria } = await now(site);
  assertEquals(description, "Three can start.");
  assertEquals(alternatives, [
    { id: "north", label: "North" },
    { id: "delta", label: "Delta Ltd" },
    { id: "fifth", label: "Fifth" },
  ]);
  assertEquals(
    criteria.map(({ label, weight }: { label: string; weight: number }) => [
      label,
      weight,
    ]),
    [["Cost", 10], ["Fitness", 40]],
  );
});

Deno.test("what both changed is asked about once, then mine is kept", async () => {
  using site = pagesFixture();
  await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const form = sentBy(await ana.get(EDIT));
  await change(site, { title: "Theirs" });
  const asked = await ana.post(EDIT, { ...form, title: "Mine" });
  assertEquals(asked.status, 409);
  assertStringIncludes(textOf(asked.html), "Somebody made it “Theirs”");
  assertEquals((await now(site)).title, "Theirs");
  assertEquals((await ana.post(EDIT, sentBy(asked))).status, 303);
  assertEquals((await now(site)).title, "Mine");
});

Deno.test("sent twice it changes once, and as it stands nothing at all", async () => {
  using site = pagesFixture();
  await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const before = await now(site);
  const form = sentBy(await ana.get(EDIT));
  assertEquals((await ana.post(EDIT, form)).status, 303);
  assertEquals((await now(site)).offset, before.offset);
  const more = sentBy(
    await ana.post(EDIT, { ...form, do: "add-alternative" }),
  );
  const changed = { ...more, "alternative.3": "Fourth" };
  assertEquals((await ana.post(EDIT, changed)).status, 303);
  assertEquals((await ana.post(EDIT, changed)).status, 303);
  const after = await now(site);
  assertEquals(after.alternatives.length, 4);
  assertEquals(after.offset, before.offset + 1);
});

Deno.test("mistakes stand at their control, with what was typed", async () => {
  using site = pagesFixture();
  await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const form = sentBy(await ana.get(EDIT));
  const answer = await ana.post(EDIT, {
    ...form,
    title: " ",
    "alternative.0": "",
    "alternative.1": "Third",
    "criterion.1.weight": "much",
  });
  assertEquals(answer.status, 422);
  const at = (name: string) =>
    answer.html.match(
      new RegExp(`id="${name.replaceAll(".", "\\.")}-mistake"[^>]*>(.*?)</p>`),
    )?.[1].replace(/<svg.*?<\/svg>/, "");
  assertEquals(at("title"), "This cannot be empty");
  assertStringIncludes(at("alternative.0") ?? "", "tick Remove");
  assertEquals(at("alternative.2"), "This is there already");
  assertEquals(at("criterion.1.weight"), "A number, 0 or more");
  assertEquals(sentBy(answer)["criterion.1.weight"], "much");
  const long = await ana.post(EDIT, {
    ...form,
    "criterion.1.label": "x".repeat(201),
  });
  assertStringIncludes(long.html, 'id="criterion.1.label-mistake"');
  const few = await ana.post(EDIT, {
    ...form,
    "alternative.0.remove": "on",
    "alternative.1.remove": "on",
    "criterion.0.remove": "on",
    "criterion.1.remove": "on",
  });
  assertStringIncludes(textOf(few.html), "At least two must be left");
  assertStringIncludes(textOf(few.html), "At least one must be left");
  const broken = await ana.post(EDIT, { ...form, was: "{", title: "Whole" });
  assertEquals(broken.status, 303);
  assertEquals((await now(site)).alternatives.length, 3);
});

Deno.test("who does not lead, and what is closed: no form, and the command refuses", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana, { who: "participants" });
  const sessionId = path.slice("/sessions/".length);
  await openDecision(site, { sessionId });
  const form = sentBy(await ana.get(EDIT));
  const mia = site.enter("Mia");
  assertEquals((await mia.get(EDIT)).status, 404);
  assertEquals((await mia.post(EDIT, form)).status, 404);
  assertEquals((await site.stranger.get(EDIT)).status, 303);
  await ana.post(`${path}/participants`, { userId: "mia", role: "member" });
  assertStringIncludes(textOf((await mia.get(EDIT)).html), "Who leads changes");
  assertEquals(
    (await mia.post(EDIT, { ...form, title: "Mine" })).status,
    403,
  );
  assert(!(await mia.get("/decisions/vendor")).html.includes(`href="${EDIT}"`));
  await site.commands.execute("close_decision", {
    decisionId: "vendor",
    sessionId,
  }, { user: ANA });
  assertStringIncludes(textOf((await ana.get(EDIT)).html), "stays as it was");
  assertEquals(
    (await ana.post(EDIT, { ...form, title: "Late" })).status,
    409,
  );
  for (const id of ["none", "%00", "x".repeat(3000)]) {
    assertEquals((await ana.get(`/decisions/${id}/edit`)).status, 404, id);
  }
  assertEquals(site.faults, []);
});

Deno.test("of a blind decision the form tells no scores before the reveal", async () => {
  using site = pagesFixture();
  await openDecision(site, { blind: true });
  await give(site);
  const ben = site.enter("Ben Kole", "facilitator");
  const text = textOf((await ben.get(EDIT)).html);
  assertStringIncludes(text, "what 1 person may have scored here");
  assert(!text.includes("2 scores"));
});
