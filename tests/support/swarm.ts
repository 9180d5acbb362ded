/** Many SDK clients that post through whatever happens to the nodes, and the account of it at the end. */
import type { Cluster } from "./cluster.ts";
import { CROWDED } from "./voters.ts";
import { within } from "./socket_client.ts";
import type { HistoryItem, OpenedSession } from "./server.ts";
import { SwarmClient } from "./swarm_client.ts";
import { WireWatch } from "./wire_watch.ts";

/** How long the last of a swarm may take to be told what the first knows. */
const CATCH_UP_MS = 60_000;
/** A wait over this is too long for whoever waits. */
export const LONG_WAIT_MS = 3_000;

/** Settings of nodes under which a swarm on one machine is not taken for an attack. */
export const SWARMING: Readonly<Record<string, string>> = {
  ...CROWDED,
  WEBSOCKET_MAX_CONNECTIONS_PER_USER: "5000",
  REGULENS_HTTP_RATE_LIMIT: "100000",
};

export interface SwarmOptions {
  readonly clients: number;
  /** Sessions they are spread over; all of one follow it and its topic. */
  readonly rooms: number;
  /** Between an acknowledgement and the next message, in ms. */
  readonly pauseMs: number;
}

/** Waits from handing a durable message over to its acknowledgement. */
export interface Waits {
  readonly acknowledged: number;
  readonly longestMs: number;
  readonly over3s: number;
}

/** What the comparison found; all zero and empty is what must be. */
export interface Account {
  /** Durable messages with an acknowledgement. */
  readonly acknowledged: number;
  /** Of those: not in the log, or not with whom it was for. */
  readonly lost: number;
  readonly twice: number;
  /** At another place than the acknowledgement said, or with another hash. */
  readonly falselyAcknowledged: number;
  /** Clients whose record of their room is not the store's. */
  readonly unlikeLogs: number;
  /** Nodes that tell a room's history differently from the first. */
  readonly unlikeNodes: number;
  readonly faults: readonly string[];
  /** Broadcasts acknowledged as `accepted`, and those of them that nobody got. */
  readonly broadcasts: number;
  readonly broadcastsUnseen: number;
  /** Longest wait for the acknowledgement of one, in ms. */
  readonly longestBroadcastMs: number;
}

