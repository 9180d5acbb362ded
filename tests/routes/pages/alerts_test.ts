/** The page of alerts as a reader and a form meet it: order, filters, acts, questions, sizes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isSampled } from "../../../domain/learning/sampling.ts";
import { unpackRow } from "../../../islands/alert_row.ts";
import {
  openSession,
  pagesFixture,
  START,
  textOf,
  type Visitor,
} from "./fixture.ts";

const SERVICE = { userId: "service", name: "Service", roles: ["admin"] };

function alertsFixture(options: { readonly now?: () => number } = {}) {
  const f = pagesFixture(options);
  return {
    ...f,
    raise: (id: string, more: object = {}) =>
      f.commands.execute("raise_alert", {
        id,
        severity: "medium",
        title: `Alert ${id}`,
        ...more,
      }, { user: SERVICE }),
    [Symbol.dispose]: () => f[Symbol.dispose](),
  };
}

/** The state the page carries for its island. */
function stateOf(html: string) {
  const text = html.match(
    /<script id="state-AlertTriage"[^>]*>(.*?)<\/script>/s,
  )?.[1] ?? "";
  return JSON.parse(text);
}

/** Ids of the rows in their order. */
async function ids(visitor: Visitor, query = ""): Promise<string[]> {
  const { html } = await visitor.get(`/alerts${query}`);
  return [...html.matchAll(/<tr id="alert-([\w-]+)"/g)].map(([, id]) => id);
}

Deno.test("[AL13] the most urgent stands first, then the last raised; filters are links", async () => {
  let now = START;
  using f = alertsFixture({ now: () => now });
  for (
    const [id, severity] of [
      ["low", "low"],
      ["old", "critical"],
      ["new", "critical"],
      ["mid", "medium"],
    ]
  ) {
    await f.raise(id, { severity, source: id === "mid" ? "bank" : "screen" });
    now += 1_000;
  }
  const ana = f.enter("Ana");
  assertEquals(await ids(ana), ["new", "old", "mid", "low"]);
  assertEquals(await ids(ana, "?severity=critical"), ["new", "old"]);
  assertEquals(await ids(ana, "?severity=nonsense&show=gone&page=x"), [
    "new",
    "old",
    "mid",
    "low",
  ]);
  const { html } = await ana.get("/alerts?by=source");
  assertEquals(
    [...html.matchAll(/scope="rowgroup"[^>]*>([^<]+)/g)].map(([, it]) => it),
    ["screen ", "bank "],
  );
  assertStringIncludes(textOf(html), "Active 4 Mine 0 Unassigned 4 Resolved");
});

Deno.test("[AL13] a row says severity, count, source, state, what is left, who has it", async () => {
  let now = START;
  using f = alertsFixture({ now: () => now });
  const alert = {
    id: undefined,
    dedupeKey: "kx",
    title: "KX-14",
    severity: "high",
    source: "screening",
    acknowledgeWithinMs: 15 * 60_000,
  };
  await f.raise("", alert);
  await f.raise("", alert);
  now += 5 * 60_000;
  const ana = f.enter("Ana");
  assertStringIncludes(
    textOf((await ana.get("/alerts")).html),
    "High KX-14 ×2 screening Open 10 min left – 5 min",
  );
  now += 20 * 60_000;
  assertStringIncludes(
    textOf((await ana.get("/alerts")).html),
    "10 min late",
  );
});

