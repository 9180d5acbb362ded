/** Rounds of a poll whose close races the ballots, over all nodes of a cluster, each round checked. */
import type { Cluster } from "../../support/cluster.ts";
import {
  type Answer,
  checkOneOrder,
  checkPoll,
  openPoll,
  signInVoters,
  type Voter,
} from "../../support/voters.ts";
import { createRandom, intBetween, pick } from "../random.ts";

const ALTERNATIVES = ["a", "b", "c"].map((id) => ({ id, label: id }));
const POLL = { method: "plurality", alternatives: ALTERNATIVES, blind: true };
const SEED = 20_261_123;
/** Ballots that wait for their answer at the same time. */
const UNDER_WAY = 24;

export interface RoundsOptions {
  /** Over all nodes; half of them over sockets, half over HTTP. */
  readonly voters: number;
  readonly rounds: number;
}

/** @throws {AssertionError} When a ballot is lost, counted twice, or behind the close. */
export async function closeAgainstBallots(
  { nodes }: Cluster,
  { voters, rounds }: RoundsOptions,
) {
  const random = createRandom(SEED);
  const perNode = Math.ceil(voters / nodes.length);
  const groups = await Promise.all(
    nodes.map(({ server }, n) =>
      signInVoters(server, {
        prefix: `node ${n} voter`,
        voters: perNode,
        sockets: Math.ceil(perNode / 2),
      })
    ),
  );
  const people = groups.flat();
  const watching = groups.map(([first]) => first);
  const session = await nodes[0].server.openSessionFor(
    people.map(({ userId }) => userId),
  );
  const { id: sessionId, channel } = session;
  let accepted = 0;
  try {
    const { epoch, offset } = session;
    await Promise.all(
      watching.map(({ client }) =>
        client!.subscribe(channel, { since: { epoch, offset } })
      ),
    );
    for (let round = 0; round < rounds; round++) {
      const at = (n: number) => nodes[(round + n) % nodes.length].server;
      const pollId = `round-${round}`;
      await openPoll(at(0), sessionId, { ...POLL, id: pollId });
      // The close sets out when so many ballots are answered: amid the others.
      const closeAfter = intBetween(random, 0, people.length - UNDER_WAY);
      const answers = await againstClose(people, {
        cast: (voter) =>
          cast(voter, {
            sessionId,
            pollId,
            messageId: `${voter.userId}-${round}`,
            said: { choice: pick(random, ["a", "b", "c"]) },
          }),
        closeAfter,
        close: () =>
          at(1).call(
            "POST",
            `/api/v1/sessions/${sessionId}/polls/${pollId}/close`,
          ),
      });
      // What one node has said another tells a moment later.
      await at(2).eventually(
        `the close of ${pollId} to be known everywhere`,
        () =>
          at(2).call("GET", `/api/v1/sessions/${sessionId}/polls/${pollId}`),
        ({ poll }) => poll.status === "closed",
      );
      const history = await at(2).history(channel);
      await checkPoll(at(2), { sessionId, pollId, answers, history });
      accepted += answers.filter(({ receipt }) => receipt).length;
    }
    const [history, ...others] = await Promise.all(
      nodes.map(({ server }) => server.history(channel)),
    );
    await checkOneOrder(watching, channel, history);
    const refused = people.length * rounds - accepted;
    const unlikeRecords = others.filter((other) =>
      JSON.stringify(other) !== JSON.stringify(history)
    ).length;
    return { accepted, refused, unlikeRecords };
  } finally {
    await Promise.all(people.map(({ client }) => client?.close()));
  }
}

function cast(
  voter: Voter,
  ballot: Parameters<Voter["overSocket"]>[0],
): Promise<Answer> {
  return voter.client === undefined
    ? voter.overHttp(ballot)
    : voter.overSocket(ballot);
}

/** A few ballots are always under way: those behind the close are late, those before are not. */
async function againstClose(
  people: readonly Voter[],
  { cast, closeAfter, close }: {
    readonly cast: (voter: Voter) => Promise<Answer>;
    readonly closeAfter: number;
    readonly close: () => Promise<unknown>;
  },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  let closing: Promise<unknown> | undefined;
  await Promise.all(Array.from({ length: UNDER_WAY }, async () => {
    while (next < people.length) {
      if (answers.length >= closeAfter) closing ??= close();
      answers.push(await cast(people[next++]));
    }
  }));
  await (closing ?? close());
  return answers;
}