export class Swarm implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #rooms: readonly OpenedSession[];
  readonly clients: readonly SwarmClient[];
  readonly #watch = new WireWatch();
  #waits: number[] = [];
  readonly #hear = new Set<(client: SwarmClient) => void>();

  private constructor(
    cluster: Cluster,
    rooms: readonly OpenedSession[],
    { clients, pauseMs }: SwarmOptions,
  ) {
    this.#cluster = cluster;
    this.#rooms = rooms;
    this.clients = Array.from({ length: clients }, (_, n) => {
      const userId = userOf(n);
      return new SwarmClient({
        userId,
        friend: userOf((n + 1) % clients),
        room: rooms[n % rooms.length],
        topic: topicOf(n % rooms.length),
        url: cluster.socketUrl,
        getTicket: () => cluster.ticket({ userId }),
        watch: this.#watch,
        pauseMs,
        acknowledged: (client, waitMs) => {
          this.#waits.push(waitMs);
          for (const hear of this.#hear) hear(client);
        },
      });
    });
  }

  /** Opens the rooms, connects everyone and lets them post. */
  static async start(
    cluster: Cluster,
    options: SwarmOptions,
  ): Promise<Swarm> {
    const { clients, rooms } = options;
    const [{ server }] = cluster.nodes;
    const opened = await Promise.all(
      Array.from({ length: rooms }, (_, room) => {
        const members = Array.from({ length: clients }, (_, n) => n)
          .filter((n) => n % rooms === room).map(userOf);
        return server.openSessionFor(members, `Room ${room}`);
      }),
    );
    const swarm = new Swarm(cluster, opened, options);
    const posting = swarm.everyoneAcknowledged();
    for (const client of swarm.clients) {
      client.connect();
      client.post();
    }
    await posting;
    swarm.takeWaits();
    return swarm;
  }

  /** Resolves once every client has had an acknowledgement from now on, with the ms that took. */
  async everyoneAcknowledged(): Promise<number> {
    const from = performance.now();
    const left = new Set(this.clients);
    const { promise, resolve } = Promise.withResolvers<void>();
    const hear = (client: SwarmClient) => {
      left.delete(client);
      if (left.size === 0) resolve();
    };
    this.#hear.add(hear);
    try {
      const names = () => [...left].map(({ standing }) => standing).join("\n");
      await within(promise, CATCH_UP_MS, "an acknowledgement of everyone")
        .catch((error) => {
          throw new Error(`${error.message}; without\n${names()}`);
        });
    } finally {
      this.#hear.delete(hear);
    }
    return performance.now() - from;
  }

  /** What was waited since the last call. */
  takeWaits(): Waits {
    const waits = this.#waits;
    this.#waits = [];
    return {
      acknowledged: waits.length,
      longestMs: Math.round(waits.reduce((a, b) => Math.max(a, b), 0)),
      over3s: waits.filter((ms) => ms > LONG_WAIT_MS).length,
    };
  }

  /** Lets everyone finish what they had begun, and compares it with the store and each other. */
  async account(): Promise<Account> {
    const { clients } = this;
    await within(
      Promise.all(clients.map((client) => client.stop())),
      CATCH_UP_MS,
      "everything begun to be acknowledged",
    );
    const histories = await Promise.all(
      this.#cluster.nodes.map(({ server }) =>
        Promise.all(
          this.#rooms.map(({ channel }) => server.history(channel)),
        )
      ),
    );
    const [rooms] = histories;
    const truth = (room: number) => JSON.stringify(rooms[room].map(placeOf));
    const found = clients.map((client, n) =>
      compare(client, rooms[n % rooms.length])
    );
    const direct = await Promise.all(
      clients.map((_, n) => this.#compareDirect(n)),
    );
    const logs = await Promise.all(clients.map(async (client, n) => {
      const history = rooms[n % rooms.length];
      const { offset: head } = history[history.length - 1];
      await within(
        client.until(({ applied }) => (applied.at(-1)?.offset ?? 0) >= head),
        CATCH_UP_MS,
        `${client.userId} to have applied ${head} publications`,
      );
      const due = history.filter(({ offset }) => offset > client.room.offset);
      const own = client.applied.slice(0, due.length);
      return JSON.stringify(own) === JSON.stringify(due.map(placeOf));
    }));
    const broadcasts = this.#compareBroadcasts();
    const sum = (of: (part: Compared) => number) =>
      [...found, ...direct].reduce((all, part) => all + of(part), 0);
    return {
      acknowledged: sum(({ acknowledged }) => acknowledged),
      lost: sum(({ lost }) => lost),
      twice: sum(({ twice }) => twice),
      falselyAcknowledged: sum(({ moved }) => moved),
      unlikeLogs: logs.filter((alike) => !alike).length,
      unlikeNodes:
        histories.slice(1).flatMap((node) =>
          node.filter((history, room) =>
            JSON.stringify(history.map(placeOf)) !== truth(room)
          )
        ).length,
      faults: [
        ...this.#watch.faults,
        ...clients.flatMap(({ userId, faults }) =>
          faults.map((fault) => `${userId}: ${fault}`)
        ),
        ...rooms.flatMap(holesIn),
        ...broadcasts.faults,
      ],
      broadcasts: broadcasts.count,
      broadcastsUnseen: broadcasts.unseen,
      longestBroadcastMs: Math.round(
        clients.flatMap(({ broadcastMs }) => broadcastMs)
          .reduce((a, b) => Math.max(a, b), 0),
      ),
    };
  }

  /** Who should be seen in each topic, and what each node says of it. */
  async presence(): Promise<
    { readonly due: readonly string[]; readonly told: readonly string[][] }[]
  > {
    return await Promise.all(this.#rooms.map(async (_, room) => ({
      due: this.clients.filter((_, n) => n % this.#rooms.length === room)
        .map(({ userId }) => userId).toSorted(),
      told: await Promise.all(this.#cluster.nodes.map(async ({ server }) => {
        const channel = encodeURIComponent(topicOf(room));
        const { users }: { users: { userId: string }[] } = await server.call(
          "GET",
          `/api/v1/channels/${channel}/presence`,
        );
        return users.map(({ userId }) => userId).toSorted();
      })),
    })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.clients.map((client) => client.stop());
    for (const client of this.clients) client.close();
    await Promise.all(stopped);
    await this.#watch.allClosed();
  }

  /** What its friend was told of the direct messages that this one sent. */
  async #compareDirect(n: number): Promise<Compared> {
    const { sentDirect } = this.clients[n];
    const friend = this.clients[(n + 1) % this.clients.length];
    const timesOf = (text: string) =>
      friend.direct.filter((each) => each === text).length;
    const texts = [...sentDirect.keys()];
    // Whatever is missing after that is lost.
    await within(
      friend.until(() => texts.every((text) => timesOf(text) > 0)),
      CATCH_UP_MS,
      `${friend.userId} to have all direct messages`,
    ).catch(() => {});
    return {
      acknowledged: texts.length,
      lost: texts.filter((text) => timesOf(text) === 0).length,
      twice: texts.filter((text) => timesOf(text) > 1).length,
      moved: 0,
    };
  }

  #compareBroadcasts() {
    const faults: string[] = [];
    let unseen = 0;
    let count = 0;
    for (const [n, { broadcast, userId }] of this.clients.entries()) {
      const topic = topicOf(n % this.#rooms.length);
      for (const [text, { epoch = "", offset = 0 }] of broadcast) {
        count++;
        const body = this.#watch.bodyAt(topic, epoch, offset);
        if (body === undefined) unseen++;
        else if (body !== JSON.stringify({ text })) {
          faults.push(`${userId}: ${text} was acknowledged where ${body} is`);
        }
      }
    }
    return { faults, unseen, count };
  }
}

interface Compared {
  readonly acknowledged: number;
  readonly lost: number;
  readonly twice: number;
  readonly moved: number;
}

/** Every acknowledgement of a client against the room's history. */
function compare(
  { acked }: SwarmClient,
  history: readonly HistoryItem[],
): Compared {
  const places = new Map<string, HistoryItem[]>();
  for (const item of history) {
    const text = String(item.payload.text);
    places.set(text, [...places.get(text) ?? [], item]);
  }
  const all = [...acked].map(([text, { positions: [position] }]) => ({
    position,
    there: places.get(text) ?? [],
  }));
  return {
    acknowledged: acked.size,
    lost: all.filter(({ there }) => there.length === 0).length,
    twice: all.filter(({ there }) => there.length > 1).length,
    moved: all.filter(({ there: [item], position }) =>
      item !== undefined &&
      (item.offset !== position?.offset || item.hash !== position.hash)
    ).length,
  };
}

/** As a client notes it. */
function placeOf({ offset, hash, payload }: HistoryItem) {
  return { offset, hash, text: String(payload.text) };
}

function holesIn(history: readonly HistoryItem[]): string[] {
  return history.flatMap(({ offset, channel }, n) =>
    offset === n + 1 ? [] : [`${channel}: ${offset} stands at place ${n + 1}`]
  );
}

function userOf(n: number): string {
  return `swarm-${n}`;
}

function topicOf(room: number): string {
  return `topic:swarm-${room}`;
}
