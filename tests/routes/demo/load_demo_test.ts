/** The demo is built through the public API: all of it, once, and again without a second copy. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadDemo } from "../../../routes/demo/load_demo.ts";
import { DemoRefused } from "../../../routes/demo/demo_calls.ts";
import { demoSteps } from "../../../routes/demo/demo_steps.ts";
import { demoFixture, START } from "./fixture.ts";

const PLAN = { generation: 1, startedAt: START, guest: null };

Deno.test("[DM1] the demo has six published rules that another published", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const { items } = await site.read("/rules");
  assertEquals(items.length, 6);
  for (const { ruleId, id = ruleId } of items) {
    assert(id.startsWith("demo-"), id);
    const { rule } = await site.read(`/rules/${id}`);
    assertEquals(rule.active, true);
    assertEquals(rule.versions[0].publishedBy, "demo-mara");
    assertEquals(rule.versions[0].authors, ["demo-tomas"]);
  }
});

Deno.test("[DM2] the demo has forty alerts over two weeks, in every state", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const { items } = await site.read("/alerts?limit=500");
  const house = items.filter((one: { sessionId: string | null }) =>
    one.sessionId === null
  );
  assertEquals(house.length, 40);
  const days = house.map((one: { occurredAt: string }) =>
    (START - Date.parse(one.occurredAt)) / 86_400_000
  );
  assert(Math.max(...days) > 13 && Math.max(...days) < 15);
  assert(Math.min(...days) < 1);
  const count = (claim: (one: Record<string, unknown>) => boolean) =>
    house.filter(claim).length;
  assert(count(({ status }) => status === "open") >= 8);
  assert(count(({ status }) => status === "acknowledged") >= 5);
  assertEquals(count(({ status }) => status === "snoozed"), 3);
  assert(count(({ dismissed }) => dismissed === true) >= 6);
  assert(count(({ count }) => Number(count) > 1) >= 5);
  assert(count(({ assignee }) => assignee !== null) >= 8);
});

Deno.test("[DM3] one session is decided: evaluated, analysed, voted on, closed", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const { session } = await site.read("/sessions/demo-meridian");
  assertEquals(session.status, "closed");
  assertEquals(session.polls[0].result.state, "passed");
  assertEquals(session.polls[0].result.winner, "report");
  const { decision } = await site.read("/decisions/demo-meridian-matrix");
  assertEquals(decision.status, "closed");
  assertEquals(decision.chosen, "report");
  assertEquals(decision.alternatives.length, 3);
});

Deno.test("[DM4] the other session is open, and whoever loaded it may vote there", async () => {
  await using site = await demoFixture();
  const guest = { userId: "ana", name: "Ana", role: "member" } as const;
  await loadDemo({ ...PLAN, guest }, site);
  const { session } = await site.read("/sessions/demo-harbour");
  assertEquals(session.status, "open");
  assertEquals(session.polls[0].status, "open");
  const vote = await site.callAs(
    { name: "Ana", role: "member" },
    "POST",
    "/api/v1/sessions/demo-harbour/polls/demo-harbour-poll/ballots",
    { choice: "release" },
  );
  assertEquals(vote.status, 201);
});

Deno.test("[DM5] a rule has enough labels to be judged, others have too few", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const { rules, decisions } = await site.read("/learning");
  const few = new Map<string, boolean>(
    rules.map((one: { id: string; tooFew: boolean }) => [one.id, one.tooFew]),
  );
  assertEquals(few.get("demo-structuring"), false);
  assertEquals(few.get("demo-velocity"), true);
  assertEquals(decisions[0].labels, 3);
});

Deno.test("[DM6] loaded twice, everything is there once", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const heads = await headsOf(site);
  site.clock.now += 3_600_000;
  await loadDemo(PLAN, site);
  assertEquals(await headsOf(site), heads);
});

Deno.test("[DM7] broken off after any step, it goes on where it was", async () => {
  await using whole = await demoFixture();
  await loadDemo(PLAN, whole);
  await using site = await demoFixture();
  for (const after of [1, 30, 90, 150]) {
    const ending = new AbortController();
    const progress = (done: number) => {
      if (done >= after) ending.abort();
    };
    const { signal } = ending;
    await assertRejects(() => loadDemo(PLAN, { ...site, signal, progress }));
  }
  await loadDemo(PLAN, site);
  assertEquals(await offsetsOf(site), await offsetsOf(whole));
});

Deno.test("[DM8] progress counts every step and ends at their number", async () => {
  await using site = await demoFixture();
  const told: number[] = [];
  const totals = new Set<number>();
  const progress = (done: number, total: number) => {
    told.push(done);
    totals.add(total);
  };
  await loadDemo(PLAN, { ...site, progress });
  const { length } = demoSteps(PLAN);
  assertEquals(told, Array.from({ length }, (_, index) => index + 1));
  assertEquals([...totals], [length]);
});

Deno.test("[DM9] without four eyes the same steps build it", async () => {
  await using site = await demoFixture({ fourEyes: false });
  await loadDemo(PLAN, site);
  assertEquals((await site.read("/rules")).items.length, 6);
});

Deno.test("[DM10] everybody in it is marked: by id, by name, by source", async () => {
  await using site = await demoFixture();
  await loadDemo(PLAN, site);
  const { items: sessions } = await site.read("/sessions");
  const { items: rules } = await site.read("/rules");
  const { items: decisions } = await site.read("/decisions");
  const names = [
    ...sessions.map((one: { title: string }) => one.title),
    ...rules.map((one: { name: string }) => one.name),
    ...decisions.map((one: { title: string }) => one.title),
  ];
  assertEquals(names.filter((name) => !name.endsWith("(demo)")), []);
  const { session } = await site.read("/sessions/demo-harbour");
  for (const { userId, name } of session.participants) {
    assert(userId.startsWith("demo-") && name.endsWith("(demo)"));
  }
  const { items: alerts } = await site.read("/alerts?limit=500");
  for (const { source } of alerts) assert(source.endsWith("(demo)"), source);
});

Deno.test("[DM7] a refused step says which, and what the API said", async () => {
  await using site = await demoFixture();
  // The same keys with other times are other calls.
  await loadDemo({ ...PLAN, startedAt: START + 1 }, site);
  await assertRejects(
    () => loadDemo(PLAN, site),
    DemoRefused,
    "alert.1 was answered 409",
  );
});

type Site = Awaited<ReturnType<typeof demoFixture>>;

const CHANNELS = [
  "rules",
  "alerts",
  "session:demo-meridian",
  "session:demo-harbour",
  "user:demo-aisha",
];

function headsOf({ log }: Site) {
  return Promise.all(CHANNELS.map((channel) => log.head(channel)));
}

async function offsetsOf(site: Site): Promise<readonly number[]> {
  return (await headsOf(site)).map(({ offset }) => offset);
}
