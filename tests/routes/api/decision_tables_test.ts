/** Decision tables over HTTP: the published cases, answers, and what is refused, with its place. */
import { assertEquals } from "@std/assert";
import cases from "../../support/cases/decision_tables.json" with {
  type: "json",
};
import { fixture } from "../fixture.ts";

const EVALUATE = "/api/v1/rules/tables/evaluate";
const CHECK = "/api/v1/rules/tables/check";

async function post(path: string, body: unknown) {
  using f = await fixture();
  const response = await f.call("POST", path, body);
  return { status: response.status, body: await response.json() };
}

const TABLE = {
  inputs: [{ expression: "amount" }, { expression: "country" }],
  outputs: [{}],
  rules: [
    { in: ["< 10", '"CH"'], out: ['"approve"'] },
    { in: [">= 10", "-"], out: ['"review"'] },
  ],
};

Deno.test("[T1] the published cases answer as published over HTTP", async () => {
  using f = await fixture();
  for (const { tables, tests } of cases.models) {
    for (const { inputs: facts, results } of tests) {
      const body = { table: tables[0], facts };
      const response = await f.call("POST", EVALUATE, body);
      const { outputs, errors } = await response.json();
      assertEquals({ outputs, errors }, {
        outputs: results[0].expected,
        errors: [],
      });
    }
  }
});

Deno.test("[T2] an answer says what matched, and which cell kept the others out", async () => {
  const facts = { amount: 12, country: "DE" };
  assertEquals(await post(EVALUATE, { table: TABLE, facts }), {
    status: 200,
    body: {
      outputs: "review",
      matched: [1],
      trace: {
        inputs: [12, "DE"],
        rules: [{ rule: 0, failedAt: 0 }, { rule: 1, failedAt: null }],
      },
      errors: [],
    },
  });
});

Deno.test("[T9] several tables answer each, the last one in front", async () => {
  const tables = [
    {
      decision: "Risk level",
      inputs: [{ expression: "amount" }],
      outputs: [{}],
      rules: [{ in: ["> 5"], out: ['"high"'] }],
    },
    {
      decision: "Verdict",
      inputs: [{ expression: "Risk level" }],
      outputs: [{}],
      rules: [{ in: ['"high"'], out: ['"review"'] }],
    },
  ];
  const { body } = await post(EVALUATE, { tables, facts: { amount: 6 } });
  assertEquals(body.outputs, "review");
  assertEquals(
    body.decisions.map((one: { decision: string; outputs: unknown }) => [
      one.decision,
      one.outputs,
    ]),
    [["Risk level", "high"], ["Verdict", "review"]],
  );
});

Deno.test("[T12] a cell that cannot be read is refused with its place", async () => {
  const rules = [{ in: ["< 10", 'matches(?, "(a+)+")'], out: ["1"] }];
  const table = { ...TABLE, rules };
  const facts = { amount: 1, country: "CH" };
  const { status, body } = await post(EVALUATE, { table, facts });
  assertEquals({ status, errors: body.errors }, {
    status: 422,
    errors: [{
      path: "table.rules.0.in.1",
      message:
        "Cannot call matches: Patterns are not taken: one may run for hours (at 0 to 7)",
    }],
  });
});

Deno.test("[T10] a missing fact and one of the wrong kind are errors with their place", async () => {
  const missing = await post(EVALUATE, { table: TABLE, facts: { amount: 1 } });
  assertEquals(missing.status, 200);
  assertEquals(missing.body.outputs, null);
  assertEquals(missing.body.errors, [{
    path: "inputs.1.expression",
    message: "Unknown fact: country",
    position: { from: 0, to: 7 },
  }]);
  const wrong = await post(EVALUATE, {
    table: TABLE,
    facts: { amount: "many", country: "CH" },
  });
  assertEquals(wrong.body.errors[0], {
    path: "rules.0.in.0",
    message: "Cannot compare this with a string",
  });
});

Deno.test("[T14] a check names mistakes, gaps and overlaps", async () => {
  assertEquals(await post(CHECK, { table: TABLE }), {
    status: 200,
    body: {
      mistakes: [],
      coverage: [{
        gaps: [["< 10", 'not("CH")']],
        overlaps: [],
        complete: true,
      }],
    },
  });
  const rules = [...TABLE.rules, { in: ["1 +", "-"], out: ["1"] }];
  const { body } = await post(CHECK, { table: { ...TABLE, rules } });
  assertEquals(body, {
    mistakes: [{
      path: "table.rules.2.in.0",
      message: "Ends too early",
      position: { from: 3, to: 3 },
    }],
    coverage: [],
  });
});

Deno.test("[T12] shapes and limits are refused with their place", async () => {
  const refusedAt = async (body: unknown) => {
    const answer = await post(EVALUATE, body);
    assertEquals(answer.status, 422);
    return answer.body.errors.map((one: { path: string }) => one.path);
  };
  const rules = [{ in: ["x".repeat(2_001), "-"], out: ["1"] }];
  assertEquals(
    await refusedAt({ table: { ...TABLE, rules }, facts: {} }),
    ["table.rules.0.in.0"],
  );
  assertEquals(await refusedAt({ facts: {} }), ["table"]);
  assertEquals(
    await refusedAt({ table: TABLE, tables: [TABLE], facts: {} }),
    ["table"],
  );
  assertEquals(
    await refusedAt({ table: TABLE, facts: JSON.parse('{"__proto__":1}') }),
    ["facts.__proto__"],
  );
  assertEquals(
    await refusedAt({
      table: { ...TABLE, rules: [{ in: ["-"], out: ["1"] }] },
      facts: {},
    }),
    ["table.rules.0.in"],
  );
});

Deno.test("[T12] nobody in particular may not calculate", async () => {
  using f = await fixture();
  const response = await f.app.request(EVALUATE, { method: "POST" });
  assertEquals(response.status, 401);
});

Deno.test("[T1] the documented examples answer", async () => {
  using f = await fixture();
  const { paths } = await (await f.call("GET", "/api/v1/openapi.json")).json();
  for (const path of [EVALUATE, CHECK]) {
    const { schema } = paths[path].post.requestBody.content["application/json"];
    for (const example of schema.examples) {
      const response = await f.call("POST", path, example);
      assertEquals(response.status, 200);
      const { mistakes, errors } = await response.json();
      assertEquals(mistakes ?? errors, []);
    }
  }
});
