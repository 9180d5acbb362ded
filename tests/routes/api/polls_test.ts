/** Polls over HTTP: every call, who may make it, what it answers, and how it says no. */
import { assert, assertEquals } from "@std/assert";
import { hasRole } from "../../../domain/access.ts";
import { pollCommands } from "../../../domain/consensus/polls/commands.ts";
import type { RoleName } from "../../../domain/decider.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { commandRoutes } from "../../../routes/api/commands.ts";
import { pollRoutes } from "../../../routes/api/polls.ts";
import {
  locateResult,
  presentResult,
  sessionRoutes,
} from "../../../routes/api/sessions.ts";
import { PollReading } from "../../../routes/poll_reading.ts";
import { fixture, START } from "../fixture.ts";

interface Person {
  readonly name: string;
  readonly role: RoleName;
}

const FLO: Person = { name: "Flo", role: "facilitator" };
const ANA: Person = { name: "Ana", role: "member" };
const BO: Person = { name: "Bo", role: "member" };
/** In the session without a vote. */
const OBI: Person = { name: "Obi", role: "observer" };
/** Signed in and not in the session. */
const ZED: Person = { name: "Zed", role: "facilitator" };
const ADMIN: Person = { name: "Ada", role: "admin" };

const POLLS = "/api/v1/sessions/s1/polls";
const POLL = `${POLLS}/p1`;
const TWO = [{ id: "x", label: "Xylophone" }, { id: "y", label: "Yurt" }];
const WHICH = {
  id: "p1",
  question: "Which one?",
  method: "plurality",
  alternatives: TWO,
};

/** A session `s1` of Flo, Ana, Bo and Obi, and ways to call as each. */
async function pollFixture({ open = true } = {}) {
  const log = createMemoryLog();
  const now = { at: START };
  let ids = 0;
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...pollCommands],
    authorize: hasRole,
    clock: () => now.at,
    newId: () => `id${++ids}`,
  });
  const reading = new PollReading({ commands, log });
  const f = await fixture({
    log,
    parts: {
      routes: [
        ...commandRoutes({
          commands,
          present: presentResult,
          locate: locateResult,
        }),
        ...sessionRoutes({ commands, log, polls: reading, now: () => now.at }),
        ...pollRoutes({ reading, now: () => now.at }),
      ],
    },
  });
  const as = async (
    who: Person | null,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const response = who === null
      ? await f.request(path, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      : await f.callAs(who, method, path, body);
    const { status, headers } = response;
    return { status, headers, body: await response.json() };
  };
  const opened = await as(FLO, "POST", "/api/v1/sessions", {
    id: "s1",
    title: "Budget",
    open,
    participants: [
      { userId: "ana", name: "Ana" },
      { userId: "bo", name: "Bo", weight: 2 },
      { userId: "obi", name: "Obi", role: "observer" },
    ],
  });
  assertEquals(opened.status, 201);
  return {
    ...f,
    as,
    now,
    log,
    reading,
    [Symbol.dispose]: () => {
      commands.close();
      f[Symbol.dispose]();
    },
  };
}

Deno.test("[K1] POST …/polls is 201 with the poll, its place, and times in ISO 8601", async () => {
  using f = await pollFixture();
  const closesAt = "2026-01-02T05:00:00+01:00";
  const { status, headers, body } = await f.as(FLO, "POST", POLLS, {
    ...WHICH,
    description: "For the band",
    quorum: 0.5,
    closesAt,
    maxRounds: 2,
  });
  assertEquals(status, 201);
  assertEquals(headers.get("location"), POLL);
  assertEquals(body.channel, "session:s1");
  assertEquals(body.position.offset, 2);
  const { turnout, voters, ...poll } = body.poll;
  assertEquals(poll, {
    id: "p1",
    pollId: "p1",
    sessionId: "s1",
    status: "open",
    question: "Which one?",
    description: "For the band",
    method: "plurality",
    alternatives: TWO,
    grades: [],
    quorum: 0.5,
    threshold: null,
    blind: false,
    reveal: "close",
    revealed: true,
    closesAt: "2026-01-02T04:00:00.000Z",
    maxRounds: 2,
    round: 1,
    openedBy: "flo",
    openedByName: "Flo",
    openedAt: new Date(START).toISOString(),
    offset: 2,
    closedAt: null,
    tally: {
      winners: [],
      ranking: [["x", "y"]],
      details: poll.tally.details,
      abstain: 0,
    },
    agreement: poll.agreement,
    dissent: poll.dissent,
    rounds: [],
    result: null,
  });
  assertEquals(turnout, {
    castWeight: 0,
    eligibleWeight: 4,
    castCount: 0,
    eligibleCount: 3,
    share: 0,
    quorum: 0.5,
    reached: false,
  });
  assertEquals(voters, [
    { userId: "flo", weight: 1, cast: null },
    { userId: "ana", weight: 1, cast: null },
    { userId: "bo", weight: 2, cast: null },
  ]);
});

