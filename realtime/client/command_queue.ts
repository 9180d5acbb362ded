/**
 * Commands on their way: kept in order until the server has acknowledged each, and sent
 * again with the same messageId when an answer stays out (P13, P14). In memory; a durable
 * outbox can take this one's place.
 */
import type { Json } from "../json.ts";
import type { Clock, Link } from "./link.ts";
import {
  type Incoming,
  type NamedPosition,
  numberOf,
  parsePositions,
  stringOf,
} from "./wire.ts";

/** Commands that may wait; over this `queue_full` refuses the newest (P23). */
export const MAX_QUEUED = 1_000;
/** Requests under way together; their order within a channel is the server's promise (P6). */
const MAX_IN_FLIGHT = 20;
/** Stays under the server's 50 messages a second (P18), so none overtakes a refused one. */
const PER_SECOND = 40;
const BURST = 40;
const RETRY_AFTER_MS = 1_000;

export interface Command {
  readonly name: string;
  readonly input: Json;
  readonly messageId: string;
}

export interface Acknowledgement {
  readonly messageId: string;
  readonly result: unknown;
  readonly positions: readonly NamedPosition[];
}

/** The server's no, or the queue's: the command took no effect. */
export class CommandRefused extends Error {
  override readonly name = "CommandRefused";
  constructor(
    /** Error code of the protocol (P7), `queue_full` or `closed`. */
    readonly code: string,
    message: string,
    /** The domain's reason, e.g. `session_closed`. */
    readonly reason?: string,
  ) {
    super(message);
  }
}

interface Item extends Command {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (refused: CommandRefused) => void;
  state: "waiting" | "in_flight";
}

/** Answers that may be different a moment later. */
const PASSING = new Set(["rate_limited", "unavailable"]);

export class CommandQueue {
  readonly #items: Item[] = [];
  readonly #clock: Clock;
  readonly #changed: () => void;
  #link: Link | undefined;
  #cancelPump: (() => void) | undefined;
  #tokens = BURST;
  #tokensAt: number;

  /** @param changed Called when the number of queued commands has changed. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#tokensAt = clock.now();
  }

  get size(): number {
    return this.#items.length;
  }

  /** Resolves when the server has acknowledged it; rejects with CommandRefused. */
  add(command: Command): Promise<Acknowledgement> {
    if (this.#items.length >= MAX_QUEUED) {
      const message = `Cannot queue more than ${MAX_QUEUED} commands`;
      return Promise.reject(new CommandRefused("queue_full", message));
    }
    const { promise, resolve, reject } = Promise.withResolvers<
      Acknowledgement
    >();
    this.#items.push({ ...command, resolve, reject, state: "waiting" });
    this.#changed();
    this.#pump();
    return promise;
  }

  attach(link: Link): void {
    this.#link = link;
    this.#pump();
  }

  detach(): void {
    this.#link = undefined;
    this.#stopTimer();
    for (const item of this.#items) item.state = "waiting";
  }

  close(): void {
    this.detach();
    const message = "Cannot send: the connection was closed by the page";
    for (const item of this.#items.splice(0)) {
      item.reject(new CommandRefused("closed", message));
    }
  }

  #pump(): void {
    const link = this.#link;
    if (!link || this.#cancelPump) return;
    this.#refill();
    let inFlight = this.#items.filter(isInFlight).length;
    for (const item of this.#items) {
      if (item.state === "in_flight") continue;
      if (inFlight >= MAX_IN_FLIGHT) return;
      if (this.#tokens < 1) return this.#pumpAfter(1_000 / PER_SECOND);
      this.#tokens -= 1;
      inFlight += 1;
      this.#send(link, item);
    }
  }

  #send(link: Link, item: Item): void {
    item.state = "in_flight";
    const { name, input, messageId } = item;
    const payload = { command: name, input };
    link.request({ type: "COMMAND", messageId, payload }, (outcome) => {
      if (this.#link !== link) return;
      if (outcome.state === "replied") this.#settle(item, outcome.message);
      else item.state = "waiting";
      this.#pump();
    });
  }

  #settle(item: Item, { type, payload }: Incoming): void {
    if (type === "ERROR") {
      const code = stringOf(payload.code) ?? "internal";
      if (PASSING.has(code)) {
        item.state = "waiting";
        this.#stopTimer();
        this.#pumpAfter(numberOf(payload.retryAfterMs) ?? RETRY_AFTER_MS);
        return;
      }
      this.#remove(item);
      item.reject(
        new CommandRefused(
          code,
          stringOf(payload.message) ?? code,
          stringOf(payload.reason),
        ),
      );
      return;
    }
    this.#remove(item);
    const { messageId } = item;
    const positions = parsePositions(payload.positions);
    item.resolve({ messageId, result: payload.result, positions });
  }

  #remove(item: Item): void {
    const index = this.#items.indexOf(item);
    if (index >= 0) this.#items.splice(index, 1);
    this.#changed();
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = (now - this.#tokensAt) / 1_000 * PER_SECOND;
    this.#tokens = Math.min(BURST, this.#tokens + earned);
    this.#tokensAt = now;
  }

  #pumpAfter(delayMs: number): void {
    this.#cancelPump = this.#clock.after(delayMs, () => {
      this.#cancelPump = undefined;
      this.#pump();
    });
  }

  #stopTimer(): void {
    this.#cancelPump?.();
    this.#cancelPump = undefined;
  }
}

function isInFlight(item: Item): boolean {
  return item.state === "in_flight";
}
