/**
 * Topics over several nodes: each is numbered by one node at a time, its owner; the others
 * follow it, so that offsets mean the same everywhere (P9). The rules T3–T6 are in
 * docs/nodes.md.
 */
import type { Channel } from "../channel.ts";
import type { Numbered, Said } from "../numbering.ts";
import { channelKind } from "../protocol.ts";
import { answer } from "./ask.ts";
import { Topic, type TopicContext } from "./topic.ts";
import { batchesOf, newestLines } from "./topic_lines.ts";
import {
  Batch,
  Follow,
  Kept,
  Numbered as NumberedMessage,
  Owner,
  Publish,
  SUBJECTS,
} from "./topic_messages.ts";
import { unanswered } from "./topic_outbox.ts";

/** How long whoever opens a topic waits for its owner, in ms. */
const OPEN_MS = 2_000;
/** And for one that every connection holds: then it stands in with an epoch of its own. */
const STAND_IN_MS = 1_000;
/** How long an end waits for the store of owners, in ms: it has five seconds for all (P20). */
const RELEASE_MS = 1_000;
/** A topic that nobody here needs is followed for so long at least, in ms. */
const LINGER_MS = 10_000;

export interface TopicsOptions extends TopicContext {
  /** Topics that are held for ever. */
  readonly pinned: readonly string[];
}

interface Opening {
  readonly promise: Promise<Channel>;
  settle(): void;
  giveUp(): void;
}

export class Topics {
  readonly #options: TopicsOptions;
  readonly #topics = new Map<string, Topic>();
  readonly #openings = new Map<string, Opening>();
  /** Topics that nobody here needed at the last look. */
  #unneeded = new Set<Topic>();
  readonly #stops: (() => void)[];
  #stopSweep = () => {};
  #isStopped = false;

