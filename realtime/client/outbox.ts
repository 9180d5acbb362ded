/**
 * Messages on their way (P23): kept in the store, in order, until the server has
 * acknowledged each, and sent again with the same messageId when an answer stays out
 * (P13, P14). Of several tabs only the leading one sends.
 */
import type { AckLevel } from "../codes.ts";
import type { Clock, Link } from "./link.ts";
import { MessageRefused } from "./message_refused.ts";
import {
  MAX_QUEUED,
  type OutboxEntry,
  type OutboxMessage,
  type OutboxStore,
} from "./outbox_store.ts";
import { SendRate } from "./send_rate.ts";
import {
  type Incoming,
  type NamedPosition,
  numberOf,
  parsePositions,
  stringOf,
} from "./wire.ts";

const RETRY_AFTER_MS = 1_000;
/** Longest message the server takes by default, in bytes of UTF-8 (P4). */
const MAX_MESSAGE_BYTES = 65_536;
/** Room for the request's id, which is added when it is sent. */
const ENVELOPE_BYTES = 32;

export interface Acknowledgement {
  readonly messageId: string;
  /** What the command gave; undefined for a publication. */
  readonly result: unknown;
  readonly positions: readonly NamedPosition[];
  readonly epoch?: string;
  readonly offset?: number;
  readonly level?: AckLevel;
  /** It had taken effect before: this is the first answer again. */
  readonly duplicate?: boolean;
}

/** What became of a message, as one tab tells the others. */
export type Settlement =
  | { readonly state: "acknowledged"; readonly answer: Acknowledgement }
  | {
    readonly state: "refused";
    readonly messageId: string;
    readonly code: string;
    readonly message: string;
    readonly reason: string | undefined;
    /** What was to be sent, so that whoever wrote it can be told. */
    readonly sent: OutboxMessage;
  };

export type OutboxNote =
  | { readonly note: "added" }
  | { readonly note: "settled"; readonly settlement: Settlement };

/** The other tabs of the same user; without them this tab sends alone. */
export interface OutboxPeers {
  readonly leading: boolean;
  post(note: OutboxNote): void;
  /** Called with each note of another tab, and with undefined when the lead has changed. */
  hear(listener: (note: OutboxNote | undefined) => void): () => void;
}

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly peers?: OutboxPeers | undefined;
  /** The number of waiting messages has changed. */
  readonly changed: () => void;
  /** A message has left the outbox; `asked` when this page had added it. */
  readonly settled: (settlement: Settlement, asked: boolean) => void;
}

type Asker = PromiseWithResolvers<Acknowledgement>;

