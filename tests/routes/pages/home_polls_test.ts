/** Polls outside their panel: what home asks for, what the room's timeline tells. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  openSession,
  pagesFixture,
  START,
  stateIn,
  textOf,
  type Visitor,
} from "./fixture.ts";

type Site = ReturnType<typeof pagesFixture>;

async function userOf(visitor: Visitor, name: string, role = "member") {
  const { html } = await visitor.get("/");
  const userId = html.match(/"userId":"([^"]+)"/)?.[1] ?? "";
  return { userId, name, roles: [role] };
}

/** Ana leads, Ben takes part; both are visitors with forms and users with commands. */
async function inSession(site: Site) {
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole");
  const path = await openSession(ana);
  await ben.post(`${path}/join`, {});
  const sessionId = path.split("/").at(-1) ?? "";
  const users = {
    ana: await userOf(ana, "Ana Lima", "facilitator"),
    ben: await userOf(ben, "Ben Kole"),
  };
  const act = async (
    who: keyof typeof users,
    command: string,
    input: Record<string, unknown>,
  ) => {
    await site.commands.execute(command, { sessionId, ...input }, {
      user: users[who],
    });
  };
  const ask = (id: string, more: Record<string, unknown> = {}) =>
    act("ana", "open_poll", {
      id,
      question: `Which vendor, ${id}?`,
      method: "plurality",
      alternatives: [{ id: "a", label: "Vendor A" }, {
        id: "b",
        label: "Vendor B",
      }],
      ...more,
    });
  return { ana, ben, path, sessionId, act, ask };
}

/** Links of the panel of polls, in their order. */
function asked(html: string): string[] {
  const from = html.indexOf('id="wanted-part"');
  const panel = html.slice(from, html.indexOf("</section>", from));
  return [...panel.matchAll(/href="([^"]+[?]poll=[^"]+)"/g)].map(([, href]) =>
    href
  );
}

Deno.test("home asks for the votes one owes, what closes first in front, until one has voted", async () => {
  using site = pagesFixture();
  const { ben, path, act, ask } = await inSession(site);
  await ask("open-end");
  await ask("late", { closesAt: START + 3 * 3_600_000 });
  await ask("soon", { closesAt: START + 18 * 60_000 });
  const { html } = await ben.get("/");
  assertEquals(asked(html), [
    `${path}?poll=soon#poll`,
    `${path}?poll=late#poll`,
    `${path}?poll=open-end#poll`,
  ]);
  const text = textOf(html);
  assertStringIncludes(text, "3 polls need your vote");
  assertStringIncludes(text, "Which vendor, soon? Onboard the vendor?");
  assertStringIncludes(text, "Closes 03:22");
  assertStringIncludes(text, "in 18 min");
  await act("ben", "cast_ballot", { pollId: "soon", choice: "a" });
  await act("ana", "close_poll", { pollId: "late" });
  assertEquals(asked((await ben.get("/")).html), [
    `${path}?poll=open-end#poll`,
  ]);
});

Deno.test("home says what to expect while no poll waits", async () => {
  using site = pagesFixture();
  const { html } = await site.enter("Ana Lima").get("/");
  assertStringIncludes(textOf(html), "No poll waits for you");
  assertEquals(asked(html), []);
});

Deno.test("[P8] home asks for no vote in a session that is closed", async () => {
  using site = pagesFixture();
  const { ana, ben, path, ask } = await inSession(site);
  await ask("p1");
  await ana.post(`${path}/close`, {});
  assertEquals(asked((await ben.get("/")).html), []);
});

Deno.test("home asks no vote that would come too late", async () => {
  let now = START;
  using site = pagesFixture({ now: () => now });
  const { ben, path, ask } = await inSession(site);
  await ask("p1", { closesAt: START + 60_000 });
  assertEquals(asked((await ben.get("/")).html), [`${path}?poll=p1#poll`]);
  now += 60_000;
  assertEquals(asked((await ben.get("/")).html), []);
});

Deno.test("the room's timeline tells polls, votes as one line, never what was voted", async () => {
  using site = pagesFixture();
  const { ana, path, act, ask } = await inSession(site);
  await ask("p1", { quorum: 0.5 });
  await act("ana", "cast_ballot", {
    pollId: "p1",
    choice: "b",
    reason: "cheapest",
  });
  await act("ben", "cast_ballot", { pollId: "p1", choice: "b" });
  await act("ana", "close_poll", { pollId: "p1" });
  const { html } = await ana.get(path);
  const log = html.slice(html.indexOf('role="log"'));
  const text = textOf(`<body>${log.slice(0, log.indexOf("</ol>"))}`);
  for (
    const said of [
      "Ana Lima opened a poll: “Which vendor, p1?” — Plurality, quorum 50 %",
      "Ana Lima and Ben Kole voted in “Which vendor, p1?”",
      "Poll passed: Vendor B “Which vendor, p1?”",
    ]
  ) assertStringIncludes(text, said);
  assert(!text.includes("cheapest"));
  assertStringIncludes(log, `href="${path}?poll=p1#poll"`);
  const lines: { event: string }[] = stateIn(html).lines;
  assertEquals(lines.map(({ event }) => event), [
    "session_opened",
    "participant_joined",
    "consensus_initiated",
    "vote_cast",
    "consensus_result",
  ]);
});

Deno.test("?before= and ?at= tell polls as the newest page does, called by their names", async () => {
  using site = pagesFixture();
  const { ana, path, act, ask } = await inSession(site);
  await ask("p1");
  for (let n = 0; n < 220; n++) {
    await act("ben", "post_message", { text: `m${n}` });
  }
  await act("ben", "cast_ballot", { pollId: "p1", choice: "a" });
  await act("ana", "close_poll", { pollId: "p1" });
  for (const query of ["", "?before=225", "?at=224"]) {
    const { html } = await ana.get(path + query);
    assertStringIncludes(
      textOf(html),
      "Ben Kole voted in “Which vendor, p1?”",
      query,
    );
  }
  const { html } = await ana.get(`${path}?before=20`);
  assertStringIncludes(textOf(html), "Ana Lima opened a poll");
});
