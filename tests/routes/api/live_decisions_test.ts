/** Live decisions over HTTP: from opening to closing, what is answered, and what is refused where. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { decisionCommands } from "../../../domain/decisions/live/decision_commands.ts";
import { runAnalysis } from "../../../domain/decisions/live/recorded_analysis.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { liveDecisionRoutes } from "../../../routes/api/live_decisions.ts";
import { locateResult, presentResult } from "../../../routes/api/sessions.ts";
import { DecisionReading } from "../../../routes/decision_reading.ts";
import { filled, sized } from "../../domain/decisions/live/fixture.ts";
import { fixture, START } from "../fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const BO = { name: "Bo", role: "observer" } as const;
type Visitor = typeof FLO | typeof ANA | typeof BO;

const DECISIONS = "/api/v1/decisions";
const ISO = new Date(START).toISOString();

const VENDORS = {
  title: "Which vendor?",
  alternatives: [{ id: "a", label: "Alpha" }, { id: "b", label: "Beta" }],
  criteria: [
    { id: "cost", label: "Cost", unit: "EUR", direction: "cost", weight: 2 },
    { id: "risk", label: "Risk", direction: "benefit", weight: 1 },
  ],
};
const SHEET = { a: { cost: 1, risk: 3 }, b: { cost: 2, risk: 1 } };

async function decisionFixture() {
  const log = createMemoryLog();
  let ids = 0;
  let now = START;
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...decisionCommands, runAnalysis],
    authorize: hasRole,
    clock: () => now,
    newId: () => `id${++ids}`,
  });
  const reading = new DecisionReading({ commands, log });
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({
          commands,
          present: presentResult,
          locate: locateResult,
        }),
        ...liveDecisionRoutes(reading),
      ],
    },
  });
  const call = async (
    who: Visitor,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = await f.callAs(who, method, path, body);
    const { status, headers } = response;
    const location = headers.get("location");
    return { status, location, body: await response.json() };
  };
  return {
    call,
    log,
    /** Lets a second pass. */
    tick: () => void (now += 1_000),
    /** What a call is refused with: status, reason and places. */
    refused: async (...args: Parameters<typeof call>) => {
      const { status, body } = await call(...args);
      const paths = body.errors?.map(({ path }: { path: string }) => path);
      return [status, body.reason ?? body.code, ...paths ? [paths] : []];
    },
    open: async (more: object = {}, who: Visitor = FLO) => {
      const { status, body } = await call(who, "POST", DECISIONS, {
        ...VENDORS,
        ...more,
      });
      assertEquals(status, 201, JSON.stringify(body));
      return body.decision;
    },
    openSession: async () => {
      const { body } = await call(FLO, "POST", "/api/v1/sessions", {
        title: "Review",
        open: false,
      });
      return String(body.session.id);
    },
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[P13] a decision goes from opening over scores to closing", async () => {
  using f = await decisionFixture();
  const opened = await f.open({ id: "vendors" });
  assertEquals(
    [opened.id, opened.status, opened.method, opened.openedAt],
    ["vendors", "open", "topsis", ISO],
  );
  const path = `${DECISIONS}/vendors`;
  const given = await f.call(ANA, "POST", `${path}/scores`, { scores: SHEET });
  assertEquals(given.status, 201);
  const { decisionId, offset } = given.body.receipt;
  assertEquals([decisionId, offset], ["vendors", 2]);
  assertEquals(given.body.position.offset, 2);
  assertEquals(given.body.channel, "decisions");
  const weighed = await f.call(ANA, "POST", `${path}/weights`, {
    weights: { risk: 5 },
  });
  assertEquals(weighed.status, 200);
  const changed = await f.call(FLO, "PATCH", path, { title: "Vendor?" });
  assertEquals([changed.status, changed.body.decision.title], [200, "Vendor?"]);
  const closed = await f.call(FLO, "POST", `${path}/close`, { chosen: "a" });
  const { decision } = closed.body;
  assertEquals(
    [closed.status, decision.status, decision.chosen, decision.closedAt],
    [200, "closed", "a", ISO],
  );
  assertEquals(decision.analysis.weights, [2, 5]);
  assertEquals(decision.analysis.matrix, [[1, 3], [2, 1]]);
});

