/** Polls while things break: connections cut amid a ballot, kill -9 amid many, deadlines over a restart. */
import { assert, assertEquals } from "@std/assert";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import {
  type Answer,
  checkOneOrder,
  checkPoll,
  CROWDED,
  openPoll,
  recordOf,
  signInVoters,
  Voter,
} from "../support/voters.ts";
import { createRandom, intBetween, pick, sizeFrom } from "./random.ts";

const SEED = sizeFrom("CHAOS_SEED", 20_261_123);
const VOTERS = 30;
/** Ballots of each voter: they change their minds that often. */
const BALLOTS = 8;
const KILLS = 3;
const SECRET = "a secret that outlives the server: 32 bytes";

const ALTERNATIVES = ["a", "b", "c"].map((id) => ({ id, label: id }));
const POLL = { method: "plurality", alternatives: ALTERNATIVES, blind: true };

for (const blind of [false, true]) {
  const kind = blind ? "blind" : "open";
  Deno.test(`[K15] connections cut amid the ballots of a ${kind} poll: a retry with its messageId counts once`, async () => {
    const random = createRandom(SEED);
    await using server = await startServer({ env: CROWDED });
    let cuts = 0;
    await using proxy = await TcpProxy.listen({
      targetPort: server.port,
      nextCut: () => ({
        kind: "reset",
        afterBytes: intBetween(random, 1_500, 6_000),
      }),
      onCut: () => void cuts++,
    });
    const people = await signInVoters(server, {
      prefix: "cut",
      voters: VOTERS,
      sockets: 1,
    });
    const { id: sessionId, channel } = await server.openSessionFor(
      people.map(({ userId }) => userId),
    );
    const [watching] = people;
    try {
      await watching.client!.subscribe(channel);
      const pollId = "cuts";
      await openPoll(server, sessionId, { ...POLL, id: pollId, blind });
      const lost = { ballots: 0 };
      const answers = await Promise.all(people.map(async (person) => {
        const given: Answer[] = [];
        for (let n = 0; n < BALLOTS; n++) {
          const ballot = {
            sessionId,
            pollId,
            messageId: `${person.userId}-${n}`,
            said: { choice: pick(random, ["a", "b", "c"]) },
          };
          const connect = () => connectThrough(proxy.port, person);
          given.push(await persist(ballot, connect, lost));
        }
        return given;
      }));
      assert(cuts > 0, "nothing was cut");
      assert(lost.ballots > 0, "no ballot was under way in a cut");
      // Taken, and the word of it lost: what a retry is for.
      assert(
        answers.flat().some(({ duplicate }) => duplicate),
        "no acknowledgement was lost",
      );
      await server.call(
        "POST",
        `/api/v1/sessions/${sessionId}/polls/${pollId}/close`,
      );
      const history = await server.history(channel);
      assertEquals(
        recordOf(history, pollId).casts.length,
        VOTERS * BALLOTS,
      );
      await checkPoll(server, {
        sessionId,
        pollId,
        answers: answers.flat(),
        history,
      });
      await checkOneOrder([watching], channel, history);
    } finally {
      await watching.client!.close();
    }
  });
}

