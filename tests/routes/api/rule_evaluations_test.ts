/** Evaluating rules over HTTP: answers, what is refused with its place, and who may ask. */
import { assert, assertEquals } from "@std/assert";
import { ruleEvaluationRoutes } from "../../../routes/api/rule_evaluations.ts";
import { IdempotencyKeys } from "../../../routes/api/idempotency.ts";
import { mount } from "../../../routes/api/operation.ts";
import type { Env } from "../../../routes/env.ts";
import { ruleOf } from "../../domain/rules/cel_fixture.ts";
import { ANA, fixture } from "../fixture.ts";
import type { Rule } from "../../../domain/rules/rule.ts";
import { Hono } from "hono";

const PATH = "/api/v1/rules/evaluate";

const RULE = ruleOf("amount * 2 > 15", {
  id: "big",
  riskLevel: "HIGH",
  message: "{{ amount }} is big",
});

async function post(body: unknown) {
  using f = await fixture();
  const response = await f.call("POST", PATH, body);
  return { status: response.status, body: await response.json() };
}

/** `path: message` of every mistake a body is refused for. */
async function refused(body: unknown): Promise<string[]> {
  const { status, body: { errors, code } } = await post(body);
  assertEquals([status, code], [422, "invalid"]);
  return errors.map(({ path, message }: Record<string, string>) =>
    `${path}: ${message}`
  );
}

Deno.test("[R16] an evaluation answers results, score, level and recommendation", async () => {
  const { status, body } = await post({ rules: [RULE], facts: { amount: 8 } });
  assertEquals(status, 200);
  const { results: [{ durationMs, computedAt, ...result }], ...rest } = body;
  assert(durationMs >= 0);
  assertEquals(new Date(computedAt).toISOString(), computedAt);
  assertEquals(result, {
    ruleId: "big",
    version: 1,
    result: "FAIL",
    riskLevel: "HIGH",
    score: 0.6,
    trace: {
      text: "amount * 2 > 15",
      from: 0,
      to: 15,
      children: [{
        text: "amount * 2",
        from: 0,
        to: 10,
        children: [
          { text: "amount", from: 0, to: 6, children: [], value: 8 },
        ],
        value: 16,
      }],
      value: true,
    },
    message: "8 is big",
    cached: false,
  });
  assertEquals(rest, {
    riskScore: 0.6,
    riskLevel: "HIGH",
    recommendation: "REVIEW",
  });
});

Deno.test("[R16] without trace there is none; thresholds may be given", async () => {
  const { body } = await post({
    rules: [RULE],
    facts: { amount: 8 },
    trace: false,
    thresholds: { block: 0.5 },
  });
  assertEquals(body.results[0].trace, null);
  assertEquals(body.recommendation, "BLOCK");
});

Deno.test("[R16] asking again says cached", async () => {
  using f = await fixture();
  const ask = async () => {
    const body = { rules: [RULE], facts: { amount: 8 } };
    const answer = await (await f.call("POST", PATH, body)).json();
    return answer.results[0].cached;
  };
  assertEquals([await ask(), await ask()], [false, true]);
});

Deno.test("[R4] one rule's error leaves the others be, and asks for a review", async () => {
  const { body } = await post({
    rules: [
      RULE,
      ruleOf("customer.country == 'XX'", { id: "far" }),
      ruleOf("amount / (amount - 8) > 1", { id: "zero" }),
      ruleOf("limit > 1", { id: "infinite" }),
    ],
    facts: { amount: 8, limit: 0 },
  });
  assertEquals(
    body.results.map((
      { result, message }: { result: string; message: string },
    ) => `${result} ${message}`),
    [
      "FAIL 8 is big",
      "ERROR facts.customer is missing",
      "ERROR Division by zero",
      "PASS null",
    ],
  );
});

Deno.test("[R2] a number too large for JSON is named, and no null", async () => {
  using f = await fixture();
  const text = JSON.stringify({ rules: [RULE], facts: { amount: 0 } });
  const response = await f.request(PATH, {
    method: "POST",
    headers: { authorization: "Bearer token-for-tests" },
    body: text.replace('"amount":0', '"amount":1e999'),
  });
  const { results } = await response.json();
  assertEquals(results[0].message, "facts.amount is not a finite number");
});

Deno.test("[R16] mistakes in rules are refused with path, line and column", async () => {
  const rules = [
    RULE,
    ruleOf("amount >", { id: "a" }),
    ruleOf("amount > 'x' + 1", { id: "b", message: "{{ frob() }}" }),
    ruleOf("name.matches('(a+)+$')", { id: "c" }),
    ruleOf(`${"(".repeat(9_000)}`, { id: "d" }),
  ];
  assertEquals(await refused({ rules, facts: {} }), [
    "rules.1.when: Unexpected token: the end (line 1, column 9)",
    "rules.2.when: Cannot use + on a string and a number (line 1, column 10)",
    "rules.2.message: Unknown function: frob() (line 1, column 4)",
    "rules.3.when: Regular expressions are not available: no matches() (line 1, column 1)",
    "rules.4.when: Nested deeper than 200 levels (line 1, column 201)",
  ]);
});