Deno.test("[AL14] the form acts on those that are selected, and on one by its own button", async () => {
  using f = alertsFixture();
  await f.raise("a");
  await f.raise("b");
  await f.raise("c");
  const ana = f.enter("Ana");
  const form = new FormData();
  for (
    const [name, value] of [["act", "acknowledge"], ["id", "a"], ["id", "b"]]
  ) {
    form.append(name, value);
  }
  form.append("by", "source");
  const sent = await ana.send("/alerts", form);
  assertEquals([sent.status, sent.location], [303, "/alerts?by=source"]);
  await ana.post("/alerts", { one: "mine c" });
  await ana.post("/alerts", { act: "hour", id: "a" });
  const { html } = await ana.get("/alerts");
  const rows = stateOf(html).rows.map(unpackRow);
  const of = (id: string) =>
    rows.find(({ alertId }: { alertId: string }) => alertId === id);
  assertEquals(
    [of("a").status, of("b").status, of("c").status],
    ["snoozed", "acknowledged", "open"],
  );
  assertEquals(of("a").snoozedUntil, START + 3_600_000);
  assertEquals(of("c").assignee.name, "Ana");
  assertEquals(await ids(ana, "?show=mine"), ["c"]);
  assertEquals((await ids(ana, "?show=unassigned")).sort(), ["a", "b"]);
});

Deno.test("[AL14] until tomorrow is nine in the morning where the reader is", async () => {
  using f = alertsFixture();
  await f.raise("a");
  const ana = f.enter("Ana", "member", "zone=Asia/Tokyo");
  await ana.post("/alerts", { one: "tomorrow a" });
  const { html } = await ana.get("/alerts");
  // 2026-01-02 12:04 in Tokyo, which is nine hours ahead.
  assertEquals(
    new Date(unpackRow(stateOf(html).rows[0]).snoozedUntil ?? 0).toISOString(),
    "2026-01-03T00:00:00.000Z",
  );
});

Deno.test("[AL14] ending several at once is asked about; one, or sure, is done", async () => {
  using f = alertsFixture();
  for (const id of ["a", "b", "c"]) await f.raise(id);
  const ana = f.enter("Ana");
  const form = (more: Record<string, string>) => {
    const data = new FormData();
    data.append("id", "a");
    data.append("id", "b");
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    return data;
  };
  const asked = await ana.send("/alerts", form({ act: "resolve" }));
  assertEquals(asked.status, 200);
  assertStringIncludes(textOf(asked.html), "Resolve 2 alerts?");
  assertEquals([...asked.html.matchAll(/ checked/g)].length, 2);
  assertEquals((await ids(ana)).length, 3);
  const sure = { sure: "resolve", reason: "A test of the bank" };
  assertEquals((await ana.send("/alerts", form(sure))).status, 303);
  assertEquals(await ids(ana), ["c"]);
  await ana.post("/alerts", { one: "dismiss c", text: "A namesake" });
  assertEquals(await ids(ana), []);
  const { html } = await ana.get("/alerts?show=resolved&open=c");
  assertStringIncludes(textOf(html), "dismissed by Ana 03:04 : A namesake");
});

Deno.test("[AL14] an open row has its words, its notes, and a form for one more", async () => {
  using f = alertsFixture();
  await f.raise("a", { body: "One name is close" });
  const ana = f.enter("Ana");
  assert(!(await ana.get("/alerts")).html.includes("One name is close"));
  const sent = await ana.post("/alerts", {
    one: "note a",
    text: "Asked the bank",
    open: "a",
  });
  assertEquals(sent.location, "/alerts?open=a#alert-a");
  const text = textOf((await ana.get("/alerts?open=a")).html);
  assertStringIncludes(text, "One name is close");
  assertStringIncludes(text, "03:04 Ana Asked the bank");
});

Deno.test("[AL14] what is refused is said above the list, with the selection kept", async () => {
  using f = alertsFixture();
  await f.raise("a");
  const ana = f.enter("Ana");
  await ana.post("/alerts", { one: "resolve a" });
  const late = await ana.post("/alerts", { act: "acknowledge", id: "a" });
  assertEquals(late.status, 409);
  assertStringIncludes(
    textOf(late.html),
    "Cannot change an alert after it was resolved",
  );
  const gone = await ana.post("/alerts", { one: "note nothing", text: "x" });
  assertEquals(gone.status, 404);
  const empty = await ana.post("/alerts", { one: "note a", text: " " });
  assertEquals(empty.status, 422);
});

