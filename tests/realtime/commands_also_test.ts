/** Decisions that rest on further subjects: polls in a session, with sealed ballots, over a real log. */
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { hasRole } from "../../domain/access.ts";
import {
  pollCommands,
  polls,
  pollSubject,
} from "../../domain/consensus/polls/commands.ts";
import { pollJson } from "../../domain/consensus/polls/poll_json.ts";
import {
  SEALED_SUBJECT,
  sealedBallots,
  sealedChannel,
} from "../../domain/consensus/polls/sealed.ts";
import type { Area, CommandDeclaration } from "../../domain/decider.ts";
import { sessionCommands } from "../../domain/sessions/commands.ts";
import { Commands } from "../../realtime/commands.ts";
import type { Commit, Log } from "../../realtime/log/log.ts";
import type { CommandLog } from "../../realtime/pipeline.ts";
import {
  createCommands,
  DOWN,
  fate,
  HeldLog,
  put,
} from "./commands_fixture.ts";

const FAY = person("fay", "facilitator");
const MIA = person("mia", "member");
const BEN = person("ben", "member");
const CHANNEL = "session:s1";
const ALTERNATIVES = ["a", "b"].map((id) => ({ id, label: id }));

function person(userId: string, role: string) {
  return { userId, name: userId, roles: [role] };
}

/** Keeps what was committed, in its order. */
class WatchedLog extends HeldLog {
  readonly commits: Commit[] = [];

  override commit(commit: Commit) {
    this.commits.push(commit);
    return super.commit(commit);
  }
}

function setUp({ inner }: { inner?: Log } = {}) {
  const log = new WatchedLog(inner);
  let now = 1_000;
  const commands = new Commands({
    log: log satisfies CommandLog,
    declarations: [...sessionCommands, ...pollCommands],
    authorize: hasRole,
    clock: () => now,
  });
  const run = (
    name: string,
    input: object,
    user = FAY,
    messageId?: string,
  ) => commands.execute(name, input, { user, messageId });
  return {
    log,
    commands,
    run,
    openSession: (id = "s1") =>
      run("open_session", {
        id,
        title: "Review",
        participants: [{ userId: "mia" }, { userId: "ben" }],
      }),
    openPoll: (more: object = {}) =>
      run("open_poll", {
        sessionId: "s1",
        id: "p1",
        question: "Which?",
        method: "plurality",
        alternatives: ALTERNATIVES,
        blind: true,
        ...more,
      }),
    cast: (user: typeof FAY, choice = "a", messageId?: string) =>
      run(
        "cast_ballot",
        { sessionId: "s1", pollId: "p1", choice },
        user,
        messageId,
      ),
    close: () => run("close_poll", { sessionId: "s1", pollId: "p1" }),
    poll: async () => {
      const { state } = await commands.state(polls, CHANNEL, pollSubject("p1"));
      if (state.status === "none") throw new Error("no poll");
      return state;
    },
    setTime: (time: number) => now = time,
    [Symbol.dispose]: () => commands.close(),
  };
}

async function bodies(
  log: Pick<Log, "readSubject">,
  channel: string,
  subject: string,
) {
  const entries = await log.readSubject(channel, subject, 0, 1000);
  return entries.map(({ bodyText }) => JSON.parse(bodyText ?? "null"));
}

const ofPoll = (log: Pick<Log, "readSubject">, id = "p1") =>
  bodies(log, CHANNEL, pollSubject(id));
const ofSealed = (log: Pick<Log, "readSubject">, id = "p1") =>
  bodies(log, sealedChannel(id), SEALED_SUBJECT);

async function voting(more?: object) {
  const f = setUp();
  await f.openSession();
  await f.openPoll(more);
  return f;
}

Deno.test("[L1] a sealed ballot and its commitment are one commit", async () => {
  using f = await voting();
  await f.cast(MIA);
  const writes = f.log.commits.at(-1)?.writes ?? [];
  assertEquals(
    writes.map(({ channel, entries, expected }) => [
      channel,
      entries.map(({ body }) => body).map((body) =>
        typeof body === "object" && body !== null && "event" in body &&
        body.event
      ),
      expected,
    ]),
    [
      [CHANNEL, ["vote_cast"], { subject: "poll:p1", offset: 2 }],
      ["sealed:p1", ["ballot_sealed"], { subject: "ballots", offset: 0 }],
    ],
  );
});