/** By what is wrong: the body, and the paths that are named. */
const BODIES: Record<string, [unknown, string[]]> = {
  "no rules": [{ facts: {} }, ["rules"]],
  "no facts": [{ rules: [RULE] }, ["facts"]],
  "facts in a list": [{ rules: [RULE], facts: [] }, ["facts"]],
  "a rule twice": [{ rules: [RULE, RULE], facts: {} }, ["rules.1.id"]],
  "an unknown priority": [
    { rules: [{ ...RULE, priority: "URGENT" }], facts: {} },
    ["rules.0.priority"],
  ],
  "64 KB of text": [
    { rules: [{ ...RULE, when: "x".repeat(65_536) }], facts: {} },
    ["rules.0.when"],
  ],
  "too much text in all": [
    {
      rules: Array.from({ length: 26 }, (_, n) => ({
        ...RULE,
        id: `${n}`,
        when: "x".repeat(9_999),
      })),
      facts: {},
    },
    ["rules"],
  ],
  "a score above 1": [
    { rules: [{ ...RULE, score: 2 }], facts: {} },
    ["rules.0.score"],
  ],
  "too many rules": [
    {
      rules: Array.from({ length: 1_001 }, (_, n) => ({ ...RULE, id: `${n}` })),
      facts: {},
    },
    ["rules"],
  ],
};

for (const [what, [body, paths]] of Object.entries(BODIES)) {
  Deno.test(`[R16] ${what}: refused at ${paths}`, async () => {
    const found = await refused(body);
    assertEquals(found.map((one) => one.split(": ")[0]), paths);
  });
}

Deno.test("[R16] an unknown rule id is not found, with its path", async () => {
  const { status, body } = await post({
    rules: [RULE],
    ruleIds: ["nobody"],
    facts: {},
  });
  assertEquals([status, body.code], [404, "not_found"]);
  assertEquals(body.errors, [{ path: "ruleIds.0", message: "Unknown rule" }]);
});

/** The answer of routes that know rules in use, and the ids that were counted. */
async function evaluated(body: unknown, inUse: readonly Rule[]) {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("user", ANA);
    await next();
  });
  const counted: string[] = [];
  const routes = ruleEvaluationRoutes({
    ruleOf: (id) => inUse.find((rule) => rule.id === id),
    inUse: () => Promise.resolve(inUse),
    count: ({ ruleId }) => counted.push(ruleId),
    now: () => 0,
    clock: () => 0,
  });
  mount(app, routes, new IdempotencyKeys());
  const response = await app.request(PATH, {
    method: "POST",
    body: JSON.stringify(body),
  });
  const { results = [], errors } = await response.json();
  const said = results.map(({ ruleId, result }: Record<string, string>) =>
    `${ruleId} ${result}`
  );
  return { status: response.status, said, errors, counted };
}

const STORED = [
  ruleOf("true", { id: "first" }),
  ruleOf("amount > 1", { id: "second" }),
];

Deno.test("[R16] stored rules are evaluated by id, behind those given, and counted", async () => {
  const { said, counted } = await evaluated({
    rules: [RULE],
    ruleIds: ["first"],
    facts: { amount: 1 },
  }, STORED);
  assertEquals(said, ["big PASS", "first FAIL"]);
  assertEquals(counted, ["first"]);
});

Deno.test("[R16] where no rule is named, all in use are evaluated", async () => {
  const { said, counted } = await evaluated({ facts: { amount: 1 } }, STORED);
  assertEquals(said, ["first FAIL", "second PASS"]);
  assertEquals(counted, ["first", "second"]);
});

Deno.test("[R16] where none is in use, nothing is approved of", async () => {
  const { status, errors } = await evaluated({ facts: {} }, []);
  assertEquals(status, 422);
  assertEquals(errors, [{ path: "rules", message: "No rule is in use" }]);
});

Deno.test("[R5] rules that together take too long end, the others answered first", async () => {
  const list = "[0,1,2,3,4,5,6,7,8,9]";
  const hostile =
    `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, ${list}.all(e, a >= 0)))))`;
  const rules = [
    ...Array.from(
      { length: 50 },
      (_, n) => ruleOf(hostile, { id: `hostile ${n}`, priority: "LOW" }),
    ),
    ruleOf("amount > 1", { id: "fair", priority: "HIGH" }),
  ];
  const { status, body } = await post({ rules, facts: { amount: 2 } });
  assertEquals(status, 200);
  const results = body.results.map(({ result }: { result: string }) => result);
  assertEquals(new Set(results.slice(0, 50)), new Set(["TIMEOUT"]));
  assertEquals(results[50], "FAIL");
});

Deno.test("[R16] an observer may evaluate, nobody in particular may not", async () => {
  using f = await fixture();
  const body = { rules: [RULE], facts: { amount: 1 } };
  const observer = { name: "Bo", role: "observer" } as const;
  assertEquals((await f.callAs(observer, "POST", PATH, body)).status, 200);
  const unknown = await f.request(PATH, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assertEquals(unknown.status, 401);
});
