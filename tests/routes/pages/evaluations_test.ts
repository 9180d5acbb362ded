/** Evaluating rules in a session without scripts, and what is kept of it: who may, what stands where. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RoleName } from "../../../domain/decider.ts";
import type { User } from "../../../realtime/user.ts";
import {
  type Answer,
  openSession,
  type PagesFixture,
  pagesFixture,
  textOf,
} from "./fixture.ts";

function userOf(userId: string, name: string, role: RoleName): User {
  return { userId, name, roles: [role] };
}

const ANA = userOf("ana-lima", "Ana Lima", "facilitator");
const BEN = userOf("ben-kole", "Ben Kole", "facilitator");

const CASH = {
  id: "cash",
  name: "Large cash payment",
  when: 'method == "cash" && amount > 10000',
  riskLevel: "HIGH",
  score: 0.6,
  message: "{{ amount }} in cash",
  priority: "HIGH",
  type: "VALIDATION",
};
const NEW_CUSTOMER = {
  id: "new-customer",
  name: "New customer",
  when: "customer.days < 30",
  riskLevel: "LOW",
  priority: "LOW",
  type: "SCORING",
};

async function publish(
  { commands }: PagesFixture,
  ...rules: readonly object[]
): Promise<void> {
  for (const rule of rules) {
    const { result } = await commands.execute("create_rule", rule, {
      user: ANA,
    });
    const { id: ruleId } = JSON.parse(JSON.stringify(result)).rule;
    await commands.execute("publish_rule", { ruleId }, { user: BEN });
  }
}

/** The values that a form of the page would send as it is. */
function sentBy({ html }: Answer): Record<string, string> {
  const [, facts = ""] = html.match(/<textarea[^>]*>([^<]*)<\/textarea>/) ?? [];
  const [, messageId = ""] = html.match(/name="messageId" value="([^"]*)"/) ??
    [];
  const [, which = ""] = html.match(/name="which" value="(\w+)" checked/) ?? [];
  return { facts: facts.replaceAll("&quot;", '"'), messageId, which };
}

function mistakeAt({ html }: Answer, id: string): string | undefined {
  const start = html.indexOf(`id="${id}-mistake"`);
  if (start < 0) return undefined;
  return textOf(`<body><p ${html.slice(start, html.indexOf("</p>", start))}`)
    .trim();
}

const FACTS = JSON.stringify({
  method: "cash",
  amount: 12500,
  customer: { days: 400 },
});

Deno.test("[B15] the form starts with all rules in use, and facts by every name they ask for", async () => {
  using site = pagesFixture();
  await publish(site, CASH, NEW_CUSTOMER);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const page = await ana.get(`${path}/evaluations/new`);
  assertEquals(page.status, 200);
  const { facts, which } = sentBy(page);
  assertEquals(which, "all");
  assertEquals(JSON.parse(facts), {
    customer: { days: 30 },
    method: "cash",
    amount: 10000,
  });
  assertStringIncludes(
    (await ana.get(path)).html,
    `href="${path}/evaluations/new"`,
  );
});

Deno.test("[B15] what is evaluated is kept, linked from the timeline, and shown with why", async () => {
  using site = pagesFixture();
  await publish(site, CASH, NEW_CUSTOMER);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { messageId } = sentBy(await ana.get(`${path}/evaluations/new`));
  const form = {
    messageId,
    which: "all",
    facts: FACTS,
    title: " Payment <4711> ",
    do: "run",
  };
  const { status, location } = await ana.post(`${path}/evaluations/new`, form);
  assertEquals(status, 303);
  assert(location?.startsWith(`${path}/evaluations/`));
  // Sent twice, it is one evaluation.
  assertEquals(
    (await ana.post(`${path}/evaluations/new`, form)).location,
    location,
  );
  const room = await ana.get(path);
  assertStringIncludes(room.html, `href="${location}"`);
  const { html } = await ana.get(location ?? "");
  const text = textOf(html);
  assertStringIncludes(html, "<h1>Payment &lt;4711></h1>");
  assertStringIncludes(text, "Recommendation: Review");
  assertStringIncludes(text, "Risk score 0.6");
  assertStringIncludes(text, "1 of 2 fired");
  assertStringIncludes(text, "12500 in cash");
  assertStringIncludes(text, "Evaluated by Ana Lima");
  assertStringIncludes(text, "Entry 2 Channel");
  assertStringIncludes(html, 'href="/rules/cash"');
  // What fired stands first, and open.
  assert(text.indexOf("Large cash payment") < text.indexOf("New customer"));
  assertEquals(html.match(/<details class="details" open/g)?.length, 1);
  assertStringIncludes(html, 'class="part yes');
});

