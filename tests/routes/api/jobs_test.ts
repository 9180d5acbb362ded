/** Jobs over HTTP: submitting, waiting, lists, who sees what, the queue, files, bounds. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { keepingCommands } from "../../../domain/audit/keeping_commands.ts";
import { createJobCommands } from "../../../domain/jobs/job_commands.ts";
import { createRuleCommands } from "../../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { awaitJob } from "../../../routes/api/job_wait.ts";
import { Removals } from "../../../routes/audit_removal.ts";
import { JobBoard } from "../../../routes/jobs/job_board.ts";
import { JobDesk } from "../../../routes/jobs/job_desk.ts";
import { DiskJobFiles } from "../../../routes/jobs/disk_job_files.ts";
import { createJobParts, JOB_KINDS } from "../../../routes/jobs/job_parts.ts";
import { createRuleParts } from "../../../routes/rule_parts.ts";
import { createSubjectViews } from "../../../wiring.ts";
import { fixture } from "../fixture.ts";
import { inlinePool } from "../jobs/inline_pool.ts";
import { jobEnded } from "../jobs/job_ended.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const MIA = { name: "Mia", role: "member" } as const;
const BEN = { name: "Ben", role: "member" } as const;
const OBI = { name: "Obi", role: "observer" } as const;
const ADA = { name: "Ada", role: "admin" } as const;
type Visitor =
  | typeof FLO
  | typeof MIA
  | typeof BEN
  | typeof OBI
  | typeof ADA;

const SECRET = "account KX-14";
const DECISION = {
  method: "wsm",
  matrix: [[1, 2], [3, 4]],
  weights: [0.5, 0.5],
  directions: ["benefit", "benefit"],
};
const BATCH = { type: "decisions.batch", input: { decisions: [DECISION] } };
const RULES_BATCH = {
  type: "rules.batch",
  input: {
    rules: [{
      id: "big",
      name: "Large payment",
      priority: "HIGH",
      type: "VALIDATION",
      riskLevel: "HIGH",
      when: "amount > 10",
    }],
    facts: [{ amount: 50, note: SECRET }],
  },
};
const EXPORT = { type: "audit.export", input: { channel: "alerts" } };

async function jobFixture(options: { readonly isIdle?: boolean } = {}) {
  const folder = await Deno.makeTempDir({ prefix: "regulens_jobs_" });
  const log = createMemoryLog({ views: createSubjectViews() });
  const { area, declarations } = createRuleCommands({ fourEyes: true });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...declarations,
      ...keepingCommands,
      ...createJobCommands(JOB_KINDS),
    ],
    authorize: hasRole,
  });
  const signals: { channel: string; text: string }[] = [];
  const rules = createRuleParts({ log, area, fourEyes: true });
  const board = new JobBoard(log);
  const desk = new JobDesk({ commands, log, board });
  const files = new DiskJobFiles(folder);
  const jobs = createJobParts({
    log,
    commands,
    hub: {
      signal: (channel, _type, _key, payload) =>
        void signals.push({ channel, text: JSON.stringify(payload) }),
    },
    audit: {
      export: (channel) =>
        Promise.resolve(
          {
            stream: ReadableStream.from([
              new TextEncoder().encode(`{"channel":"${channel}"}`),
            ]),
          }.stream,
        ),
    },
    board,
    desk,
    files,
    book: rules.book,
    area,
    logger: SILENT,
    pool: inlinePool(),
  });
  if (!options.isIdle) jobs.engine.start();
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({
          commands: desk,
          settle: { submit_job: awaitJob(jobs.reading) },
        }),
        ...jobs.routes,
      ],
    },
  });
  const ask = (who: Visitor, method: string, path: string, body?: unknown) =>
    f.callAs(who, method, `/api/v1${path}`, body);
  const call = async (
    who: Visitor,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = await ask(who, method, path, body);
    return { status: response.status, body: await response.json() };
  };
  return {
    ask,
    call,
    log,
    files,
    folder,
    signals,
    jobs,
    removals: new Removals(log, { files }),
    submit: async (who: Visitor, body: object): Promise<string> => {
      const answer = await call(who, "POST", "/jobs", body);
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
      return answer.body.job.id;
    },
    ended: (id: string) => jobEnded(log, id),
    openSession: async () => {
      const { body } = await call(FLO, "POST", "/sessions", {
        title: "Weekly review",
        open: false,
        participants: [{ userId: "mia" }],
      });
      return body.session.id;
    },
    [Symbol.asyncDispose]: async () => {
      await jobs.close();
      board.close();
      rules.close();
      commands.close();
      f[Symbol.dispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("[J1] a job is submitted with 202, found, and done with what came of it", async () => {
  await using f = await jobFixture();
  const { status, body } = await f.call(MIA, "POST", "/jobs", BATCH);
  assertEquals([status, body.job.type, body.job.priority, body.job.mode], [
    202,
    "decisions.batch",
    "MEDIUM",
    "async",
  ]);
  await f.ended(body.job.id);
  const { job } = (await f.call(MIA, "GET", `/jobs/${body.job.id}`)).body;
  assertEquals([job.state, job.mayOpen, job.input], [
    "done",
    true,
    BATCH.input,
  ]);
  assertEquals(job.result.results[0].ranks, [2, 1]);
});

Deno.test("[J11] a job submitted as sync is answered with what came of it", async () => {
  await using f = await jobFixture();
  const body = { ...BATCH, mode: "sync" };
  const { status, body: { job } } = await f.call(MIA, "POST", "/jobs", body);
  assertEquals([status, job.state], [200, "done"]);
  assertEquals(job.result.results[0].ranks, [2, 1]);
});

Deno.test("[J11] who waits for a job is answered 202 when the server stops", async () => {
  await using f = await jobFixture({ isIdle: true });
  const answer = f.call(MIA, "POST", "/jobs", { ...BATCH, mode: "sync" });
  await f.log.query("jobs", {});
  f.jobs.drain();
  const { status, body } = await answer;
  assertEquals([status, body.job.state], [202, "queued"]);
});

Deno.test("[J3] nobody but its submitter sees what is in a job: not in answers, lists, entries or signals", async () => {
  await using f = await jobFixture();
  const id = await f.submit(MIA, { ...RULES_BATCH, mode: "streaming" });
  await f.ended(id);
  const own = await (await f.ask(MIA, "GET", `/jobs/${id}`)).text();
  assert(own.includes(SECRET));
  for (const who of [BEN, FLO, OBI, ADA]) {
    for (const path of [`/jobs/${id}`, "/jobs", "/jobs?mine=true"]) {
      const text = await (await f.ask(who, "GET", path)).text();
      assert(!text.includes(SECRET) && !text.includes("verdicts"), path);
    }
  }
  const { body } = await f.call(ADA, "GET", `/jobs/${id}`);
  assertEquals([body.job.mayOpen, body.job.input, body.job.result], [
    false,
    null,
    null,
  ]);
  const open = await f.log.read("jobs", 0, 100);
  assert(open.every(({ bodyText }) => !bodyText?.includes(SECRET)));
  const parts = f.signals.filter(({ text }) => text.includes("verdicts"));
  assertEquals(parts.map(({ channel }) => channel), ["user:mia"]);
});

Deno.test("[J3] a session's job is for its participants: to everyone else there is none", async () => {
  await using f = await jobFixture();
  const sessionId = await f.openSession();
  const id = await f.submit(MIA, { ...BATCH, sessionId });
  await f.ended(id);
  const listed = async (who: Visitor) =>
    (await f.call(who, "GET", "/jobs")).body.items
      .map((job: { id: string }) => job.id);
  assertEquals(await listed(MIA), [id]);
  assertEquals(await listed(FLO), [id]);
  for (const who of [BEN, OBI]) {
    assertEquals(await listed(who), []);
    assertEquals((await f.call(who, "GET", `/jobs/${id}`)).status, 404);
    const cancelled = await f.call(who, "POST", `/jobs/${id}/cancel`);
    assertEquals(cancelled.status, 404);
  }
  assertEquals(await f.log.read("jobs", 0, 10), []);
});

Deno.test("[J12] lists are filtered and paged, newest first", async () => {
  await using f = await jobFixture();
  const ids: string[] = [];
  for (
    const [who, body] of [
      [MIA, BATCH],
      [BEN, EXPORT],
      [MIA, EXPORT],
      [BEN, BATCH],
    ] as const
  ) {
    const id = await f.submit(who, body);
    await f.ended(id);
    ids.unshift(id);
  }
  const list = async (query: string, who: Visitor = MIA) => {
    const { body } = await f.call(who, "GET", `/jobs${query}`);
    return {
      ids: body.items.map((job: { id: string }) => job.id),
      next: body.nextCursor,
    };
  };
  assertEquals((await list("")).ids, ids);
  assertEquals((await list("?mine=true")).ids, [ids[1], ids[3]]);
  assertEquals((await list("?type=audit.export")).ids, [ids[1], ids[2]]);
  assertEquals((await list("?state=queued")).ids, []);
  const first = await list("?limit=3");
  const rest = await list(`?limit=3&cursor=${first.next}`);
  assertEquals([...first.ids, ...rest.ids], ids);
  assertEquals(rest.next, null);
  assertEquals((await f.call(MIA, "GET", "/jobs?cursor=x")).status, 422);
});

Deno.test("[J12] the queue says what waits, and its kinds", async () => {
  await using f = await jobFixture({ isIdle: true });
  await f.submit(MIA, { ...BATCH, priority: "HIGH" });
  const cancelled = await f.submit(MIA, BATCH);
  await f.call(MIA, "POST", `/jobs/${cancelled}/cancel`);
  const { body } = await f.call(OBI, "GET", "/jobs/queue");
  assertEquals(
    [body.queued, body.running, body.retrying, body.endedLastMinute],
    [1, 0, 0, 1],
  );
  assertEquals(body.queuedByPriority, {
    CRITICAL: 0,
    HIGH: 1,
    MEDIUM: 0,
    LOW: 0,
  });
  assertEquals(
    body.kinds.map(({ type }: { type: string }) => type),
    JOB_KINDS.map(({ type }) => type),
  );
});

Deno.test("[J12] of one person 1,000 jobs wait at most, however they come; others go on", async () => {
  await using f = await jobFixture({ isIdle: true });
  const submissions = Array.from(
    { length: 1_003 },
    () =>
      f.jobs.desk.submit(user("mia"), BATCH).then(() => 1, ({ code }) => code),
  );
  const answers = await Promise.all(submissions);
  assertEquals(answers.filter((one) => one === 1).length, 1_000);
  assertEquals(answers.slice(1_000), Array(3).fill("rate_limited"));
  const { status } = await f.call(MIA, "POST", "/jobs", BATCH);
  assertEquals(status, 429);
  await f.submit(BEN, BATCH);
  const { body } = await f.call(MIA, "GET", "/jobs?mine=true&limit=1");
  await f.call(MIA, "POST", `/jobs/${body.items[0].id}/cancel`);
  await f.submit(MIA, BATCH);
});

Deno.test("[J16] an export's file is its submitter's alone", async () => {
  await using f = await jobFixture();
  const id = await f.submit(MIA, EXPORT);
  await f.ended(id);
  const response = await f.ask(MIA, "GET", `/jobs/${id}/file`);
  assertEquals([response.status, await response.text()], [
    200,
    '{"channel":"alerts"}',
  ]);
  for (const who of [BEN, FLO, ADA]) {
    assertEquals((await f.call(who, "GET", `/jobs/${id}/file`)).status, 404);
  }
});

Deno.test("[J16] rights to export are asked as it runs", async () => {
  await using f = await jobFixture();
  const sessionId = await f.openSession();
  for (const channel of [`session:${sessionId}`, "sealed:jobs", "user:mia"]) {
    const id = await f.submit(BEN, {
      type: "audit.export",
      input: { channel },
    });
    await f.ended(id);
    const { job } = (await f.call(BEN, "GET", `/jobs/${id}`)).body;
    assertEquals([job.state, job.error, job.retryAt], [
      "failed",
      "Cannot find this channel",
      null,
    ]);
  }
  assertEquals([...Deno.readDirSync(f.folder)], []);
});

Deno.test("[J16] no name of a file leads out of their folder", async () => {
  await using f = await jobFixture();
  await Deno.writeTextFile(`${f.folder}/secret.txt`, "no");
  for (
    const name of [
      "secret.txt",
      "../secret.1.json",
      "..%2Fsecret.1.json",
      "a/../../b.1.json",
      "/etc/passwd",
      ".1.json",
      "a.json",
      "a.1.json\0",
      "",
    ]
  ) assertEquals(await f.files.open(name), undefined, name);
});

Deno.test("[J16] files go after a week", async () => {
  await using f = await jobFixture();
  const id = await f.submit(MIA, EXPORT);
  await f.ended(id);
  const names = () => [...Deno.readDirSync(f.folder)].length;
  const now = Date.now();
  await f.files.sweep(now + 6 * 86_400_000);
  assertEquals(names(), 1);
  await f.files.sweep(now + 8 * 86_400_000);
  assertEquals(names(), 0);
  assertEquals((await f.call(MIA, "GET", `/jobs/${id}/file`)).status, 404);
});

Deno.test("[J16] removing a session leaves nothing of its jobs, nor any file", async () => {
  await using f = await jobFixture();
  const sessionId = await f.openSession();
  const id = await f.submit(MIA, { ...RULES_BATCH, sessionId });
  const loose = await f.submit(MIA, RULES_BATCH);
  const file = await f.submit(MIA, EXPORT);
  for (const one of [id, loose, file]) await f.ended(one);
  const why = { reason: "asked for", user: user("ada") };
  await f.removals.removeChannel(`session:${sessionId}`, why);
  const left = async (channel: string) =>
    (await f.log.read(channel, 0, 1_000)).map(({ bodyText }) => bodyText ?? "")
      .join("\n");
  assert(!(await left(`session:${sessionId}`)).includes("job_submitted"));
  assert(!(await left(`sealed:jobs:${sessionId}`)).includes(SECRET));
  assert((await left("sealed:jobs")).includes(SECRET));
  assertEquals((await f.call(MIA, "GET", `/jobs/${id}`)).status, 404);
  assertEquals([...Deno.readDirSync(f.folder)], []);
  const subject = `job:${loose}`;
  await f.removals.removeChannel("jobs", { ...why, subject });
  assert(!(await left("sealed:jobs")).includes(SECRET));
  assertEquals((await f.call(MIA, "GET", `/jobs/${loose}`)).status, 404);
});

Deno.test("[J16] a file that is written while something is erased is not kept", async () => {
  await using f = await jobFixture();
  const { signal } = new AbortController();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await f.files.removeAll();
      controller.enqueue(new Uint8Array(8));
      controller.close();
    },
  }, { highWaterMark: 0 });
  const message = await f.files.write("a.1.json", stream, { signal })
    .then(() => "kept", (error) => error.message);
  assertEquals(message, "Something was erased while its file was written");
  assertEquals([...Deno.readDirSync(f.folder)], []);
});

Deno.test("[J17] what the server keeps to itself is no path, and no command, of anybody", async () => {
  await using f = await jobFixture({ isIdle: true });
  const id = await f.submit(MIA, BATCH);
  for (
    const name of ["claim", "renew", "release", "finish", "return", "requeue"]
  ) {
    const { status } = await f.call(ADA, "POST", `/jobs/${id}/${name}`, {
      claim: 1,
      expected: 1,
      worker: "w",
      leaseMs: 1,
    });
    assertEquals(status, 404, name);
    const ours = await f.jobs.desk.execute(`${name}_job`, { jobId: id }, {
      user: user("ada"),
    }).catch(({ code, message }) => ({ code, message }));
    const none = await f.jobs.desk.execute("no_such_job", {}, {
      user: user("ada"),
    }).catch(({ code }) => code);
    assertEquals("code" in ours && ours.code, none, name);
  }
});

function user(userId: string) {
  return { userId, name: userId, roles: ["member"] };
}