Deno.test("[P13] reading shows the analysis, its reader's own scores, and times as text", async () => {
  using f = await decisionFixture();
  await f.open({ id: "vendors", blind: true });
  const path = `${DECISIONS}/vendors`;
  await f.call(ANA, "POST", `${path}/scores`, { scores: SHEET });
  const { body: hers } = await f.call(ANA, "GET", path);
  assertEquals(hers.decision.mine, SHEET);
  assertEquals(hers.position.offset, 2);
  assertEquals([hers.decision.openedAt, hers.decision.changedAt], [ISO, ISO]);
  const { body: theirs } = await f.call(FLO, "GET", path);
  assertEquals([theirs.decision.mine, theirs.decision.missing], [null, 4]);
  assertEquals(theirs.decision.sheets[0].scores, null);
  await f.call(FLO, "POST", `${path}/reveal`);
  const { body: shown } = await f.call(BO, "GET", path);
  assertEquals(shown.decision.sheets[0].scores, SHEET);
  assertEquals([shown.decision.state, shown.decision.analysis.ranks], [
    "ready",
    [1, 2],
  ]);
});

Deno.test("[P13] figures of a criterion called at stay numbers, and an opening tells where it is", async () => {
  using f = await decisionFixture();
  const [cost, risk] = VENDORS.criteria;
  const opening = {
    ...VENDORS,
    id: "d",
    criteria: [{ ...cost, id: "at" }, { ...risk, id: "soldAt" }],
  };
  const { location, body: { decision } } = await f.call(
    FLO,
    "POST",
    DECISIONS,
    opening,
  );
  assertEquals([location, decision.criteria[0].id], [`${DECISIONS}/d`, "at"]);
  const scores = { a: { at: 5, soldAt: 6 } };
  await f.call(ANA, "POST", `${DECISIONS}/d/scores`, { scores });
  const { body } = await f.call(ANA, "GET", `${DECISIONS}/d`);
  assertEquals([body.decision.mine, body.decision.sheets[0].scores], [
    scores,
    scores,
  ]);
});

Deno.test("[P13] the list is newest first, a page at a time, by session if wanted", async () => {
  using f = await decisionFixture();
  const sessionId = await f.openSession();
  for (const id of ["one", "two"]) {
    await f.open({ id });
    f.tick();
  }
  await f.open({ id: "three", sessionId });
  const ids = async (query: string, who: Visitor = FLO) => {
    const { body } = await f.call(who, "GET", DECISIONS + query);
    const items = body.items.map((one: { decisionId: string }) =>
      one.decisionId
    );
    return { items, next: body.nextCursor };
  };
  assertEquals((await ids("")).items, ["three", "two", "one"]);
  const first = await ids("?limit=2");
  assertEquals(first.items, ["three", "two"]);
  assertEquals((await ids(`?limit=2&cursor=${first.next}`)).items, ["one"]);
  assertEquals((await ids(`?sessionId=${sessionId}`)).items, ["three"]);
  assertEquals((await ids("", ANA)).items, ["two", "one"]);
  const { body } = await f.call(FLO, "GET", DECISIONS);
  assertEquals([body.items[2].openedAt, body.items[2].closedAt], [ISO, null]);
  assertEquals(
    (await f.refused(FLO, "GET", `${DECISIONS}?cursor=nonsense`))[0],
    422,
  );
});

Deno.test("[D16] who may not see a session finds none of its decisions", async () => {
  using f = await decisionFixture();
  const sessionId = await f.openSession();
  await f.open({ id: "secret", sessionId });
  const path = `${DECISIONS}/secret`;
  const wrong = await f.refused(ANA, "GET", path);
  assertEquals(wrong, [404, "decision_not_found"]);
  assertEquals(await f.refused(ANA, "GET", `${DECISIONS}/none`), wrong);
  const scores = { sessionId, scores: {} };
  assertEquals(
    await f.refused(ANA, "POST", `${path}/scores`, scores),
    [404, "session_not_found"],
  );
  // Without its session it is another place, where nothing is.
  assertEquals(
    await f.refused(FLO, "POST", `${path}/close`),
    [404, "decision_not_found"],
  );
});

