/** Backtests over HTTP: from a draft to the list of what it would have changed, and who may. */
import { assertEquals, assertMatch } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { createRunEvaluation } from "../../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { ruleRoutes } from "../../../routes/api/rules.ts";
import { createRuleParts } from "../../../routes/rule_parts.ts";
import { fixture } from "../fixture.ts";

const ANA = { name: "Ana", role: "facilitator" } as const;
const BEN = { name: "Ben", role: "facilitator" } as const;
const MIA = { name: "Mia", role: "member" } as const;
const OBI = { name: "Obi", role: "observer" } as const;

const RULE = {
  id: "big",
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
};

async function backtestFixture() {
  const log = createMemoryLog();
  const rules = createRuleCommands({ fourEyes: true });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...rules.declarations,
      createRunEvaluation(rules.area),
    ],
    authorize: hasRole,
  });
  const { area } = rules;
  const signals: { channel: string; payload: unknown }[] = [];
  let heard = Promise.withResolvers<void>();
  const hub = {
    signal: (channel: string, _: string, __: string, payload: object) => {
      signals.push({ channel, payload });
      heard.resolve();
      heard = Promise.withResolvers();
    },
  };
  const parts = createRuleParts({ log, commands, hub, area, fourEyes: true });
  const f = await fixture({
    log,
    parts: {
      ruleEvaluation: parts.evaluation,
      routes: [
        ...commandRoutes({ commands }),
        ...ruleRoutes({ commands, log, area }),
        ...parts.routes,
      ],
    },
  });
  const call = async (
    person: Parameters<typeof f.callAs>[0],
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = await f.callAs(person, method, `/api/v1${path}`, body);
    return { status: response.status, body: await response.json() };
  };
  /** The job when it has ended. */
  const ended = async (person: Parameters<typeof f.callAs>[0], id: string) => {
    for (;;) {
      const next = heard.promise;
      const { body } = await call(person, "GET", `/rules/backtests/${id}`);
      if (body.job.endedAt !== null) return body.job;
      await next;
    }
  };
  /** The rule in use with 10 as its bound, and a draft with 5. */
  const drafted = async () => {
    await call(ANA, "POST", "/rules", RULE);
    await call(BEN, "POST", "/rules/big/publish");
    const { id: _, ...rule } = RULE;
    await call(ANA, "PUT", "/rules/big", { ...rule, when: "amount > 5" });
  };
  return {
    call,
    ended,
    drafted,
    signals,
    counters: parts.counters,
    [Symbol.asyncDispose]: async () => {
      await parts.close();
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[B8] a backtest of given facts says which verdicts the draft would change", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const facts = Array.from({ length: 120 }, (_, n) => ({ amount: n % 12 }));
  const { status, body } = await f.call(MIA, "POST", "/rules/big/backtest", {
    facts,
  });
  assertEquals([status, body.job.state, body.job.result], [
    202,
    "queued",
    null,
  ]);
  const job = await f.ended(MIA, body.job.id);
  assertEquals([job.state, job.done, job.total], ["done", 120, 120]);
  const { rows, ...result } = job.result;
  assertEquals(result.verdicts, [
    { from: "PASS", to: "PASS", count: 60 },
    { from: "PASS", to: "FAIL", count: 50 },
    { from: "FAIL", to: "FAIL", count: 10 },
  ]);
  assertEquals([result.facts, result.changed, rows.length], [120, 50, 50]);
  assertEquals(rows[0], {
    index: 6,
    verdict: { from: "PASS", to: "FAIL" },
    recommendation: { from: "APPROVE", to: "REVIEW" },
    riskScore: { from: 0, to: 0.6 },
    reason: null,
    facts: '{"amount":6}',
    source: null,
  });
});

Deno.test("[B10] its submitter hears of it, on a channel of their own", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const { body } = await f.call(MIA, "POST", "/rules/big/backtest", {
    facts: [{ amount: 1 }],
  });
  await f.ended(MIA, body.job.id);
  const [first] = f.signals;
  assertMatch(first.channel, /^user:/);
  assertEquals(
    f.signals.map(({ payload }) => payload).at(-1),
    {
      event: "job_progress",
      jobId: body.job.id,
      jobType: "backtest",
      about: "big",
      state: "done",
      done: 1,
      total: 1,
    },
  );
});

