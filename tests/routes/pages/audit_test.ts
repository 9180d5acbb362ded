/** The page of the audit trail without scripts: who sees what, following, paging, checking. */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SqliteAuditReading } from "../../../realtime/log/sqlite_audit_reading.ts";
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { Removals } from "../../../routes/audit_removal.ts";
import { Retention } from "../../../routes/audit_retention.ts";
import { createSubjectViews } from "../../../wiring.ts";
import { type PagesFixture, pagesFixture, textOf } from "./fixture.ts";

const FLO = { userId: "flo", name: "Flo", roles: ["facilitator"] };
const ANA = { userId: "ana", name: "Ana", roles: ["member"] };

/** `session:secret` of Flo and Ana, `session:plain` of Flo. */
async function withTrail(
  test: (site: PagesFixture, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_audit_page_" });
  const log = await openSqliteLog({
    folder,
    views: createSubjectViews(),
    checkpointIntervalMs: 0,
  });
  const audit = new SqliteAuditReading({ folder });
  try {
    const retention = new Retention({
      log,
      removals: new Removals(log),
      days: 30,
      user: { userId: "regulens", name: "Regulens" },
      now: () => Date.UTC(2100, 0),
      after: () => () => {},
      logger: SILENT,
    });
    using site = pagesFixture({ wrapLog: () => log, audit, retention });
    const run = (name: string, input: object, user = FLO) =>
      site.commands.execute(name, input, { user });
    await run("open_session", {
      id: "secret",
      title: "Secret",
      open: false,
      participants: [{ userId: "ana", name: "Ana" }],
    });
    await run("post_message", { sessionId: "secret", text: "Hello" }, ANA);
    await run("open_session", { id: "plain", title: "Plain", open: true });
    await test(site, folder);
    assertEquals(site.faults, []);
  } finally {
    audit.close();
    await log.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where each row stands, newest first. */
const places = (html: string) =>
  [...html.matchAll(
    /<a class="mono" href="[^"]*">([^<]*)<\/a><span class="range mono">(#\d+)/g,
  )].map(([, channel, offset]) => channel + offset);

Deno.test("[A1] a row says in words who did what, where, and never what was said", async () => {
  await withTrail(async (site) => {
    const { status, html } = await site.enter("Ana").get(
      "/audit?channel=session:secret",
    );
    const text = textOf(html);
    assertEquals(status, 200);
    assertStringIncludes(text, "Message posted");
    assertStringIncludes(html, 'href="/audit?actor=ana"');
    assertEquals(places(html), ["session:secret#2", "session:secret#1"]);
    assert(!text.includes("Hello"));
    assert(/<code>[0-9a-f]{12}<\/code>/.test(html));
  });
});

Deno.test("[A1] everyone sees their own channels only, an admin those of all", async () => {
  await withTrail(async (site) => {
    const seen = async (name: string, role?: "facilitator" | "admin") =>
      places((await site.enter(name, role).get("/audit")).html)
        .filter((place) => place.startsWith("session:"));
    const all = ["session:plain#1", "session:secret#2", "session:secret#1"];
    assertEquals(await seen("Bo"), ["session:plain#1"]);
    assertEquals(await seen("Ana"), all);
    assertEquals(await seen("Flo", "facilitator"), all);
    assertEquals(await seen("Ada", "admin"), all);
  });
});

Deno.test("[A1] a channel of others is answered as one that does not exist", async () => {
  await withTrail(async (site) => {
    const bo = site.enter("Bo");
    for (const channel of ["session:secret", "session:none", "user:ana"]) {
      const { status, html } = await bo.get(`/audit?channel=${channel}`);
      assertEquals(status, 404);
      assertStringIncludes(textOf(html), "No such channel");
      const checked = await bo.post("/audit/verify", { channel });
      assertEquals(checked.status, 404);
      assert(!checked.html.includes("checked,"));
    }
    assertEquals((await site.stranger.get("/audit")).status, 303);
    assertEquals((await site.stranger.post("/audit/verify", {})).status, 303);
  });
});

Deno.test("[A1] an admin sees who did what in another's channel, but has no export of it", async () => {
  await withTrail(async (site) => {
    const ada = site.enter("Ada", "admin");
    const user = await ada.get("/audit?channel=user:ana");
    assertEquals(places(user.html), ["user:ana#1"]);
    assert(!user.html.includes("/api/v1/audit/export"));
    const session = await ada.get("/audit?channel=session:secret");
    assertStringIncludes(
      session.html,
      'href="/api/v1/audit/export?channel=session%3Asecret"',
    );
  });
});

Deno.test("one follows a person, a subject, or looks since a day", async () => {
  await withTrail(async (site) => {
    const ana = site.enter("Ana");
    const found = async (query: string) =>
      places((await ana.get(`/audit?${query}`)).html);
    assertEquals(await found("actor=ana"), ["session:secret#2"]);
    assertEquals(
      await found("channel=session:secret&subject=session&actor=flo"),
      ["session:secret#1"],
    );
    assertEquals(await found("channel=session:secret&subject=poll:1"), []);
    assertEquals(await found("since=2999-01-01"), []);
    assertEquals(
      (await found("channel=session:secret&since=2020-01-01")).length,
      2,
    );
  });
});

Deno.test("the list goes on page by page, nothing twice and nothing left out", async () => {
  await withTrail(async (site) => {
    for (let n = 0; n < 65; n++) {
      await site.commands.execute("post_message", {
        sessionId: "plain",
        text: `${n}`,
      }, { user: FLO });
    }
    const bo = site.enter("Bo");
    const seen: string[] = [];
    let next: string | undefined = "/audit?channel=session:plain";
    let pages = 0;
    while (next) {
      const { html } = await bo.get(next);
      seen.push(...places(html));
      next = html.match(/href="([^"]+)" rel="next"|rel="next" href="([^"]+)"/)
        ?.slice(1).find(Boolean)?.replaceAll("&amp;", "&");
      assert(++pages < 10);
    }
    assertEquals(
      seen,
      Array.from({ length: 66 }, (_, n) => `session:plain#${66 - n}`),
    );
    assertEquals(pages, 3);
  });
});

Deno.test("an odd address is read as far as it makes sense, and written back escaped", async () => {
  await withTrail(async (site) => {
    const bo = site.enter("Bo");
    const odd = encodeURIComponent('"><script>alert(1)</script>');
    for (
      const query of [
        `actor=${odd}&since=${odd}&before=${odd}`,
        `subject=${odd}&since=2026-13-45&before=-1`,
        `before=${"9".repeat(15)}&channel=${"x".repeat(5000)}`,
        "before=1e3&since=2026-02-30&actor=%00",
      ]
    ) {
      const { status, html } = await bo.get(`/audit?${query}`);
      assert([200, 404].includes(status), `${status} for ${query}`);
      assert(!html.includes("<script>alert"), query);
    }
  });
});

Deno.test("[A8] a check says in plain words that a channel holds, with count and head", async () => {
  await withTrail(async (site) => {
    const { status, html } = await site.enter("Ana").post("/audit/verify", {
      channel: "session:secret",
    });
    assertEquals(status, 200);
    const text = textOf(html);
    assertStringIncludes(text, "session:secret verifies: 2 entries checked");
    assert(/Head: #2 [0-9a-f]{16}/.test(text), text);
    const back = await site.enter("Ana").get("/audit/verify");
    assertEquals([back.status, back.location], [303, "/audit"]);
  });
});

Deno.test("[A8] a check names the first bad entry, and what is wrong with it", async () => {
  await withTrail(async (site, folder) => {
    const db = new DatabaseSync(`${folder}/log.db`);
    const { changes } = db.prepare(
      "UPDATE entries SET body = replace(body, 'Hello', 'Hallo') WHERE body LIKE '%Hello%'",
    ).run();
    db.close();
    assertEquals(changes, 1);
    const ana = await site.enter("Ana").post("/audit/verify", {
      channel: "session:secret",
    });
    assertStringIncludes(
      textOf(ana.html).replace(/\s+,/g, ","),
      "does not verify: the first bad entry is session:secret#2, what it says was changed after it was written",
    );
    const ada = site.enter("Ada", "admin");
    const all = await ada.post("/audit/verify", { channel: "" });
    assertStringIncludes(textOf(all.html), "session:secret#2");
    const bo = await site.enter("Bo").post("/audit/verify", { channel: "" });
    assertEquals(bo.status, 404);
    assertStringIncludes(textOf(bo.html), "Say which channel to check.");
  });
});

Deno.test("[A12] a facilitator places a hold on the page and lifts it again; others see no such part", async () => {
  await withTrail(async (site) => {
    const flo = site.enter("Flo", "facilitator");
    const hold = {
      command: "place_hold",
      channel: "session:secret",
      reason: " Case 7 ",
      messageId: "form.hold",
    };
    const placed = await flo.post("/audit/keeping", hold);
    assertEquals([placed.status, placed.location], [303, "/audit#keeping"]);
    const page = textOf((await flo.get("/audit")).html);
    assertStringIncludes(page, "On hold");
    assertStringIncludes(page, "Case 7");
    assert(!page.includes("Days after it was closed"), "an admin's to set");
    const again = { ...hold, messageId: "another" };
    const refused = await flo.post("/audit/keeping", again);
    assertEquals(refused.status, 409);
    assertStringIncludes(textOf(refused.html), "Cannot place a hold");
    const ana = await site.enter("Ana").get("/audit");
    assert(!ana.html.includes("Retention and holds"));
    const lift = { command: "lift_hold", channel: "session:secret" };
    await flo.post("/audit/keeping", lift);
    assertStringIncludes(
      textOf((await flo.get("/audit")).html),
      "Nothing is on hold",
    );
    assertEquals((await flo.post("/audit/keeping", {})).status, 422);
  });
});

Deno.test("[A11] an admin sees on the page what goes next, and keeps one session longer", async () => {
  await withTrail(async (site) => {
    const input = { sessionId: "plain" };
    await site.commands.execute("close_session", input, { user: FLO });
    const ada = site.enter("Ada", "admin");
    const next = textOf((await ada.get("/audit")).html);
    assertStringIncludes(next, "erased 30 days after it was closed");
    assertStringIncludes(next, "Goes next");
    await ada.post("/audit/keeping", {
      command: "set_retention",
      channel: "session:plain",
      days: "forever",
    });
    const kept = textOf((await ada.get("/audit")).html);
    assert(!kept.includes("Goes next"));
    assertStringIncludes(kept, "1 exception is made");
    const wrong = await ada.post("/audit/keeping", {
      command: "set_retention",
      channel: "alerts",
      days: "7",
    });
    assertEquals(wrong.status, 422);
  });
});
