/** The list of decisions and the form of a new one, as plain HTML: nothing here needs a script. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DECISION_TEMPLATES } from "../../../domain/decisions/live/templates.ts";
import {
  type Answer,
  openSession,
  pagesFixture,
  textOf,
  type Visitor,
} from "./fixture.ts";

const NEW = "/decisions/new";

/** Names and values of all controls of the page's form, as a browser would send them. */
function fieldsOf({ html }: Answer): Record<string, string> {
  const form = html.match(/<form[^>]*class="two draft".*?<\/form>/s)?.[0] ?? "";
  const fields: Record<string, string> = {};
  const attribute = (tag: string, name: string) =>
    decoded(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? "");
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const type = attribute(tag, "type");
    const isChoice = type === "radio" || type === "checkbox";
    if (type === "file" || (isChoice && !/\schecked/.test(tag))) continue;
    fields[attribute(tag, "name")] = attribute(tag, "value") ||
      (isChoice ? "on" : "");
  }
  for (
    const [, tag, text] of form.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gs)
  ) {
    fields[attribute(tag, "name")] = decoded(text);
  }
  for (
    const [, tag, inside] of form.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)
  ) {
    const chosen = inside.match(/<option[^>]*\sselected[^>]*>/)?.[0] ?? "";
    fields[attribute(tag, "name")] = attribute(chosen, "value");
  }
  return fields;
}

function decoded(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll(
      "&amp;",
      "&",
    );
}

const FILLED = {
  title: "Which vendor?",
  "alternative.0": "Alpha",
  "alternative.1": "",
  "alternative.2": "Beta",
  "criterion.0.label": "",
  "criterion.0.weight": "1",
  "criterion.1.label": "Cost",
  "criterion.1.unit": "EUR",
  "criterion.1.direction": "cost",
  "criterion.1.weight": "2,5",
  do: "open",
};

/** Opens a decision through the form and gives its path. */
async function open(visitor: Visitor, more: Record<string, string> = {}) {
  return await send(visitor, { ...FILLED, ...more });
}

async function send(visitor: Visitor, fields: Record<string, string>) {
  const { status, location, html } = await visitor.post(NEW, fields);
  assertEquals(status, 303, textOf(html));
  assert(location !== null);
  return location;
}

/** The matrix as the export has it. */
async function exported(visitor: Visitor, path: string) {
  const { html } = await visitor.get(`${path}/export.csv`);
  return html;
}

Deno.test("an empty list says what a decision is and leads to a new one", async () => {
  using site = pagesFixture();
  const { status, html } = await site.enter("Ana").get("/decisions");
  assertEquals(status, 200);
  assertStringIncludes(textOf(html), "No decisions yet");
  assertStringIncludes(html, 'href="/decisions/new"');
  assertEquals(html.match(/<h1/g)?.length, 1);
});

Deno.test("the list tells title, status, choice, method and where a decision belongs", async () => {
  using site = pagesFixture();
  const flo = site.enter("Flo", "facilitator");
  const session = await openSession(flo, { title: "Review" });
  await open(flo, { title: "Own <one>", method: "vikor" });
  const sessionId = session.slice("/sessions/".length);
  await open(flo, { title: "In session", sessionId });
  const { html } = await flo.get("/decisions");
  const text = textOf(html);
  assertStringIncludes(html, "Own &lt;one>");
  assertStringIncludes(text, "VIKOR 2 × 1");
  assertStringIncludes(text, "Not yet");
  assertStringIncludes(html, `href="${session}"`);
  assertStringIncludes(text, "House");
  assertStringIncludes(html, 'aria-current="page"');
});

Deno.test("who may not see a session sees none of its decisions in the list", async () => {
  using site = pagesFixture();
  const flo = site.enter("Flo", "facilitator");
  const session = await openSession(flo, { who: "participants" });
  const sessionId = session.slice("/sessions/".length);
  const path = await open(flo, { title: "Secret", sessionId });
  const ana = site.enter("Ana");
  assert(!(await ana.get("/decisions")).html.includes("Secret"));
  assertEquals((await ana.get(`${path}/export.csv`)).status, 404);
  assertEquals((await ana.get(`${NEW}?sessionId=${sessionId}`)).status, 404);
});

