/**
 * A blind poll leaks through no surface. The same meeting is held twice, people say other
 * things in it, and whoever looks from outside must see the same to the letter, but for
 * times, ids and hashes. What was said is a canary of its own besides.
 */
import { assert, assertEquals } from "@std/assert";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";
import { openPoll, type Said, Voter } from "../support/voters.ts";

const SESSION = "blind";
const POLL = "secret";
const CHANNEL = `session:${SESSION}`;
const ALTERNATIVES = ["one", "two", "three", "four", "five"];

/** What two meetings say, in the same order. */
interface Case {
  readonly name: string;
  readonly poll: Readonly<Record<string, unknown>>;
  readonly meetings: readonly [readonly Said[], readonly Said[]];
}

const CANARY = "CANARY";
/** Seen nowhere else, also not as part of another figure. */
const CONFIDENCE = 0.7182818284;

const CASES: readonly Case[] = [
  {
    name: "a ranking with reasons, or nothing but abstentions",
    poll: {
      method: "schulze",
      alternatives: ALTERNATIVES.map((id) => ({ id, label: `${id} of them` })),
      blind: true,
    },
    meetings: [
      [
        {
          ranking: ALTERNATIVES,
          reason: `${CANARY} because of ${"x".repeat(1_000)}`,
          confidence: CONFIDENCE,
        },
        { ranking: ["two", "one"], reason: `${CANARY} of another` },
        { ranking: [["five", "four"]], confidence: CONFIDENCE },
      ],
      [{ abstain: true }, { abstain: true }, { abstain: true }],
    ],
  },
  {
    name: "a proposal that is blocked, or agreed on",
    poll: { method: "proposal", blind: true, quorum: 0.5, maxRounds: 3 },
    meetings: [
      [
        { choice: "block", reason: `${CANARY}: over my dead body` },
        { choice: "disagree", confidence: CONFIDENCE },
        { choice: "disagree", reason: CANARY },
      ],
      [{ choice: "agree" }, { choice: "agree" }, { choice: "agree" }],
    ],
  },
  {
    name: "a poll that shows at a quorum it has not reached",
    poll: {
      method: "plurality",
      alternatives: ALTERNATIVES.map((id) => ({ id, label: id })),
      blind: true,
      reveal: "quorum",
      quorum: 1,
    },
    meetings: [
      [{ choice: "one", reason: CANARY }, { choice: "one" }, {
        choice: "one",
      }],
      [{ choice: "two" }, { choice: "three" }, { choice: "four" }],
    ],
  },
];

for (const { name, poll, meetings } of CASES) {
  Deno.test(`[K8] nobody can tell apart ${name}`, async () => {
    const [said, otherwise] = meetings;
    const first = await hold(poll, said);
    const second = await hold(poll, otherwise);
    for (const [surface, text] of first) {
      assertEquals(...differing(text, second.get(surface) ?? ""), surface);
      assert(!text.includes(CANARY), `${surface}: ${text}`);
      assert(!text.includes(String(CONFIDENCE)), `${surface}: ${text}`);
    }
    assertEquals([...first.keys()], [...second.keys()]);
  });
}

/** Both from shortly before they part: pages are long. */
function differing(one: string, other: string): [string, string] {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const from = Math.max(0, at - 80);
  return one === other
    ? ["", ""]
    : [one.slice(from, at + 80), other.slice(from, at + 80)];
}

interface Meeting {
  readonly server: TestServer;
  readonly voters: readonly Voter[];
  /** Takes part without a vote. */
  readonly observer: Voter;
  /** Signed in, and not of the session. */
  readonly stranger: Voter;
  /** Has a vote, and uses it last. */
  readonly silent: Voter;
  readonly admin: SocketClient;
}

