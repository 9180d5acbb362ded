/** Learning over HTTP: from feedback to trust, from decisions to a proposal that another settles. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../domain/access.ts";
import { decisionCommands } from "../../domain/decisions/live/decision_commands.ts";
import { createLearningCommands } from "../../domain/learning/learning_commands.ts";
import { createRunEvaluation } from "../../domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "../../domain/rules/book/rule_commands.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { commandRoutes } from "../../routes/api/commands.ts";
import { learningRoutes } from "../../routes/api/learning.ts";
import { presentResult } from "../../routes/api/sessions.ts";
import { LearningReading } from "../../routes/learning_reading.ts";
import { fixture, START } from "./fixture.ts";

const FLO = { name: "Flo", role: "facilitator" } as const;
const GIL = { name: "Gil", role: "facilitator" } as const;
const ANA = { name: "Ana", role: "member" } as const;
const BO = { name: "Bo", role: "observer" } as const;
type Visitor = typeof FLO | typeof GIL | typeof ANA | typeof BO;

const RULE = {
  id: "big",
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
};

async function learning({ fourEyes = true } = {}) {
  const log = createMemoryLog();
  let now = START;
  const rules = createRuleCommands({ fourEyes });
  const commands = new Commands({
    log,
    declarations: [
      ...sessionCommands,
      ...decisionCommands,
      ...rules.declarations,
      createRunEvaluation(rules.area),
      ...createLearningCommands({ fourEyes, rules: rules.area }).declarations,
    ],
    authorize: hasRole,
    clock: () => ++now,
  });
  const reading = new LearningReading(log);
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({ commands, present: presentResult }),
        ...learningRoutes(reading),
      ],
    },
  });
  // A visitor stays who they are from call to call.
  const cookies = new Map<Visitor, string>();
  const cookieOf = (who: Visitor) => {
    const cookie = cookies.get(who) ?? `regulens=${f.signIns.open(who).cookie}`;
    cookies.set(who, cookie);
    return cookie;
  };
  const call = async (
    who: Visitor,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = await f.request(`/api/v1${path}`, {
      method,
      headers: { cookie: cookieOf(who), "sec-fetch-site": "same-origin" },
      ...body === undefined ? {} : { body: JSON.stringify(body) },
    });
    return { status: response.status, body: await response.json() };
  };
  const say = (who: Visitor, more: object = {}) =>
    call(who, "POST", "/feedback", {
      subject: { kind: "rule", id: "big" },
      outcome: "correct",
      ...more,
    });
  return {
    log,
    call,
    say,
    learned: async () => (await call(BO, "GET", "/learning")).body,
    withRule: () => call(FLO, "POST", "/rules", RULE),
    /** A house decision between a cheap and a good one; the cheap one is taken. */
    decided: async (id: string) => {
      await call(FLO, "POST", "/decisions", {
        id,
        title: "Which vendor?",
        alternatives: [{ id: "a", label: "Cheap" }, { id: "b", label: "Good" }],
        criteria: [
          { id: "cost", label: "Cost", direction: "cost", weight: 1 },
          { id: "worth", label: "Worth", direction: "benefit", weight: 1 },
        ],
      });
      await call(FLO, "POST", `/decisions/${id}/scores`, {
        scores: { a: { cost: 1, worth: 1 }, b: { cost: 9, worth: 9 } },
      });
      const path = `/decisions/${id}/close`;
      assertEquals(
        (await call(FLO, "POST", path, { chosen: "a" })).status,
        200,
      );
    },
    [Symbol.dispose]() {
      reading.close();
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

const reasonOf = ({ status, body }: { status: number; body: Reason }) =>
  [status, body.reason ?? body.code] as const;
interface Reason {
  readonly reason?: string;
  readonly code?: string;
}

Deno.test("[LE10] feedback moves a rule's posterior, and everybody sees it", async () => {
  using l = await learning();
  await l.withRule();
  assertEquals((await l.learned()).rules, []);
  const { status, body } = await l.say(ANA);
  assertEquals(status, 201);
  assertEquals(body.channel, "learning");
  assertEquals(body.feedback.mean, 2 / 3);
  const { rules: [rule], calibration } = await l.learned();
  assertEquals([rule.id, rule.labels, rule.mean], ["big", 1, 2 / 3]);
  assertEquals(rule.tooFew, true);
  // Before the label half was expected.
  assertEquals(calibration.brier, 0.25);
  await l.say(FLO, { outcome: "incorrect" });
  const { rules: [after] } = await l.learned();
  assertEquals([after.labels, after.correct], [2, 1]);
  assert(after.mean < 0.5, "the newer label weighs more");
});

Deno.test("[LE9] over HTTP too the last word counts, and the same twice changes nothing", async () => {
  using l = await learning();
  await l.withRule();
  await l.say(ANA);
  const { body: { position } } = await l.say(ANA);
  assertEquals(position.offset, 1);
  await l.say(ANA, { outcome: "incorrect" });
  const { rules: [rule] } = await l.learned();
  assertEquals([rule.labels, rule.incorrect], [1, 1]);
});

Deno.test("[LE10] what is said in a session stays in it, but its label counts", async () => {
  using l = await learning();
  await l.withRule();
  await l.call(FLO, "POST", "/sessions", { id: "s1", title: "Weekly" });
  const said = { sessionId: "s1", comment: "A secret reason" };
  const { body } = await l.say(FLO, said);
  assertEquals(body.channel, "session:s1");
  await l.say(ANA);
  const all = await l.learned();
  assertEquals(all.rules[0].labels, 2);
  assert(!JSON.stringify(all).includes("secret"));
  const entries = await l.log.read("learning", 0, 10);
  assertEquals(entries.length, 1);
});

Deno.test("[LE10] a rule of an evaluation is known in its session alone", async () => {
  using l = await learning();
  await l.call(FLO, "POST", "/sessions", { id: "s1", title: "Weekly" });
  const run = await l.call(FLO, "POST", "/sessions/s1/evaluations", {
    id: "e1",
    rules: [RULE],
    facts: { amount: 20 },
  });
  assertEquals(run.status, 201);
  const subject = { kind: "rule", id: "big", evaluationId: "e1" };
  const inside = await l.say(FLO, { subject, sessionId: "s1" });
  assertEquals(inside.status, 201);
  assertEquals(reasonOf(await l.say(FLO, { subject })), [
    404,
    "rule_not_found",
  ]);
});

Deno.test("[LE10] members and participants give feedback, observers do not", async () => {
  using l = await learning();
  await l.withRule();
  await l.call(FLO, "POST", "/sessions", {
    id: "s1",
    title: "Closed circle",
    open: false,
  });
  assertEquals(reasonOf(await l.say(BO)), [403, "not_allowed"]);
  const inSession = { sessionId: "s1" };
  assertEquals(reasonOf(await l.say(ANA, inSession)), [
    404,
    "session_not_found",
  ]);
  assertEquals((await l.say(FLO, inSession)).status, 201);
});

Deno.test("[LE4] feedback on what is not there, or of no outcome, is refused", async () => {
  using l = await learning();
  assertEquals(reasonOf(await l.say(ANA)), [404, "rule_not_found"]);
  const subject = { kind: "decision", id: "d1" };
  assertEquals(reasonOf(await l.say(ANA, { subject })), [
    404,
    "decision_not_found",
  ]);
  assertEquals((await l.say(ANA, { outcome: "perhaps" })).status, 422);
  const odd = { kind: "rule", id: "a|b" };
  assertEquals((await l.say(ANA, { subject: odd })).status, 422);
});

const THREE = ["d1", "d2", "d3"];

async function proposing(l: Awaited<ReturnType<typeof learning>>) {
  for (const id of THREE) await l.decided(id);
  return await l.call(FLO, "POST", "/learning/proposals", {
    proposalId: "p1",
    decisionIds: THREE,
  });
}

Deno.test("[LE7] closed decisions propose weights, and another accepts them", async () => {
  using l = await learning();
  const { status, body: { proposal } } = await proposing(l);
  assertEquals(status, 201);
  const [cost, worth] = proposal.weights;
  assertEquals([cost.id, cost.before], ["cost", 0.5]);
  assert(cost.after > 0.5 && Math.abs(cost.after + worth.after - 1) < 1e-12);
  const accept = "/learning/proposals/p1/accept";
  assertEquals(reasonOf(await l.call(FLO, "POST", accept)), [
    403,
    "own_proposal",
  ]);
  assertEquals((await l.call(ANA, "POST", accept)).status, 403);
  const settled = await l.call(GIL, "POST", accept, { reason: "Plausible" });
  assertEquals(settled.body.proposal.status, "accepted");
  assertEquals(reasonOf(await l.call(GIL, "POST", accept)), [
    409,
    "proposal_settled",
  ]);
  const { proposals: [shown] } = await l.learned();
  assertEquals([shown.status, shown.settledBy.name], ["accepted", "Gil"]);
});

Deno.test("[LE7] whose feedback it rests on may not settle it either", async () => {
  using l = await learning();
  for (const id of THREE) await l.decided(id);
  await l.say(GIL, { subject: { kind: "decision", id: "d1" } });
  await l.call(FLO, "POST", "/learning/proposals", {
    proposalId: "p1",
    decisionIds: THREE,
  });
  const reject = "/learning/proposals/p1/reject";
  assertEquals(reasonOf(await l.call(GIL, "POST", reject)), [
    403,
    "own_proposal",
  ]);
});

Deno.test("[LE7] a choice that came out wrong does not count", async () => {
  using l = await learning();
  for (const id of THREE) await l.decided(id);
  const subject = { kind: "decision", id: "d2" };
  await l.say(ANA, { subject, outcome: "incorrect" });
  const asked = await l.call(FLO, "POST", "/learning/proposals", {
    decisionIds: THREE,
  });
  assertEquals(reasonOf(asked), [409, "too_little_known"]);
});

Deno.test("[LE7] without four eyes one person may do both", async () => {
  using l = await learning({ fourEyes: false });
  await proposing(l);
  const reject = "/learning/proposals/p1/reject";
  const settled = await l.call(FLO, "POST", reject);
  assertEquals(settled.body.proposal.status, "rejected");
});

Deno.test("[LE4] decisions that cannot be learned from are named", async () => {
  using l = await learning();
  await l.decided("d1");
  const ask = (decisionIds: string[]) =>
    l.call(FLO, "POST", "/learning/proposals", { decisionIds });
  const { status, body } = await ask(["d1", "none"]);
  assertEquals([status, body.errors[0].path], [404, "decisionIds.1"]);
  assertEquals((await ask(["d1", "d1"])).status, 422);
  assertEquals(
    reasonOf(await l.call(GIL, "POST", "/learning/proposals/px/accept")),
    [
      404,
      "proposal_not_found",
    ],
  );
});

Deno.test("[LE13] accepted weights are listed with what they rest on; open ones are not", async () => {
  using l = await learning();
  for (const id of ["d1", "d2", "d3"]) await l.decided(id);
  const ids = { proposalId: "lots", decisionIds: ["d1", "d2", "d3"] };
  await l.call(FLO, "POST", "/learning/proposals", ids);
  const weights = async () =>
    (await l.call(BO, "GET", "/learning/weights")).body.items;
  assertEquals(await weights(), []);
  await l.call(GIL, "POST", "/learning/proposals/lots/accept", {});
  const [{ weights: [cost, worth], ...about }, ...more] = await weights();
  assertEquals(more, []);
  assertEquals([about.proposalId, about.outcomes], ["lots", 3]);
  assertEquals(about.acceptedBy.name, "Gil");
  assertEquals(typeof about.acceptedAt, "string");
  assertEquals([cost.id, cost.direction], ["cost", "cost"]);
  assertEquals([worth.id, worth.direction], ["worth", "benefit"]);
  assert(cost.weight > 0.5);
  assertEquals(Math.round((cost.weight + worth.weight) * 1e12) / 1e12, 1);
});
