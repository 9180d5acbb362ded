/** Polls without scripts: composing, casting, closing and looking back, with plain pages and forms. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { instantIn } from "../../../routes/pages/local_instant.ts";
import {
  openSession,
  type PagesFixture,
  pagesFixture,
  START,
  stateIn,
  textOf,
  type Visitor,
} from "./fixture.ts";

const SEVERAL = {
  question: "Which way?",
  method: "schulze",
  alternatives: "Approve with monitoring\nApprove\n\nDecline\n",
  quorum: "50",
};

interface Room {
  readonly ana: Visitor;
  readonly ben: Visitor;
  readonly path: string;
}

async function room(site: PagesFixture): Promise<Room> {
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole");
  const path = await openSession(ana);
  await ben.post(`${path}/join`, {});
  return { ana, ben, path };
}

/** Opens a poll through the form and gives its path. */
async function openPoll(
  { ana, path }: Room,
  fields: Record<string, string> = {},
): Promise<string> {
  const { status, location } = await ana.post(`${path}/polls`, {
    question: "Adopt it?",
    method: "proposal",
    ...fields,
  });
  assertEquals([status, location], [303, path]);
  const { polls } = stateIn((await ana.get(path)).html);
  return `${path}/polls/${polls.shown.pollId}`;
}

Deno.test("[K16] only who leads is offered to open a poll, and gets the form", async () => {
  using site = pagesFixture();
  const { ana, ben, path } = await room(site);
  assertStringIncludes((await ana.get(path)).html, `href="${path}/polls/new"`);
  assert(!(await ben.get(path)).html.includes("/polls/new"));
  const { status, html } = await ana.get(`${path}/polls/new`);
  assertEquals(status, 200);
  assertStringIncludes(html, 'value="Onboard the vendor?"');
  assertStringIncludes(textOf(html), "Hard to game.");
  assertEquals((await ben.get(`${path}/polls/new`)).status, 403);
  assertEquals((await ben.post(`${path}/polls`, SEVERAL)).status, 403);
  assertEquals((await site.stranger.get(`${path}/polls/new`)).status, 303);
  assertEquals((await ana.get("/sessions/none/polls/new")).status, 404);
});

Deno.test("[K1] a poll opened by form has the terms that were typed", async () => {
  using site = pagesFixture();
  const here = await room(site);
  await openPoll(here, {
    ...SEVERAL,
    blind: "on",
    reveal: "quorum",
    closes: "15",
    rounds: "3",
    threshold: "90",
    grades: "Bad\nGood",
  });
  const { shown } = stateIn((await here.ana.get(here.path)).html).polls;
  assertEquals(shown.alternatives, [
    { id: "approve-with-monitoring", label: "Approve with monitoring" },
    { id: "approve", label: "Approve" },
    { id: "decline", label: "Decline" },
  ]);
  const { quorum, threshold, blind, reveal, closesAt, maxRounds, grades } =
    shown;
  assertEquals(
    { quorum, threshold, blind, reveal, closesAt, maxRounds, grades },
    {
      quorum: 0.5,
      threshold: null,
      blind: true,
      reveal: "quorum",
      closesAt: START + 15 * 60_000,
      maxRounds: 3,
      grades: [],
    },
    "what the method does not take is passed over",
  );
});

Deno.test("[K13] a form with mistakes comes back with each at its field and all that was typed", async () => {
  using site = pagesFixture();
  const { ana, path } = await room(site);
  const { status, html } = await ana.post(`${path}/polls`, {
    ...SEVERAL,
    question: "  ",
    alternatives: "Only one & no more",
    quorum: "120",
    closes: "at",
    closesAt: "",
    rounds: "0",
  });
  assertEquals(status, 422);
  for (
    const id of ["question", "alternatives", "quorum", "closesAt", "rounds"]
  ) assertStringIncludes(html, `id="${id}-mistake"`);
  assertStringIncludes(html, ">Only one &amp; no more</textarea>");
  assertMatch(html, /<input[^>]*value="schulze"[^>]*checked/);
  const late = await ana.post(`${path}/polls`, {
    ...SEVERAL,
    closes: "at",
    closesAt: "2020-01-01T10:00",
  });
  assertEquals(late.status, 422);
  assertMatch(late.html, /id="closesAt-mistake"[^>]*>.*server's clock/s);
});

Deno.test("[K4] a time without a zone is one of the reader's", () => {
  assertEquals(
    instantIn("Europe/Berlin", "2026-07-01T18:00"),
    Date.UTC(2026, 6, 1, 16),
  );
  assertEquals(
    instantIn("America/New_York", "2026-11-23T18:00"),
    Date.UTC(2026, 10, 23, 23),
  );
  assertEquals(
    instantIn("UTC", "2026-11-23T18:00"),
    Date.UTC(2026, 10, 23, 18),
  );
  // The hour that the change of the clocks skips, and the one that it repeats.
  assertEquals(
    instantIn("Europe/Berlin", "2026-03-29T03:30"),
    Date.UTC(2026, 2, 29, 1, 30),
  );
  assertEquals(
    instantIn("Europe/Berlin", "2026-10-25T04:00"),
    Date.UTC(2026, 9, 25, 3),
  );
  assertEquals(instantIn("UTC", "tomorrow"), undefined);
  assertEquals(instantIn("UTC", "2026-13-99T99:99"), undefined);
});

Deno.test("[K2] a ballot by form counts, shows its receipt, and can be replaced", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here, SEVERAL);
  const cast = (fields: Record<string, string>) =>
    here.ben.post(`${poll}/ballots`, { round: "1", ...fields });
  const answer = await cast({ "place.approve": "1", "place.decline": "2" });
  assertEquals(answer.status, 303);
  assertMatch(answer.location ?? "", /\?poll=[\w-]+#poll$/);
  const seen = await here.ben.get(here.path);
  assertMatch(
    textOf(seen.html),
    /Your ballot: Approve, then Decline Cast 03:04 · entry 4 · hash [0-9a-f]{8}…/,
  );
  assertMatch(seen.html, /name="place.approve"[^>]*value="1"/);
  assertEquals(
    (await cast({ "place.approve": "1", "place.decline": "1" })).status,
    303,
  );
  const { shown, own } = stateIn((await here.ben.get(here.path)).html).polls;
  assertEquals(own.ballot, { ranking: [["approve", "decline"]] });
  const voters = shown.voters.filter(({ cast }: { cast?: object }) => cast);
  assertEquals(voters.length, 1);
});