Deno.test(`[K15] ${KILLS} kills amid the ballots: what was acknowledged is counted, and the recount holds`, async () => {
  const random = createRandom(SEED);
  const folder = await Deno.makeTempDir({ prefix: "regulens_polls_" });
  const settings = {
    folder,
    env: { ...CROWDED, REGULENS_SECRET: SECRET },
  };
  let life: Promise<TestServer> = startServer(settings);
  try {
    const first = await life;
    const people = await signInVoters(first, {
      prefix: "kill",
      voters: VOTERS,
      sockets: 0,
    });
    const { id: sessionId, channel } = await first.openSessionFor(
      people.map(({ userId }) => userId),
    );
    const pollId = "kills";
    await openPoll(first, sessionId, { ...POLL, id: pollId });
    const killEvery = VOTERS * BALLOTS / (KILLS + 1);
    const lost = { ballots: 0 };
    let taken = 0;
    let kills = 0;
    const killing = async () => {
      const server = await life;
      await server.stop("SIGKILL");
      await server[Symbol.asyncDispose]();
      return await startServer(settings);
    };
    const answers = await Promise.all(people.map(async (person) => {
      const given: Answer[] = [];
      for (let n = 0; n < BALLOTS; n++) {
        const ballot = {
          sessionId,
          pollId,
          messageId: `${person.userId}-${n}`,
          said: { choice: pick(random, ["a", "b", "c"]) },
        };
        const connect = async () => await connectTo(await life, person);
        given.push(await persist(ballot, connect, lost));
        if (++taken >= killEvery * (kills + 1) && kills < KILLS) {
          kills++;
          life = killing();
        }
      }
      return given;
    }));
    assertEquals(kills, KILLS);
    assert(lost.ballots > 0, "no kill met a ballot under way");
    const server = await life;
    await server.call(
      "POST",
      `/api/v1/sessions/${sessionId}/polls/${pollId}/close`,
    );
    const history = await server.history(channel);
    assertEquals(recordOf(history, pollId).casts.length, VOTERS * BALLOTS);
    await checkPoll(server, {
      sessionId,
      pollId,
      answers: answers.flat(),
      history,
    });
  } finally {
    const server = await life;
    await server.stop("SIGTERM");
    await server[Symbol.asyncDispose]();
  }
  try {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "verify", folder],
      cwd: new URL("../../", import.meta.url),
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, text);
    assert(text.includes("1 result of 1 poll counted again, all as"), text);
    assert(text.includes(`${VOTERS} sealed ballots as committed to`), text);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[K4] a poll whose deadline passes while the server is down closes at its return, once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_due_" });
  try {
    let closesAt = 0;
    const sessionId = "due";
    {
      await using server = await startServer({ folder });
      await server.openSession({ id: sessionId, title: "Due", open: true });
      // From here on: how long a start takes is the machine's business.
      closesAt = Date.now() + 2_500;
      await openPoll(server, sessionId, { ...POLL, id: "due", closesAt });
      await server.call(
        "POST",
        `/api/v1/sessions/${sessionId}/polls/due/ballots`,
        { choice: "b" },
        201,
      );
      await server.stop("SIGKILL");
    }
    for (const life of [1, 2]) {
      await using server = await startServer({ folder });
      await using client = await server.connectService();
      await client.subscribe(`session:${sessionId}`, { history: 100 });
      const { payload, at = 0 } = await client.waitFor(
        "the deadline",
        ({ payload }) => payload?.event === "consensus_result",
      );
      assertEquals(
        [payload.reason, payload.closedBy, payload.round],
        ["deadline", "regulens", 1],
      );
      assert(at >= closesAt, `${closesAt - at} ms too early in life ${life}`);
      const history = await server.history(`session:${sessionId}`);
      assertEquals(recordOf(history, "due").closes.length, 1);
      const late = await server.fetch(
        `/api/v1/sessions/${sessionId}/polls/due/ballots`,
        { method: "POST", body: JSON.stringify({ choice: "a" }) },
      );
      assertEquals([late.status, (await late.json()).reason], [
        409,
        "poll_closed",
      ]);
      await server.stop("SIGTERM");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[K4] ballots that race the deadline: those before the close count, all others are refused", async () => {
  await using server = await startServer({ env: CROWDED });
  const people = await signInVoters(server, {
    prefix: "late",
    voters: 12,
    sockets: 6,
  });
  try {
    const { id: sessionId, channel } = await server.openSessionFor(
      people.map(({ userId }) => userId),
    );
    const [{ client }] = people;
    await client!.subscribe(channel);
    const pollId = "late";
    const closesAt = Date.now() + 700;
    await openPoll(server, sessionId, { ...POLL, id: pollId, closesAt });
    const answers = await Promise.all(people.map(async (person) => {
      const given: Answer[] = [];
      // Everyone goes on until they are told that it is over.
      for (let n = 0; given.at(-1)?.reason === undefined; n++) {
        const ballot = {
          sessionId,
          pollId,
          messageId: `${person.userId}-${n}`,
          said: { choice: "a" },
        };
        given.push(
          person.client === undefined
            ? await person.overHttp(ballot)
            : await person.overSocket(ballot),
        );
      }
      return given;
    }));
    const close = await client!.waitFor(
      "the close",
      ({ payload }) => payload?.event === "consensus_result",
    );
    assertEquals(close.payload.reason, "deadline");
    const history = await server.history(channel);
    await checkPoll(server, {
      sessionId,
      pollId,
      answers: answers.flat(),
      history,
    });
    // By the server's clock, not by when the timer came round.
    for (const { at = 0, payload } of client!.publications(channel)) {
      if (payload.event === "vote_cast") assert(at < closesAt, `at ${at}`);
    }
  } finally {
    await Promise.all(people.map(({ client }) => client?.close()));
  }
});

/** Casts until there is an answer, on a new connection after each loss. */
async function persist(
  ballot: Parameters<Voter["overSocket"]>[0],
  connect: () => Promise<Voter | undefined>,
  lost: { ballots: number },
): Promise<Answer> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const voter = await connect();
    if (voter === undefined) continue;
    try {
      return await voter.overSocket(ballot);
    } catch {
      // It is unknown whether the ballot was taken.
      lost.ballots++;
    } finally {
      voter.client!.socket.close();
      await voter.client!.closed;
    }
  }
  throw new Error(`${ballot.messageId} found no way through`);
}

/** A connection through the proxy, or none when it was cut before it was one. */
async function connectThrough(
  port: number,
  { server, userId, cookie }: Voter,
): Promise<Voter | undefined> {
  try {
    const client = await SocketClient.open(`ws://127.0.0.1:${port}/ws`, {
      headers: { Cookie: cookie, Origin: `http://127.0.0.1:${port}` },
    });
    return new Voter(server, userId, cookie, client);
  } catch {
    return undefined;
  }
}

/** A connection to the server as it is now, or none when it is being killed. */
async function connectTo(
  server: TestServer,
  { userId, cookie }: Voter,
): Promise<Voter | undefined> {
  return await connectThrough(
    server.port,
    new Voter(server, userId, cookie),
  );
}