Deno.test("[D20] an id is taken once in the whole house, in a session or not", async () => {
  using f = await decisionFixture();
  const sessionId = await f.openSession();
  await f.open({ id: "same" });
  assertEquals(
    await f.refused(FLO, "POST", DECISIONS, { ...VENDORS, id: "same" }),
    [409, "decision_exists"],
  );
  assertEquals(
    await f.refused(FLO, "POST", DECISIONS, {
      ...VENDORS,
      id: "same",
      sessionId,
    }),
    [409, "already_exists"],
  );
});

Deno.test("[D16] roles over HTTP", async () => {
  using f = await decisionFixture();
  const forbidden = [403, "not_allowed"];
  assertEquals(await f.refused(BO, "POST", DECISIONS, VENDORS), forbidden);
  await f.open({ id: "d" });
  const path = `${DECISIONS}/d`;
  const scores = { scores: SHEET };
  assertEquals(
    await f.refused(BO, "POST", `${path}/scores`, scores),
    forbidden,
  );
  assertEquals(await f.refused(ANA, "PATCH", path, { title: "x" }), forbidden);
  assertEquals(await f.refused(ANA, "POST", `${path}/reveal`), forbidden);
  assertEquals(await f.refused(ANA, "POST", `${path}/close`), forbidden);
});

const long = sized(200, 20);
const BAD_OPENINGS: readonly [string, object, string[]][] = [
  ["nothing", { title: "", alternatives: [], criteria: [] }, [
    "title",
    "alternatives",
    "criteria",
    "criteria",
  ]],
  ["weights all 0", {
    criteria: VENDORS.criteria.map((one) => ({ ...one, weight: 0 })),
  }, ["criteria"]],
  ["a weight lost in a sum", {
    criteria: [{ ...VENDORS.criteria[0], weight: 1e-300 }],
  }, ["criteria.0.weight"]],
  ["a negative weight", {
    criteria: [{ ...VENDORS.criteria[0], weight: -1 }],
  }, ["criteria.0.weight"]],
  ["an id twice", {
    alternatives: [VENDORS.alternatives[0], VENDORS.alternatives[0]],
  }, ["alternatives"]],
  ["an id that every object has", {
    alternatives: [{ id: "constructor", label: "A" }],
  }, ["alternatives.0.id"]],
  ["no method", { method: "guess" }, ["method"]],
  ["no direction", {
    criteria: [{ ...VENDORS.criteria[0], direction: "up" }],
  }, ["criteria.0.direction"]],
  ["too many cells", {
    alternatives: long.alternatives,
    criteria: sized(1, 30).criteria.map((one) => ({ ...one, unit: "x" })),
  }, ["alternatives"]],
];

for (const [what, wrong, paths] of BAD_OPENINGS) {
  Deno.test(`[D17] opening with ${what} is refused at its place`, async () => {
    using f = await decisionFixture();
    assertEquals(
      await f.refused(FLO, "POST", DECISIONS, { ...VENDORS, ...wrong }),
      [422, "invalid", paths],
    );
  });
}

Deno.test("[D17] scores, weights and choices that do not fit are refused at their place", async () => {
  using f = await decisionFixture();
  await f.open({ id: "d" });
  const refused = (what: string, body: object) =>
    f.refused(FLO, "POST", `${DECISIONS}/d/${what}`, body);
  const unfit = (path: string) => [422, "decision_invalid", [path]];
  assertEquals(
    await refused("scores", { scores: { a: { cost: 1 }, x: {} } }),
    unfit("scores.x"),
  );
  assertEquals(
    await refused("scores", { scores: { a: { time: 1 } } }),
    unfit("scores.a.time"),
  );
  assertEquals(
    await refused("scores", { scores: { a: { cost: 1e200 } } }),
    [422, "invalid", ["scores.a.cost"]],
  );
  assertEquals(
    await refused("scores", { scores: { a: { cost: "1" } } }),
    [422, "invalid", ["scores.a.cost"]],
  );
  assertEquals(
    await refused("weights", { weights: { time: 1 } }),
    unfit("weights.time"),
  );
  assertEquals(
    await refused("weights", { weights: { cost: 0, risk: 0 } }),
    unfit("weights"),
  );
  assertEquals(await refused("close", { chosen: "x" }), unfit("chosen.x"));
  assertEquals(
    await f.refused(FLO, "PATCH", `${DECISIONS}/d`, { alternatives: [] }),
    [422, "invalid", ["alternatives"]],
  );
});

