/** The cache over HTTP: who may look and change, what is told, forgetting, working out ahead. */
import { assert, assertEquals } from "@std/assert";
import { cacheRoutes } from "../../../routes/api/cache.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { aloneBus } from "../../../realtime/nodes/bus.ts";
import { CacheForgetting } from "../../../routes/cache_forgetting.ts";
import { DecisionResults } from "../../../routes/decision_results.ts";
import { ResultCache } from "../../../routes/result_cache.ts";
import { RuleEvaluations } from "../../../routes/rule_cache.ts";
import { RuleWarming } from "../../../routes/rule_warming.ts";
import type { CompiledRule } from "../../../domain/rules/compile_rule.ts";
import { compiledRule, ruleOf } from "../../domain/rules/cel_fixture.ts";
import { fixture, START } from "../fixture.ts";

const CACHE = "/api/v1/cache";
const ANALYSIS = {
  method: "topsis",
  matrix: [[1, 2], [3, 1]],
  weights: [0.5, 0.5],
  directions: ["benefit", "cost"],
};

/** The routes over one cache; `inUse` is what a publication changes. */
async function site() {
  const clock = { now: START };
  const results = new ResultCache({ now: () => clock.now });
  const evaluations = new RuleEvaluations({ results });
  const inUse = new Map<string, CompiledRule>();
  const said: { message: string; properties?: Record<string, unknown> }[] = [];
  const warming = new RuleWarming({
    book: { inUse: () => Promise.resolve(inUse) },
    evaluations,
    now: () => clock.now,
    pause: () => Promise.resolve(),
  });
  const say = (message: string, properties?: Record<string, unknown>) =>
    void said.push({ message, properties });
  const f = await fixture({
    parts: {
      decisions: new DecisionResults({ results }),
      ruleEvaluation: { evaluations, now: () => clock.now },
      routes: cacheRoutes({
        results,
        forgetting: new CacheForgetting({ results, bus: aloneBus("test") }),
        warming,
        logger: { debug: say, info: say, warn: say, error: say },
      }),
    },
  });
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await f.call(method, path, body);
    return { status: response.status, body: await response.json() };
  };
  return {
    ...f,
    clock,
    inUse,
    said,
    ask,
    [Symbol.dispose]: () => f[Symbol.dispose](),
  };
}

Deno.test("[RC5] an answer says whether it was cached and when it was computed", async () => {
  using s = await site();
  const first = await s.ask("POST", "/api/v1/decisions/analyze", ANALYSIS);
  s.clock.now += 60_000;
  const again = await s.ask("POST", "/api/v1/decisions/analyze", {
    ...ANALYSIS,
  });
  const computedAt = "2026-01-02T03:04:05.678Z";
  assertEquals(first.body.cached, false);
  assertEquals(again.body, { ...first.body, cached: true, computedAt });
  const body = { rules: [ruleOf("amount > 5")], facts: { amount: 8 } };
  const rules = await s.ask("POST", "/api/v1/rules/evaluate", body);
  s.clock.now += 60_000;
  const same = await s.ask("POST", "/api/v1/rules/evaluate", body);
  const times = [rules, same].map(({ body: { results: [one] } }) =>
    `${one.computedAt} ${one.cached}`
  );
  assertEquals(times, [
    "2026-01-02T03:05:05.678Z false",
    "2026-01-02T03:05:05.678Z true",
  ]);
});

Deno.test("[RC5] the cache tells its figures and its entries in pages by key", async () => {
  using s = await site();
  for (const method of ["wsm", "topsis", "edas", "edas"]) {
    await s.ask("POST", "/api/v1/decisions/analyze", { ...ANALYSIS, method });
  }
  const first = await s.ask("GET", `${CACHE}?limit=2`);
  const { items, nextCursor, bytes, maxBytes, maxEntries, ...figures } =
    first.body;
  assertEquals(figures, {
    entries: 3,
    hits: 1,
    misses: 3,
    shared: 0,
    evictions: 0,
    hitRate: 0.25,
  });
  assert(bytes > 600 && bytes < maxBytes && maxEntries === 20_000);
  const rest = await s.ask(
    "GET",
    `${CACHE}?limit=2&cursor=${encodeURIComponent(nextCursor)}`,
  );
  assertEquals(rest.body.nextCursor, null);
  const all: { about: string; hits: number; kind: string }[] = [
    ...items,
    ...rest.body.items,
  ];
  assertEquals(
    all.map(({ about, hits, kind }) => `${kind} ${about} ${hits}`).sort(),
    [
      "decision Ranking by edas, 2 × 2 1",
      "decision Ranking by topsis, 2 × 2 0",
      "decision Ranking by wsm, 2 × 2 0",
    ],
  );
});

Deno.test("[RC6] one entry is forgotten by its key, with whatever is in a rule's id", async () => {
  using s = await site();
  const rule = ruleOf("amount > 5", { id: "a/b %*é?" });
  const body = { rules: [rule], facts: { amount: 8 } };
  await s.ask("POST", "/api/v1/rules/evaluate", body);
  const { body: { items: [{ key }] } } = await s.ask("GET", CACHE);
  const path = `${CACHE}/${encodeURIComponent(key)}`;
  assertEquals(await s.ask("DELETE", path), {
    status: 200,
    body: { forgotten: 1 },
  });
  assertEquals((await s.ask("DELETE", path)).status, 404);
  assertEquals((await s.ask("GET", CACHE)).body.entries, 0);
  assertEquals(s.said.at(-1), {
    message: "forgot a result",
    properties: { key, userId: "service" },
  });
});