Deno.test("[L3] a conflict on the sealed ballots drops the vote with them, and both come again", async () => {
  using f = await voting();
  await f.cast(MIA);
  f.log.hold(CHANNEL);
  const answer = f.cast(BEN, "b");
  // Someone else at the place that was expected to be the ballot's.
  await f.log.inner.commit({
    writes: [{
      channel: sealedChannel("p1"),
      entries: [{
        type: "OTHER",
        v: 1,
        subject: SEALED_SUBJECT,
        at: 1,
        body: { event: "other" },
      }],
    }],
    sender: "zoe",
  });
  await f.log.letGo();
  const { positions } = await answer;
  const cast = await ofPoll(f.log);
  assertEquals(cast.map(({ event, userId }) => [event, userId]), [
    ["consensus_initiated", undefined],
    ["vote_cast", "mia"],
    ["vote_cast", "ben"],
  ]);
  assertEquals((await ofSealed(f.log)).map(({ userId }) => userId), [
    "mia",
    undefined,
    "ben",
  ]);
  assertEquals(positions.map(({ channel, offset }) => [channel, offset]), [
    [CHANNEL, 4],
  ]);
  assertEquals(f.commands.stats().conflicts, 1);
});

Deno.test("[L3] a conflict on the poll drops the sealed ballot with it", async () => {
  using f = await voting();
  f.log.hold(CHANNEL);
  const answer = fate(f.cast(BEN, "b"));
  using there = setUp({ inner: f.log.inner });
  await there.close();
  await f.log.letGo();
  assertEquals(await answer, "poll_closed");
  assertEquals(await ofSealed(f.log), []);
  assertEquals((await ofPoll(f.log)).map(({ event }) => event), [
    "consensus_initiated",
    "ballots_revealed",
    "consensus_result",
  ]);
});

Deno.test("[L3] of two nodes that take ballots of one poll neither loses any", async () => {
  using f = await voting();
  using there = setUp({ inner: f.log.inner });
  await Promise.all([
    f.cast(MIA),
    there.cast(BEN, "b"),
    f.cast(FAY, "b"),
    there.cast(MIA, "b"),
  ]);
  await there.close();
  const { result } = await there.poll();
  assertEquals(result?.turnout.castCount, 3);
  assertEquals(
    (await ofSealed(f.log)).map(({ userId }) => userId).sort(),
    ["ben", "fay", "mia", "mia"],
  );
});

Deno.test("[P6] the electorate holds whoever joins in a commit still under way", async () => {
  using f = setUp();
  await f.openSession();
  await f.commands.state(polls, CHANNEL, pollSubject("p1"));
  await f.commands.state(sealedBallots, sealedChannel("p1"), SEALED_SUBJECT);
  f.log.hold(CHANNEL);
  const joining = f.run("add_participant", { sessionId: "s1", userId: "clo" });
  const opening = f.openPoll();
  assertEquals(f.log.held.length, 2);
  const casting = f.cast(person("clo", "member"));
  await f.log.letGo();
  await Promise.all([joining, opening, casting]);
  const { electorate, box } = await f.poll();
  assertEquals(electorate.voters.map(({ userId }) => userId), [
    "fay",
    "mia",
    "ben",
    "clo",
  ]);
  assertEquals(box.size, 1);
});

Deno.test("[L3] a poll falls with the entry of the session it rests on", async () => {
  using f = setUp();
  await f.openSession();
  await f.commands.state(polls, CHANNEL, pollSubject("p1"));
  await f.commands.state(sealedBallots, sealedChannel("p1"), SEALED_SUBJECT);
  f.log.hold(CHANNEL);
  const joining = f.run("add_participant", { sessionId: "s1", userId: "clo" });
  const opening = f.openPoll();
  using there = setUp({ inner: f.log.inner });
  await there.run("close_session", { sessionId: "s1" });
  await f.log.letGo();
  assertEquals(await Promise.all([joining, opening].map(fate)), [
    "session_closed",
    "session_closed",
  ]);
  assertEquals(await ofPoll(f.log), []);
});