Deno.test("[D19] scores too long for one entry are refused whole, and fit in parts", async () => {
  using f = await decisionFixture();
  const { alternatives } = long;
  const criteria = long.criteria.map(({ unit: _, ...one }) => one);
  await f.open({ id: "d", alternatives, criteria });
  const path = `${DECISIONS}/d/scores`;
  const all = filled(long, (i, j) => i / 7 + j / 3);
  assertEquals(
    await f.refused(ANA, "POST", path, { scores: all }),
    [422, "decision_invalid", ["scores"]],
  );
  const rows = Object.entries(all);
  for (const part of [rows.slice(0, 100), rows.slice(100)]) {
    const scores = Object.fromEntries(part);
    const { status } = await f.call(ANA, "POST", path, { scores });
    assertEquals(status, 201);
  }
  const { body } = await f.call(ANA, "GET", `${DECISIONS}/d`);
  assertEquals([body.decision.missing, body.decision.state], [0, "ready"]);
});

Deno.test("[D16] nothing changes a closed decision", async () => {
  using f = await decisionFixture();
  await f.open({ id: "d" });
  const path = `${DECISIONS}/d`;
  await f.call(FLO, "POST", `${path}/close`);
  const calls = [
    ["PATCH", path, { title: "x" }],
    ["POST", `${path}/weights`, { weights: { cost: 1 } }],
    ["POST", `${path}/scores`, { scores: SHEET }],
    ["POST", `${path}/reveal`, {}],
    ["POST", `${path}/close`, {}],
  ] as const;
  for (const [method, path, body] of calls) {
    assertEquals(
      await f.refused(FLO, method, path, body),
      [409, "decision_closed"],
    );
  }
});

Deno.test("[P13] the same messageId opens one decision, however often it is sent", async () => {
  using f = await decisionFixture();
  const body = { ...VENDORS, messageId: "m1" };
  const first = await f.call(FLO, "POST", DECISIONS, body);
  const again = await f.call(FLO, "POST", DECISIONS, body);
  assertEquals(again.body.decision, first.body.decision);
  assertEquals(again.body.duplicate, true);
  assertEquals((await f.log.read("decisions", 0, 9)).length, 1);
});

Deno.test("[D15] an analysis run into a session is kept with its input, and checked before", async () => {
  using f = await decisionFixture();
  const sessionId = await f.openSession();
  const path = `/api/v1/sessions/${sessionId}/analyses`;
  const input = {
    id: "run",
    method: "wsm",
    matrix: [[1, 2], [3, 4]],
    weights: [1, 1],
    directions: ["benefit", "cost"],
    alternatives: ["Alpha", "Beta"],
  };
  const { status, body } = await f.call(FLO, "POST", path, input);
  assertEquals(status, 201);
  const { analysis } = body;
  assertEquals(
    [analysis.method, analysis.matrix, analysis.scores, analysis.ranks],
    ["wsm", input.matrix, [-1, -1], [1, 1]],
  );
  assertEquals(await f.refused(FLO, "POST", path, input), [
    409,
    "already_recorded",
  ]);
  assertEquals(
    await f.refused(FLO, "POST", path, { ...input, alternatives: ["Alpha"] }),
    [422, "invalid", ["alternatives"]],
  );
  assertEquals(
    await f.refused(FLO, "POST", path, { ...input, weights: [0, 0] }),
    [422, "invalid", ["weights"]],
  );
  assertEquals(
    await f.refused(ANA, "POST", path, { ...input, id: "other" }),
    [404, "session_not_found"],
  );
  const matrix = Array.from(
    { length: 200 },
    (_, i) => Array.from({ length: 20 }, (_, j) => i / 7 + j / 3),
  );
  const { status: tooLong, body: why } = await f.call(FLO, "POST", path, {
    method: "wsm",
    matrix,
    weights: matrix[0].map(() => 1),
    directions: matrix[0].map(() => "benefit"),
  });
  assertEquals([tooLong, why.errors[0].path], [422, "matrix"]);
  assert(why.errors[0].message.startsWith("Too long"));
});
