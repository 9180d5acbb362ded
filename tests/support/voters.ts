/** Voters on a real server, over sockets and HTTP, and what must hold of a poll afterwards. */
import { assert, assertEquals } from "@std/assert";
import { isPublicationOf, SocketClient } from "./socket_client.ts";
import type { HistoryItem, TestServer } from "./server.ts";

/** Settings under which the limits of one connection and one address are not what is tested. */
export const CROWDED: Readonly<Record<string, string>> = {
  WEBSOCKET_RATE_LIMIT: "1000000",
  WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: "5000",
};

/** What a voter says: the fields of a ballot. */
export type Said = Readonly<Record<string, unknown>>;

/** How a ballot was answered. */
export interface Answer {
  readonly userId: string;
  readonly pollId: string;
  readonly messageId: string;
  readonly said: Said;
  /** Where the ballot stands; undefined when it was refused. */
  readonly receipt?: { readonly offset: number; readonly hash: string };
  readonly duplicate: boolean;
  /** Why not; undefined when it was taken. */
  readonly reason?: string;
}

/** One who votes over HTTP, and over a socket when there is one. */
export class Voter {
  constructor(
    readonly server: TestServer,
    readonly userId: string,
    readonly cookie: string,
    readonly client?: SocketClient,
  ) {}

  get headers(): Record<string, string> {
    return {
      Cookie: this.cookie,
      "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/json",
    };
  }