/** Holds the meeting and hands back all that can be seen of it, by where it was seen. */
async function hold(
  poll: Readonly<Record<string, unknown>>,
  said: readonly Said[],
): Promise<ReadonlyMap<string, string>> {
  await using server = await startServer({ env: { LOG_LEVEL: "DEBUG" } });
  const people = [];
  for (const name of ["Ana", "Bo", "Cy", "Obi", "Zed", "Di"]) {
    people.push(await person(server, name));
  }
  const [ana, bo, cy, observer, stranger, silent] = people;
  const voters = [ana, bo, cy];
  const meeting: Meeting = {
    server,
    voters,
    observer,
    stranger,
    silent,
    admin: await server.connectService(),
  };
  try {
    await server.openSession({
      id: SESSION,
      title: "Blind",
      open: true,
      participants: [
        ...[...voters, silent].map(({ userId }) => ({ userId, name: userId })),
        { userId: observer.userId, name: "Obi", role: "observer" },
      ],
    });
    for (const { client } of people) await client!.subscribe(CHANNEL);
    await meeting.admin.subscribe(CHANNEL);
    const opened = await openPoll(server, SESSION, { id: POLL, ...poll });
    await told(meeting, opened);
    for (const [i, voter] of voters.entries()) {
      await cast(meeting, voter, said[i], i % 2 === 0);
    }
    // Somebody changes their mind, or only seems to.
    await cast(meeting, bo, said[0], true);
    const seen = new Map<string, string>();
    await look(meeting, "open", seen);
    await spy(meeting, said[0]);
    await server.call(
      "POST",
      `/api/v1/sessions/${SESSION}/polls/${POLL}/cancel`,
      {},
      200,
    );
    for (const { client } of people) {
      await client!.waitFor(
        "the end",
        ({ payload }) => payload?.event === "consensus_result",
      );
    }
    await look(meeting, "cancelled", seen);
    await look(meeting, "cancelled, once more", seen);
    for (const { client, userId } of people) {
      await client!.settle();
      seen.set(`frames of ${userId}`, messages(client!));
    }
    await meeting.admin.settle();
    seen.set("frames of the admin", messages(meeting.admin));
    const log = await server.output();
    for (const { choice, ranking = [] } of said) {
      for (const word of [choice, ...[ranking].flat(2)]) {
        if (word === undefined) continue;
        assert(!log.includes(`"${word}"`), `the log says ${word}: ${log}`);
      }
    }
    assert(!log.includes(CANARY), log);
    assert(!log.includes(String(CONFIDENCE)), log);
    return seen;
  } finally {
    for (const { client } of people) await client!.close();
    await meeting.admin.close();
  }
}

async function person(server: TestServer, name: string): Promise<Voter> {
  const { cookie, userId } = await server.signIn(name);
  const client = await SocketClient.open(server.socketUrl, {
    headers: { Cookie: cookie, Origin: server.url },
  });
  return new Voter(server, userId, cookie, client);
}

/** Casts and waits for the figures that follow, so that both meetings get as many. */
async function cast(
  meeting: Meeting,
  voter: Voter,
  said: Said,
  overSocket: boolean,
): Promise<void> {
  const ballot = {
    sessionId: SESSION,
    pollId: POLL,
    messageId: `${voter.userId}-${overSocket}`,
    said,
  };
  const { receipt, reason } = overSocket
    ? await voter.overSocket(ballot)
    : await voter.overHttp(ballot);
  assertEquals(reason, undefined);
  await told(meeting, receipt!.offset);
}

async function told(
  { voters, observer, stranger, admin }: Meeting,
  offset: number,
): Promise<void> {
  const clients = [...voters, observer, stranger].map(({ client }) => client!);
  for (const client of [...clients, admin]) {
    const { payload } = await client.waitFor(
      `figures as of ${offset}`,
      ({ payload }) =>
        payload?.event === "consensus_updated" && payload.asOf === offset,
    );
    assertEquals(payload.tally, null);
    assertEquals(payload.agreement, null);
    assertEquals(payload.dissent, null);
  }
}