for (const { id, title, alternatives, criteria } of DECISION_TEMPLATES) {
  Deno.test(`the template ${id} can be sent as it comes`, async () => {
    using site = pagesFixture();
    const ana = site.enter("Ana");
    const page = await ana.get(`${NEW}?template=${id}`);
    assertEquals(page.status, 200);
    for (const { help } of criteria) assertStringIncludes(page.html, help);
    const fields = fieldsOf(page);
    assertEquals([fields.title, fields.template], [title, id]);
    const { status, location } = await ana.post(NEW, { ...fields, do: "open" });
    assertEquals(status, 303);
    const csv = await exported(ana, location ?? "");
    assertEquals(csv.split("\r\n").length, alternatives.length + 2);
  });
}

Deno.test("a blank form in the house opens a decision once, however often it is sent", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const { messageId } = fieldsOf(await ana.get(NEW));
  const first = await open(ana, { messageId });
  assertEquals(await open(ana, { messageId }), first);
  assertEquals(
    await exported(ana, first),
    '\ufeffAlternative,"Cost (EUR, cost)"\r\nAlpha,\r\nBeta,\r\n',
  );
});

Deno.test("a row is added by the server, with everything typed kept and the cursor in it", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const fields = { ...fieldsOf(await ana.get(NEW)), ...FILLED };
  const more = await ana.post(NEW, { ...fields, do: "add-alternative" });
  const kept = fieldsOf(more);
  assertEquals(more.status, 200);
  assertEquals(kept["alternative.4"], "");
  for (const [name, value] of Object.entries(fields)) {
    if (name !== "do") assertEquals(kept[name], value, name);
  }
  const again = await ana.post(NEW, { ...kept, do: "add-criterion" });
  assertEquals(fieldsOf(again)["criterion.4.weight"], "1");
  assert(/id="criterion\.4\.label"[^>]*autofocus/.test(again.html));
});

Deno.test("mistakes stand at their control, with what was typed", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const answer = await ana.post(NEW, {
    ...FILLED,
    title: "",
    "alternative.1": "Alpha",
    "criterion.1.weight": "much",
    "criterion.0.unit": "EUR",
  });
  assertEquals(answer.status, 422);
  const at = (name: string) =>
    answer.html.match(
      new RegExp(`id="${name.replaceAll(".", "\\.")}-mistake"[^>]*>(.*?)</p>`),
    )?.[1].replace(/<svg.*?<\/svg>/, "");
  assertEquals(at("title"), "This cannot be empty");
  assertEquals(at("alternative.1"), "This is there already");
  assertEquals(at("criterion.1.weight"), "A number, 0 or more");
  const kept = fieldsOf(answer);
  assertEquals([kept.title, kept["criterion.1.weight"]], ["", "much"]);
  const unnamed = await ana.post(NEW, { ...FILLED, "criterion.0.unit": "EUR" });
  assertStringIncludes(unnamed.html, 'id="criterion.0.label-mistake"');
});

Deno.test("what the domain refuses stands at its row, empty rows counted", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const answer = await ana.post(NEW, {
    ...FILLED,
    "criterion.1.weight": "1e12",
    "alternative.2": "x".repeat(201),
  });
  assertEquals(answer.status, 422);
  assertStringIncludes(answer.html, 'id="criterion.1.weight-mistake"');
  assertStringIncludes(answer.html, 'id="alternative.2-mistake"');
  const zero = await ana.post(NEW, { ...FILLED, "criterion.1.weight": "0" });
  assertStringIncludes(textOf(zero.html), "nothing would count");
});

Deno.test("too few alternatives and no criteria are told at their lists", async () => {
  using site = pagesFixture();
  const { html } = await site.enter("Ana").post(NEW, {
    title: "Which?",
    "alternative.0": "Alpha",
  });
  assertStringIncludes(textOf(html), "Name at least two to choose from");
  assertStringIncludes(textOf(html), "Name at least one");
});

const CSV =
  "Vendor;Cost (EUR, cost);Fit (1–10)\r\nAlpha;1200,5;7\r\nBeta;900;\r\n";

Deno.test("a table fills the form; its values become the opener's scores", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const page = await ana.post(NEW, { title: "Which?", csv: CSV, do: "read" });
  assertStringIncludes(
    textOf(page.html),
    "Read 2 alternatives and 2 criteria.",
  );
  const fields = fieldsOf(page);
  assertEquals(
    [
      fields["alternative.1"],
      fields["criterion.0.unit"],
      fields["criterion.1.direction"],
    ],
    ["Beta", "EUR", "benefit"],
  );
  const path = await send(ana, { ...fields, do: "open" });
  assertEquals(
    await exported(ana, path),
    '\ufeffAlternative,"Cost (EUR, cost)","Fit (1–10, benefit)"\r\n' +
      "Alpha,1200.5,7\r\nBeta,900,\r\n",
  );
});