Deno.test("[RC6] a pattern forgets what fits it, and no more", async () => {
  using s = await site();
  const evaluate = (id: string, amount: number) =>
    s.ask("POST", "/api/v1/rules/evaluate", {
      rules: [ruleOf("amount > 5", { id })],
      facts: { amount },
    });
  for (const amount of [1, 9]) {
    for (const id of ["cash", "cash-b"]) await evaluate(id, amount);
  }
  const fits = await s.ask("GET", `${CACHE}?pattern=rule:cash@*`);
  assertEquals(fits.body.items.length, 2);
  const { body } = await s.ask("POST", `${CACHE}/invalidate`, {
    pattern: "rule:cash@*",
  });
  assertEquals(body, { forgotten: 2 });
  assertEquals((await s.ask("GET", CACHE)).body.entries, 2);
  for (const pattern of ["", "x".repeat(257)]) {
    const refused = await s.ask("POST", `${CACHE}/invalidate`, { pattern });
    assertEquals(refused.status, 422);
  }
});

Deno.test("[RC7] after a new version was published, warming has its answers ready", async () => {
  using s = await site();
  const old = ruleOf("amount > 5");
  for (const amount of [1, 9]) {
    const body = { rules: [old], facts: { amount } };
    await s.ask("POST", "/api/v1/rules/evaluate", body);
  }
  s.inUse.set("r", compiledRule("amount > 6", { version: 2 }));
  const warmed = await s.ask("POST", `${CACHE}/warm`, {});
  assertEquals(warmed.body, { rules: 1, facts: 2, computed: 2, known: 0 });
  const again = await s.ask("POST", `${CACHE}/warm`, {});
  assertEquals(again.body, { rules: 1, facts: 2, computed: 0, known: 2 });
  const { body: { results: [result] } } = await s.ask(
    "POST",
    "/api/v1/rules/evaluate",
    {
      rules: [ruleOf("amount > 6", { version: 2 })],
      facts: { amount: 9 },
    },
  );
  assertEquals([result.cached, result.version, result.result], [
    true,
    2,
    "FAIL",
  ]);
});

Deno.test("[RC7] what was asked about is forgotten along with the results of rules", async () => {
  using s = await site();
  const body = { rules: [ruleOf("amount > 5")], facts: { amount: 9 } };
  await s.ask("POST", "/api/v1/rules/evaluate", body);
  await s.ask("POST", `${CACHE}/invalidate`, { pattern: "*" });
  s.inUse.set("r", compiledRule("amount > 6"));
  const { body: warmed } = await s.ask("POST", `${CACHE}/warm`, {});
  assertEquals(warmed, { rules: 1, facts: 0, computed: 0, known: 0 });
});

Deno.test("[RC8] facilitators look, admins change, others do neither", async () => {
  using s = await site();
  const calls = [
    ["GET", CACHE, undefined],
    ["DELETE", `${CACHE}/x`, undefined],
    ["POST", `${CACHE}/invalidate`, { pattern: "*" }],
    ["POST", `${CACHE}/warm`, {}],
  ] as const;
  const expected = {
    member: [403, 403, 403, 403],
    facilitator: [200, 403, 403, 403],
    admin: [200, 404, 200, 200],
  };
  for (const role of ["member", "facilitator", "admin"] as const) {
    const person = { name: "Ana", role };
    const statuses: number[] = [];
    for (const [method, path, body] of calls) {
      const answer = await s.callAs(person, method, path, body);
      await answer.body?.cancel();
      statuses.push(answer.status);
    }
    assertEquals(statuses, expected[role]);
  }
});

Deno.test("[RC10] what is forgotten at one node is forgotten at all, and counted", async () => {
  const exchange = new MemoryExchange();
  const nodes = ["a", "b", "c"].map((node) => {
    const results = new ResultCache();
    const kept = results.kind<string>("text", { sizeOf: () => 1 });
    const forgetting = new CacheForgetting({
      results,
      bus: exchange.join(node),
    });
    const keep = (key: string) =>
      kept.work(
        [{ key, about: key }],
        () => Promise.resolve([{ value: "", lasts: true }]),
      );
    return { results, forgetting, keep };
  });
  const [a, b, c] = nodes;
  for (const node of [a, c]) await node.keep("text:one");
  await b.keep("text:two");
  await c.keep("text:two");
  await c.keep("other:three");
  assertEquals(await b.forgetting.key("text:one"), 2);
  assertEquals(await b.forgetting.key("text:one"), 0);
  assertEquals(await a.forgetting.matching("text:*"), 2);
  const left = nodes.map(({ results }) => results.statistics().entries);
  assertEquals(left, [0, 0, 1]);
  for (const { forgetting } of nodes) forgetting.close();
});