/** Everything that can be read, by everyone who is not the voter. */
async function look(
  { server, voters, observer, stranger, admin }: Meeting,
  when: string,
  seen: Map<string, string>,
): Promise<void> {
  const note = (surface: string, text: string) =>
    seen.set(`${when}: ${surface}`, normal(text));
  const service = (path: string) => server.fetch(path);
  const paths = [
    `/api/v1/channels/${CHANNEL}/history?limit=500`,
    `/api/v1/channels/${CHANNEL}/presence`,
    `/api/v1/sessions/${SESSION}`,
    `/api/v1/sessions/${SESSION}/polls/${POLL}`,
    `/api/v1/sessions/${SESSION}/polls/${POLL}/recount`,
    "/api/v1/sessions",
    "/api/v1/inbox",
    "/",
    "/sessions",
    `/sessions/${SESSION}`,
    "/inbox",
  ];
  const readers = [
    ["observer", (path: string) => observer.request(path)],
    ["stranger", (path: string) => stranger.request(path)],
    ["admin", service],
  ] as const;
  for (const path of paths) {
    for (const [who, read] of readers) {
      const response = await read(path);
      const text = await response.text();
      note(`${path} to the ${who}`, `${response.status} ${text}`);
      const length = response.headers.get("content-length");
      const etag = response.headers.get("etag");
      note(`the head of ${path} to the ${who}`, `${length !== null} ${etag}`);
    }
  }
  // A voter may see their own ballot there, and nobody else's.
  const [ana, bo] = voters;
  const path = `/api/v1/sessions/${SESSION}/polls/${POLL}`;
  const { poll } = await (await bo.request(path)).json();
  const { mine, ...rest } = poll;
  assert(mine !== null);
  note("the poll to another voter", JSON.stringify(rest));
  for (const { userId, request } of [bind(ana), bind(bo)]) {
    const inbox = await (await request("/api/v1/inbox")).text();
    note(`the inbox of ${userId}`, inbox);
    const own = `/api/v1/channels/user:${userId}/history?limit=500`;
    note(`the notices of ${userId}`, await (await request(own)).text());
  }
  const { publications, channels, subscriptions } = await server.call(
    "GET",
    "/api/v1/stats",
  );
  note("figures", JSON.stringify({ publications, channels, subscriptions }));
  note("metrics", tellingMetrics(await (await service("/metrics")).text()));
  const connections = await server.call("GET", "/api/v1/connections");
  note(
    "connections",
    JSON.stringify(
      connections.items.map((
        { userId, subscriptions }: { userId: string; subscriptions: string[] },
      ) => [userId, subscriptions]).toSorted(),
    ),
  );
  await using late = await SocketClient.open(server.socketUrl, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  const { payload: { epoch, offset = 0 } } = await admin.subscribe(CHANNEL);
  await late.subscribe(CHANNEL, { since: { epoch, offset: 0 } });
  await late.waitForOffset(CHANNEL, offset);
  note("what a late joiner gets", messages(late));
}

/** Which figures there are, and those of them that machine and clock have no part in. */
function tellingMetrics(text: string): string {
  const counted =
    /^regulens_(publications|commands|refused_commands|due_fired)_total|^regulens_(connections|subscriptions|channels|jobs_queued)\b/;
  return text.trimEnd().split("\n").filter((line) => !line.startsWith("#"))
    // Statuses come as they first occur, buckets are of times.
    .filter((line) => !/_bucket|http_requests/.test(line))
    .map((line) => counted.test(line) ? line : line.replace(/ \S+$/, ""))
    .join("\n");
}

function bind(voter: Voter) {
  return {
    userId: voter.userId,
    request: (path: string) => voter.request(path),
  };
}

/** Attempts at what is sealed, each of which must find nothing. */
async function spy(
  { server, voters, observer, silent, admin }: Meeting,
  said: Said,
): Promise<void> {
  const [ana] = voters;
  const clients = [
    ["admin", admin],
    ["observer", observer.client!],
    ["voter", ana.client!],
  ] as const;
  for (const sealed of [`sealed:${POLL}`, "sealed:none"]) {
    for (const [who, client] of clients) {
      const refusal = async (message: Record<string, unknown>) =>
        assertEquals(
          await client.refusal({ channel: sealed, ...message }),
          "not_found",
          `${who} ${message.type} ${sealed}`,
        );
      await refusal({ type: "SUBSCRIBE" });
      await refusal({
        type: "SUBSCRIBE",
        payload: { since: { epoch: "x", offset: 0 }, history: 100 },
      });
      await refusal({ type: "BROADCAST", payload: { event: "ballot_sealed" } });
    }
    const name = encodeURIComponent(sealed);
    for (const rest of ["history", "presence"]) {
      const path = `/api/v1/channels/${name}/${rest}`;
      for (
        const response of [
          await server.fetch(path),
          await ana.request(path),
        ]
      ) {
        assertEquals(response.status, 404, path);
        await response.body?.cancel();
      }
    }
    await server.call("POST", `/api/v1/channels/${name}/publications`, {
      payload: {},
    }, 404);
    const path = `/api/v1/connections/${admin.connectionId}/subscriptions`;
    await server.call("POST", path, { channel: sealed }, 404);
  }
  // Somebody else's messageId gives nobody their answer, and their ballot no confirmation.
  const messageId = `${ana.userId}-true`;
  const ballot = { sessionId: SESSION, pollId: POLL, messageId, said };
  const stolen = await observer.overHttp(ballot);
  assertEquals(stolen.reason, "not_a_voter");
  const own = await silent.overHttp(ballot);
  assertEquals(own.duplicate, false);
  const sent = await ana.overSocket({ ...ballot, said });
  assertEquals([sent.duplicate, sent.reason], [true, undefined]);
  assert(own.receipt!.offset !== sent.receipt!.offset);
}

/** All a client got, line by line: how lines gather in frames is a matter of load. */
function messages(client: SocketClient): string {
  return normal(client.frames.join("\n"));
}

/** Without what differs between any two runs; the length of each is kept where it is fixed. */
function normal(text: string): string {
  return text
    .replaceAll(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
      "<uuid>",
    )
    .replaceAll(/node-[0-9a-f]{8}/g, "<node>")
    .replaceAll(/nonce="[^"]+"/g, "<nonce>")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<hash of 64>")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "<hash of 16>")
    .replaceAll(/\b[0-9a-f]{8}\b/g, "<hash of 8>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?Z?/g, "<time>")
    .replaceAll(/\b1[789]\d{11}\b/g, "<ms>")
    .replaceAll(/\b\d\d:\d\d(:\d\d)?\b/g, "<clock>")
    .replaceAll(/"(id|ref)":\d+/g, `"$1":<n>`);
}
