/** The pages of operations without scripts: figures, search, forgetting, warming, who may. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { RoleName } from "../../../domain/decider.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { aloneBus } from "../../../realtime/nodes/bus.ts";
import { CacheForgetting } from "../../../routes/cache_forgetting.ts";
import { DecisionResults } from "../../../routes/decision_results.ts";
import { cacheEntries } from "../../../routes/pages/CacheEntries.tsx";
import { ResultCache } from "../../../routes/result_cache.ts";
import { RuleEvaluations } from "../../../routes/rule_cache.ts";
import { compiledRule } from "../../domain/rules/cel_fixture.ts";
import { pagesFixture, START, textOf } from "./fixture.ts";

/** The pages over one cache with three rankings and a rule's result in it. */
async function site() {
  const results = new ResultCache({ now: () => START });
  const decisions = new DecisionResults({ results });
  const evaluations = new RuleEvaluations({ results });
  for (const method of ["wsm", "topsis", "edas"] as const) {
    const directions = ["benefit", "cost"] as const;
    const input = { matrix: [[1, 2], [3, 1]], weights: [1, 1], directions };
    await decisions.of({ do: "analyze", input: { ...input, method } });
  }
  const rule = compiledRule("amount > 5", {
    id: "cash",
    name: "Large <b>cash</b>",
  });
  await evaluations.evaluate([rule], { amount: 9 }, {
    at: START,
    clock: () => 0,
  });
  const warming = {
    warm: () => Promise.resolve({ rules: 2, facts: 1, computed: 1, known: 1 }),
  };
  const forgetting = new CacheForgetting({ results, bus: aloneBus("test") });
  const cache = { results, forgetting, warming, logger: SILENT };
  const f = pagesFixture({ cache });
  const visit = (role: RoleName) => f.enter("Ana", role);
  return { results, visit, [Symbol.dispose]: () => f[Symbol.dispose]() };
}

Deno.test("[RC9] the page shows figures and entries, and no one's markup", async () => {
  using s = await site();
  const { status, html } = await s.visit("facilitator").get("/ops/cache");
  assertEquals(status, 200);
  const text = textOf(html);
  for (
    const words of [
      "Hit rate 0 % of 4 questions",
      "Entries 4 of at most 20,000",
      "Ranking by topsis, 2 × 2",
      "Large <b>cash</b>",
      "rule:cash@1:",
    ]
  ) assertStringIncludes(text, words);
  assert(!html.includes("<b>cash</b>"));
  assertStringIncludes(html, 'data-every="2000"');
  assert(!html.includes("Forget matching") && !html.includes("/warm"));
  assert(html.length < 30 * 1024, `${html.length}`);
});

Deno.test("[RC9] words find entries by key and by what they are of", async () => {
  using s = await site();
  const visit = s.visit("facilitator");
  const found = textOf((await visit.get("/ops/cache?q=RANKING+edas")).html);
  assertStringIncludes(found, "1 entry");
  assertStringIncludes(found, "Ranking by edas");
  assert(!found.includes("Ranking by wsm"));
  const none = textOf((await visit.get("/ops/cache?q=nothing")).html);
  assertStringIncludes(none, "No entry fits");
});

Deno.test("[RC9] an admin forgets one entry, those of a pattern, and warms, by plain forms", async () => {
  using s = await site();
  const visit = s.visit("admin");
  const { html } = await visit.get("/ops/cache?q=wsm");
  const key = html.match(/name="key" value="([^"]+)"/)?.[1] ?? "";
  const forgot = await visit.post("/ops/cache/forget", { key, q: "wsm" });
  assertEquals([forgot.status, forgot.location], [
    303,
    "/ops/cache?said=Forgot+1+result.&q=wsm",
  ]);
  const more = await visit.post("/ops/cache/invalidate", {
    pattern: "decision:*",
  });
  assertEquals(more.location, "/ops/cache?said=Forgot+2+results.");
  assertEquals([...s.results.entries()].map(({ kind }) => kind), ["rule"]);
  const wrong = await visit.post("/ops/cache/invalidate", { pattern: "" });
  assertEquals(wrong.status, 422);
  const { location } = await visit.post("/ops/cache/warm", {});
  assertStringIncludes(
    textOf((await visit.get(location ?? "")).html),
    "2 rules on 1 set of facts: 1 worked out, 1 known already.",
  );
});

Deno.test("[RC8] members see neither page, and facilitators change nothing", async () => {
  using s = await site();
  for (const path of ["/ops", "/ops/cache"]) {
    assertEquals((await s.visit("member").get(path)).status, 403);
    assertEquals((await s.visit("facilitator").get(path)).status, 200);
  }
  const refused = await s.visit("facilitator").post("/ops/cache/invalidate", {
    pattern: "*",
  });
  assertEquals(refused.status, 403);
  assertEquals(s.results.statistics().entries, 4);
});

Deno.test("[RC5] a rule that is tried again says since when the answer is known", async () => {
  using f = pagesFixture();
  const visitor = f.enter("Ana", "facilitator");
  const form = {
    name: "Large payment",
    when: "amount > 5",
    riskLevel: "HIGH",
    priority: "HIGH",
    type: "VALIDATION",
    facts: '{"amount": 12}',
  };
  const first = textOf((await visitor.post("/rules/new/try", form)).html);
  assertStringIncludes(first, "FAIL Fires");
  assert(!first.includes("From cache"));
  const again = textOf((await visitor.post("/rules/new/try", form)).html);
  assertMatch(again, /From cache, computed at \d\d:\d\d/);
  const other = await visitor.post("/rules/new/try", {
    ...form,
    facts: '{"amount": 13}',
  });
  assert(!textOf(other.html).includes("From cache"));
});

Deno.test("[RC9] a full cache is shown in pages of fifty", async () => {
  const results = new ResultCache();
  const kind = results.kind("text", { sizeOf: () => 1 });
  for (let n = 0; n < 120; n++) {
    await kind.once({ key: `text:${n}`, about: `Number ${n}` }, () => "");
  }
  const page = (n: number) => cacheEntries(results, { search: "", page: n });
  assertEquals(page(1).entries[0].key, "text:119");
  assertEquals(page(3).entries.length, 20);
  assertEquals(page(4).entries.length, 0);
  assertEquals([page(NaN).page, page(-1).page, page(1).found], [1, 1, 120]);
});

Deno.test("[RC9] the menu leads everywhere: to operations only for those who may", async () => {
  using s = await site();
  const { html } = await s.visit("facilitator").get("/ops/cache");
  const places = [...html.matchAll(/<a href="(\/[a-z]*)"/g)].map(([, path]) =>
    path
  );
  const all = ["", "sessions", "alerts", "decisions", "rules", "learning"];
  for (const path of [...all, "jobs", "audit", "ops"]) {
    assert(places.includes(`/${path}`), path);
  }
  // Where one is is marked, though it stands behind "More".
  assertStringIncludes(html, '<a href="/ops" aria-current="true"');
  assertStringIncludes(html, 'popovertarget="more" aria-current="true"');
  const { html: forMembers } = await s.visit("member").get("/sessions");
  assert(!forMembers.includes('href="/ops"'));
});
