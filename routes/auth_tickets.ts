/** Single-use tickets: how a client that cannot send headers shows who it is (P2). */
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";

export const TICKET_LIFETIME_MS = 30_000;

/** Most tickets that wait at once; a caller that never connects must not fill memory. */
const MAX_TICKETS = 10_000;

/** And of one user, so that nobody takes the room of everybody else. */
const MAX_TICKETS_PER_USER = 100;

interface Waiting {
  readonly user: User;
  readonly issuer: string;
  readonly expiresAt: number;
}

/** Tickets live in this process only: one that is lost costs a client one request. */
export class Tickets {
  readonly #now: () => number;
  /** In order of expiry, since all live equally long. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #byIssuer = new Map<string, number>();

  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
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
    this.#byIssuer.set(issuer.userId, issued + 1);
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const ticket = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    this.#waiting.set(ticket, {
      user,
      issuer: issuer.userId,
      expiresAt: this.#now() + TICKET_LIFETIME_MS,
    });
    return ticket;
  }

  /** Who a ticket names; it stays usable until `consume`. */
  peek(ticket: string): User | undefined {
    const found = this.#waiting.get(ticket);
    return found && found.expiresAt > this.#now() ? found.user : undefined;
  }

  /** Uses a ticket up; false when another handshake was first. */
  consume(ticket: string): boolean {
    return this.#forget(ticket);
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [ticket, { expiresAt }] of this.#waiting) {
      if (expiresAt > now) return;
      this.#forget(ticket);
    }
  }

  #forget(ticket: string): boolean {
    const found = this.#waiting.get(ticket);
    if (found === undefined) return false;
    this.#waiting.delete(ticket);
    const left = (this.#byIssuer.get(found.issuer) ?? 1) - 1;
    if (left > 0) this.#byIssuer.set(found.issuer, left);
    else this.#byIssuer.delete(found.issuer);
    return true;
  }
}