  constructor(options: TopicsOptions) {
    const { bus, logger } = options;
    this.#options = options;
    this.#stops = [
      answer(bus, SUBJECTS.follow, (body, from) => {
        const { channel, since } = Follow.parse(body);
        return this.#asked(channel)?.page(from, since);
      }, { logger }),
      answer(bus, SUBJECTS.kept, (body) => {
        const { channel: name, epoch, after } = Kept.parse(body);
        const channel = this.#topics.get(name)?.channel;
        if (channel?.epoch !== epoch) return undefined;
        const [batch] = batchesOf(channel, newestLines(channel, after));
        return batch;
      }, { logger }),
      bus.subscribe(SUBJECTS.lines, (body, from) => {
        const batch = Batch.parse(body);
        this.#topics.get(batch.channel)?.take(batch, from);
      }),
      bus.subscribe(SUBJECTS.publish, (body, from) => {
        const message = Publish.parse(body);
        const { ref, channel } = message;
        const outcome = this.#topics.get(channel)?.number(message) ??
          { state: "elsewhere" };
        const told = { ref, channel, outcome };
        bus.publish(SUBJECTS.numbered, told, { to: from });
      }),
      bus.subscribe(SUBJECTS.numbered, (body) => {
        const { ref, channel, outcome } = NumberedMessage.parse(body);
        this.#topics.get(channel)?.answered(ref, outcome);
      }),
      bus.subscribe(SUBJECTS.owner, (body, from) => {
        const { channel, claim } = Owner.parse(body);
        this.#topics.get(channel)?.announced(from, claim);
      }),
      bus.subscribe(SUBJECTS.leave, (body, from) => {
        const { channel } = Owner.pick({ channel: true }).parse(body);
        this.#topics.get(channel)?.unfollow(from);
      }),
      bus.subscribe(SUBJECTS.released, (_, from) => {
        for (const topic of this.#all()) {
          if (topic.owner === from) topic.settle();
        }
      }),
      bus.onPeers((peers) => {
        for (const topic of this.#all()) topic.peersChanged(peers);
      }),
      bus.onLost(() => {
        for (const topic of this.#all()) topic.lost();
      }),
    ];
    this.#sweepLater();
  }

  /** Opens what every connection holds before the first one comes. */
  start(): void {
    for (const name of this.#options.pinned) {
      // It stands in when nobody answers, so this never fails.
      this.open(name).then((channel) => channel.isPinned = true);
    }
  }

  /** Holds the topic. @throws {RealtimeError} rejected with `unavailable`: nobody numbers it */
  open(name: string): Promise<Channel> {
    const opening = this.#openings.get(name);
    if (opening !== undefined) return opening.promise;
    if (this.#isStopped) return Promise.reject(unanswered());
    const topic = this.#topics.get(name) ?? this.#create(name);
    const { promise, resolve, reject } = Promise.withResolvers<Channel>();
    const end = () => {
      stop();
      this.#openings.delete(name);
    };
    const isPinned = this.#options.pinned.includes(name);
    const giveUp = () => {
      end();
      if (isPinned) topic.standIn();
      if (topic.channel !== undefined) return resolve(topic.channel);
      this.#drop(topic);
      reject(unanswered());
    };
    const waitMs = isPinned ? STAND_IN_MS : OPEN_MS;
    const stop = this.#options.after(waitMs, giveUp);
    const settle = () => {
      if (topic.channel === undefined) return;
      end();
      resolve(topic.channel);
    };
    this.#openings.set(name, { promise, settle, giveUp });
    settle();
    return promise;
  }

  /** At once where this node numbers it. @throws {RealtimeError} thrown or rejected */
  publish(name: string, said: Said): Numbered | Promise<Numbered> {
    const channel = this.#options.channels().open(name);
    const topic = this.#topics.get(name);
    if (channel instanceof Promise || topic === undefined) {
      return Promise.resolve(channel).then(() => this.publish(name, said));
    }
    this.#unneeded.delete(topic);
    return topic.publish(said);
  }

  /** The channel was forgotten here: whoever needs the topic claims it anew. */
  forgotten({ name }: Channel): void {
    const topic = this.#topics.get(name);
    if (topic !== undefined) this.#drop(topic);
  }

  /**
   * Gives up what this node owns, so that nobody waits for its lease. What it holds others
   * may still ask for until it stops.
   */
  async release(): Promise<void> {
    const { owners, bus, logger, after } = this.#options;
    for (const topic of this.#all()) topic.retire();
    const late = Promise.withResolvers<void>();
    const stop = after(RELEASE_MS, late.resolve);
    const released = owners.release().then(
      () => bus.publish(SUBJECTS.released, null),
      (error) =>
        logger.warn("cannot give up topics: others wait for the lease", {
          error,
        }),
    );
    await Promise.race([released, late.promise]);
    stop();
  }

  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#stopSweep();
    for (const { giveUp } of [...this.#openings.values()]) giveUp();
    for (const topic of this.#all()) this.#drop(topic);
  }

  /** Stops following what nobody here needed since the last look; a timer calls it. */
  sweep(): void {
    const unneeded = new Set<Topic>();
    for (const topic of this.#all()) {
      // What this node numbers stays until the channels need the room.
      const isNeeded = topic.state === "owner" || topic.outbox.size > 0 ||
        this.#openings.has(topic.name) || topic.channel?.isHeld === true;
      if (isNeeded) continue;
      if (this.#unneeded.has(topic)) this.#drop(topic);
      else unneeded.add(topic);
    }
    this.#unneeded = unneeded;
  }

  /** Another node takes this one for the owner: then it is opened, if it was forgotten. */
  #asked(name: string): Topic | undefined {
    if (this.#isStopped || channelKind(name) !== "transient") return undefined;
    return this.#topics.get(name) ?? this.#create(name);
  }

  #create(name: string): Topic {
    const topic = new Topic(name, this.#options);
    topic.onSettled = () => this.#openings.get(name)?.settle();
    this.#topics.set(name, topic);
    topic.settle();
    return topic;
  }

  #drop(topic: Topic): void {
    if (this.#topics.get(topic.name) !== topic) return;
    this.#topics.delete(topic.name);
    this.#unneeded.delete(topic);
    topic.drop();
  }

  #all(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  #sweepLater(): void {
    this.#stopSweep = this.#options.after(LINGER_MS, () => {
      this.sweep();
      this.#sweepLater();
    });
  }
}
