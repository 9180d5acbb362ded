/** A decision's page: what it shows to whom, its forms without scripts, and what it carries. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RoleName } from "../../../domain/decider.ts";
import { summaryWords } from "../../../islands/decision_panel.ts";
import type { Log } from "../../../realtime/log/log.ts";
import type { User } from "../../../realtime/user.ts";
import { readDecisionPanel } from "../../../routes/pages/decision_panel_state.ts";
import {
  openSession,
  type PagesFixture,
  pagesFixture,
  textOf,
} from "./fixture.ts";

const ANA = userOf("ana-lima", "Ana Lima", "facilitator");

function userOf(userId: string, name: string, role: RoleName): User {
  return { userId, name, roles: [role] };
}

/** Vendors by cost and risk; the cheap one is the risky one. */
const VENDORS = {
  title: "Which vendor?",
  method: "wsm",
  params: { normalization: "minmax" },
  alternatives: [
    { id: "north", label: "Northwind" },
    { id: "delta", label: "Delta" },
    { id: "third", label: "Third" },
  ],
  criteria: [
    { id: "cost", label: "Cost", unit: "EUR", direction: "cost", weight: 60 },
    { id: "fit", label: "Fit", direction: "benefit", weight: 40 },
  ],
} as const;

const SCORES = {
  north: { cost: 10, fit: 3 },
  delta: { cost: 30, fit: 9 },
  third: { cost: 30, fit: 2 },
};

async function openDecision(
  site: PagesFixture,
  change: object = {},
  by = ANA,
): Promise<string> {
  const { result } = await site.commands.execute("open_decision", {
    id: "vendor",
    ...VENDORS,
    ...change,
  }, { user: by });
  assert(result);
  return "/decisions/vendor";
}

async function give(
  site: PagesFixture,
  scores: object,
  user = ANA,
  more: object = {},
): Promise<void> {
  const input = { decisionId: "vendor", scores, ...more };
  await site.commands.execute("give_scores", input, { user });
}

function carried(html: string) {
  const text = html.match(
    /<script id="state-DecisionMatrix"[^>]*>(.*?)<\/script>/s,
  )?.[1];
  return JSON.parse(text ?? "null");
}

/** Words of one panel. */
function panel(html: string, id: string): string {
  const from = html.indexOf(`id="${id}"`);
  return textOf(`<body>${html.slice(from, html.indexOf("</section>", from))}`);
}

Deno.test("a decision shows its matrix, weights and who leads, with what each criterion adds", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  await give(site, SCORES);
  const { status, html } = await site.enter("Ana Lima", "facilitator").get(
    path,
  );
  assertEquals(status, 200);
  assertStringIncludes(html, "<title>Which vendor? · Regulens</title>");
  const ranking = panel(html, "ranking");
  assertStringIncludes(ranking, "Northwind leads");
  assertStringIncludes(
    ranking,
    "Third is dominated: nowhere better than Northwind or Delta, whatever the weights.",
  );
  assertStringIncludes(ranking, "Rank Name Score Cost Fit");
  // 0.6 for the lowest cost, 0.4 · 1/7 for the fit.
  assertStringIncludes(ranking, "1 Northwind 65.71 60 5.714");
  const weights = panel(html, "weights");
  // 6/7 · (1 − w) = w at w = 6/13.
  assertStringIncludes(weights, "Delta overtakes below 46.2 %");
  assertStringIncludes(weights, "Delta overtakes at 53.8 %");
  const views = (await site.enter("Ana Lima").get(`${path}?view=weights`)).html;
  assertStringIncludes(panel(views, "views"), "stays ahead of Delta");
});

Deno.test("[P24] a decision's page carries state, figures and the position they were read at", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  await give(site, SCORES);
  const { html } = await site.enter("Ana Lima", "facilitator").get(path);
  const state = carried(html);
  assertEquals(state.position.channel, "decisions");
  assertEquals(state.position.offset, 2);
  assertEquals(state.decision.sheets[0][4], [[10, 3], [30, 9], [30, 2]]);
  assertEquals(state.figures.ranks, [1, 2, 3]);
  assertEquals(state.rights, { score: true, shape: true });
});