Deno.test("a table that is sent twice opens one decision, with its scores", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const page = await ana.post(NEW, { title: "Which?", csv: CSV, do: "read" });
  const fields = { ...fieldsOf(page), do: "open" };
  const path = await send(ana, fields);
  assertEquals(await send(ana, fields), path);
  assertStringIncludes(await exported(ana, path), "Alpha,1200.5,7");
});

Deno.test("a table that was not read yet is read first, whatever was pressed", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const page = await ana.post(NEW, { title: "Which?", csv: CSV, do: "open" });
  assertEquals([page.status, fieldsOf(page)["alternative.0"]], [200, "Alpha"]);
});

const WIDE = new Uint8Array(
  [..."\ufeffx;A\nÖl;1,5\n"].flatMap((char) => [
    char.charCodeAt(0) & 0xff,
    char.charCodeAt(0) >> 8,
  ]),
);
const FILES: readonly [string, Uint8Array<ArrayBuffer>][] = [
  ["UTF-8", new TextEncoder().encode("x;A\nÖl;1,5\n")],
  ["UTF-16, as spreadsheets call Unicode", WIDE],
];

for (const [what, bytes] of FILES) {
  Deno.test(`a file in ${what} is read as if it had been pasted`, async () => {
    using site = pagesFixture();
    const ana = site.enter("Ana");
    const form = new FormData();
    form.set("title", "Which?");
    form.set("do", "add-alternative");
    form.set("file", new File([bytes], "table.csv"));
    const page = await ana.send(NEW, form);
    const fields = fieldsOf(page);
    assertEquals(
      [page.status, fields.title, fields["alternative.0"]],
      [200, "Which?", "Öl"],
    );
    assertStringIncludes(textOf(page.html), "Its 1 value");
  });
}

Deno.test("a file in other letters says what to do", async () => {
  using site = pagesFixture();
  const form = new FormData();
  form.set(
    "file",
    new File([new Uint8Array([120, 44, 65, 10, 0xd6])], "t.csv"),
  );
  const page = await site.enter("Ana").send(NEW, form);
  assertEquals(page.status, 422);
  assertStringIncludes(textOf(page.html), "save the file as CSV UTF-8");
});

Deno.test("a table with mistakes says row and column at its control, and keeps the text", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const csv = "x,Cost\nAlpha,cheap\n";
  for (const doing of ["read", "open"]) {
    const answer = await ana.post(NEW, { ...FILLED, csv, do: doing });
    assertEquals(answer.status, 422);
    assertStringIncludes(
      textOf(answer.html),
      'Row 2, column 2: "cheap" is not a number',
    );
    assertEquals(fieldsOf(answer).csv, csv);
  }
});

Deno.test("a blind decision exports nothing before the reveal", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const page = await ana.post(NEW, { title: "Which?", csv: CSV, do: "read" });
  const path = await send(ana, { ...fieldsOf(page), blind: "on", do: "open" });
  assertStringIncludes(await exported(ana, path), "Alpha,,\r\nBeta,,\r\n");
});

Deno.test("the export is a file that no spreadsheet runs", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana");
  const path = await open(ana, {
    title: "=Größe?",
    "alternative.0": "=HYPERLINK(1)",
  });
  const { headers, html } = await ana.get(`${path}/export.csv`);
  assertEquals(headers.get("content-type"), "text/csv; charset=utf-8");
  assertEquals(
    headers.get("content-disposition"),
    'attachment; filename="gro-e.csv"',
  );
  assertStringIncludes(html, "\r\n'=HYPERLINK(1),\r\n");
});

Deno.test("who may not open one is told who does", async () => {
  using site = pagesFixture();
  const { html, status } = await site.enter("Oli", "observer").get(NEW);
  assertEquals(status, 200);
  assertStringIncludes(textOf(html), "Members open decisions");
  assert(!html.includes('<form method="post" action="/decisions'));
  const flo = site.enter("Flo", "facilitator");
  const sessionId = (await openSession(flo)).slice("/sessions/".length);
  const ana = await site.enter("Ana").get(`${NEW}?sessionId=${sessionId}`);
  assertStringIncludes(textOf(ana.html), "Facilitators of a session");
  const refused = await site.enter("Oli", "observer").post(NEW, FILLED);
  assertEquals(refused.status, 403);
});

Deno.test("a first view of the form stays below 30 KB", async () => {
  using site = pagesFixture();
  const { html } = await site.enter("Ana").get(
    `${NEW}?template=vendor-selection`,
  );
  assert(html.length < 30 * 1024, `${html.length}`);
});