Deno.test("only chosen rules are evaluated, and the example is made of them", async () => {
  using site = pagesFixture();
  await publish(site, CASH, NEW_CUSTOMER);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const chosen = { which: "some", "rule.new-customer": "on", facts: "{}" };
  const example = await ana.post(`${path}/evaluations/new`, {
    ...chosen,
    do: "example",
  });
  assertEquals(JSON.parse(sentBy(example).facts), { customer: { days: 30 } });
  assert(/id="rule\.new-customer"[^>]*checked/.test(example.html));
  const { location } = await ana.post(`${path}/evaluations/new`, {
    ...chosen,
    facts: FACTS,
    do: "run",
  });
  const { html } = await ana.get(location ?? "");
  assertStringIncludes(textOf(html), "0 of 1 fired");
  assertStringIncludes(textOf(html), "Recommendation: Approve");
  assert(!html.includes("Large cash payment"));
});

Deno.test("finding rules keeps what is chosen and typed", async () => {
  using site = pagesFixture();
  await publish(site, CASH, NEW_CUSTOMER);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const found = await ana.post(`${path}/evaluations/new`, {
    which: "some",
    "rule.cash": "on",
    facts: '{"kept": 1}',
    title: "Mine",
    q: "customer",
    do: "find",
  });
  assertEquals(found.status, 200);
  assert(/id="rule\.cash"[^>]*checked/.test(found.html));
  assert(found.html.includes('id="rule.new-customer"'));
  assertEquals(sentBy(found).facts, '{"kept": 1}');
  assertStringIncludes(found.html, 'value="Mine"');
  const none = await ana.post(`${path}/evaluations/new`, {
    which: "some",
    facts: "{}",
    q: "nothing like it",
    do: "find",
  });
  assertStringIncludes(textOf(none.html), "No rule in use has all");
});

Deno.test("mistakes stand at their control, with what was typed", async () => {
  using site = pagesFixture();
  await publish(site, CASH);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const send = (fields: Record<string, string>) =>
    ana.post(`${path}/evaluations/new`, {
      which: "all",
      facts: FACTS,
      do: "run",
      ...fields,
    });
  const broken = await send({ facts: '{"amount": 1,}' });
  assertEquals(broken.status, 422);
  assertStringIncludes(mistakeAt(broken, "facts") ?? "", "This is not JSON");
  assertEquals(sentBy(broken).facts, '{"amount": 1,}');
  assertStringIncludes(
    mistakeAt(await send({ facts: "[1]" }), "facts") ?? "",
    "write { } around",
  );
  assertStringIncludes(
    mistakeAt(await send({ facts: "[".repeat(40) }), "facts") ?? "",
    "32 levels",
  );
  assertStringIncludes(
    mistakeAt(await send({ facts: "" }), "facts") ?? "",
    "cannot be empty",
  );
  const long = JSON.stringify({ text: "x".repeat(20_000) });
  assertStringIncludes(
    mistakeAt(await send({ facts: long }), "facts") ?? "",
    "At most 16384 characters",
  );
  assertStringIncludes(
    mistakeAt(await send({ which: "some" }), "rules") ?? "",
    "Choose at least one rule",
  );
  assertStringIncludes(
    mistakeAt(await send({ title: "x".repeat(201) }), "title") ?? "",
    "200",
  );
  const gone = await send({ which: "some", "rule.ghost": "on" });
  assertEquals(gone.status, 404);
  assertStringIncludes(textOf(gone.html), "ghost is not in use any more");
});

