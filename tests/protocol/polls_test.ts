/** Polls under races, over real sockets and HTTP: each voter once, one order, closing is final. */
import { assert, assertEquals } from "@std/assert";
import { createRandom, intBetween, pick, sizeFrom } from "../chaos/random.ts";
import { startServer, type TestServer } from "../support/server.ts";
import {
  type Answer,
  checkOneOrder,
  checkPoll,
  countByHand,
  CROWDED,
  openPoll,
  recordOf,
  type Said,
  signInVoters,
  type Voter,
} from "../support/voters.ts";

const SEED = sizeFrom("POLLS_SEED", 20_261_123);
const VOTERS = sizeFrom("POLLS_VOTERS", 200);
const SHORT_POLLS = sizeFrom("POLLS_SHORT", 500);
/** Short polls that are under way together. */
const LANES = 10;
const SHORT_VOTERS = 8;

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({ env: CROWDED });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Random = () => number;

const ALTERNATIVES = ["a", "b", "c"].map((id) => ({ id, label: id }));

interface Kind {
  readonly name: string;
  readonly poll: Readonly<Record<string, unknown>>;
  readonly say: (random: Random) => Said;
}

const KINDS: readonly Kind[] = [
  {
    name: "plurality",
    poll: { method: "plurality", alternatives: ALTERNATIVES },
    say: (random) => ({ choice: pick(random, ["a", "b", "c"]) }),
  },
  {
    name: "blind plurality",
    poll: { method: "plurality", alternatives: ALTERNATIVES, blind: true },
    say: (random) => ({ choice: pick(random, ["a", "b", "c"]) }),
  },
  {
    name: "blind schulze, shown at quorum",
    poll: {
      method: "schulze",
      alternatives: ALTERNATIVES,
      blind: true,
      reveal: "quorum",
      quorum: 0.5,
    },
    say: (random) => ({
      ranking: pick(random, [["a", "b", "c"], ["b", "c"], ["c", "a"]]),
    }),
  },
  {
    name: "proposal",
    poll: { method: "proposal" },
    say: (random) => ({
      choice: pick(random, ["agree", "agree", "disagree", "abstain"]),
    }),
  },
  {
    name: "approval",
    poll: { method: "approval", alternatives: ALTERNATIVES },
    say: (random) => ({ choices: pick(random, [["a"], ["a", "b"], []]) }),
  },
];

/** One voter's clicks, some of them twice, some of them changing their mind. */
async function clicks(
  voter: Voter,
  { sessionId, pollId, random, say }: {
    readonly sessionId: string;
    readonly pollId: string;
    readonly random: Random;
    readonly say: (random: Random) => Said;
  },
): Promise<Answer[]> {
  const send = (messageId: string, said: Said) => {
    const ballot = { sessionId, pollId, messageId, said };
    return voter.client !== undefined && random() < 0.5
      ? voter.overSocket(ballot)
      : voter.overHttp(ballot);
  };
  const id = `${pollId}-${voter.userId}`;
  const said = say(random);
  switch (intBetween(random, 0, 4)) {
    case 0:
      return [await send(`${id}-1`, said)];
    case 1: // A double click that the client knows to be one.
      return await Promise.all([send(`${id}-1`, said), send(`${id}-1`, said)]);
    case 2: // A double click that nobody knows to be one.
      return await Promise.all([send(`${id}-1`, said), send(`${id}-2`, said)]);
    case 3: // Another mind, both under way.
      return await Promise.all([
        send(`${id}-1`, said),
        send(`${id}-2`, say(random)),
      ]);
    default: { // Another mind, afterwards; then the first click again.
      const first = await send(`${id}-1`, said);
      const second = await send(`${id}-2`, say(random));
      const again = await send(`${id}-1`, said);
      // Taken once, it keeps its answer, also behind the close.
      if (first.receipt) assertEquals(again.receipt, first.receipt);
      return [first, second, again];
    }
  }
}