Deno.test("[K1] a poll without an id gets one; the answer to GET is the poll and its position", async () => {
  using f = await pollFixture();
  const { id: _, ...rest } = WHICH;
  const { status, headers, body } = await f.as(FLO, "POST", POLLS, rest);
  assertEquals(status, 201);
  assertEquals(headers.get("location"), `${POLLS}/${body.poll.id}`);
  const shown = await f.as(ANA, "GET", `${POLLS}/${body.poll.id}`);
  assertEquals(shown.status, 200);
  assertEquals(Object.keys(shown.body), ["poll", "position"]);
  assertEquals(shown.body.position.offset, 2);
  assertEquals(shown.body.poll, {
    ...body.poll,
    acceptsBallots: true,
    mine: null,
  });
});

Deno.test("[K15] POST …/ballots is 201 with the receipt: offset and hash of its entry", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  const { status, body } = await f.as(ANA, "POST", `${POLL}/ballots`, {
    choice: "x",
    confidence: 0.8,
    reason: "It rings",
  });
  assertEquals(status, 201);
  assertEquals(Object.keys(body.receipt).toSorted(), [
    "hash",
    "offset",
    "pollId",
    "round",
  ]);
  const [entry, ...more] = await f.log.read("session:s1", 2, 10);
  assertEquals(more, []);
  const { offset, hash, bodyText } = entry;
  assertEquals(body.receipt, {
    pollId: "p1",
    round: 1,
    offset,
    hash: hash.slice(0, 16),
  });
  assertEquals(JSON.parse(bodyText ?? "").ballot, {
    choice: "x",
    confidence: 0.8,
    reason: "It rings",
  });
  const { poll } = (await f.as(ANA, "GET", POLL)).body;
  assertEquals(poll.mine, {
    ballot: { choice: "x", confidence: 0.8, reason: "It rings" },
    offset: 3,
  });
  assertEquals(poll.voters[1].cast.at, new Date(START).toISOString());
  assertEquals((await f.as(BO, "GET", POLL)).body.poll.mine, null);
});

Deno.test("[K2] casting again replaces: a new receipt, one voter, the last choice", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  const again = await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "y" });
  assertEquals([again.status, again.body.receipt.offset], [201, 4]);
  const { poll } = (await f.as(BO, "GET", POLL)).body;
  assertEquals(poll.turnout.castCount, 1);
  assertEquals(poll.tally.details.counts, { x: 0, y: 1 });
});

Deno.test("[K15] an Idempotency-Key gives the first receipt to the letter, also after the close", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  const key = { "idempotency-key": "k1" };
  const cookie = `regulens=${f.signIns.open(ANA).cookie}`;
  const cast = async (choice: string, headers: Record<string, string>) => {
    const response = await f.request(`${POLL}/ballots`, {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin", ...headers },
      body: JSON.stringify({ choice }),
    });
    return { status: response.status, body: await response.json() };
  };
  const first = await cast("x", key);
  assertEquals(first.status, 201);
  await f.as(FLO, "POST", `${POLL}/close`);
  assertEquals(await cast("x", key), first);
  const other = await cast("y", key);
  assertEquals([other.status, other.body.code], [409, "conflict"]);
  const late = await cast("x", { "idempotency-key": "k2" });
  assertEquals([late.status, late.body.reason], [409, "poll_closed"]);
});