/** Answers that may be different a moment later: the message stays. */
const PASSING = new Set(["rate_limited", "unavailable", "unauthorized"]);

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #rate: SendRate;
  readonly #askers = new Map<string, Asker>();
  readonly #stopHearing: (() => void) | undefined;
  /** What this tab has read and not yet seen settled, in order; empty while another leads. */
  #entries: OutboxEntry[] = [];
  #readUpTo = 0;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  /** Raised when what was read is forgotten: a read under way is of an older round. */
  #round = 0;
  /** One message of a lane is under way at a time: a held-back one is never overtaken. */
  readonly #busyLanes = new Set<string>();
  #link: Link | undefined;
  #maxBytes = MAX_MESSAGE_BYTES;
  #cancelPump: (() => void) | undefined;
  #size = 0;
  #counts = 0;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#rate = new SendRate(options.clock);
    this.#stopHearing = options.peers?.hear((note) => this.#hear(note));
    this.#recount();
  }

  /** Messages that wait, of all tabs. */
  get size(): number {
    return this.#size;
  }

  /**
   * Resolves when the server has acknowledged it, also after reconnects.
   * @throws {MessageRefused} through the promise.
   */
  async add(message: OutboxMessage): Promise<Acknowledgement> {
    if (this.#closed) throw closed();
    if (bytesOf(message) > this.#maxBytes) {
      const text = `Cannot send more than ${this.#maxBytes} bytes`;
      throw new MessageRefused("too_large", text);
    }
    const { messageId } = message;
    const asker = this.#askers.get(messageId) ??
      Promise.withResolvers<Acknowledgement>();
    this.#askers.set(messageId, asker);
    try {
      await this.#store(message);
    } catch (error) {
      this.#askers.delete(messageId);
      throw error;
    }
    this.#options.peers?.post({ note: "added" });
    this.#recount();
    this.#read();
    return asker.promise;
  }

  /** @param maxBytes The server's limit on one message. */
  attach(link: Link, maxBytes: number | undefined): void {
    this.#link = link;
    this.#maxBytes = maxBytes ?? MAX_MESSAGE_BYTES;
    this.#read();
    this.#pump();
  }

  detach(): void {
    this.#link = undefined;
    this.#stopTimer();
    this.#busyLanes.clear();
  }

  /** What waits stays in the store; only its askers of this page are let go. */
  close(): void {
    this.#closed = true;
    this.detach();
    this.#stopHearing?.();
    for (const { promise, reject } of this.#askers.values()) {
      // Whoever does not wait for the answer need not hear that the page has gone.
      promise.catch(() => {});
      reject(closed());
    }
    this.#askers.clear();
    this.#options.store.close();
  }

  async #store(message: OutboxMessage): Promise<void> {
    const added = await this.#options.store.add(message).catch(() => {
      throw new MessageRefused(
        "not_stored",
        "Cannot queue the message: the browser did not store it",
      );
    });
    if (this.#closed) throw closed();
    if (added === "full") {
      const text = `Cannot queue more than ${MAX_QUEUED} messages`;
      throw new MessageRefused("queue_full", text);
    }
  }

  #leads(): boolean {
    return this.#options.peers?.leading ?? true;
  }

  #hear(note: OutboxNote | undefined): void {
    if (note?.note === "settled") {
      this.#settle(note.settlement);
    } else if (note === undefined) {
      // The lead has come or gone: what was read may be another tab's by now.
      this.#entries = [];
      this.#readUpTo = 0;
      this.#round += 1;
    }
    this.#recount();
    this.#read();
  }

  /** Reads what was added since, one read at a time. */
  #read(): void {
    if (!this.#link || !this.#leads() || this.#closed) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#readNow().catch(() => {}).finally(() => {
      this.#reading = undefined;
      const again = this.#readAgain;
      this.#readAgain = false;
      if (again) this.#read();
    });
  }

  async #readNow(): Promise<void> {
    const round = this.#round;
    const entries = await this.#options.store.after(this.#readUpTo);
    if (this.#closed || round !== this.#round) return;
    this.#entries.push(...entries);
    this.#readUpTo = entries.at(-1)?.seq ?? this.#readUpTo;
    this.#pump();
  }

  #pump(): void {
    const link = this.#link;
    if (!link || this.#cancelPump || !this.#leads()) return;
    for (const entry of [...this.#entries]) {
      const lane = laneOf(entry);
      if (this.#busyLanes.has(lane)) continue;
      const waitMs = this.#rate.take();
      if (waitMs > 0) return this.#pumpAfter(waitMs);
      this.#busyLanes.add(lane);
      this.#send(link, entry, lane);
    }
  }

  #send(link: Link, entry: OutboxEntry, lane: string): void {
    link.request(messageOf(entry), (outcome) => {
      if (this.#link !== link) return;
      this.#busyLanes.delete(lane);
      if (outcome.state === "replied") this.#answered(entry, outcome.message);
      this.#pump();
    });
  }

  #answered(entry: OutboxEntry, { type, payload }: Incoming): void {
    const { messageId } = entry;
    if (type === "ERROR") {
      const code = stringOf(payload.code) ?? "internal";
      if (PASSING.has(code)) {
        this.#stopTimer();
        this.#pumpAfter(numberOf(payload.retryAfterMs) ?? RETRY_AFTER_MS);
        return;
      }
      const message = stringOf(payload.message) ?? code;
      const reason = stringOf(payload.reason);
      this.#finish(entry, {
        state: "refused",
        messageId,
        code,
        message,
        reason,
        sent: messageOf(entry),
      });
      return;
    }
    const answer = acknowledgementOf(messageId, payload);
    this.#finish(entry, { state: "acknowledged", answer });
  }

  #finish({ seq }: OutboxEntry, settlement: Settlement): void {
    this.#entries = this.#entries.filter((one) => one.seq !== seq);
    this.#size = Math.max(0, this.#size - 1);
    // Left in the store by a crash or a failure here, it is sent again and known by its id.
    this.#options.store.remove(seq).catch(() => {}).then(() => {
      this.#options.peers?.post({ note: "settled", settlement });
      this.#recount();
    });
    this.#settle(settlement);
    this.#options.changed();
  }

  #settle(settlement: Settlement): void {
    const messageId = settlement.state === "refused"
      ? settlement.messageId
      : settlement.answer.messageId;
    const asker = this.#askers.get(messageId);
    this.#askers.delete(messageId);
    if (settlement.state === "acknowledged") {
      asker?.resolve(settlement.answer);
    } else {
      const { code, message, reason } = settlement;
      asker?.reject(new MessageRefused(code, message, reason));
    }
    this.#options.settled(settlement, asker !== undefined);
  }

  #recount(): void {
    if (this.#closed) return;
    const count = this.#counts += 1;
    this.#options.store.count().then((size) => {
      // Only the latest answer counts: reads may overtake each other.
      if (count !== this.#counts || this.#closed || size === this.#size) return;
      this.#size = size;
      this.#options.changed();
    }, () => {});
  }

  #pumpAfter(delayMs: number): void {
    this.#cancelPump = this.#options.clock.after(delayMs, () => {
      this.#cancelPump = undefined;
      this.#pump();
    });
  }

  #stopTimer(): void {
    this.#cancelPump?.();
    this.#cancelPump = undefined;
  }
}

/** The message alone: a store may keep more beside it. */
function messageOf(
  { type, messageId, channel, payload }: OutboxEntry,
): OutboxMessage {
  return { type, messageId, channel, payload };
}

function acknowledgementOf(
  messageId: string,
  payload: Incoming["payload"],
): Acknowledgement {
  const level = payload.level;
  return {
    messageId,
    result: payload.result,
    positions: parsePositions(payload.positions),
    ...(typeof payload.epoch === "string" && { epoch: payload.epoch }),
    ...(typeof payload.offset === "number" && { offset: payload.offset }),
    ...(isAckLevel(level) && { level }),
    ...(payload.duplicate === true && { duplicate: true }),
  };
}

function isAckLevel(level: unknown): level is AckLevel {
  return level === "accepted" || level === "stored" || level === "replicated";
}

/** What must keep its order among itself. No order is promised between channels (P9). */
function laneOf({ type, channel = "" }: OutboxEntry): string {
  return type === "BROADCAST" ? `BROADCAST ${channel}` : type;
}

function bytesOf(message: OutboxMessage): number {
  const text = JSON.stringify(message);
  return new TextEncoder().encode(text).length + ENVELOPE_BYTES;
}

function closed(): MessageRefused {
  const text = "Cannot send: the connection was closed by the page";
  return new MessageRefused("closed", text);
}
