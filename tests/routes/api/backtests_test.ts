/** Backtests over HTTP: from a draft to the list of what it would have changed, and who may. */
import { assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { createJobCommands } from "../../../domain/jobs/job_commands.ts";
import { createRunEvaluation } from "../../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { encodeUserId } from "../../../domain/user_id.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { ruleRoutes } from "../../../routes/api/rules.ts";
import { backtestRoute } from "../../../routes/api/backtests.ts";
import { Backtests } from "../../../routes/backtests.ts";
import { JobBoard } from "../../../routes/jobs/job_board.ts";
import { JobDesk } from "../../../routes/jobs/job_desk.ts";
import { DiskJobFiles } from "../../../routes/jobs/disk_job_files.ts";
import { createJobParts, JOB_KINDS } from "../../../routes/jobs/job_parts.ts";
import { createRuleParts } from "../../../routes/rule_parts.ts";
import { fixture } from "../fixture.ts";
import { inlinePool } from "../jobs/inline_pool.ts";
import { jobEnded } from "../jobs/job_ended.ts";

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

/** A pool whose tasks end only by being cancelled. */
const endless: ReturnType<typeof inlinePool> = {
  ...inlinePool(),
  run: (_task, { signal }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    ),
};

async function backtestFixture(pool = inlinePool()) {
  const log = createMemoryLog();
  const rules = createRuleCommands({ fourEyes: true });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...rules.declarations,
      createRunEvaluation(rules.area),
      ...createJobCommands(JOB_KINDS),
    ],
    authorize: hasRole,
  });
  const { area } = rules;
  const signals: { channel: string; payload: object }[] = [];
  const hub = {
    signal: (channel: string, _: string, __: string, payload: object) => {
      signals.push({ channel, payload });
    },
  };
  const parts = createRuleParts({ log, area, fourEyes: true });
  const board = new JobBoard(log);
  const desk = new JobDesk({ commands, log, board });
  const jobs = createJobParts({
    log,
    commands,
    hub,
    audit: { export: () => Promise.reject(new Error("not in these tests")) },
    board,
    desk,
    book: parts.book,
    area,
    files: new DiskJobFiles("/nowhere"),
    logger: SILENT,
    pool,
  });
  const { reading, engine } = jobs;
  engine.start();
  const backtests = new Backtests({ desk, reading, commands, area });
  const f = await fixture({
    log,
    parts: {
      ruleEvaluation: parts.evaluation,
      routes: [
        ...commandRoutes({ commands: desk }),
        ...ruleRoutes({ commands, log, area }),
        ...parts.routes,
        backtestRoute(backtests),
        ...jobs.routes,
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
    await jobEnded(log, id);
    const { body } = await call(person, "GET", `/jobs/${id}`);
    return body.job;
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
      await jobs.close();
      board.close();
      parts.close();
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
  assertEquals([status, body.job.type], [202, "rules.backtest"]);
  const job = await f.ended(MIA, body.job.id);
  assertEquals([job.state, job.attempts], ["done", 1]);
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
  const { userId } = body.job;
  assertEquals(
    f.signals.map(({ channel, payload }) => ({ channel, ...payload })),
    ["jobs", `user:${encodeUserId(userId)}`].map((channel) => ({
      channel,
      event: "job_progress",
      jobId: body.job.id,
      jobType: "rules.backtest",
      about: "big",
      state: "running",
      attempt: 1,
      sequence: 1,
      done: 0,
      total: 1,
    })),
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

Deno.test("[B10] nobody else sees what is in a backtest, or cancels it", async () => {
  await using f = await backtestFixture();
  await f.drafted();
  const { body } = await f.call(MIA, "POST", "/rules/big/backtest", {
    facts: [{ amount: 1 }],
  });
  const path = `/jobs/${body.job.id}`;
  assertEquals((await f.ended(MIA, body.job.id)).result.facts, 1);
  const { job } = (await f.call(ANA, "GET", path)).body;
  assertEquals([job.mayOpen, job.input, job.result], [false, null, null]);
  const sam = { name: "Sam", role: "member" } as const;
  const { status, body: no } = await f.call(sam, "POST", `${path}/cancel`);
  assertEquals([status, no.reason], [403, "not_allowed"]);
});

Deno.test("[B10] a backtest can be cancelled while it runs", async () => {
  await using f = await backtestFixture(endless);
  await f.drafted();
  const { body } = await f.call(MIA, "POST", "/rules/big/backtest", {
    facts: [{ amount: 1 }],
  });
  const path = `/jobs/${body.job.id}/cancel`;
  const { status } = await f.call(MIA, "POST", path);
  const job = await f.ended(MIA, body.job.id);
  assertEquals([status, job.state, job.result], [200, "cancelled", null]);
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
