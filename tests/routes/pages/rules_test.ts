/** The pages of rules without scripts: finding, writing, trying, publishing by another, backtests. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pagesFixture, textOf, type Visitor } from "./fixture.ts";

const TEXT = {
  name: "Large payment",
  when: "amount > 10",
  riskLevel: "HIGH",
  priority: "HIGH",
  type: "VALIDATION",
};

/** Writes a rule through the form and gives its path. */
async function write(
  visitor: Visitor,
  fields: Record<string, string> = {},
): Promise<string> {
  const answer = await visitor.post("/rules", { ...TEXT, ...fields });
  if (answer.location === null) throw new Error(textOf(answer.html));
  return answer.location.split("?")[0];
}

/** The value that a form of the page carries under a name. */
function hidden(html: string, name: string): string {
  const tag = html.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`))?.[0];
  return tag?.match(/value="([^"]*)"/)?.[1] ?? "";
}

Deno.test("an empty book says what a rule is, and who writes the first", async () => {
  using site = pagesFixture();
  const ana = await site.enter("Ana", "facilitator").get("/rules");
  assertStringIncludes(textOf(ana.html), "No rules yet");
  assertStringIncludes(ana.html, 'href="/rules/new"');
  const mia = await site.enter("Mia").get("/rules");
  assert(!mia.html.includes('href="/rules/new"'));
});

Deno.test("[B1] the page of a new rule is for those who may save it", async () => {
  using site = pagesFixture();
  const ana = await site.enter("Ana", "facilitator").get("/rules/new");
  assertEquals(ana.status, 200);
  const mia = await site.enter("Mia").get("/rules/new");
  assertEquals(mia.status, 403);
  assertStringIncludes(textOf(mia.html), "Not with your role");
});

Deno.test("[B1] a draft waits for the eyes of another, who publishes it", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  const path = await write(ana);
  const own = await ana.get(path);
  assertStringIncludes(
    textOf(own.html),
    "You wrote this draft; someone else must publish it.",
  );
  assert(!own.html.includes(`action="${path}/publish"`));
  assertStringIncludes(
    textOf((await ben.get("/rules")).html),
    "1 draft waits for you",
  );
  assert(!textOf((await ana.get("/rules")).html).includes("waits for you"));
  const seen = hidden((await ben.get(path)).html, "seen");
  const published = await ben.post(`${path}/publish`, { seen });
  assertEquals([published.status, published.location], [
    303,
    `${path}?done=publish`,
  ]);
  assertStringIncludes(
    textOf((await ana.get(path)).html),
    "Version 1 is in use, published by Ben Kole",
  );
});

Deno.test("[B1] publishing one's own draft is refused in words", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await write(ana);
  const { status, html } = await ana.post(`${path}/publish`, {});
  assertEquals(status, 403);
  assertStringIncludes(
    textOf(html),
    "Ana Lima wrote this draft; someone else must publish it.",
  );
});

Deno.test("[B2] a draft saved again is not published by whoever read the one before", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  const path = await write(ana);
  const seen = hidden((await ben.get(path)).html, "seen");
  await ana.post(path, { ...TEXT, when: "amount > 0" });
  const { status, html } = await ben.post(`${path}/publish`, { seen });
  assertEquals(status, 409);
  assertStringIncludes(textOf(html), "saved again after you read it");
});

Deno.test("[B2] two who write at once: the second sees both texts, and loses nothing", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  const path = await write(ana);
  const basedOn = hidden((await ana.get(path)).html, "basedOn");
  await ben.post(path, { ...TEXT, when: "amount > 20", basedOn });
  const mine = { ...TEXT, when: "amount > 30", basedOn };
  const { status, html } = await ana.post(path, mine);
  assertEquals(status, 409);
  const text = textOf(html);
  assertStringIncludes(text, "Ben Kole saved this draft while you wrote");
  assertStringIncludes(text, "Theirs amount > 20");
  assertStringIncludes(text, "Yours amount > 30");
  assertStringIncludes(html, ">amount > 30</textarea>");
  const again = await ana.post(path, {
    ...mine,
    basedOn: hidden(html, "basedOn"),
  });
  assertEquals(again.status, 303);
  assertStringIncludes(
    (await ben.get(path)).html,
    ">amount > 30</textarea>",
  );
});

Deno.test("[B12] a rule that could not run comes back with its text and every place", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const { status, html } = await ana.post("/rules", {
    ...TEXT,
    name: "",
    when: "amount > 10 &&\n  name + 1",
    message: "{{ amount",
  });
  assertEquals(status, 422);
  const text = textOf(html);
  assertStringIncludes(text, "Not saved yet");
  assertStringIncludes(html, "name + 1</textarea>");
  assertStringIncludes(html, 'id="name-mistake"');
});

Deno.test("[B12] the mistakes of an expression stand at their line and column", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const { html } = await ana.post("/rules", {
    ...TEXT,
    when: "amount > 10 &&\r\n  name + 1",
    message: "{{ amount",
  });
  const text = textOf(html);
  assertStringIncludes(text, "Line 2, column 3");
  assertStringIncludes(text, "never closed (line 1, column 1)");
});

Deno.test("[B15] trying a rule shows verdict, message and trace, saved or not", async () => {
  using site = pagesFixture();
  const mia = site.enter("Mia");
  const path = await write(site.enter("Ana Lima", "facilitator"));
  assertStringIncludes(textOf((await mia.get(path)).html), '{ "amount": 10 }');
  const { status, html } = await mia.post("/rules/new/try", {
    ...TEXT,
    message: "{{ amount }} is a lot",
    facts: '{"amount": 12}',
  });
  assertEquals(status, 200);
  const text = textOf(html);
  assertStringIncludes(text, "FAIL Fires");
  assertStringIncludes(text, "12 is a lot");
  assertStringIncludes(html, 'class="part yes');
  const wrong = await mia.post("/rules/new/try", { ...TEXT, facts: "{" });
  assertStringIncludes(textOf(wrong.html), "The facts are not a JSON object");
});

Deno.test("the list is searched on the server, by words and by state", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  await write(ana, { name: "Large payment" });
  const path = await write(ana, {
    name: "Far country",
    when: 'country == "XX"',
  });
  await ben.post(`${path}/publish`, {});
  const found = async (query: string) => {
    const text = textOf((await ana.get(`/rules?${query}`)).html);
    return ["Large payment", "Far country"].filter((name) =>
      text.includes(name)
    );
  };
  assertEquals(await found("q=COUNTRY"), ["Far country"]);
  assertEquals(await found("q=payment+large"), ["Large payment"]);
  assertEquals(await found("show=active"), ["Far country"]);
  assertEquals(await found("show=draft"), ["Large payment"]);
  assertEquals(await found("q=nothing"), []);
});

Deno.test("[B5] a rule is taken out of use with a reason, and used again", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  const path = await write(ana);
  await ben.post(`${path}/publish`, {});
  await ben.post(`${path}/deactivate`, { reason: "Too noisy" });
  assertStringIncludes(
    textOf((await ana.get(path)).html),
    "Ben Kole took it out of use: “Too noisy”",
  );
  await ana.post(`${path}/activate`, {});
  assertStringIncludes(textOf((await ana.get(path)).html), "is in use");
});

Deno.test("[B14] every version stays, with what it changed", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole", "facilitator");
  const path = await write(ana);
  await ben.post(`${path}/publish`, {});
  await ana.post(path, { ...TEXT, when: "amount > 25" });
  await ben.post(`${path}/publish`, {});
  const { html } = await ana.get(path);
  const text = textOf(html);
  assertStringIncludes(text, "Version 2 published by Ben Kole");
  assertStringIncludes(text, "Version 1 published by Ben Kole");
  assertStringIncludes(
    html.replaceAll(/<(\w+) >/g, "<$1>"),
    "<del>10</del><ins>25</ins>",
  );
});

Deno.test("[B8] a backtest runs from a plain form; wrong facts are told with their line", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const path = await write(ana);
  const wrong = await ana.post(`${path}/backtest`, {
    source: "given",
    given: "amount,method\n1",
  });
  assertEquals(wrong.status, 422);
  assertStringIncludes(textOf(wrong.html), "Line 2: 1 cells under 2 columns");
  const { status, location } = await ana.post(`${path}/backtest`, {
    source: "given",
    given: "amount\n5\n15",
  });
  assertEquals(status, 303);
  const jobPath = location ?? "";
  assertStringIncludes(jobPath, `${path}?job=`);
  await site.jobEnd();
  const { html } = await ana.get(jobPath);
  assertStringIncludes(textOf(html), "1 would have changed of 2 sets of facts");
  const other = await site.enter("Ben Kole", "facilitator").get(jobPath);
  assert(!textOf(other.html).includes("would have changed of"));
});

Deno.test("who may not write sees the text, and no button that would not work", async () => {
  using site = pagesFixture();
  const path = await write(site.enter("Ana Lima", "facilitator"));
  const { html } = await site.enter("Mia").get(path);
  assertStringIncludes(html, "readonly");
  assert(!html.includes("Save draft"));
  assert(!html.includes("Discard draft"));
  assertEquals((await site.enter("Mia").get("/rules/none")).status, 404);
  assertEquals(
    (await site.stranger.get(path)).location?.startsWith("/login"),
    true,
  );
});
