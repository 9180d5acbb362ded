/** One of a swarm: an SDK client that follows its room, posts into it, and notes all that it is told. */
import { createBrowserClient } from "../../realtime/client/browser.ts";
import type { RealtimeClient } from "../../realtime/client/client.ts";
import { MessageRefused } from "../../realtime/client/message_refused.ts";
import type { Acknowledgement } from "../../realtime/client/outbox.ts";
import type { Publication } from "../../realtime/client/wire.ts";
import type { OpenedSession } from "./server.ts";
import type { WireWatch } from "./wire_watch.ts";

/** One message in so many is a broadcast, and one is to a single other person. */
const BROADCAST_EVERY = 5;
const DIRECT_EVERY = 7;

export interface SwarmClientOptions {
  readonly userId: string;
  /** Who gets its direct messages. */
  readonly friend: string;
  readonly room: OpenedSession;
  /** Transient channel it broadcasts on. */
  readonly topic: string;
  readonly url: string;
  readonly getTicket: () => Promise<string>;
  readonly watch: WireWatch;
  /** Between an acknowledgement and the next message, in ms. */
  readonly pauseMs: number;
  /** Told of every acknowledged durable message. */
  readonly acknowledged: (client: SwarmClient, waitMs: number) => void;
}

/** A publication as this client applied it. */
export interface Applied {
  readonly offset: number;
  readonly hash: string | undefined;
  readonly text: string;
}

export class SwarmClient {
  readonly userId: string;
  readonly room: OpenedSession;
  /** Acknowledgements by text: of the room, and of what went to its friend. */
  readonly acked = new Map<string, Acknowledgement>();
  readonly sentDirect = new Map<string, Acknowledgement>();
  /** The same of broadcasts, whose level is but `accepted`. */
  readonly broadcast = new Map<string, Acknowledgement>();
  /** Waits for those, in ms. */
  readonly broadcastMs: number[] = [];
  /** Everything applied from its room, in order. */
  readonly applied: Applied[] = [];
  /** Direct messages it was sent, in order. */
  readonly direct: string[] = [];
  readonly faults: string[] = [];
  /** Nodes it was connected to, in order. */
  readonly nodes: string[] = [];
  readonly #client: RealtimeClient;
  readonly #options: SwarmClientOptions;
  readonly #waiters = new Set<() => void>();
  #stopping = false;
  #posting: Promise<void> | undefined;
  /** Broadcasts are not waited for: a topic whose node died has no owner for a while. */
  readonly #broadcasting = new Set<Promise<void>>();
  #count = 0;
  #wake = () => {};

  constructor(options: SwarmClientOptions) {
    this.#options = options;
    this.userId = options.userId;
    this.room = options.room;
    const { url, getTicket, watch, room, topic } = options;
    const open = watch.watched(options.userId);
    this.#client = createBrowserClient({
      url,
      getTicket,
      layers: { network: () => open, tab: (under) => under },
    });
    const { epoch, offset } = room;
    this.#client.follow(room.channel, {
      publication: (publication) => this.#apply(publication),
      reset: (reason) =>
        this.faults.push(`reset of ${room.channel}: ${reason}`),
      refused: (code) => this.faults.push(`refused ${room.channel}: ${code}`),
    }, { epoch, offset });
    this.#client.subscribe(topic, { presence: true });
    this.#client.on("CONNECTION_ESTABLISHED", ({ payload }) => {
      this.nodes.push(payload.node);
      this.#changed();
    });
    this.#client.on("DIRECT_MESSAGE", ({ payload: { body } }) => {
      this.direct.push(String(body));
      this.#changed();
    });
    this.#client.on(
      "unreadable",
      ({ channel, code }) => this.faults.push(`refused ${channel}: ${code}`),
    );
  }

  /** How it stands, for whoever waits for it in vain. */
  get standing(): string {
    const { state, queued } = this.#client.view();
    const { userId, nodes, faults } = this;
    return `${userId} is ${state} with ${queued} waiting, was on ${
      nodes.join(" ")
    }; ${faults.join("; ")}`;
  }

  connect(): void {
    this.#client.connect();
  }

  /** Posts, waits for the acknowledgement, pauses, and so on until `stop`. */
  post(): void {
    this.#stopping = false;
    this.#posting = this.#post();
  }

  /** Resolves when what it had begun is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#posting;
    await Promise.all(this.#broadcasting);
  }

  close(): void {
    this.#client.close();
  }

  /** Resolves as soon as `claim` holds; looked at whenever it was told something. */
  async until(claim: (client: SwarmClient) => boolean): Promise<void> {
    while (!claim(this)) {
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  async #post(): Promise<void> {
    const { pauseMs } = this.#options;
    // Not all at the same moment.
    await this.#pause(Math.random() * pauseMs);
    while (!this.#stopping) {
      try {
        await this.#say(this.#count++);
      } catch (error) {
        this.#refused(error);
      }
      await this.#pause(pauseMs);
    }
  }

  async #broadcast(text: string): Promise<void> {
    const from = performance.now();
    try {
      const { topic } = this.#options;
      const answer = await this.#client.broadcast(topic, { text }, text);
      this.broadcast.set(text, answer);
      this.broadcastMs.push(performance.now() - from);
      this.#changed();
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof MessageRefused)) throw error;
    this.faults.push(`refused: ${error.code} ${error.message}`);
  }

  async #say(n: number): Promise<void> {
    const { friend, acknowledged } = this.#options;
    const text = `${this.userId} ${n}`;
    const client = this.#client;
    const saidAt = performance.now();
    if (n % BROADCAST_EVERY === 1) {
      const under = this.#broadcast(text);
      this.#broadcasting.add(under);
      void under.finally(() => this.#broadcasting.delete(under));
      return;
    }
    if (n % DIRECT_EVERY === DIRECT_EVERY - 1) {
      this.sentDirect.set(text, await client.sendDirect(friend, text, text));
    } else {
      const input = { sessionId: this.room.id, text };
      this.acked.set(text, await client.command("post_message", input, text));
    }
    acknowledged(this, performance.now() - saidAt);
  }

  #apply({ offset, hash, payload }: Publication): void {
    const last = this.applied.at(-1)?.offset ?? this.room.offset;
    if (offset !== last + 1) {
      this.faults.push(`applied ${offset} after ${last}`);
    }
    this.applied.push({ offset, hash, text: String(payload.text) });
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