Deno.test("[K3] POST …/close is 200 with the result and the poll; again it is 409", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  await f.as(BO, "POST", `${POLL}/ballots`, { choice: "y" });
  f.now.at += 1_000;
  const { status, body } = await f.as(FLO, "POST", `${POLL}/close`);
  assertEquals(status, 200);
  const { result } = body;
  assertEquals([result.state, result.winner], ["passed", "y"]);
  assertEquals(result.tally.details.counts, { x: 1, y: 2 });
  assertEquals(result.turnout.castWeight, 3);
  assertEquals(typeof result.agreement.value, "number");
  const about = { id: "p1", sessionId: "s1", status: "closed", round: 1 };
  assertEquals(body.poll, about);
  const shown = (await f.as(OBI, "GET", POLL)).body.poll;
  assertEquals(shown.result, result);
  assertEquals(shown.closedAt, new Date(START + 1_000).toISOString());
  assertEquals(shown.acceptsBallots, false);
  for (const path of ["close", "cancel", "recusal"]) {
    const again = await f.as(FLO, "POST", `${POLL}/${path}`);
    assertEquals([again.status, again.body.reason], [409, "poll_closed"]);
  }
});

Deno.test("[K14] GET …/recount is 200 with every round counted again", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, { ...WHICH, blind: true, maxRounds: 2 });
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  const open = await f.as(OBI, "GET", `${POLL}/recount`);
  assertEquals(open.body, {
    ok: true,
    pollId: "p1",
    rounds: [],
    commitmentsChecked: 0,
    mistakes: [],
    erased: [],
  });
  await f.as(FLO, "POST", `${POLL}/close`, { final: true });
  const { status, body } = await f.as(OBI, "GET", `${POLL}/recount`);
  assertEquals(status, 200);
  assertEquals(body, {
    ok: true,
    pollId: "p1",
    rounds: [{ round: 1, ballots: 1, announced: "passed", counted: "passed" }],
    commitmentsChecked: 1,
    mistakes: [],
    erased: [],
  });
});

Deno.test("[K11] closing a round that does not pass answers its result and an open poll", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, { ...WHICH, quorum: 1, maxRounds: 2 });
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x", round: 1 });
  const { status, body } = await f.as(FLO, "POST", `${POLL}/close`);
  assertEquals([status, body.result.state], [200, "no_quorum"]);
  assertEquals([body.poll.status, body.poll.round], ["open", 2]);
  const { rounds: [first] } = (await f.as(FLO, "GET", POLL)).body.poll;
  assertEquals(first.result, body.result);
  assertEquals(first.at, new Date(START).toISOString());
  const old = { choice: "x", round: 1 };
  const late = await f.as(ANA, "POST", `${POLL}/ballots`, old);
  assertEquals([late.status, late.body.reason], [409, "round_ended"]);
});

Deno.test("[K12] POST …/recusal and PATCH …/voters/{userId} are 200", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  const recused = await f.as(ANA, "POST", `${POLL}/recusal`);
  assertEquals([recused.status, recused.body.position.offset], [200, 4]);
  const cast = await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  assertEquals([cast.status, cast.body.reason], [403, "not_a_voter"]);
  const changed = await f.as(FLO, "PATCH", `${POLL}/voters/bo`, {
    weight: 0.25,
  });
  assertEquals(changed.status, 200);
  assertEquals(
    changed.body.poll.voters.map(
      ({ userId, weight }: Record<string, unknown>) => [userId, weight],
    ),
    [["flo", 1], ["ana", 0], ["bo", 0.25]],
  );
  for (
    const [userId, reason, status] of [
      ["zed", "participant_not_found", 404],
      ["obi", "not_a_voter", 403],
    ] as const
  ) {
    const path = `${POLL}/voters/${userId}`;
    const refused = await f.as(FLO, "PATCH", path, { weight: 1 });
    assertEquals([refused.status, refused.body.reason], [status, reason]);
  }
});