Deno.test("[P14] a refusal that rests on a session's tip waits for it", async () => {
  using f = await voting();
  f.log.hold(CHANNEL);
  const order: string[] = [];
  const closing = f.run("close_session", { sessionId: "s1" })
    .then(() => order.push("closed"));
  const casting = fate(f.cast(MIA)).then((code) => order.push(code));
  // A whole command elsewhere passes meanwhile: were the refusal to come at once, it had come.
  await f.openSession("s2");
  assertEquals(order, []);
  await f.log.letGo();
  await Promise.all([closing, casting]);
  assertEquals(order, ["closed", "session_closed"]);
});

Deno.test("[K8] of a command under way nothing is answered but where the vote stands", async () => {
  using f = await voting();
  const { result, positions } = await f.cast(MIA);
  assertEquals(result, { receipt: { pollId: "p1", round: 1 } });
  assertEquals(positions.map(({ channel }) => channel), [CHANNEL]);
});

Deno.test("[K15] the receipt is the place of the vote, also where it reveals by quorum", async () => {
  using f = await voting({ reveal: "quorum", quorum: 0.6 });
  for (const user of [MIA, BEN, FAY]) {
    const { positions: [{ offset, hash }] } = await f.cast(user, "b");
    const [entry] = await f.log.inner.read(CHANNEL, offset - 1, 1);
    const body = JSON.parse(entry.bodyText ?? "null");
    assertEquals([body.event, body.userId], ["vote_cast", user.userId]);
    assertEquals(entry.hash.slice(0, 16), hash);
    const { electorate, box } = await f.poll();
    assertEquals(
      box.get(electorate.places.get(user.userId) ?? -1)?.offset,
      offset,
    );
  }
  assertEquals((await ofPoll(f.log)).map(({ event }) => event), [
    "consensus_initiated",
    "vote_cast",
    "ballots_revealed",
    "vote_cast",
    "vote_cast",
  ]);
});

Deno.test("[K15] a retry after the close gets the first receipt, a new ballot is refused", async () => {
  using f = await voting({ closesAt: 5_000 });
  const first = await f.cast(MIA, "a", "m1");
  f.setTime(6_000);
  assertEquals(await f.cast(MIA, "a", "m1"), { ...first, duplicate: true });
  await f.close();
  assertEquals(await f.cast(MIA, "a", "m1"), { ...first, duplicate: true });
  assertEquals(await fate(f.cast(MIA, "a", "m2")), "poll_closed");
  assertEquals(await fate(f.cast(MIA, "b", "m1")), "conflict");
  assertEquals((await f.poll()).result?.turnout.castCount, 1);
});

Deno.test("[K15] double clicks count once, with and without a messageId", async () => {
  using f = await voting();
  const [first, again] = await Promise.all([
    f.cast(MIA, "a", "m1"),
    f.cast(MIA, "a", "m1"),
    f.cast(BEN),
    f.cast(BEN),
  ]);
  assertEquals(again, { ...first, duplicate: true });
  await f.close();
  const { result } = await f.poll();
  assertEquals(result?.turnout.castCount, 2);
  assertEquals(result?.tally?.details.counts, { a: 2, b: 0 });
});

Deno.test("[K3] of ballots and a close at once each is ahead and counted, or behind and refused", async () => {
  using f = await voting();
  const fates = await Promise.all([
    fate(f.cast(MIA)),
    fate(f.cast(BEN, "b")),
    fate(f.close()),
    fate(f.cast(FAY)),
    fate(f.cast(MIA, "b")),
  ]);
  assertEquals(fates, ["done", "done", "done", "poll_closed", "poll_closed"]);
  const { result } = await f.poll();
  assertEquals(result?.tally?.details.counts, { a: 1, b: 1 });
});

Deno.test("[K16] a poll's id is taken once in the whole house", async () => {
  using f = await voting();
  await f.openSession("s2");
  assertEquals(await fate(f.openPoll()), "poll_exists");
  assertEquals(await fate(f.openPoll({ sessionId: "s2" })), "conflict");
  assertEquals(
    await fate(
      f.run("cast_ballot", { sessionId: "s2", pollId: "p1", choice: "a" }),
    ),
    "poll_not_found",
  );
  assertEquals(await bodies(f.log, "session:s2", "poll:p1"), []);
  assertEquals(await ofSealed(f.log), []);
  // The one that lost the race leaves the channel as it was: the next poll opens.
  await f.openPoll({ sessionId: "s2", id: "p2" });
});