Deno.test("a decision scored, weighed and closed by forms alone", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  assertStringIncludes(
    panel((await ana.get(path)).html, "ranking"),
    "6 cells without a score: Northwind by Cost, Northwind by Fit, Delta by Cost, Delta by Fit and 2 more.",
  );
  const scored = await ana.post(`${path}/scores`, {
    "north.cost": "10",
    "north.fit": "3",
    "delta.cost": "30",
    "delta.fit": "9",
    "third.cost": "30",
    "third.fit": "2",
  });
  assertEquals([scored.status, scored.location], [303, `${path}#matrix`]);
  const weighed = await ana.post(`${path}/weights`, {
    "weight.cost": "20",
    "weight.fit": "80",
  });
  assertEquals(weighed.status, 303);
  const { html } = await ana.get(path);
  assertStringIncludes(panel(html, "ranking"), "Delta leads");
  assertEquals(
    (await ana.post(`${path}/settings`, {
      method: "topsis",
      normalization: "",
      aggregation: "mean",
    })).status,
    303,
  );
  assertStringIncludes(panel((await ana.get(path)).html, "lead"), "TOPSIS.");
  const closed = await ana.post(`${path}/close`, {
    chosen: "delta",
    reason: "Fit counts most.",
  });
  assertEquals(closed.status, 303);
  const after = (await ana.get(path)).html;
  assertStringIncludes(textOf(after), "Chosen: Delta");
  assertStringIncludes(textOf(after), "Fit counts most.");
  assert(!after.includes(`action="${path}/scores"`) || !after.includes("Save"));
  assertStringIncludes(panel(after, "ranking"), "Delta leads");
});

Deno.test("a weight left as it was shown stays exact when another is changed", async () => {
  using site = pagesFixture();
  const path = await openDecision(site, {
    criteria: VENDORS.criteria.map((one) => ({ ...one, weight: 1 / 3 })),
  });
  const ana = site.enter("Ana Lima", "facilitator");
  await ana.post(`${path}/weights`, {
    "weight.cost": "50",
    "weight.fit": "25",
  });
  const { decision } = carried((await ana.get(path)).html);
  assertEquals(
    decision.criteria.map(({ weight }: { weight: number }) => weight),
    [1 / 3, 0.166666667],
  );
});

Deno.test("a field that is no number comes back with the sheet, and nothing was scored", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  const ana = site.enter("Ana Lima", "facilitator");
  const { status, html } = await ana.post(`${path}/scores`, {
    "north.cost": "ten",
    "north.fit": "3",
  });
  assertEquals(status, 422);
  assertStringIncludes(textOf(html), "Northwind by Cost: “ten” is no number");
  assertEquals(carried(html).decision.sheets, []);
});

Deno.test("an emptied field takes the score back", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  await give(site, SCORES);
  const ana = site.enter("Ana Lima", "facilitator");
  await ana.post(`${path}/scores`, { "north.cost": "", "north.fit": "3" });
  const { decision } = carried((await ana.get(path)).html);
  assertEquals(decision.sheets[0][4][0], [null, 3]);
});

Deno.test("blind: others' scores are nowhere on the page until the reveal", async () => {
  using site = pagesFixture();
  const path = await openDecision(site, { blind: true });
  await give(site, { north: { cost: 1234.5 } });
  const ben = site.enter("Ben Kole");
  const { html } = await ben.get(path);
  assert(!html.includes("1234.5") && !html.includes("1,235"));
  assertStringIncludes(panel(html, "matrix"), "Blind: what others scored");
  assertStringIncludes(panel(html, "matrix"), "Ana Lima has scored");
  assertStringIncludes(panel(html, "ranking"), "Hidden until the scores");
  const ana = site.enter("Ana Lima", "facilitator");
  assertStringIncludes((await ana.get(path)).html, 'value="1234.5"');
  assertEquals((await ben.post(`${path}/reveal`, {})).status, 403);
  assertEquals((await ana.post(`${path}/reveal`, {})).status, 303);
  assertStringIncludes(panel((await ben.get(path)).html, "matrix"), "1,235");
});

Deno.test("a cell shows how far scores spread", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  await give(site, SCORES);
  const ben = userOf("ben-kole", "Ben Kole", "member");
  await give(site, { north: { fit: 7 } }, ben);
  const { html } = await site.enter("Ben Kole").get(path);
  // Median 5 of 3 and 7; √8 apart, in a column from 2 to 9.
  assertStringIncludes(html, '<td class="d3">');
  assertStringIncludes(html, "5<small>±2.8</small></td>");
  assertStringIncludes(panel(html, "matrix"), "Ben Kole 1 of 6");
});

Deno.test("a method that cannot read the scores says why", async () => {
  using site = pagesFixture();
  const path = await openDecision(site, { method: "aras", params: {} });
  await give(site, { ...SCORES, north: { cost: -1, fit: 3 } });
  const { html } = await site.enter("Ana Lima", "facilitator").get(path);
  assertStringIncludes(
    panel(html, "ranking"),
    "This method cannot read the scores as they are: Not above 0, which this needs of a cost.",
  );
  assertStringIncludes(panel(html, "views"), "There is no ranking yet");
});

