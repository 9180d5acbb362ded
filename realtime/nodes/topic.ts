/**
 * One topic on this node: whether this node numbers it or follows the one that does, and how
 * it finds out again whenever that is in doubt (T3–T6).
 */
import type { Channel } from "../channel.ts";
import type { Channels } from "../channels.ts";
import type { Line } from "../history.ts";
import type { Json } from "../json.ts";
import type { Logger } from "../logger.ts";
import type { Numbered, Numbering, Said } from "../numbering.ts";
import type { StreamPosition } from "../protocol.ts";
import { RealtimeError } from "../realtime_error.ts";
import type { After } from "../timer.ts";
import type { Bus } from "./bus.ts";
import { inherited } from "./topic_heritage.ts";
import { batchesOf, linesOf } from "./topic_lines.ts";
import {
  type Batch,
  type Outcome,
  type Publish,
  type Since,
  SUBJECTS,
} from "./topic_messages.ts";
import { TopicOutbox } from "./topic_outbox.ts";
import type { TopicOwner, TopicOwners } from "./topic_owners.ts";
import { pageOf, pull } from "./topic_pull.ts";

/** Pause before it is tried again to find the owner, in ms. */
const RETRY_MS = 250;
/** Lines that may come while it is found out where the topic stands. */
const MAX_EARLY = 10_000;

export interface TopicContext {
  readonly bus: Bus;
  readonly owners: TopicOwners;
  /** Asked when needed, because they open topics through here. */
  readonly channels: () => Channels;
  readonly numbering: Numbering;
  readonly newEpoch: () => string;
  readonly logger: Logger;
  readonly after: After;
}

type Standing =
  | { readonly state: "finding" }
  | { readonly state: "owner" }
  | { readonly state: "follower"; readonly owner: string };

export class Topic {
  readonly outbox: TopicOutbox;
  /** Called whenever it is known where the topic stands. */
  onSettled = () => {};
  #channel: Channel | undefined;
  #standing: Standing = { state: "finding" };
  /** The epoch this node numbers, or would go on with if nobody took it over. */
  #numbered: string | undefined;
  #claim = 0;
  readonly #followers = new Set<string>();
  #early: { readonly batch: Batch; readonly from: string }[] = [];
  #settling: Promise<void> | undefined;
  /** It is in doubt again since it was last looked. */
  #again = false;
  /** Who is asked before the store is. */
  #hint: string | undefined;
  #wake = () => {};
  #isOver = false;

  constructor(readonly name: string, readonly context: TopicContext) {
    const { after } = context;
    this.outbox = new TopicOutbox(name, { after, doubt: () => this.settle() });
  }

  get channel(): Channel | undefined {
    return this.#channel;
  }

  get state(): Standing["state"] {
    return this.#settling === undefined ? this.#standing.state : "finding";
  }

  /** The node it follows. */
  get owner(): string | undefined {
    return this.#standing.state === "follower"
      ? this.#standing.owner
      : undefined;
  }