Deno.test("[K8] a blind poll shows no figures but the turnout, then all; a cancelled one never", async () => {
  using f = await pollFixture();
  for (const id of ["p1", "p2"]) {
    await f.as(FLO, "POST", POLLS, { ...WHICH, id, blind: true });
    await f.as(ANA, "POST", `${POLLS}/${id}/ballots`, { choice: "x" });
    const { poll } = (await f.as(FLO, "GET", `${POLLS}/${id}`)).body;
    const { tally, agreement, dissent, turnout, voters } = poll;
    assertEquals([tally, agreement, dissent], [null, null, null]);
    assertEquals(turnout.castCount, 1);
    const { ballot, salt, commitment } = voters[1].cast;
    assertEquals([ballot, salt], [null, null]);
    assertEquals(/^[0-9a-f]{64}$/.test(commitment), true);
    const own = (await f.as(ANA, "GET", `${POLLS}/${id}`)).body.poll.mine;
    assertEquals(own.ballot, { choice: "x" });
  }
  await f.as(FLO, "POST", `${POLL}/close`);
  const closed = (await f.as(FLO, "GET", POLL)).body.poll;
  assertEquals(closed.voters[1].cast.ballot, { choice: "x" });
  const cancelled = await f.as(FLO, "POST", `${POLLS}/p2/cancel`);
  assertEquals(cancelled.status, 200);
  assertEquals(cancelled.body.result.state, "cancelled");
  assertEquals(cancelled.body.result.tally, null);
  const stays = (await f.as(FLO, "GET", `${POLLS}/p2`)).body.poll;
  assertEquals(stays.voters[1].cast.ballot, null);
});

Deno.test("[K4] at the deadline a ballot is 409, and the poll says so, before anybody closed it", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, { ...WHICH, closesAt: START + 1_000 });
  f.now.at = START + 999;
  const inTime = await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  assertEquals(inTime.status, 201);
  f.now.at = START + 1_000;
  const late = await f.as(BO, "POST", `${POLL}/ballots`, { choice: "y" });
  assertEquals([late.status, late.body.reason], [409, "poll_closed"]);
  const { poll } = (await f.as(BO, "GET", POLL)).body;
  assertEquals([poll.status, poll.acceptsBallots], ["open", false]);
  const { session } = (await f.as(BO, "GET", "/api/v1/sessions/s1")).body;
  assertEquals(session.polls, [poll]);
});

Deno.test("[K5] alternatives may be called at or startsAt: their figures stay figures", async () => {
  using f = await pollFixture();
  const alternatives = ["at", "startsAt"].map((id) => ({ id, label: id }));
  await f.as(FLO, "POST", POLLS, { ...WHICH, alternatives });
  await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "at" });
  await f.as(BO, "POST", `${POLL}/ballots`, { choice: "startsAt" });
  const { poll } = (await f.as(ANA, "GET", POLL)).body;
  assertEquals(poll.tally.details.counts, { at: 1, startsAt: 2 });
  const { result } = (await f.as(FLO, "POST", `${POLL}/close`)).body;
  assertEquals(result.tally.details.counts, { at: 1, startsAt: 2 });
  assertEquals(typeof result.dissent.byCandidate.at, "number");
});

Deno.test("[K16] GET /sessions/{id} shows its polls, each with one's own ballot", async () => {
  using f = await pollFixture();
  for (const id of ["p1", "p2"]) {
    await f.as(FLO, "POST", POLLS, { ...WHICH, id });
    f.now.at += 1;
  }
  await f.as(ANA, "POST", `${POLLS}/p2/ballots`, { choice: "x" });
  const { session } = (await f.as(ANA, "GET", "/api/v1/sessions/s1")).body;
  assertEquals(
    session.polls.map(({ id, mine }: Record<string, unknown>) => [id, mine]),
    [["p1", null], ["p2", { ballot: { choice: "x" }, offset: 4 }]],
  );
});

/** What each may do in an open session: 401, 403 or what it answers when it works. */
const MATRIX = [
  ["GET", POLL, undefined, 200, [401, 200, 200, 200, 200, 200]],
  ["GET", `${POLL}/recount`, undefined, 200, [401, 200, 200, 200, 200, 200]],
  ["POST", `${POLL}/ballots`, { choice: "x" }, 201, [
    401,
    403,
    403,
    201,
    201,
    403,
  ]],
  ["POST", `${POLL}/recusal`, undefined, 200, [401, 403, 403, 200, 200, 403]],
  ["PATCH", `${POLL}/voters/ana`, { weight: 3 }, 200, [
    401,
    403,
    403,
    403,
    200,
    200,
  ]],
  ["POST", POLLS, { ...WHICH, id: "p2" }, 201, [401, 403, 403, 403, 201, 201]],
  ["POST", `${POLL}/cancel`, undefined, 200, [401, 403, 403, 403, 200, 200]],
  ["POST", `${POLL}/close`, {}, 200, [401, 403, 403, 403, 200, 200]],
] as const;
const WHO = [null, ZED, OBI, ANA, FLO, ADMIN];