Deno.test("[AL14] a form that is sent twice takes effect once", async () => {
  using f = alertsFixture();
  await f.raise("a");
  const ana = f.enter("Ana");
  const form = { messageId: "form-x", one: "note a", text: "Once" };
  await ana.post("/alerts", form);
  await ana.post("/alerts", form);
  const { html } = await ana.get("/alerts?open=a");
  assertEquals(html.split("<b>Ana</b> Once").length - 1, 1);
});

Deno.test("[AL6] observers read the list and have nothing to press", async () => {
  using f = alertsFixture();
  await f.raise("a");
  const bo = f.enter("Bo", "observer");
  const { html } = await bo.get("/alerts?open=a");
  assertStringIncludes(html, "alert-a");
  const list = html.slice(html.indexOf('class="triage"'));
  assert(!list.includes('type="checkbox"'));
  assert(!html.includes('name="one"'));
  assertEquals((await bo.post("/alerts", { one: "resolve a" })).status, 403);
  assertEquals((await f.stranger.get("/alerts")).status, 303);
});

Deno.test("[AL6] alerts of a session are on the page of whoever may see it, and nobody else's", async () => {
  using f = alertsFixture();
  const flo = f.enter("Flo", "facilitator");
  const path = await openSession(flo, { who: "participants" });
  const sessionId = path.split("/").at(-1) ?? "";
  await f.raise("secret", { sessionId });
  assertEquals(await ids(flo), ["secret"]);
  assertEquals(await ids(f.enter("Ana")), []);
  assertEquals(await ids(f.enter("Ana"), "?open=secret"), []);
  await flo.post("/alerts", { one: "acknowledge secret" });
  const { html } = await flo.get("/alerts");
  assertStringIncludes(textOf(html), "Acknowledged");
  assertStringIncludes(html, `href="${path}"`);
});

Deno.test("[AL14] of several that are selected the refused ones are named and stay selected", async () => {
  using f = alertsFixture();
  const path = await openSession(f.enter("Flo", "facilitator"));
  await f.raise("house");
  const sessionId = path.split("/").at(-1) ?? "";
  await f.raise("theirs", { sessionId, title: "Of a session" });
  const ana = f.enter("Ana");
  const form = new FormData();
  form.append("act", "acknowledge");
  for (const id of ["house", "theirs"]) form.append("id", id);
  const { status, html } = await ana.send("/alerts", form);
  assertEquals(status, 403);
  assertStringIncludes(
    textOf(html),
    "Cannot do this with your role: Of a session",
  );
  assertEquals(stateOf(html).picked, ["theirs"]);
  const [house] = stateOf(html).rows.map(unpackRow)
    .filter(({ alertId }: { alertId: string }) => alertId === "house");
  assertEquals(house.status, "acknowledged");
});

Deno.test("[AL13] without alerts the page says where they come from; without fitting ones, how to see all", async () => {
  using f = alertsFixture();
  const ana = f.enter("Ana");
  const none = textOf((await ana.get("/alerts")).html);
  assertStringIncludes(none, "No alerts Nothing asks for attention.");
  await f.raise("a");
  const unfit = textOf((await ana.get("/alerts?severity=critical")).html);
  assertStringIncludes(unfit, "No alert fits");
});

Deno.test("[AL13] a page has fifty rows; the next begins where it ends", async () => {
  let now = START;
  using f = alertsFixture({ now: () => now });
  for (let n = 0; n < 60; n++) {
    await f.raise(`a${n}`);
    now += 1;
  }
  const ana = f.enter("Ana");
  const first = await ids(ana);
  const second = await ids(ana, "?page=2");
  assertEquals([first.length, second.length], [50, 10]);
  assertEquals([first[0], first[49], second[0]], ["a59", "a10", "a9"]);
  assertEquals(await ids(ana, "?page=9"), []);
});

