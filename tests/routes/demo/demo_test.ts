/** Who may load and remove the demo, what is left after it, and that it can be had again. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { demoSteps } from "../../../routes/demo/demo_steps.ts";
import { demoFixture } from "./fixture.ts";

const FAY = { name: "Fay", role: "facilitator" } as const;
const OLA = { name: "Ola", role: "observer" } as const;
const DEMO = "/api/v1/demo";

type Site = Awaited<ReturnType<typeof demoFixture>>;

Deno.test("[DM11] whoever finds an empty house may load the demo, once", async () => {
  await using site = await demoFixture();
  const loaded = await site.callAs(OLA, "POST", DEMO);
  assertEquals(loaded.status, 201);
  assertEquals(
    loaded.headers.get("location"),
    "/api/v1/sessions/demo-harbour",
  );
  const shown = await loaded.json();
  assertEquals(shown.state, "loaded");
  assertEquals(shown.sessionIds, ["demo-meridian", "demo-harbour"]);
  assertEquals(shown.mayRemove, false);
  assertEquals((await site.callAs(OLA, "DELETE", DEMO)).status, 403);
});

Deno.test("[DM11] in a house that holds something it takes a facilitator", async () => {
  await using site = await demoFixture();
  const own = { title: "Our own" };
  await site.callAs(FAY, "POST", "/api/v1/sessions", own);
  assertEquals((await site.callAs(OLA, "POST", DEMO)).status, 403);
  assertEquals((await site.callAs(FAY, "POST", DEMO)).status, 201);
});

Deno.test("[DM11] where people are who they are, it takes a facilitator from the start", async () => {
  await using site = await demoFixture({ isOpenHouse: false });
  assertEquals((await site.callAs(OLA, "POST", DEMO)).status, 403);
  assertEquals((await site.callAs(FAY, "POST", DEMO)).status, 201);
});

Deno.test("[DM12] loads at the same moment are one", async () => {
  await using site = await demoFixture();
  const answers = await Promise.all([
    site.callAs(FAY, "POST", DEMO),
    site.callAs(OLA, "POST", DEMO),
    site.call("POST", DEMO),
  ]);
  assertEquals(answers.map(({ status }) => status), [201, 201, 201]);
  const { items } = await site.read("/alerts?limit=500");
  assertEquals(items.length, 42);
});

Deno.test("[DM13] removed, it is in no list, and not in what was learned", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  const removed = await site.callAs(FAY, "DELETE", DEMO);
  assertEquals(removed.status, 200);
  assertEquals((await removed.json()).state, "none");
  assertEquals(await lists(site), [[], [], [], [], [], []]);
  for (const view of ["due", "learning_labels", "polls"]) {
    assertEquals((await site.log.query(view)).rows, []);
  }
  assertEquals((await site.read("/sessions/demo-harbour")).status, 404);
});

Deno.test("[DM13] what others have made stays, also in a session of their own", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  const own = { id: "own", title: "Our own" };
  await site.callAs(FAY, "POST", "/api/v1/sessions", own);
  await site.callAs(FAY, "POST", "/api/v1/sessions/own/messages", {
    text: "Stays",
  });
  await site.callAs(FAY, "POST", "/api/v1/feedback", {
    subject: { kind: "rule", id: "demo-velocity" },
    outcome: "correct",
    sessionId: "own",
  });
  await site.callAs(FAY, "POST", "/api/v1/alerts", {
    id: "own-alert",
    severity: "low",
    title: "Our own",
  });
  await site.callAs(FAY, "DELETE", DEMO);
  const { items } = await site.read("/sessions");
  assertEquals(items.map(({ id }: { id: string }) => id), ["own"]);
  const { session } = await site.read("/sessions/own");
  assertEquals(session.activity.at(-1).text, "Stays");
  const { items: alerts } = await site.read("/alerts");
  assertEquals(alerts.map(({ id }: { id: string }) => id), ["own-alert"]);
  assertEquals((await site.read("/learning")).rules, []);
});

const HOLDS = "/api/v1/audit/holds";

Deno.test("[DM13] on hold it stays whole, and can be removed once that is lifted", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  const before = [await site.read("/learning"), await site.read("/demo")];
  const channel = "session:demo-harbour";
  const held = { channel, reason: "Litigation" };
  assertEquals((await site.call("POST", HOLDS, held)).status, 201);
  const refused = await site.callAs(FAY, "DELETE", DEMO);
  assertEquals([refused.status, (await refused.json()).reason], [
    409,
    "on_hold",
  ]);
  const after = [await site.read("/learning"), await site.read("/demo")];
  assertEquals(after, before);
  await site.call("DELETE", `${HOLDS}/${encodeURIComponent(channel)}`);
  assertEquals((await site.callAs(FAY, "DELETE", DEMO)).status, 200);
});

Deno.test("[DM13] a label of it in a session on hold stays there, and keeps nothing else", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  const own = { id: "own", title: "Our own", open: false };
  await site.callAs(FAY, "POST", "/api/v1/sessions", own);
  await site.callAs(FAY, "POST", "/api/v1/feedback", {
    subject: { kind: "rule", id: "demo-velocity" },
    outcome: "correct",
    sessionId: "own",
  });
  const held = { channel: "session:own", reason: "Litigation" };
  assertEquals((await site.callAs(FAY, "POST", HOLDS, held)).status, 201);
  const gus = { name: "Gus", role: "facilitator" } as const;
  assertEquals((await site.callAs(gus, "DELETE", DEMO)).status, 200);
  const labels = await site.log.query("learning_labels");
  assertEquals(labels.rows.length, 1);
  const { items } = await site.read("/sessions");
  assertEquals(items.map(({ id }: { id: string }) => id), ["own"]);
  assertEquals((await site.callAs(gus, "POST", DEMO)).status, 201);
});

Deno.test("[DM14] removed, its bodies are gone and the chain still verifies", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  await site.callAs(FAY, "DELETE", DEMO);
  assertEquals((await site.log.verify()).ok, true);
  for (const channel of ["session:demo-harbour", "rules", "alerts"]) {
    for (const { bodyText } of await site.log.read(channel, 0, 1000)) {
      if (bodyText === null) continue;
      const { event } = JSON.parse(bodyText);
      assert(["body_erased", "subject_removed"].includes(event), event);
    }
  }
  const told = await site.log.read("user:fay", 0, 1000);
  assert(!JSON.stringify(told).includes("demo-harbour"));
});

Deno.test("[DM15] removed, it can be loaded again, under ids of its own", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  await site.callAs(FAY, "DELETE", DEMO);
  const again = await (await site.callAs(FAY, "POST", DEMO)).json();
  assertEquals(again.state, "loaded");
  assertEquals(again.generation, 2);
  const { items } = await site.read("/sessions");
  assertEquals(
    items.map(({ id }: { id: string }) => id).sort(),
    ["demo-2-harbour", "demo-2-meridian"],
  );
  assertEquals((await site.read("/alerts?limit=500")).items.length, 42);
  assertEquals((await site.read("/rules")).items.length, 6);
});

Deno.test("[DM15] a removal that was broken off goes on, and nothing is loaded meanwhile", async () => {
  await using site = await demoFixture();
  await site.callAs(FAY, "POST", DEMO);
  const { log } = site;
  const { remove } = log;
  let left = 5;
  log.remove = (removal) => {
    if (left-- > 0) return remove.call(log, removal);
    return Promise.reject(new Error("the power went"));
  };
  assertEquals((await site.callAs(FAY, "DELETE", DEMO)).status, 500);
  assertEquals((await site.callAs(FAY, "POST", DEMO)).status, 409);
  log.remove = remove;
  assertEquals((await site.callAs(FAY, "DELETE", DEMO)).status, 200);
  assertEquals(await lists(site), [[], [], [], [], [], []]);
});

Deno.test("[DM7] loading that was broken off goes on under the same plan", async () => {
  await using site = await demoFixture();
  const user = { userId: "fay", name: "Fay", roles: ["facilitator"] };
  const ending = new AbortController();
  await assertRejects(() =>
    site.demo.load({
      user,
      signal: ending.signal,
      progress: (done) => void (done === 60 && ending.abort(new Error("off"))),
    })
  );
  assertEquals((await site.demo.status()).stage.stage, "started");
  site.clock.now += 3_600_000;
  assertEquals((await site.callAs(OLA, "POST", DEMO)).status, 201);
  assertEquals((await site.read("/alerts?limit=500")).items.length, 42);
});

Deno.test("[DM16] GET tells how far it got while it is built", async () => {
  await using site = await demoFixture();
  const user = { userId: "fay", name: "Fay", roles: ["facilitator"] };
  const asked: Promise<Response>[] = [];
  const progress = (done: number) => {
    if (done === 10) asked.push(site.callAs(OLA, "GET", DEMO));
  };
  await site.demo.load({ user, progress });
  const shown = await (await asked[0]).json();
  const plan = { generation: 1, startedAt: 0, guest: null };
  assertEquals(shown.state, "started");
  assertEquals(shown.progress.total, demoSteps(plan).length);
  assert(shown.progress.done >= 10);
  assertEquals((await site.demo.status()).progress, null);
});

async function lists(site: Site) {
  const paths = ["/sessions", "/alerts", "/rules", "/decisions"];
  const items = await Promise.all(
    paths.map(async (path) => (await site.read(path)).items),
  );
  const { rules, decisions } = await site.read("/learning");
  return [...items, rules, decisions];
}