Deno.test("[P13] a ballot form sent twice is cast once", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here);
  const fields = { choice: "agree", messageId: "form-9.ballot.1" };
  assertEquals((await here.ben.post(`${poll}/ballots`, fields)).status, 303);
  assertEquals((await here.ben.post(`${poll}/ballots`, fields)).status, 303);
  assertEquals(
    stateIn((await here.ben.get(here.path)).html).position.offset,
    4,
  );
});

Deno.test("[K13] a block without a reason comes back with the mistake at the reason", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here);
  const { status, html } = await here.ben.post(`${poll}/ballots`, {
    choice: "block",
    sure: "on",
    confidence: "40",
  });
  assertEquals(status, 422);
  assertMatch(html, /<textarea[^>]*aria-describedby="reason-mistake/);
  assertMatch(html, /name="choice" value="block" checked/);
  assertMatch(html, /name="confidence"[^>]*value="40"/);
  const none = await here.ben.post(`${poll}/ballots`, {});
  assertEquals(none.status, 422);
  assertStringIncludes(textOf(none.html), "Choose one first");
});

Deno.test("[K3] a ballot after the close comes back: not counted, and when it closed", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here);
  assertEquals((await here.ana.post(`${poll}/close`, {})).status, 303);
  const { status, html } = await here.ben.post(`${poll}/ballots`, {
    choice: "agree",
    round: "1",
  });
  assertEquals(status, 409);
  assertStringIncludes(
    textOf(html),
    "Not counted: the poll had closed at 03:04 before your ballot reached us.",
  );
});

Deno.test("[K11] closing a round leads on to the next; an old form is refused with words", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here, { rounds: "2" });
  const lead = textOf((await here.ana.get(here.path)).html);
  assertStringIncludes(lead, "If nothing passes, round 2 begins");
  await here.ana.post(`${poll}/close`, {});
  const text = textOf((await here.ben.get(here.path)).html);
  assertStringIncludes(text, "Round 1 ended: rejected. This is round 2;");
  const { status, html } = await here.ben.post(`${poll}/ballots`, {
    choice: "agree",
    round: "1",
  });
  assertEquals(status, 409);
  assertMatch(textOf(html), /round you voted in had ended .* Round 2 is open/);
  await here.ana.post(`${poll}/close`, { final: "yes" });
  const closed = textOf((await here.ben.get(here.path)).html);
  assertStringIncludes(closed, "Rounds so far");
  assertStringIncludes(closed, "Rejected: 0 for, 0 against");
});

Deno.test("[K8] in a blind poll one sees the own ballot and of others only that they voted", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here, { blind: "on" });
  const secret = "Because of the holding";
  await here.ben.post(`${poll}/ballots`, {
    choice: "disagree",
    reason: secret,
  });
  const mine = textOf((await here.ben.get(here.path)).html);
  assertStringIncludes(mine, "Your ballot: Disagree");
  const { html } = await here.ana.get(here.path);
  assert(!html.includes(secret));
  assertStringIncludes(
    textOf(html),
    "1 of 2 have voted. The tally is hidden until the poll closes.",
  );
  assertMatch(textOf(html), /Ben Kole Member not here has voted/);
  assertMatch(
    textOf(html),
    /Ana Lima \(you\) Facilitator not here has not voted yet/,
  );
  await here.ana.post(`${poll}/close`, {});
  assertStringIncludes(textOf((await here.ana.get(here.path)).html), secret);
});