for (const [method, path, body, , statuses] of MATRIX) {
  Deno.test(`[K16] ${method} ${path}: nobody, a stranger, an observer, a member, the facilitator, an admin`, async () => {
    const seen: number[] = [];
    for (const who of WHO) {
      using f = await pollFixture();
      await f.as(FLO, "POST", POLLS, WHICH);
      const { status, body: answer } = await f.as(who, method, path, body);
      seen.push(status);
      if (status >= 400) assertEquals(answer.status, status);
    }
    assertEquals(seen, [...statuses]);
  });
}

Deno.test("[K16] in a private session a stranger gets 404 for all, as where there is none", async () => {
  using f = await pollFixture({ open: false });
  await f.as(FLO, "POST", POLLS, WHICH);
  for (const [method, path, body] of MATRIX) {
    const there = await f.as(ZED, method, path, body);
    const nowhere = await f.as(ZED, method, path.replace("s1", "s9"), body);
    assertEquals(there.status, 404, path);
    assertEquals(there.body, nowhere.body, path);
    assertEquals(there.body.reason, "session_not_found", path);
  }
});

Deno.test("[K16] a poll that is not there is 404 for those who see the session", async () => {
  using f = await pollFixture();
  for (const [method, path, body] of MATRIX) {
    if (path === POLLS) continue;
    const { status, body: answer } = await f.as(FLO, method, path, body);
    assertEquals([status, answer.reason], [404, "poll_not_found"], path);
  }
});

Deno.test("[K16] an id that is taken is 409, in this session and in another", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  const here = await f.as(FLO, "POST", POLLS, WHICH);
  assertEquals([here.status, here.body.reason], [409, "poll_exists"]);
  await f.as(ZED, "POST", "/api/v1/sessions", { id: "s2", title: "Other" });
  const there = await f.as(ZED, "POST", "/api/v1/sessions/s2/polls", WHICH);
  assertEquals([there.status, there.body.code], [409, "conflict"]);
});

Deno.test("[K16] the session's last word counts: once closed it takes no poll and no ballot", async () => {
  using f = await pollFixture();
  await f.as(FLO, "POST", POLLS, WHICH);
  await f.as(FLO, "POST", "/api/v1/sessions/s1/close");
  const opened = await f.as(FLO, "POST", POLLS, { ...WHICH, id: "p2" });
  assertEquals([opened.status, opened.body.reason], [409, "session_closed"]);
  const cast = await f.as(ANA, "POST", `${POLL}/ballots`, { choice: "x" });
  assertEquals([cast.status, cast.body.reason], [409, "session_closed"]);
  const closed = await f.as(FLO, "POST", `${POLL}/close`);
  assertEquals(closed.status, 200);
});

const { alternatives: _, ...BARE } = WHICH;
for (
  const [body, path] of [
    [{ ...WHICH, question: "" }, "question"],
    [{ ...WHICH, question: "x".repeat(501) }, "question"],
    [{ ...WHICH, method: "coin" }, "method"],
    [{ ...WHICH, id: "No Good" }, "id"],
    [BARE, "alternatives"],
    [{ ...WHICH, alternatives: TWO.slice(1) }, "alternatives"],
    [{ ...WHICH, alternatives: [TWO[0], TWO[0]] }, "alternatives"],
    [{ ...WHICH, method: "proposal" }, "alternatives"],
    [
      { ...WHICH, alternatives: [TWO[0], { id: "é", label: "É" }] },
      "alternatives.1.id",
    ],
    [{ ...WHICH, grades: ["bad", "good"] }, "grades"],
    [{ ...WHICH, quorum: 1.1 }, "quorum"],
    [{ ...WHICH, threshold: 0 }, "threshold"],
    [{ ...WHICH, method: "irv", threshold: 0.5 }, "threshold"],
    [{ ...WHICH, blind: "yes" }, "blind"],
    [{ ...WHICH, reveal: "never" }, "reveal"],
    [{ ...WHICH, closesAt: "2026-01-02" }, "closesAt"],
    [{ ...WHICH, closesAt: START }, "closesAt"],
    [{ ...WHICH, maxRounds: 0 }, "maxRounds"],
  ] as const
) {
  Deno.test(`[K13] POST …/polls ${JSON.stringify(body).slice(0, 120)} is 422 at ${path}`, async () => {
    using f = await pollFixture();
    const { status, body: answer } = await f.as(FLO, "POST", POLLS, body);
    assertEquals([status, answer.code], [422, "invalid"]);
    assertEquals(answer.errors[0].path, path);
  });
}

