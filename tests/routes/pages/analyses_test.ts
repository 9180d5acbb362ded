/** The page of an analysis that was kept in a session: ranking, values, working, and who sees it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { METHODS } from "../../../domain/decisions/analyze.ts";
import { METHOD_NAMES } from "../../../islands/decision_words.ts";
import type { User } from "../../../realtime/user.ts";
import { openSession, pagesFixture, textOf } from "./fixture.ts";

const ANA: User = {
  userId: "ana-lima",
  name: "Ana Lima",
  roles: ["facilitator"],
};

const VALUES = {
  matrix: [[10, 3], [30, 9], [30, 2]],
  weights: [60, 40],
  directions: ["cost", "benefit"],
};
const NAMES = {
  alternatives: ["North", "Delta", "Third"],
  criteria: ["Cost", "Fit"],
};

Deno.test("a kept analysis shows who leads, values, weights and working by their names", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const sessionId = path.slice("/sessions/".length);
  await site.commands.execute("run_analysis", {
    ...VALUES,
    ...NAMES,
    sessionId,
    id: "vendors",
    title: "Vendors",
    method: "wsm",
    params: { normalization: "minmax" },
  }, { user: ANA });
  const address = `${path}/analyses/vendors`;
  assertStringIncludes((await ana.get(path)).html, `href="${address}"`);
  const { html, status } = await ana.get(address);
  const text = textOf(html);
  assertEquals(status, 200);
  assertStringIncludes(text, "North leads");
  assertStringIncludes(text, "Third is dominated");
  // 60 for the lowest cost, 40 · 1/7 for the fit.
  assertStringIncludes(text, "1 North 65.71 60 5.714");
  assertStringIncludes(text, "less is better, weight 60 %");
  assertStringIncludes(text, "normalization minmax");
  assertStringIncludes(text, "Normalized Alternative Cost Fit North 1 0.1429");
  assertStringIncludes(text, "Entry 2 Channel");
  const mia = site.enter("Mia");
  assertEquals((await mia.get(address)).status, 200);
  assertEquals((await ana.get(`${path}/analyses/other`)).status, 404);
});

Deno.test("only who sees the session sees its analyses", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana, { who: "participants" });
  const sessionId = path.slice("/sessions/".length);
  await site.commands.execute("run_analysis", {
    ...VALUES,
    sessionId,
    id: "vendors",
    method: "topsis",
  }, { user: ANA });
  const address = `${path}/analyses/vendors`;
  assertEquals((await ana.get(address)).status, 200);
  assertEquals((await site.enter("Mia").get(address)).status, 404);
  assertEquals((await site.stranger.get(address)).status, 303);
});

for (const method of METHODS) {
  Deno.test(`an analysis by ${METHOD_NAMES[method]} without names is shown whole`, async () => {
    using site = pagesFixture();
    const ana = site.enter("Ana Lima", "facilitator");
    const path = await openSession(ana);
    const sessionId = path.slice("/sessions/".length);
    const bounds = { bounds: [[0, 50], [0, 10]] };
    const { result } = await site.commands.execute("run_analysis", {
      ...VALUES,
      sessionId,
      id: "one",
      method,
      ...(method === "spotis" && { params: bounds }),
    }, { user: ANA });
    const { analysis } = JSON.parse(JSON.stringify(result));
    const { html, status } = await ana.get(`${path}/analyses/one`);
    assertEquals(status, 200);
    const text = textOf(html);
    const best = analysis.ranks.indexOf(1) + 1;
    assertStringIncludes(text, `1 Alternative ${best}`);
    assert(!/NaN|Infinity|undefined|\[object|\?:/.test(text), text);
    assertEquals(site.faults, []);
  });
}