  request(path: string, body?: unknown, method?: string): Promise<Response> {
    return this.server.fetch(path, {
      token: null,
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: this.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async overHttp(ballot: Cast): Promise<Answer> {
    const { sessionId, pollId, messageId, said } = ballot;
    const response = await this.request(
      `/api/v1/sessions/${sessionId}/polls/${pollId}/ballots`,
      { ...said, messageId },
    );
    const answer = await response.json();
    const about = { userId: this.userId, pollId, messageId, said };
    if (response.status !== 201) {
      return { ...about, duplicate: false, reason: reasonOf(answer) };
    }
    const { receipt: { offset, hash }, duplicate = false } = answer;
    return { ...about, receipt: { offset, hash }, duplicate };
  }

  async overSocket(ballot: Cast): Promise<Answer> {
    const { sessionId, pollId, messageId, said } = ballot;
    const { type, payload } = await this.client!.request({
      type: "COMMAND",
      messageId,
      payload: {
        command: "cast_ballot",
        input: { sessionId, pollId, ...said },
      },
    });
    const about = { userId: this.userId, pollId, messageId, said };
    if (type !== "ACK") {
      return { ...about, duplicate: false, reason: reasonOf(payload) };
    }
    const { offset, hash } = positionIn(payload.positions);
    const { duplicate = false } = payload;
    return { ...about, receipt: { offset, hash }, duplicate };
  }
}

export interface Cast {
  readonly sessionId: string;
  readonly pollId: string;
  readonly messageId: string;
  readonly said: Said;
}

function reasonOf(problem: { reason?: string; code?: string }): string {
  return problem.reason ?? problem.code ?? "no reason at all";
}

function positionIn(positions: unknown): { offset: number; hash: string } {
  assert(Array.isArray(positions), "an ACK carries its positions");
  return positions[0];
}

/** Signs voters in; the first `sockets` of them also connect. */
export async function signInVoters(
  server: TestServer,
  { prefix, voters, sockets }: {
    readonly prefix: string;
    readonly voters: number;
    readonly sockets: number;
  },
): Promise<Voter[]> {
  const names = Array.from({ length: voters }, (_, n) => `${prefix} ${n}`);
  const signedIn: Voter[] = [];
  for (const [n, name] of names.entries()) {
    const { cookie, userId } = await server.signIn(name);
    const client = n < sockets
      ? await SocketClient.open(server.socketUrl, {
        headers: { Cookie: cookie, Origin: server.url },
      })
      : undefined;
    signedIn.push(new Voter(server, userId, cookie, client));
  }
  return signedIn;
}

/** Opens a poll as the service token and hands back the offset of its opening. */
export async function openPoll(
  server: TestServer,
  sessionId: string,
  poll: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { position } = await server.call(
    "POST",
    `/api/v1/sessions/${sessionId}/polls`,
    { question: "Which one?", ...poll },
    201,
  );
  return position.offset;
}

/** What a poll's own entries say, read by hand and not by the code that counts. */
export interface PollRecord {
  readonly casts: readonly HistoryItem[];
  readonly closes: readonly HistoryItem[];
}

export function recordOf(
  history: readonly HistoryItem[],
  pollId: string,
): PollRecord {
  const own = history.filter(({ payload }) => payload.pollId === pollId);
  const of = (event: string) =>
    own.filter(({ payload }) => payload.event === event);
  return { casts: of("vote_cast"), closes: of("consensus_result") };
}

/**
 * What must hold of a closed poll of one round, whatever came between: one close, no ballot
 * behind it, every receipt an entry of its voter's, every entry somebody's receipt, everyone
 * counted once by their last ballot, and a recount that says the same.
 */
export async function checkPoll(
  server: TestServer,
  { sessionId, pollId, answers, history }: {
    readonly sessionId: string;
    readonly pollId: string;
    readonly answers: readonly Answer[];
    readonly history: readonly HistoryItem[];
  },
): Promise<void> {
  const { casts, closes } = recordOf(history, pollId);
  assertEquals(closes.length, 1, `${pollId} was closed once`);
  const [close] = closes;
  const byOffset = new Map(casts.map((entry) => [entry.offset, entry]));
  for (const { offset } of casts) {
    assert(offset < close.offset, `${pollId}: ${offset} is behind the close`);
  }
  const receipted = new Set<number>();
  const offsets = new Map<string, number>();
  for (const { userId, receipt, reason, messageId } of answers) {
    if (receipt === undefined) {
      assertEquals(reason, "poll_closed", `${pollId}: the ballot of ${userId}`);
      continue;
    }
    const entry = byOffset.get(receipt.offset);
    assertEquals(entry?.payload.userId, userId, `${pollId} ${messageId}`);
    assertEquals(entry?.hash, receipt.hash, `${pollId} ${messageId}`);
    assertEquals(entry?.messageId, messageId);
    receipted.add(receipt.offset);
    const click = `${userId} ${messageId}`;
    assertEquals(offsets.get(click) ?? receipt.offset, receipt.offset, click);
    offsets.set(click, receipt.offset);
  }
  // Same size and each receipt has its entry: no entry is without one.
  assertEquals(receipted.size, casts.length, `${pollId}: ballots without word`);
  assertEquals(offsets.size, casts.length, `${pollId}: a click counted twice`);
  const voters = new Set(casts.map(({ payload }) => payload.userId));
  const { poll } = await server.call(
    "GET",
    `/api/v1/sessions/${sessionId}/polls/${pollId}`,
  );
  assertEquals(poll.status, "closed");
  assertEquals(poll.result, close.payload.result, `${pollId}: as announced`);
  assertEquals(poll.result.turnout.castCount, voters.size, pollId);
  const recount = await server.call(
    "GET",
    `/api/v1/sessions/${sessionId}/polls/${pollId}/recount`,
  );
  assertEquals(recount.mistakes, [], pollId);
  assertEquals(recount.rounds.at(-1).ballots, voters.size, pollId);
}

/** Counts of the last ballot of everyone, by choice, for polls whose ballots are open. */
export function countByHand(
  history: readonly HistoryItem[],
  pollId: string,
): Record<string, number> {
  const last = new Map<unknown, Said>();
  for (const { payload } of recordOf(history, pollId).casts) {
    const { ballot } = payload;
    if (typeof ballot !== "object" || ballot === null) continue;
    last.set(payload.userId, { ...ballot });
  }
  const counts: Record<string, number> = {};
  for (const { choice } of last.values()) {
    counts[String(choice)] = (counts[String(choice)] ?? 0) + 1;
  }
  return counts;
}

/** Everyone with a socket saw the same entries in the same order as the history has them. */
export async function checkOneOrder(
  voters: readonly Voter[],
  channel: string,
  history: readonly HistoryItem[],
): Promise<void> {
  const { offset: head } = history[history.length - 1];
  for (const { client, userId } of voters) {
    if (client === undefined) continue;
    await client.waitForOffset(channel, head);
    const [first] = client.publications(channel);
    const due = history.filter(({ offset }) => offset >= (first.offset ?? 0));
    const seen = client.received
      .filter((each) => isPublicationOf(each, channel))
      .slice(0, due.length);
    assertEquals(seen, due, userId);
  }
}