Deno.test("[B11] past facts come from sessions that one may read, since a time", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const open = async (title: string, open: boolean) =>
    (await f.call(ANA, "POST", "/sessions", { title, open })).body.session.id;
  const [seen, hidden] = [
    await open("Seen", true),
    await open("Hidden", false),
  ];
  for (const [sessionId, amount] of [[seen, 7], [hidden, 8]]) {
    const { status } = await f.call(
      ANA,
      "POST",
      `/sessions/${sessionId}/evaluations`,
      { ruleIds: ["big"], facts: { amount } },
    );
    assertEquals(status, 201);
  }
  const run = async (person: typeof ANA | typeof MIA, since: string) => {
    const { body } = await f.call(person, "POST", "/rules/big/backtest", {
      since,
    });
    return (await f.ended(person, body.job.id)).result;
  };
  const long = "2020-01-01T00:00:00Z";
  const mine = await run(MIA, long);
  assertEquals(
    mine.rows.map((
      { facts, source }: { facts: string; source: { sessionId: string } },
    ) => [
      facts,
      source.sessionId,
    ]),
    [['{"amount":7}', seen]],
  );
  assertEquals((await run(ANA, long)).facts, 2);
  assertEquals((await run(ANA, "2999-01-01T00:00:00Z")).facts, 0);
});

Deno.test("[B8] a draft without a published version is compared with the rule not being there", async () => {
  await using f = await backtestFixture();
  await f.call(ANA, "POST", "/rules", RULE);
  const { body } = await f.call(ANA, "POST", "/rules/big/backtest", {
    facts: [{ amount: 11 }, { amount: 1 }],
  });
  const { result } = await f.ended(ANA, body.job.id);
  assertEquals(result.verdicts, [
    { from: "ABSENT", to: "FAIL", count: 1 },
    { from: "ABSENT", to: "PASS", count: 1 },
  ]);
  assertEquals(result.changed, 1);
});

Deno.test("[B8] a backtest needs a rule, a draft, facts or a time, and a role", async () => {
  await using f = await backtestFixture();
  await f.call(ANA, "POST", "/rules", RULE);
  await f.call(BEN, "POST", "/rules/big/publish");
  const facts = [{ amount: 1 }];
  const answers = [
    await f.call(MIA, "POST", "/rules/none/backtest", { facts }),
    await f.call(MIA, "POST", "/rules/big/backtest", { facts }),
    await f.call(MIA, "POST", "/rules/big/backtest", {}),
    await f.call(MIA, "POST", "/rules/big/backtest", { facts: [1] }),
    await f.call(MIA, "POST", "/rules/big/backtest", { since: "yesterday" }),
    await f.call(OBI, "POST", "/rules/big/backtest", { facts }),
  ];
  assertEquals(
    answers.map(({ status, body }) => `${status} ${body.reason ?? body.code}`),
    [
      "404 rule_not_found",
      "409 no_draft",
      "422 invalid",
      "422 invalid",
      "422 invalid",
      "403 not_allowed",
    ],
  );
});

Deno.test("[B10] nobody looks at, or cancels, a backtest of another", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const { body } = await f.call(MIA, "POST", "/rules/big/backtest", {
    facts: [{ amount: 1 }],
  });
  const path = `/rules/backtests/${body.job.id}`;
  assertEquals((await f.call(ANA, "GET", path)).status, 404);
  assertEquals((await f.call(ANA, "POST", `${path}/cancel`)).status, 404);
  assertEquals((await f.ended(MIA, body.job.id)).state, "done");
});

Deno.test("[B10] a backtest can be cancelled while it runs", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const facts = Array.from({ length: 10_000 }, (_, n) => ({ amount: n }));
  const { body } = await f.call(MIA, "POST", "/rules/big/backtest", { facts });
  const path = `/rules/backtests/${body.job.id}/cancel`;
  const { body: answer } = await f.call(MIA, "POST", path);
  assertEquals([answer.job.state, answer.job.result], ["cancelled", null]);
});

Deno.test("[B12] a check tells every mistake with its place, and facts to try", async () => {
  await using f = await backtestFixture();
  const { status, body } = await f.call(OBI, "POST", "/rules/check", {
    rule: { when: "amount > 10 &&\n  name + 1", message: "{{ amount" },
  });
  assertEquals(status, 200);
  assertEquals(
    body.mistakes.map((
      { path, line, column }: Record<string, unknown>,
    ) => `${path} ${line}:${column}`),
    ["when 2:3", "message 1:1"],
  );
  const fine = await f.call(OBI, "POST", "/rules/check", {
    rule: { when: 'amount > 10 && "vip" in customer.tags' },
  });
  assertEquals(fine.body, {
    mistakes: [],
    facts: { amount: 10, customer: { tags: ["vip"] } },
  });
});

Deno.test("[B13] what rules in use did is counted, by their id", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const { status, body } = await f.call(MIA, "POST", "/rules/evaluate", {
    ruleIds: ["big"],
    facts: { amount: 11 },
  });
  assertEquals([status, body.results[0].result], [200, "FAIL"]);
  const { executions, fired, errors } = f.counters.of("big");
  assertEquals({ executions, fired, errors }, {
    executions: 1,
    fired: 1,
    errors: 0,
  });
});