Deno.test("[AL13] what an island needs of a row is in the page, without its words", async () => {
  using f = alertsFixture();
  await f.raise("a", { body: "Long words", severity: "low" });
  const { html } = await f.enter("Ana").get("/alerts");
  const state = stateOf(html);
  assertEquals(state.rows[0], {
    alertId: "a",
    severity: "low",
    title: "Alert a",
    lastAt: START,
    offset: 1,
  });
  assertEquals(state.positions[0].offset, 1);
  assert(!html.includes("Long words"));
});

Deno.test("[AL13] the first page shows who waits: the reader's own in front, none that is looked after", async () => {
  using f = alertsFixture();
  await f.raise("critical", { severity: "critical" });
  await f.raise("mine", { severity: "low", acknowledgeWithinMs: 120_000 });
  await f.raise("taken");
  const ana = f.enter("Ana");
  assertStringIncludes(textOf((await ana.get("/")).html), "3 alerts");
  await ana.post("/alerts", { one: "mine mine" });
  await ana.post("/alerts", { one: "acknowledge taken" });
  assertStringIncludes(
    textOf((await ana.get("/")).html),
    "2 alerts Low Alert mine 2 min left Critical Alert critical <1 min",
  );
});

Deno.test("[AL18] what is shown is saved under a name, shown as a link, and removed", async () => {
  using f = alertsFixture();
  await f.raise("a", { severity: "critical" });
  await f.raise("b", { severity: "high" });
  await f.raise("c", { severity: "low" });
  const ana = f.enter("Ana");
  const urgent = "/alerts?severity=critical,high";
  const saved = await ana.post("/alerts/views", {
    messageId: "form-1.view",
    name: "Critical and high",
    show: "active",
    severity: "critical,high",
  });
  assertEquals([saved.status, saved.location], [303, urgent]);
  const { html } = await ana.get(urgent);
  assertStringIncludes(html, `href="${urgent}" aria-current="true"`);
  assertEquals(await ids(ana, "?severity=critical,high"), ["a", "b"]);
  assert(!(await f.enter("Bo").get("/alerts")).html.includes("Saved views"));
  const remove = html.match(/name="remove" value="([^"]+)"/)?.[1] ?? "";
  await ana.post("/alerts/views", { remove });
  assert(!(await ana.get("/alerts")).html.includes("Saved views"));
});

Deno.test("[AL18] the list begins with the view one likes to see at first", async () => {
  using f = alertsFixture();
  await f.raise("a", { severity: "critical" });
  await f.raise("c", { severity: "low" });
  const ana = f.enter("Ana");
  const view = { name: "Critical", severity: "critical", isDefault: "yes" };
  await ana.post("/alerts/views", view);
  assertEquals(await ids(ana), ["a"]);
  assertEquals(await ids(ana, "?show=active"), ["a", "c"]);
  // An act leads back to what was shown, not to what is shown at first.
  const { location } = await ana.post("/alerts", {
    one: "acknowledge c",
    show: "active",
  });
  assertEquals(location, "/alerts?show=active");
  await ana.post("/alerts/views", { ...view, isDefault: "no" });
  assertEquals(await ids(ana), ["a", "c"]);
});

Deno.test("[AL18] a view without a name is not saved, and the list says so", async () => {
  using f = alertsFixture();
  const ana = f.enter("Ana");
  const sent = await ana.post("/alerts/views", { name: " ", show: "mine" });
  assertEquals(sent.status, 422);
  assertStringIncludes(textOf(sent.html), "This cannot be empty");
  assertEquals((await f.stranger.post("/alerts/views", {})).status, 303);
});