Deno.test("observers, strangers and closed sessions: nobody evaluates who may not", async () => {
  using site = pagesFixture();
  await publish(site, CASH);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana, { who: "participants" });
  const form = { which: "all", facts: FACTS, do: "run" };
  const address = `${path}/evaluations/new`;
  const { location } = await ana.post(address, form);
  const mia = site.enter("Mia");
  for (const one of [address, location ?? ""]) {
    assertEquals((await mia.get(one)).status, 404);
    assertEquals((await site.stranger.get(one)).status, 303);
  }
  assertEquals((await mia.post(address, form)).status, 404);
  await ana.post(`${path}/participants`, { userId: "mia", role: "observer" });
  assertEquals((await mia.get(location ?? "")).status, 200);
  const refused = await mia.get(address);
  assertStringIncludes(textOf(refused.html), "Members and facilitators");
  assert(!refused.html.includes("<textarea"));
  assertEquals((await mia.post(address, form)).status, 403);
  assert(!(await mia.get(path)).html.includes("/evaluations/new"));
  await ana.post(`${path}/close`, {});
  assertStringIncludes(
    textOf((await ana.get(address)).html),
    "This session is closed",
  );
  assertEquals((await ana.post(address, form)).status, 409);
  assertEquals((await ana.get(location ?? "")).status, 200);
});

Deno.test("ids that are none lead nowhere, and another session's id neither", async () => {
  using site = pagesFixture();
  await publish(site, CASH);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const other = await openSession(ana);
  const { location } = await ana.post(`${path}/evaluations/new`, {
    which: "all",
    facts: FACTS,
  });
  const id = location?.split("/").at(-1) ?? "";
  for (
    const address of [
      `${path}/evaluations/nothing`,
      `${path}/evaluations/%00`,
      `${path}/evaluations/${"x".repeat(5000)}`,
      `${path}/evaluations/..%2f..%2frules`,
      `${path}/analyses/${id}`,
      `${other}/evaluations/${id}`,
      "/sessions/%F0%9F%92%A9/evaluations/new",
      `/sessions/none/evaluations/${id}`,
    ]
  ) assertEquals((await ana.get(address)).status, 404, address);
  assertEquals(site.faults, []);
});

Deno.test("a rule that was only sent along is shown from its trace, and has no page", async () => {
  using site = pagesFixture();
  await publish(site, CASH);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const sessionId = path.slice("/sessions/".length);
  await site.commands.execute("run_evaluation", {
    sessionId,
    id: "own",
    rules: [
      { ...CASH, when: "(amount > 5) || other" },
      { ...NEW_CUSTOMER, id: "missing", when: "ghost > 1" },
    ],
    facts: { amount: 9 },
  }, { user: ANA });
  const { html } = await ana.get(`${path}/evaluations/own`);
  const text = textOf(html);
  assertStringIncludes(text, "cash , sent along, not kept");
  assert(!html.includes('href="/rules/cash"'));
  assertStringIncludes(text, "No answer");
  assertStringIncludes(text, "amount 9 > 5");
  assertStringIncludes(html, "<h1>Evaluation of rules</h1>");
});

Deno.test("a version that was replaced since is shown as it was evaluated", async () => {
  using site = pagesFixture();
  await publish(site, CASH);
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { location } = await ana.post(`${path}/evaluations/new`, {
    which: "all",
    facts: FACTS,
  });
  const changed = { ...CASH, id: undefined, ruleId: "cash" };
  await site.commands.execute("edit_rule", { ...changed, when: "amount > 1" }, {
    user: ANA,
  });
  await site.commands.execute("publish_rule", { ruleId: "cash" }, {
    user: BEN,
  });
  const { html } = await ana.get(location ?? "");
  const state = JSON.parse(
    html.match(/<script id="state-RuleTraces"[^>]*>(.*?)<\/script>/s)?.[1] ??
      "null",
  );
  assertEquals(state.traces["trace-0"].source, CASH.when);
  assertStringIncludes(textOf(html), "Version 1");
});

Deno.test("an empty book says so instead of a form", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await openSession(ana);
  const { html } = await ana.get(`${path}/evaluations/new`);
  assertStringIncludes(textOf(html), "No rule is in use");
  assert(!html.includes("<textarea"));
});