for (
  const [method, ballot, path, reason] of [
    ["plurality", {}, "choice", "ballot_invalid"],
    ["plurality", { choice: "z" }, "choice", "ballot_invalid"],
    ["plurality", { choices: ["x"] }, "choices", "ballot_invalid"],
    ["plurality", { choice: "x", abstain: true }, "abstain", "ballot_invalid"],
    ["plurality", { choice: 7 }, "choice", undefined],
    ["plurality", { choice: "x", confidence: 2 }, "confidence", undefined],
    ["plurality", { choice: "x", round: 0 }, "round", undefined],
    ["approval", { choices: ["x", "x"] }, "choices.1", "ballot_invalid"],
    [
      "schulze",
      { ranking: ["x", ["y", "z"]] },
      "ranking.1.1",
      "ballot_invalid",
    ],
    [
      "majority_judgment",
      { grades: { x: "Fine" } },
      "grades.x",
      "ballot_invalid",
    ],
    ["proposal", { choice: "maybe" }, "choice", "ballot_invalid"],
    ["proposal", { choice: "block" }, "reason", "reason_missing"],
  ] as const
) {
  Deno.test(`[K13] a ballot ${JSON.stringify(ballot)} by ${method} is 422 at ${path}`, async () => {
    using f = await pollFixture();
    await f.as(FLO, "POST", POLLS, {
      ...(method === "proposal" ? BARE : WHICH),
      method,
    });
    const { status, body } = await f.as(ANA, "POST", `${POLL}/ballots`, ballot);
    assertEquals([status, body.code, body.reason], [422, "invalid", reason]);
    assert(
      body.errors.some((one: { path: string }) => one.path === path),
      JSON.stringify(body.errors),
    );
    const { poll } = (await f.as(ANA, "GET", POLL)).body;
    assertEquals(poll.turnout.castCount, 0);
  });
}

Deno.test("[K16] who is removed from a private session is asked no more, and told no more", async () => {
  for (const open of [false, true]) {
    using f = await pollFixture({ open });
    await f.as(FLO, "POST", POLLS, { ...WHICH, maxRounds: 2 });
    const bo = { userId: "bo", name: "Bo", roles: ["member"] };
    assertEquals((await f.reading.wantedFrom(bo, 9)).length, 1);
    await f.as(FLO, "DELETE", "/api/v1/sessions/s1/participants/bo");
    const heard = async () => (await f.log.read("user:bo", 0, 99)).length;
    const before = await heard();
    await f.as(FLO, "POST", `${POLL}/close`, {});
    const wanted = await f.reading.wantedFrom(bo, 9);
    await f.as(FLO, "POST", `${POLL}/close`, {});
    assertEquals(
      [wanted.length, await heard() - before],
      open ? [1, 2] : [0, 0],
    );
  }
});

Deno.test("[K16] every call to polls stands in the API's document", async () => {
  using f = await pollFixture();
  const { body } = await f.as(FLO, "GET", "/api/v1/openapi.json");
  const base = "/api/v1/sessions/{sessionId}/polls";
  const calls = Object.entries(body.paths)
    .filter(([path]) => path.startsWith(base))
    .flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) =>
        `${method} ${path.slice(base.length)}`
      )
    );
  assertEquals(calls.toSorted(), [
    "get /{pollId}",
    "get /{pollId}/recount",
    "patch /{pollId}/voters/{userId}",
    "post ",
    "post /{pollId}/ballots",
    "post /{pollId}/cancel",
    "post /{pollId}/close",
    "post /{pollId}/recusal",
  ]);
});