/** Closes once so many of the clicks are answered, the others still under way. */
async function vote(
  voters: readonly Voter[],
  { sessionId, pollId, random, say }: {
    readonly sessionId: string;
    readonly pollId: string;
    readonly random: Random;
    readonly say: (random: Random) => Said;
  },
): Promise<Answer[]> {
  let left = intBetween(random, 0, voters.length);
  const enough = Promise.withResolvers<void>();
  if (left === 0) enough.resolve();
  const voting = Promise.all(voters.map(async (voter) => {
    const answers = await clicks(voter, { sessionId, pollId, random, say });
    if (--left === 0) enough.resolve();
    return answers;
  }));
  await enough.promise;
  const path = `/api/v1/sessions/${sessionId}/polls/${pollId}/close`;
  // Two close at once: one does, the other is told that it was done.
  const closes = await Promise.all([0, 1].map(async () => {
    const response = await server.fetch(path, { method: "POST" });
    await response.body?.cancel();
    return response.status;
  }));
  assertEquals(closes.toSorted(), [200, 409]);
  return (await voting).flat();
}

for (const { name, poll, say } of KINDS) {
  Deno.test(`[K2] ${VOTERS} voters of a ${name} poll click twice, change their minds and race the close`, async () => {
    const random = createRandom(SEED);
    const prefix = name.replaceAll(/\W+/g, "-");
    const voters = await signInVoters(server, {
      prefix,
      voters: VOTERS,
      sockets: VOTERS / 2,
    });
    try {
      const session = await server.openSessionFor(
        voters.map(({ userId }) => userId),
      );
      const { id: sessionId, channel } = session;
      await Promise.all(
        voters.map(({ client }) => client?.subscribe(channel)),
      );
      const pollId = `${prefix}-race`;
      await openPoll(server, sessionId, { id: pollId, ...poll });
      const race = { sessionId, pollId, random, say };
      const answers = await vote(voters, race);
      const history = await server.history(channel);
      await checkPoll(server, { sessionId, pollId, answers, history });
      await checkOneOrder(voters, channel, history);
    } finally {
      await Promise.all(voters.map(({ client }) => client?.close()));
    }
  });
}

Deno.test(`[K3] ${SHORT_POLLS} short polls, each closed amid its ballots: all counted right, one order for all`, async () => {
  const random = createRandom(SEED);
  const voters = await signInVoters(server, {
    prefix: "short",
    voters: SHORT_VOTERS,
    sockets: SHORT_VOTERS / 2,
  });
  try {
    const session = await server.openSessionFor(
      voters.map(({ userId }) => userId),
    );
    const { id: sessionId, channel } = session;
    await Promise.all(voters.map(({ client }) => client?.subscribe(channel)));
    const answers = new Map<string, readonly Answer[]>();
    let next = 0;
    await Promise.all(Array.from({ length: LANES }, async () => {
      while (next < SHORT_POLLS) {
        const n = next++;
        const { poll, say } = KINDS[n % KINDS.length];
        const pollId = `short-${n}`;
        await openPoll(server, sessionId, { id: pollId, ...poll });
        const race = { sessionId, pollId, random, say };
        answers.set(pollId, await vote(voters, race));
      }
    }));
    const history = await server.history(channel);
    assertEquals(
      history.map(({ offset }) => offset),
      history.map((_, i) => i + 1),
    );
    const toCheck = [...answers];
    await Promise.all(Array.from({ length: LANES }, async () => {
      for (let one = toCheck.pop(); one; one = toCheck.pop()) {
        const [pollId, given] = one;
        await checkPoll(server, { sessionId, pollId, answers: given, history });
      }
    }));
    for (const pollId of answers.keys()) {
      // Every first kind is a plurality in the open, which can be counted by hand.
      if (Number(pollId.slice("short-".length)) % KINDS.length !== 0) continue;
      const [close] = recordOf(history, pollId).closes;
      const counts = countByHand(history, pollId);
      assertEquals(
        countsIn(close.payload.result),
        { a: 0, b: 0, c: 0, ...counts },
        pollId,
      );
    }
    const refused = [...answers.values()].flat()
      .filter(({ receipt }) => receipt === undefined).length;
    assertEquals(answers.size, SHORT_POLLS);
    assert(refused > 0, "no ballot came too late: nothing raced the close");
    await checkOneOrder(voters, channel, history);
  } finally {
    await Promise.all(voters.map(({ client }) => client?.close()));
  }
});

// deno-lint-ignore no-explicit-any -- an answer from outside; the test states its shape
function countsIn(result: any): unknown {
  return result.tally.details.counts;
}