Deno.test("VIKOR tells its conditions and the compromise in words", async () => {
  using site = pagesFixture();
  const path = await openDecision(site, { method: "vikor", params: {} });
  await give(site, SCORES);
  const { html } = await site.enter("Ana Lima", "facilitator").get(path);
  const ranking = panel(html, "ranking");
  assertStringIncludes(ranking, "0.5 is asked for between first and second.");
  assertStringIncludes(ranking, "Lower is better.");
});

Deno.test("views are links: other methods, and stability computed on demand", async () => {
  using site = pagesFixture();
  const path = await openDecision(site);
  await give(site, SCORES);
  const ana = site.enter("Ana Lima", "facilitator");
  const methods = panel((await ana.get(`${path}?view=methods`)).html, "views");
  assertStringIncludes(methods, "Kendall’s W");
  assertStringIncludes(methods, "Weighted sum chosen");
  const asked = panel((await ana.get(`${path}?view=stability`)).html, "views");
  assertStringIncludes(asked, "Compute rank stability");
});

Deno.test({
  name: "rank stability without scripts is computed in a worker, and says how",
  // The worker stays for the next reader, as on the server.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    using site = pagesFixture();
    const path = await openDecision(site);
    await give(site, SCORES);
    const ana = site.enter("Ana Lima", "facilitator");
    const { html } = await ana.get(`${path}?view=stability&compute=yes`);
    const words = panel(html, "views");
    assertStringIncludes(words, "Computed with 10,000 samples, seed 1.");
    assertStringIncludes(words, "Third – – 100 %");
  },
});

Deno.test("a session's decision is seen by those who see the session, and led by its facilitator", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const room = await openSession(ana, { open: "" });
  const sessionId = room.split("/")[2];
  const path = await openDecision(site, { sessionId });
  await give(site, SCORES, ANA, { sessionId });
  const { html } = await ana.get(path);
  assertStringIncludes(html, `href="/sessions/${sessionId}"`);
  const state = carried(html);
  assertEquals(state.position.channel, `session:${sessionId}`);
  assertEquals(state.asked, [{ userId: "ana-lima", name: "Ana Lima" }]);
  const eva = site.enter("Eva Voss", "observer");
  const seen = carried((await eva.get(path)).html);
  assertEquals(seen?.rights, { score: false, shape: false });
});

Deno.test("a room's panel lists its session's decisions with who leads, and no others", async () => {
  const logs: Log[] = [];
  using site = pagesFixture({
    wrapLog: (log) => {
      logs.push(log);
      return log;
    },
  });
  const ana = site.enter("Ana Lima", "facilitator");
  const sessionId = (await openSession(ana)).split("/")[2];
  const reading = { commands: site.commands, log: logs[0] };
  await openDecision(site, { id: "elsewhere" });
  await openDecision(site, { sessionId });
  const list = async () =>
    (await readDecisionPanel(reading, ANA, sessionId)).map((one) =>
      `${one.decisionId}: ${summaryWords(one)}`
    );
  assertEquals(await list(), ["vendor: Scores are missing"]);
  await give(site, SCORES, ANA, { sessionId });
  assertEquals(await list(), ["vendor: Northwind leads"]);
});

Deno.test("what does not exist, and what one may not see, look the same", async () => {
  using site = pagesFixture();
  const { status, html } = await site.enter("Ana Lima").get("/decisions/none");
  assertEquals(status, 404);
  assertStringIncludes(textOf(html), "Cannot find this decision.");
});

Deno.test("a matrix of ten by eight stays under 30 KB, without inline styles", async () => {
  using site = pagesFixture();
  const path = await openDecision(site, tenByEight());
  for (const name of ["Ana Lima", "Ben Kole", "Chidi Mba"]) {
    const userId = name.toLowerCase().replace(" ", "-");
    await give(
      site,
      tenByEightScores(name.length),
      userOf(userId, name, "member"),
    );
  }
  const { html } = await site.enter("Ana Lima", "facilitator").get(path);
  const bytes = new TextEncoder().encode(html).length;
  assert(bytes < 30 * 1024, `${bytes} bytes`);
  assert(!/ style=/.test(html));
});

function tenByEight() {
  const letters = [..."abcdefghij"];
  return {
    method: "topsis",
    params: {},
    alternatives: letters.map((id) => ({ id, label: `Vendor ${id}` })),
    criteria: letters.slice(0, 8).map((id, n) => ({
      id: `c${n}`,
      label: `Criterion ${id}`,
      direction: n % 2 === 0 ? "benefit" : "cost",
      weight: n + 1,
    })),
  };
}

function tenByEightScores(seed: number) {
  const rows = [..."abcdefghij"].map((id, i) => [
    id,
    Object.fromEntries(
      Array.from({ length: 8 }, (_, j) => [
        `c${j}`,
        1 + (seed * 7 + i * 5 + j * 3 + i * j) % 10,
      ]),
    ),
  ]);
  return Object.fromEntries(rows);
}