Deno.test("[AL13] severities add up, and a time leaves out what happened before it", async () => {
  using f = alertsFixture();
  const hour = 3_600_000;
  await f.raise("new", { severity: "high" });
  await f.raise("days", { severity: "high", occurredAt: START - 50 * hour });
  await f.raise("weeks", { severity: "low", occurredAt: START - 500 * hour });
  const ana = f.enter("Ana");
  assertEquals(await ids(ana, "?since=day"), ["new"]);
  assertEquals((await ids(ana, "?since=week")).sort(), ["days", "new"]);
  assertEquals(await ids(ana, "?severity=low,high&since=day"), ["new"]);
  const { html } = await ana.get("/alerts?severity=high");
  assertStringIncludes(html, 'href="/alerts?severity=high,low"');
  assertStringIncludes(textOf(html), "Happened 31 Dec 2025");
});

/** An id that the sample takes, and what is dismissed under it. */
async function dismissed(f: ReturnType<typeof alertsFixture>, by: Visitor) {
  const id =
    Array.from({ length: 200 }, (_, n) => `d${n}`).find((one) =>
      isSampled(one)
    ) ?? "";
  await f.raise(id, { body: "One name is close" });
  await f.raise("other-1");
  for (const one of [id, "other-1"]) {
    await by.post("/alerts", { one: `dismiss ${one}`, text: "A namesake" });
  }
  return id;
}

Deno.test("[AL21] the sample shows what was dismissed and takes what people say of it", async () => {
  using f = alertsFixture();
  const ana = f.enter("Ana");
  const id = await dismissed(f, ana);
  assert(!isSampled("other-1"));
  const ben = f.enter("Ben");
  const { html } = await ben.get("/alerts/sample");
  assertEquals(
    [...html.matchAll(/id="sampled-([\w-]+)"/g)].map(([, one]) => one),
    [id],
  );
  assertStringIncludes(
    textOf(html),
    "One name is close Dismissed by Ana 03:04 : A namesake",
  );
  const dismissal = html.match(/name="dismissal" value="([^"]+)"/)?.[1] ?? "";
  assertEquals(dismissal, "raising-1");
  const form = { id, dismissal, messageId: "form-9.review" };
  const sent = await ben.post("/alerts/sample", {
    ...form,
    outcome: "incorrect",
    comment: "It was the same person",
  });
  assertEquals([sent.status, sent.location], [
    303,
    `/alerts/sample#sampled-${id}`,
  ]);
  assertStringIncludes(
    textOf((await ben.get("/alerts/sample")).html),
    "Ben : dismissing was wrong",
  );
  await ben.post("/alerts/sample", { ...form, outcome: "correct" });
  const text = textOf((await ben.get("/alerts/sample")).html);
  assertStringIncludes(text, "Ben : dismissing was right");
  assert(!text.includes("dismissing was wrong"));
});

Deno.test("[AL21] what was not dismissed is not reviewed, and observers only read", async () => {
  using f = alertsFixture();
  const ana = f.enter("Ana");
  const id = await dismissed(f, ana);
  await f.raise("open");
  const wrong = await ana.post("/alerts/sample", {
    id: "open",
    outcome: "correct",
  });
  assertEquals(wrong.status, 404);
  assertStringIncludes(textOf(wrong.html), "that was dismissed");
  const bo = f.enter("Bo", "observer");
  assert(!(await bo.get("/alerts/sample")).html.includes('name="outcome"'));
  const said = await bo.post("/alerts/sample", { id, outcome: "correct" });
  assertEquals(said.status, 403);
});

Deno.test("[AL20] those who lead see who has read an open alert, and nobody else does", async () => {
  using f = alertsFixture();
  await f.raise("a");
  const ana = f.enter("Ana");
  await ana.post("/alerts", { one: "acknowledge a" });
  const flo = f.enter("Flo", "facilitator");
  const text = textOf((await flo.get("/alerts?open=a")).html);
  assertStringIncludes(text, "Known to have reached 1 person");
  assertStringIncludes(text, "Ana acknowledged 03:04");
  const { html } = await ana.get("/alerts?open=a");
  assert(!html.includes("alert-readers"));
});