  /**
   * Finds out who numbers it and where it stands, until that is known.
   *
   * @param hint The node to ask before the store.
   */
  settle(hint?: string): void {
    if (this.#isOver) return;
    this.#hint = hint;
    this.#again = true;
    this.#wake();
    this.#settling ??= this.#settle();
  }

  /** Stands in with an epoch of its own until it is known who numbers it. */
  standIn(): void {
    this.#channel ??= this.#adopt({
      epoch: this.context.newEpoch(),
      offset: 0,
    }, []);
  }

  /** At once where this node numbers it. @throws {RealtimeError} thrown or rejected */
  publish(said: Said): Numbered | Promise<Numbered> {
    const channel = this.#numberable();
    if (channel !== undefined) {
      return this.context.numbering.take(channel, said);
    }
    const { message, numbered } = this.outbox.add(said);
    if (this.#settling === undefined) this.#post(message);
    return numbered;
  }

  /** Numbers what another node sends. */
  number({ sender, messageId, payloadText }: Publish): Outcome {
    const channel = this.#numberable();
    if (channel === undefined) return { state: "elsewhere" };
    try {
      const said = { sender, messageId, payloadText };
      const { epoch, offset, duplicate } = this.context.numbering.take(
        channel,
        said,
      );
      const isDuplicate = duplicate === true;
      return { state: "numbered", epoch, offset, duplicate: isDuplicate };
    } catch (error) {
      if (error instanceof RealtimeError) return { state: "reused" };
      throw error;
    }
  }

  /** The owner's answer to a message of the outbox. */
  answered(ref: string, outcome: Outcome): void {
    this.outbox.settle(ref, outcome);
    if (outcome.state === "elsewhere") this.settle();
  }

  /** What the owner holds behind `since`, for a node that follows from now on. */
  async page(from: string, since: Since): Promise<Json | undefined> {
    await this.#settling;
    const channel = this.#numberable();
    if (channel === undefined) return undefined;
    this.#followers.add(from);
    channel.forward = (lines) => this.#forward(channel, lines);
    return pageOf(channel, since, this.#claim);
  }

  unfollow(node: string): void {
    const { channel } = this;
    if (!this.#followers.delete(node) || this.#followers.size > 0) return;
    if (channel === undefined) return;
    channel.forward = undefined;
    this.context.channels().release(channel);
  }

  /** Lines of the owner. */
  take(batch: Batch, from: string): void {
    if (this.#settling !== undefined) {
      if (this.#early.length < MAX_EARLY) this.#early.push({ batch, from });
      else this.settle(from);
      return;
    }
    const { channel, owner } = this;
    if (channel === undefined || owner !== from) return;
    const unseen = linesOf(batch).filter(({ offset }) =>
      offset > channel.offset
    );
    const isNext = unseen.length === 0 ||
      unseen[0].offset === channel.offset + 1;
    if (batch.epoch !== channel.epoch || !isNext) return this.settle(from);
    for (const line of unseen) channel.append(line);
  }

  /** Another node says that it owns it. */
  announced(from: string, claim: number): void {
    if (claim > this.#claim) this.settle(from);
  }

  /** The nodes that are there have changed. */
  peersChanged(peers: readonly string[]): void {
    for (const node of [...this.#followers]) {
      if (!peers.includes(node)) this.unfollow(node);
    }
    if (this.owner !== undefined && !peers.includes(this.owner)) this.settle();
  }

  /** Something from other nodes may be lost, or this node was taken for dead. */
  lost(): void {
    this.settle(this.owner);
  }

  /** Numbers nothing more; those who follow have heard all that was numbered. */
  retire(): void {
    this.#channel?.flush();
    this.#isOver = true;
    this.#standing = { state: "finding" };
    this.#wake();
    this.outbox.stop();
  }

  /** Holds nothing of it any more. */
  drop(): void {
    this.#isOver = true;
    this.#wake();
    this.outbox.stop();
    const { owner: to, name, channel } = this;
    if (to) this.context.bus.publish(SUBJECTS.leave, { channel: name }, { to });
    if (channel !== undefined) this.context.channels().forget(channel);
  }

  /** The channel, if this node may number it now (N6). */
  #numberable(): Channel | undefined {
    if (this.state !== "owner") return undefined;
    if (this.context.bus.isAlive()) return this.#channel;
    this.settle();
    return undefined;
  }

  async #settle(): Promise<void> {
    const { after, logger } = this.context;
    while (this.#again && !this.#isOver) {
      this.#again = false;
      try {
        if (await this.#attempt()) continue;
      } catch (error) {
        logger.warn("cannot find out who numbers a topic; it is tried again", {
          channel: this.name,
          error,
        });
      }
      if (this.#isOver || this.#again) continue;
      this.#again = true;
      await new Promise<void>((resolve) => {
        const stop = after(RETRY_MS, resolve);
        this.#wake = () => {
          stop();
          resolve();
        };
      });
    }
    this.#settling = undefined;
    if (this.#isOver) return;
    const early = this.#early;
    this.#early = [];
    for (const { batch, from } of early) this.take(batch, from);
    for (const message of [...this.outbox.messages()]) this.#post(message);
    this.onSettled();
  }

  /** True when it is known who numbers the topic, and this node stands where that one does. */
  async #attempt(): Promise<boolean> {
    const { bus, owners, newEpoch } = this.context;
    const hint = this.#hint;
    this.#hint = undefined;
    if (hint !== undefined && await this.#follow(hint)) return true;
    const owner = await owners.claim({
      channel: this.name,
      epoch: newEpoch(),
      held: this.#numbered,
    });
    if (this.#isOver) return true;
    return owner.node === bus.node
      ? await this.#own(owner)
      : await this.#follow(owner.node);
  }

  async #own({ epoch, claim, previous }: TopicOwner): Promise<boolean> {
    const { bus, numbering, after } = this.context;
    if (this.#numbered !== epoch) {
      const { channel, name } = this;
      const { lines, offset } = await inherited(name, {
        bus,
        channel,
        previous,
        epoch,
        after,
      });
      if (this.#isOver) return true;
      numbering.inherit(this.#adopt({ epoch, offset }, lines), lines);
      this.#numbered = epoch;
      for (const node of [...this.#followers]) this.unfollow(node);
    }
    // Who was taken for dead may have been replaced since it asked.
    if (!bus.isAlive()) return false;
    this.#claim = claim;
    this.#standing = { state: "owner" };
    bus.publish(SUBJECTS.owner, { channel: this.name, claim });
    return true;
  }

  async #follow(owner: string): Promise<boolean> {
    const { bus, after } = this.context;
    const known = this.#channel;
    const since = known && { epoch: known.epoch, offset: known.offset };
    const pulled = await pull(this.name, {
      bus,
      owner,
      since: since ?? null,
      after,
    });
    if (this.#isOver) return true;
    if (pulled === undefined || pulled.claim < this.#claim) return false;
    const { epoch, offset, lines, continues } = pulled;
    if (known?.epoch !== epoch) this.#adopt({ epoch, offset }, lines);
    else {
      if (!continues) known.skip((lines.at(0)?.offset ?? offset + 1) - 1);
      for (const line of lines) known.append(line);
    }
    this.#claim = pulled.claim;
    this.#numbered = undefined;
    for (const node of [...this.#followers]) this.unfollow(node);
    this.#standing = { state: "follower", owner };
    return true;
  }

  #adopt(position: StreamPosition, lines: readonly Line[]): Channel {
    if (this.#channel === undefined) {
      const channels = this.context.channels();
      return this.#channel = channels.adopt(this.name, position, lines);
    }
    this.#channel.restart(position, lines);
    return this.#channel;
  }

  /** Brings one message of the outbox to whoever numbers. */
  #post(message: Publish): void {
    const { owner: to } = this;
    if (to !== undefined) {
      return this.context.bus.publish(SUBJECTS.publish, message, { to });
    }
    const outcome = this.number(message);
    if (outcome.state === "elsewhere") this.settle();
    else this.outbox.settle(message.ref, outcome);
  }

  #forward(channel: Channel, lines: readonly Line[]): void {
    const { bus } = this.context;
    const isForAll = this.#followers.size === bus.peers().length;
    for (const batch of batchesOf(channel, lines)) {
      if (isForAll) bus.publish(SUBJECTS.lines, batch);
      else {
        for (const to of this.#followers) {
          bus.publish(SUBJECTS.lines, batch, { to });
        }
      }
    }
  }
}