Deno.test("[K12] recusing asks first, then takes the voter out", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here);
  await here.ben.post(`${poll}/ballots`, { choice: "agree" });
  const { html } = await here.ben.get(`${poll}/recusal`);
  assertStringIncludes(textOf(html), "your ballot is taken out");
  assertStringIncludes(html, `action="${poll}/recusal"`);
  assertEquals((await here.ben.post(`${poll}/recusal`, {})).status, 303);
  const text = textOf((await here.ben.get(here.path)).html);
  assertStringIncludes(text, "your weight in it is 0");
  assertStringIncludes(text, "0 of 1");
});

Deno.test("[K16] cancelling asks first; who does not lead is refused in the room", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here, { blind: "on" });
  assertStringIncludes(
    textOf((await here.ana.get(`${poll}/cancel`)).html),
    "stays sealed for ever",
  );
  assertEquals((await here.ben.post(`${poll}/cancel`, {})).status, 403);
  assertEquals((await here.ben.post(`${poll}/close`, {})).status, 403);
  assertEquals((await here.ana.post(`${poll}/cancel`, {})).status, 303);
  assertStringIncludes(
    textOf((await here.ben.get(here.path)).html),
    "Cancelled: the poll decides nothing.",
  );
  assertEquals((await here.ana.post(`${poll}x/close`, {})).status, 404);
});

Deno.test("[P8] forms of polls tell nothing of a session one may not see", async () => {
  using site = pagesFixture();
  const ana = site.enter("Ana Lima", "facilitator");
  const ben = site.enter("Ben Kole");
  const path = await openSession(ana, { who: "participants" });
  const poll = await openPoll({ ana, ben, path });
  for (const action of ["ballots", "close", "cancel", "recusal"]) {
    const { status, html } = await ben.post(`${poll}/${action}`, {
      choice: "agree",
    });
    assertEquals(status, 404);
    assert(!html.includes("Adopt it?"));
  }
  assertEquals((await ben.get(`${path}/polls/new`)).status, 404);
  assertEquals((await ben.get(`${poll}/cancel`)).status, 404);
});

Deno.test("[K17] looking back shows the poll as it was, without forms", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const poll = await openPoll(here, SEVERAL);
  await here.ben.post(`${poll}/ballots`, { "place.approve": "1" });
  await here.ana.post(`${poll}/ballots`, { "place.decline": "1" });
  await here.ana.post(`${poll}/close`, {});
  const before = (await here.ana.get(`${here.path}?at=2`)).html;
  assert(!before.includes('id="poll"'));
  const { html } = await here.ana.get(`${here.path}?at=4`);
  const text = textOf(html);
  assertStringIncludes(text, "1 of 2");
  assertStringIncludes(text, "So far Approve leads.");
  assert(!html.includes(`${poll}/`), "nothing can be sent from there");
});

Deno.test("[K18] a session's other polls are linked, and a link shows one of them", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const first = await openPoll(here, { question: "First?" });
  await here.ana.post(`${first}/close`, {});
  await openPoll(here, { question: "Second?" });
  const { html } = await here.ana.get(here.path);
  const pollId = first.split("/").at(-1);
  assertStringIncludes(html, `href="${here.path}?poll=${pollId}"`);
  assertMatch(textOf(html), /Other polls here First\? Rejected/);
  const shown = textOf(
    (await here.ana.get(`${here.path}?poll=${pollId}`)).html,
  );
  assertMatch(shown, /Other polls here Second\? open/);
});

Deno.test("[K5] whatever people type in a poll is shown as text", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const nasty = `</script><img src=x onerror=alert(1)><!--"'&`;
  const poll = await openPoll(here, {
    ...SEVERAL,
    question: nasty,
    description: nasty,
    alternatives: `${nasty}\n${nasty}2`,
  });
  await here.ben.post(`${poll}/ballots`, {
    "place.script-img-src-x-onerror-alert-1": "1",
    reason: nasty,
  });
  for (
    const { html } of [
      await here.ana.get(here.path),
      await here.ben.get(here.path),
      await here.ana.get(`${poll}/cancel`),
      await here.ana.post(`${here.path}/polls`, {
        question: nasty,
        grades: nasty,
      }),
      await here.ben.post(`${poll}/ballots`, { reason: nasty }),
    ]
  ) {
    assert(!html.includes("<img"));
    assertEquals(html.match(/<!/g)?.length, 1);
  }
});

Deno.test("a room with a poll, seven people and a full timeline ships under 30 KB", async () => {
  using site = pagesFixture();
  const here = await room(site);
  const names = ["Chidi Mba", "Dana Roth", "Eva Voss", "Femi Sow", "Gil Ito"];
  for (const name of names) {
    await site.enter(name).post(`${here.path}/join`, {});
  }
  const poll = await openPoll(here, { ...SEVERAL, rounds: "3" });
  for (const name of names) {
    await site.enter(name).post(`${poll}/ballots`, {
      "place.approve": "1",
      "place.decline": "2",
      reason: "The register extract clears one hit of two.",
    });
  }
  for (let n = 0; n < 60; n++) {
    await here.ana.post(`${here.path}/messages`, {
      text: `Message ${n} of about the usual length`,
    });
  }
  const { html } = await here.ana.get(here.path);
  assert(html.length < 30 * 1024, `${html.length}`);
});
