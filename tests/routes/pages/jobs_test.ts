/** The pages of jobs as readers and forms meet them: what is shown to whom, what is done, sizes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Json } from "../../../domain/decider.ts";
import { recordOf, textOf as text } from "../../../domain/read_json.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { jobEnded } from "../jobs/job_ended.ts";
import { pagesFixture, textOf, type Visitor } from "./fixture.ts";

const ANA = { userId: "ana", name: "Ana", roles: ["member"] };
const RULE = {
  id: "large",
  name: "Large",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
};

function jobsFixture() {
  let log: Log | undefined;
  const f = pagesFixture({ wrapLog: (memory) => log = memory });
  const submit = async (type: string, input: Json, more: object = {}) => {
    const { result } = await f.commands.execute(
      "submit_job",
      { type, input, ...more },
      { user: ANA },
    );
    return text(recordOf(recordOf(result)?.job)?.id) ?? "";
  };
  const end = (jobId: string) => jobEnded(log!, jobId);
  return {
    ...f,
    submit,
    end,
    /** Submits a job and waits for its end. */
    done: async (type: string, input: Json, more: object = {}) => {
      const jobId = await submit(type, input, more);
      await end(jobId);
      return jobId;
    },
    [Symbol.dispose]: () => f[Symbol.dispose](),
  };
}

const batch = (...amounts: number[]) => ({
  rules: [RULE],
  facts: amounts.map((amount) => ({ amount })),
});

async function reads(visitor: Visitor, path: string): Promise<string> {
  return textOf((await visitor.get(path)).html);
}

Deno.test("[JP1] everyone sees how a job stands, its submitter what is in it", async () => {
  using f = jobsFixture();
  const jobId = await f.done("rules.batch", batch(1, 50, 60));
  const own = await reads(f.enter("Ana"), `/jobs/${jobId}`);
  assertStringIncludes(own, "Approve 1 Review 2 Block 0");
  assertStringIncludes(own, "3 sets Rules large");
  const other = await reads(f.enter("Ben"), `/jobs/${jobId}`);
  assertStringIncludes(other, "Only its submitter sees the result");
  assertStringIncludes(other, "Ana submitted it");
  assert(!other.includes("large") && !other.includes("Review 2"));
  assertStringIncludes(
    await reads(f.enter("Ben"), "/jobs"),
    "Rule evaluations",
  );
});

Deno.test("[JP1] a job that there is not is a page that helps, not a fault", async () => {
  using f = jobsFixture();
  const { status } = await f.enter("Ana").get("/jobs/nothing");
  assertEquals(status, 404);
  assertEquals(f.faults, []);
});

Deno.test("[JP2] SMAA is a table of shares, and many decisions name their winners", async () => {
  using f = jobsFixture();
  const ana = f.enter("Ana");
  const matrix = [[9, 9], [1, 1]];
  const directions = ["benefit", "benefit"];
  const smaa = await f.done("decisions.smaa", {
    method: "wsm",
    matrix,
    directions,
    params: { samples: 100 },
  });
  assertStringIncludes(
    await reads(ana, `/jobs/${smaa}`),
    "Alternative 1 100 % 0 %",
  );
  const many = await f.done("decisions.batch", {
    decisions: [{ method: "wsm", matrix, directions, weights: [1, 1] }],
  });
  assertStringIncludes(
    await reads(ana, `/jobs/${many}`),
    "1 Weighted sum Alternative 1",
  );
  const items = await f.done("decisions.smaa", {
    items: [{ method: "wsm", matrix, directions }],
  }, { mode: "batch" });
  assertStringIncludes(
    await reads(ana, `/jobs/${items}`),
    "1 Done Alternative 1 is first in 100 %",
  );
});

