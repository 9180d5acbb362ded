/**
 * Who may connect (P2): who asks, from where, and whether there is room. One for all
 * transports, so that their connections count together.
 */
import type { HandshakeCounts } from "./handshake_counts.ts";
import { Held, noRoom, type RoomOptions } from "./handshake_room.ts";
import type { Logger } from "./logger.ts";
import { isOwnOrigin, type OriginRule } from "./origin.ts";
import type { User } from "./user.ts";

/** Who asks, and what happens when the handshake succeeds (a ticket is spent then). */
export interface Identity {
  readonly user: User;
  /**
   * False when somebody else was faster with a single-use ticket. A promise where other
   * nodes take the same tickets; it rejects while nobody can tell.
   */
  readonly consume?: () => boolean | Promise<boolean>;
  /** False once the sign-in has ended: that may be between our 101 and the open socket. */
  readonly isCurrent?: () => boolean;
}

export interface AdmissionOptions extends RoomOptions {
  readonly identify: (request: Request) => Identity | undefined;
  readonly origin: OriginRule;
  readonly counts: HandshakeCounts;
  /**
   * Resolves when this node knows what the caller has just done on another one, or has waited
   * for long enough. Undefined: there is nothing to wait for. @default never waits
   */
  readonly behind?: (request: Request) => Promise<void> | undefined;
  /** @default silent */
  readonly logger?: Logger;
}

/** Somebody who is let in; `release` gives the place back, once. */
export interface Admitted {
  readonly identity: Identity;
  readonly release: () => void;
}

/** Seconds after which somebody turned away for lack of room should try again. */
const RETRY_AFTER_S = 5;
/** And after which the store may answer again. */
const STORE_RETRY_AFTER_S = 1;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #held: Held;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#held = options.held ?? new Held();
  }

  get counts(): HandshakeCounts {
    return this.#options.counts;
  }

  /**
   * Takes a place, or answers why not: 401, 403 or 503, in this order. At once, but for a
   * ticket that other nodes take too and for who has just signed in at another node.
   */
  admit(
    request: Request,
    remoteAddress: string,
  ): Admitted | Response | Promise<Admitted | Response> {
    const behind = this.#options.behind?.(request);
    return behind === undefined
      ? this.#admit(request, remoteAddress)
      : behind.then(() => this.#admit(request, remoteAddress));
  }

  #admit(
    request: Request,
    remoteAddress: string,
  ): Admitted | Response | Promise<Admitted | Response> {
    const { counts } = this.#options;
    const identity = this.#options.identify(request);
    if (identity === undefined) {
      counts.refuse("not_signed_in");
      return refuse(401, "Cannot connect: sign in first", {
        "WWW-Authenticate": "Bearer",
      });
    }
    const { user } = identity;
    if (!this.isWelcome(request)) {
      counts.refuse("foreign_origin");
      return refuse(403, "Cannot connect from this origin");
    }
    const full = noRoom(this.#options, this.#held, user, remoteAddress);
    if (full !== undefined) {
      counts.refuse(full.reason);
      return refuse(503, full.message, {
        "Retry-After": String(RETRY_AFTER_S),
      });
    }
    const release = this.#held.take(user.userId, remoteAddress);
    const isFirst = identity.consume?.() ?? true;
    if (typeof isFirst === "boolean") {
      return isFirst ? { identity, release } : this.#used(release);
    }
    // The place is kept meanwhile: whoever waits counts, or all who wait would fit.
    return isFirst.then(
      (first) => first ? { identity, release } : this.#used(release),
      (error) => this.#unknown(release, error),
    );
  }

  #used(release: () => void): Response {
    release();
    this.counts.refuse("ticket_used");
    return refuse(401, "Cannot connect: the ticket was used");
  }

  /** Nobody can say whether the ticket was used: not a word about who asks. */
  #unknown(release: () => void, error: unknown): Response {
    release();
    this.counts.refuse("unavailable");
    this.#options.logger?.warn("cannot look at a ticket", { error });
    return refuse(503, "Cannot connect: the ticket cannot be looked at now", {
      "Retry-After": String(STORE_RETRY_AFTER_S),
    });
  }

  /** Who a request says it is from, without taking a place. */
  identify(request: Request): User | undefined {
    return this.#options.identify(request)?.user;
  }

  /** False when a browser asks on behalf of another site's page. */
  isWelcome({ headers }: Request): boolean {
    const origin = headers.get("origin");
    if (origin !== null) {
      return isOwnOrigin(origin, headers, this.#options.origin);
    }
    // A page may ask without naming its origin, as for an image; browsers tell all the same.
    const site = headers.get("sec-fetch-site");
    return site !== "cross-site" && site !== "same-site";
  }
}

/** An answer in plain words: whoever opens a connection by hand reads it. */
export function refuse(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8", ...headers },
  });
}