Deno.test("[P13] a retried opening without an id opens one poll", async () => {
  using f = setUp();
  await f.openSession();
  const input = {
    sessionId: "s1",
    question: "Which?",
    method: "proposal",
  };
  const first = await f.run("open_poll", input, FAY, "m1");
  const again = await f.run("open_poll", input, FAY, "m1");
  assertEquals(again, { ...first, duplicate: true });
  const { rows } = await f.log.inner.query("polls");
  assertEquals(rows.length, 1);
});

Deno.test("[L10] when the store cannot write, neither vote nor ballot is kept or shown", async () => {
  using f = await voting();
  f.log.hold(CHANNEL);
  const answer = fate(f.cast(MIA));
  await f.openSession("s2");
  await f.log.letGo(DOWN);
  assertEquals(await answer, "unavailable");
  assertEquals((await f.poll()).box.size, 0);
  assertEquals(await ofSealed(f.log), []);
  await f.cast(MIA, "b");
  await f.close();
  assertEquals((await f.poll()).result?.winner, "b");
});

Deno.test("[K17] another node, and the same after a restart, come to the same poll", async () => {
  using f = await voting({ maxRounds: 2 });
  await f.cast(MIA);
  await f.cast(BEN, "b");
  await f.close();
  await f.cast(BEN);
  const here = pollJson(await f.poll());
  using there = setUp({ inner: f.log.inner });
  assertEquals(pollJson(await there.poll()), here);
  await there.cast(MIA);
  await there.close();
  assertEquals((await there.poll()).result?.winner, "a");
  const { state } = await there.commands.state(
    sealedBallots,
    sealedChannel("p1"),
    SEALED_SUBJECT,
  );
  assertEquals([state.round, state.box.size], [2, 2]);
  assert((await f.poll()).revealed);
});

/** Counts what it is told, in a channel of the server's own; the command's own subject stays empty. */
const tallies: Area<number, "tell", { tally: number }> = {
  name: "tallies",
  initial: () => 0,
  evolve: (state, { body }) => body?.event === "told" ? state + 1 : state,
  decide: (_, __, { also }) =>
    also.tally >= 2
      ? []
      : [{ type: "TALLY", v: 1, body: { event: "told" }, on: "tally" }],
};

const tell: CommandDeclaration<
  { readonly id: string },
  number,
  "tell",
  { tally: number }
> = {
  name: "tell",
  summary: "Tell",
  input: z.object({ id: z.string() }),
  role: "observer",
  http: { method: "POST", path: "/tell", status: 200 },
  area: tallies,
  channel: () => "c",
  subject: ({ id }) => id,
  also: () => ({ tally: { area: tallies, channel: "own:c", subject: "t" } }),
  command: () => "tell",
};

Deno.test("[L3] what is written to a further subject alone is written, each on the one before", async () => {
  const log = new HeldLog();
  const commands = new Commands({
    log,
    declarations: [tell],
    authorize: hasRole,
  });
  await commands.state(tallies, "c", "x");
  await commands.state(tallies, "c", "y");
  await commands.state(tallies, "own:c", "t");
  log.hold("c");
  const told = ["x", "y", "x", "y"].map((id) =>
    commands.execute("tell", { id }, { user: MIA })
  );
  // The third and the fourth rest on the tips of the first two, and write nothing.
  assertEquals(
    log.held.map(({ commit }) => commit.writes.map(({ expected }) => expected)),
    [0, 1].map((offset) => [
      { subject: ["x", "y"][offset], offset: 0 },
      { subject: "t", offset },
    ]),
  );
  await log.letGo();
  assertEquals(
    (await Promise.all(told)).map(({ positions: [{ channel, offset }] }) => [
      channel,
      offset,
    ]),
    [["c", 0], ["c", 0], ["c", 0], ["c", 0]],
  );
  assertEquals((await log.inner.head("own:c")).offset, 2);
  assertEquals(commands.stats().conflicts, 0);
  commands.close();
});

Deno.test("[L3] a remembered nothing takes no place in its subject", async () => {
  const log = new HeldLog();
  const commands = createCommands(log);
  await put(commands, 1, { jar: "other" });
  await put(commands, 0);
  log.hold();
  const answers = [
    put(commands, 1, { jar: "other" }),
    put(commands, 0, { messageId: "m" }),
    put(commands, 2),
  ];
  await log.letGo();
  await Promise.all(answers);
  assertEquals(commands.stats().conflicts, 0);
  commands.close();
});
