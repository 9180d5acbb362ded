/**
 * The realtime client: one connection that comes back by itself, channels that continue
 * where they stood, messages that are sent until acknowledged (P11, P21, P22, P23, P24).
 */
import type { Json } from "../json.ts";
import { Channels, type Follower, type Subscription } from "./channels.ts";
import { type ClientEvents, isMessage } from "./client_events.ts";
import { type ClientState, type ConnectionView } from "./connection_state.ts";
import { Emitter } from "./emitter.ts";
import { Keeper, type KeeperOptions } from "./keeper.ts";
import { Latency } from "./latency.ts";
import type { Link } from "./link.ts";
import { MessageRefused } from "./message_refused.ts";
import { isMessageType, type MessageType, type Untyped } from "./messages.ts";
import {
  type Acknowledgement,
  Outbox,
  type OutboxPeers,
  type Settlement,
} from "./outbox.ts";
import {
  MemoryOutbox,
  type OutboxMessage,
  type OutboxStore,
} from "./outbox_store.ts";
import { Subscribed, type SubscribeOptions } from "./subscribed.ts";
import {
  type ClientPosition,
  type Incoming,
  numberOf,
  type Outgoing,
  parsePositions,
  stringOf,
} from "./wire.ts";

/** Above this the connection is called slow, at the 90th percentile of round trips. */
export const SLOW_P90_MS = 400;

export interface RealtimeClientOptions extends KeeperOptions {
  /** A fresh messageId. */
  readonly newId: () => string;
  /** @default a store that lives as long as the page */
  readonly outbox?: OutboxStore | undefined;
  /** The other tabs of this user, when they share a connection. */
  readonly peers?: OutboxPeers | undefined;
  /** The client was closed: what was made for it can go. */
  readonly ended?: (() => void) | undefined;
}

/** A message for the outbox; the messageId is made when none is given. */
export type Sending = Omit<OutboxMessage, "messageId"> & {
  readonly messageId?: string | undefined;
};

export class RealtimeClient {
  readonly #options: RealtimeClientOptions;
  readonly #latency = new Latency();
  readonly #events = new Emitter<ClientEvents>();
  readonly #viewers = new Set<(view: ConnectionView) => void>();
  readonly #keeper: Keeper;
  readonly #channels: Channels;
  readonly #subscribed: Subscribed;
  readonly #outbox: Outbox;
  #state: ClientState = "connecting";
  #samples: readonly number[] = [];
  #closed = false;
  #announcing = false;