Deno.test("[JP3] facts are pasted and evaluated, once however often the form is sent", async () => {
  using f = jobsFixture();
  const ana = f.enter("Ana");
  const form = {
    submit: "rules.batch",
    facts: "amount\n1\n2",
    ruleIds: "",
    priority: "HIGH",
    messageId: "m1",
  };
  const first = await ana.post("/jobs", form);
  const again = await ana.post("/jobs", form);
  assertEquals(first.status, 303);
  assertEquals(first.location, again.location);
  await f.end(first.location?.split("/").at(-1) ?? "");
  const { html } = await ana.get("/jobs");
  assertEquals(html.match(/<tr><td><a href="\/jobs\//g)?.length, 1);
  assertStringIncludes(textOf(html), "High Ana");
});

Deno.test("[JP3] what cannot be submitted stands at its control, with what was typed", async () => {
  using f = jobsFixture();
  const ana = f.enter("Ana");
  const wrong = await ana.post("/jobs", {
    submit: "rules.batch",
    facts: '{"amount": 1}\n{"amount": }',
    ruleIds: "",
    messageId: "m1",
  });
  assertEquals(wrong.status, 422);
  assertStringIncludes(textOf(wrong.html), "Line 2: ");
  assertStringIncludes(wrong.html, "{&quot;amount&quot;: }");
  const eve = f.enter("Eve", "observer");
  assert(!(await eve.get("/jobs")).html.includes("rules.batch</"));
  const refused = await eve.post("/jobs", {
    submit: "rules.batch",
    facts: '[{"amount": 1}]',
    messageId: "m2",
  });
  assertEquals(refused.status, 403);
});

Deno.test("[JP3] one retries one's own by a form, others may not", async () => {
  using f = jobsFixture();
  const jobId = await f.done("rules.batch", { facts: [{ amount: 1 }] });
  const ben = f.enter("Ben");
  assert(!(await ben.get("/jobs")).html.includes('name="retry"'));
  const refused = await ben.post("/jobs", { retry: jobId, messageId: "m1" });
  assertEquals(refused.status, 403);
  assertStringIncludes(textOf(refused.html), "Cannot");
  const ana = f.enter("Ana");
  assertStringIncludes((await ana.get("/jobs")).html, 'name="retry"');
  const retried = await ana.post(`/jobs/${jobId}`, {
    retry: jobId,
    messageId: "m2",
  });
  assertEquals(retried.location, `/jobs/${jobId}`);
  await f.end(jobId);
  const page = await reads(ana, `/jobs/${jobId}`);
  assertStringIncludes(page, "Ana wants it tried anew");
  assertEquals(page.match(/Try 1, by worker/g)?.length, 2);
});

Deno.test("[JP4] the list is narrowed by links and comes back to its place after a form", async () => {
  using f = jobsFixture();
  await f.done("rules.batch", batch(1));
  const failed = await f.done("rules.batch", { facts: [{ amount: 1 }] });
  const ana = f.enter("Ana");
  const rows = async (query: string) =>
    (await ana.get(`/jobs?${query}`)).html.match(/<tr><td><a href="\/jobs\//g)
      ?.length ?? 0;
  assertEquals(await rows(""), 2);
  assertEquals(await rows("state=failed"), 1);
  assertEquals(await rows("type=decisions.smaa"), 0);
  assertEquals(await rows("mine=true&state=nonsense"), 2);
  assertEquals(
    await f.enter("Ben").get("/jobs?mine=true").then(({ html }) =>
      html.includes("No job fits")
    ),
    true,
  );
  const { location } = await ana.post("/jobs", {
    retry: failed,
    state: "failed",
    mine: "true",
    messageId: "m1",
  });
  assertEquals(location, "/jobs?mine=true&state=failed");
  await f.end(failed);
});

Deno.test("[JP4] a cursor of nothing leads to the newest", async () => {
  using f = jobsFixture();
  const { status, location } = await f.enter("Ana").get(
    "/jobs?mine=true&cursor=nonsense",
  );
  assertEquals([status, location], [303, "/jobs?mine=true"]);
});

Deno.test("[JP5] home shows one's own jobs for as long as they are under way", async () => {
  using f = jobsFixture();
  const jobId = await f.submit("rules.batch", batch(1));
  // Submitted and not begun: the engine looks in a later turn.
  const before = await reads(f.enter("Ana"), "/");
  await f.end(jobId);
  assertStringIncludes(before, "Your jobs under way");
  assert(!(await reads(f.enter("Ben"), "/")).includes("under way"));
  assert(!(await reads(f.enter("Ana"), "/")).includes("under way"));
});

Deno.test("[JP6] fifty jobs are a page of less than 30 KB", async () => {
  using f = jobsFixture();
  for (let n = 0; n < 50; n++) {
    await f.done("rules.batch", { facts: [{ amount: n }] });
  }
  const { html } = await f.enter("Ana Lima of Compliance").get("/jobs");
  assertEquals(html.match(/<tr><td><a href="\/jobs\//g)?.length, 50);
  const bytes = new TextEncoder().encode(html).length;
  assert(bytes <= 30 * 1024, `${bytes} bytes`);
});
