/** Single-use tickets: how a client that cannot send headers shows who it is (P2). */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Bus } from "../realtime/nodes/bus.ts";
import type { SpentTickets } from "../realtime/nodes/spent_tickets.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";
import { decodeJson } from "./json_body.ts";

export const TICKET_LIFETIME_MS = 30_000;

/** How far ahead the clock of another node may be. */
const MOST_SKEW_MS = 5_000;

/** Most tickets that wait at once; a caller that never connects must not fill memory. */
const MAX_TICKETS = 10_000;

/** And of one user, so that nobody takes the room of everybody else. */
const MAX_TICKETS_PER_USER = 100;

/** Longer ones are none of ours: they are not worth being looked through. */
const MAX_LENGTH = 4_096;

/** Tells the node a ticket is from that it was used elsewhere, so that it waits no longer. */
const SPENT_SUBJECT = "tickets.spent";

/** What a ticket says, signed. */
const Claims = z.object({
  user: z.object({
    userId: z.string(),
    name: z.string(),
    roles: z.array(z.string()),
    signInId: z.string().optional(),
    readOnly: z.literal(true).optional(),
  }),
  /** Names the ticket. */
  nonce: z.string(),
  /** The life of the node that issued it. */
  node: z.string(),
  /** ms since 1970, by that node's clock. */
  issuedAt: z.number(),
});
type Claims = z.infer<typeof Claims>;

/** What nodes that take one another's tickets share. */
export interface SharedTickets {
  readonly bus: Pick<Bus, "node" | "publish" | "subscribe">;
  readonly spent: SpentTickets;
  /** Signs tickets; the same on every node, at least 32 bytes. */
  readonly secret: string;
}

export interface TicketsOptions {
  /** @default tickets of this process alone */
  readonly shared?: SharedTickets | undefined;
  /**
   * ms since some start. Not the time of day: set back by an hour, tickets would live for that
   * hour, and the first of them would keep all behind it from being forgotten.
   */
  readonly now?: () => number;
  /** ms since 1970: how old a ticket of another node is. @default Date.now */
  readonly wallNow?: () => number;
}

interface Waiting {
  readonly issuer: string;
  readonly expiresAt: number;
}

/**
 * A ticket says itself who it is for, so any node can read it. Where one node is alone it keeps
 * those that wait, and a ticket ends with the process: that costs a client one request.
 */
export class Tickets {
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #shared: SharedTickets | undefined;
  readonly #node: string;
  readonly #secret: string;
  /** By nonce, those of this node, in order of expiry, since all live equally long. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #byIssuer = new Map<string, number>();
  readonly #stop: (() => void) | undefined;

  constructor(options: TicketsOptions = {}) {
    const { shared } = options;
    this.#now = options.now ?? (() => performance.now());
    this.#wallNow = options.wallNow ?? Date.now;
    this.#shared = shared;
    this.#node = shared?.bus.node ?? crypto.randomUUID();
    this.#secret = shared?.secret ?? random();
    this.#stop = shared?.bus.subscribe(SPENT_SUBJECT, (nonce) => {
      if (typeof nonce === "string") this.#forget(nonce);
    });
  }

  /**
   * @param issuer Who asks for it, which is not always whom it names; their share counts.
   * @throws {RealtimeError} `rate_limited` while too many wait
   */
  issue(user: User, issuer: User = user): string {
    this.#forgetExpired();
    const issued = this.#byIssuer.get(issuer.userId) ?? 0;
    const isService = issuer.roles.includes("admin");
    const isOver = issued >= MAX_TICKETS_PER_USER && !isService;
    if (isOver || this.#waiting.size >= MAX_TICKETS) {
      const count = isOver ? MAX_TICKETS_PER_USER : MAX_TICKETS;
      throw new RealtimeError(
        "rate_limited",
        `Cannot issue a ticket: ${count} are waiting to be used`,
        { retryAfterMs: TICKET_LIFETIME_MS },
      );
    }
    const nonce = random();
    const expiresAt = this.#now() + TICKET_LIFETIME_MS;
    this.#keep(nonce, { issuer: issuer.userId, expiresAt });
    const issuedAt = this.#wallNow();
    const claims = { user, nonce, node: this.#node, issuedAt };
    const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${text}.${this.#sign(text).toString("base64url")}`;
  }

  /** Who a ticket names; it stays usable until `consume`. */
  peek(ticket: string): User | undefined {
    return this.#read(ticket)?.user;
  }

  /**
   * Uses a ticket up; false when another handshake was first. At once where no other node
   * takes it.
   *
   * @throws when nobody can tell now; rejected
   */
  consume(ticket: string): boolean | Promise<boolean> {
    const claims = this.#read(ticket);
    if (claims === undefined) return false;
    const { nonce, node } = claims;
    const waiting = this.#waiting.get(nonce);
    this.#forget(nonce);
    const shared = this.#shared;
    if (shared === undefined) return true;
    if (node !== this.#node) {
      shared.bus.publish(SPENT_SUBJECT, nonce, { to: node });
    }
    return this.#spend(shared, nonce, waiting);
  }

  /** Hears no more of other nodes. */
  close(): void {
    this.#stop?.();
  }

  async #spend(
    { spent }: SharedTickets,
    nonce: string,
    waiting: Waiting | undefined,
  ): Promise<boolean> {
    try {
      return await spent.spend(nonce);
    } catch (error) {
      // It may be as good as before: who brings it again asks again.
      if (waiting !== undefined) this.#keep(nonce, waiting);
      throw error;
    }
  }

  /** What a ticket says; undefined when it is forged, used here, or too old. */
  #read(ticket: string): Claims | undefined {
    if (ticket.length > MAX_LENGTH) return undefined;
    const [text, signature, ...rest] = ticket.split(".");
    if (!text || !signature || rest.length > 0) return undefined;
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(text);
    if (
      given.length !== expected.length || !timingSafeEqual(given, expected)
    ) return undefined;
    const claims = Claims.safeParse(
      decodeJson(Buffer.from(text, "base64url").toString()),
    ).data;
    return claims && this.#isGood(claims) ? claims : undefined;
  }

  #isGood({ nonce, node, issuedAt }: Claims): boolean {
    if (node === this.#node) {
      const waiting = this.#waiting.get(nonce);
      return waiting !== undefined && waiting.expiresAt > this.#now();
    }
    if (this.#shared === undefined) return false;
    const age = this.#wallNow() - issuedAt;
    return age >= -MOST_SKEW_MS && age < TICKET_LIFETIME_MS;
  }

  /** The prefix keeps this signature from being taken for one made for another purpose. */
  #sign(text: string): Buffer {
    return createHmac("sha256", this.#secret).update(`ticket.1.${text}`)
      .digest();
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [nonce, { expiresAt }] of this.#waiting) {
      if (expiresAt > now) return;
      this.#forget(nonce);
    }
  }

  #keep(nonce: string, waiting: Waiting): void {
    this.#waiting.set(nonce, waiting);
    const { issuer } = waiting;
    this.#byIssuer.set(issuer, (this.#byIssuer.get(issuer) ?? 0) + 1);
  }

  #forget(nonce: string): void {
    const found = this.#waiting.get(nonce);
    if (found === undefined) return;
    this.#waiting.delete(nonce);
    const left = (this.#byIssuer.get(found.issuer) ?? 1) - 1;
    if (left > 0) this.#byIssuer.set(found.issuer, left);
    else this.#byIssuer.delete(found.issuer);
  }
}

/** 256 bits that nobody guesses. */
function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