  constructor(options: RealtimeClientOptions) {
    this.#options = options;
    const { clock, peers, outbox: store = new MemoryOutbox() } = options;
    const changed = () => this.#changed();
    this.#channels = new Channels(clock, changed);
    this.#subscribed = new Subscribed(this.#channels, this.#events);
    this.#keeper = new Keeper(options, this.#latency, {
      established: (link, payload) => this.#established(link, payload),
      message: (message) => this.#dispatch(message),
      lost: () => {
        this.#channels.detach();
        this.#outbox.detach();
      },
      changed,
    });
    this.#outbox = new Outbox({
      store,
      clock,
      peers,
      changed,
      settled: (settlement, asked) => this.#settled(settlement, asked),
    });
  }

  /** Opens the connection; from now on it is kept up until `disconnect`. */
  connect(): void {
    if (!this.#closed) this.#keeper.connect();
  }

  /** Ends the connection. What is followed and what is queued waits for `connect`. */
  disconnect(): void {
    if (!this.#closed) this.#keeper.disconnect();
  }

  /** Tries at once; a denied client tries too, after a new sign-in. */
  retryNow(): void {
    if (!this.#closed) this.#keeper.retryNow();
  }

  /**
   * Takes the browser's word on the network; the socket decides with it. Saying `true`
   * again, as after a sleep, makes sure of the connection within 3 s.
   */
  setOnline(online: boolean): void {
    if (!this.#closed) this.#keeper.setOnline(online);
  }

  /**
   * Follows a channel, from `since` when the page carries a state that was read there (P24).
   * @throws {RangeError} If the channel is followed already.
   */
  follow(
    channel: string,
    follower: Follower,
    since?: ClientPosition,
  ): Subscription {
    return this.#subscribed.follow(channel, follower, since);
  }

  /** Subscribes; its publications come to `on`. Each call wants one `unsubscribe`. */
  subscribe(channel: string, options: SubscribeOptions = {}): void {
    this.#subscribed.add(channel, options);
  }

  unsubscribe(channel: string): void {
    this.#subscribed.remove(channel);
  }

  /**
   * Queues a message and sends it until it is acknowledged, across reconnects and, with a
   * durable outbox, reloads (P23).
   * @throws {MessageRefused} through the promise, when the server or the full queue says no.
   */
  send(message: Sending): Promise<Acknowledgement> {
    const { messageId = this.#options.newId() } = message;
    return this.#outbox.add({ ...message, messageId });
  }

  /** Publishes to everyone on a transient channel; the payload is theirs verbatim. */
  broadcast(
    channel: string,
    payload: Json,
    messageId?: string,
  ): Promise<Acknowledgement> {
    return this.send({ type: "BROADCAST", channel, payload, messageId });
  }

  sendDirect(
    recipient: string,
    body: Json,
    messageId?: string,
  ): Promise<Acknowledgement> {
    const payload = { recipient, body };
    return this.send({ type: "DIRECT_MESSAGE", payload, messageId });
  }

  command(
    command: string,
    input: Json,
    messageId?: string,
  ): Promise<Acknowledgement> {
    return this.send({
      type: "COMMAND",
      payload: { command, input },
      messageId,
    });
  }

  /**
   * Asks once, now, without the outbox, and gives the reply.
   * @throws {MessageRefused} through the promise: the server's no, or `unknown` without an answer.
   */
  request(message: Outgoing): Promise<Incoming> {
    const link = this.#keeper.link;
    const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
    const unknown = () =>
      reject(new MessageRefused("unknown", "Cannot tell: no answer came"));
    if (!link) unknown();
    link?.request(message, (outcome) => {
      if (outcome.state === "unknown") unknown();
      else if (outcome.message.type !== "ERROR") resolve(outcome.message);
      else reject(refusalOf(outcome.message));
    });
    return promise;
  }

  /** Hears messages of one type, each publication once and in order, and the client's own events. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  off<Name extends keyof ClientEvents>(
    name: Name,
    listener: (event: ClientEvents[Name]) => void,
  ): void {
    this.#events.off(name, listener);
  }

  /** Calls at once and after every change. Hands back the stop. */
  onView(viewer: (view: ConnectionView) => void): () => void {
    this.#viewers.add(viewer);
    viewer(this.view());
    return () => this.#viewers.delete(viewer);
  }

  view(): ConnectionView {
    const { restarting, retryAt, lostAt, heardAt, deniedBy, established } =
      this.#keeper;
    return {
      state: this.#state,
      restarting,
      retryAt,
      lostAt,
      heardAt,
      deniedBy,
      progress: this.#channels.progress(),
      latency: this.#latency.figures(),
      positions: this.#channels.positions(),
      queued: this.#outbox.size,
      connectionId: stringOf(established?.connectionId),
      node: stringOf(established?.node),
      transport: stringOf(established?.transport),
    };
  }

  /** Ends the client for good. A durable outbox keeps what waits. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#viewers.clear();
    this.#events.clear();
    this.#keeper.disconnect();
    this.#channels.detach();
    this.#outbox.close();
    this.#options.ended?.();
  }

  #established(link: Link, payload: Incoming["payload"]): void {
    this.#channels.attach(link, parsePositions(payload.subscriptions));
    this.#outbox.attach(link, numberOf(payload.maxMessageBytes));
    this.#tell({ type: "CONNECTION_ESTABLISHED", payload, body: payload });
  }

  #dispatch(message: Incoming): void {
    if (this.#channels.take(message)) this.#tell(message);
  }

  #tell(message: Incoming): void {
    this.#events.emit("message", message);
    const { type, body } = message;
    if (body === null) return this.#events.emit("erased", message);
    // A broadcast's payload is the sender's, which may be any JSON.
    const payload = body;
    if (isMessageType(type)) this.#tellTyped(type, { ...message, payload });
  }

  #tellTyped<Type extends MessageType>(type: Type, message: Untyped): void {
    if (isMessage(type, message)) this.#events.emit(type, message);
  }

  #settled(settlement: Settlement, asked: boolean): void {
    if (settlement.state === "refused") {
      this.#events.emit("refused", { ...settlement, asked });
    } else {
      this.#events.emit("acknowledged", { ...settlement.answer, asked });
    }
  }

  #changed(): void {
    if (this.#closed) return;
    this.#setState(this.#nextState());
    const { samples } = this.#latency.figures();
    if (samples !== this.#samples) {
      this.#samples = samples;
      this.#events.emit("latency", this.#latency.figures());
    }
    this.#announce();
  }

  #setState(state: ClientState): void {
    const from = this.#state;
    if (state === from) return;
    this.#state = state;
    this.#events.emit("state", { state, from });
  }

  #nextState(): ClientState {
    if (!this.#keeper.established) return this.#keeper.waiting;
    if (this.#channels.progress()) return "catching_up";
    const { p90Ms = 0 } = this.#latency.figures();
    const slow = this.#keeper.link?.missed || p90Ms > SLOW_P90_MS;
    return slow ? "slow" : "live";
  }

  /** Many changes in one turn are one announcement. */
  #announce(): void {
    if (this.#announcing) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      if (this.#closed) return;
      const view = this.view();
      for (const viewer of this.#viewers) viewer(view);
    });
  }
}

function refusalOf({ payload }: Incoming): MessageRefused {
  const code = stringOf(payload.code) ?? "internal";
  const message = stringOf(payload.message) ?? code;
  return new MessageRefused(code, message, stringOf(payload.reason));
}
