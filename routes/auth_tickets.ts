/** Single-use tickets: how a client that cannot send headers shows who it is (P2). */
import { RealtimeError } from "../realtime/realtime_error.ts";
import type { User } from "../realtime/user.ts";

export const TICKET_LIFETIME_MS = 30_000;

/** Most tickets that wait at once; a caller that never connects must not fill memory. */
const MAX_TICKETS = 10_000;

/** Tickets live in this process only: one that is lost costs a client one request. */
export class Tickets {
  readonly #now: () => number;
  /** In order of expiry, since all live equally long. */
  readonly #waiting = new Map<string, { user: User; expiresAt: number }>();

  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** @throws {RealtimeError} `rate_limited` while too many wait */
  issue(user: User): string {
    this.#forgetExpired();
    if (this.#waiting.size >= MAX_TICKETS) {
      throw new RealtimeError(
        "rate_limited",
        `Cannot issue a ticket: ${MAX_TICKETS} are waiting to be used`,
        { retryAfterMs: TICKET_LIFETIME_MS },
      );
    }
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const ticket = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    this.#waiting.set(ticket, {
      user,
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
    return this.#waiting.delete(ticket);
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [ticket, { expiresAt }] of this.#waiting) {
      if (expiresAt > now) return;
      this.#waiting.delete(ticket);
    }
  }
}
