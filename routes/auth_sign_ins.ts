/**
 * Sign-ins: signed cookies that need no store to be checked, and the durable list of
 * those that ended early, so that a stolen cookie stays dead after a restart.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { RoleName } from "../domain/decider.ts";
import type { Entry, IndexRow, Log, View } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";
import { decodeJson, isRecord } from "./json_body.ts";

/** Server-only channel that keeps what ended early (P8: `sealed:*`). */
export const SIGN_INS_CHANNEL = "sealed:sign_ins";

/** How long a sign-in lasts without being renewed. */
export const SIGN_IN_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const REVOKED_VIEW = "revoked_sign_ins";

/** Ids that act for the machine; a visitor must not share their channels or messageIds. */
export const RESERVED_USER_IDS = new Set([
  "service",
  "server",
  "system",
  // Fires what falls due, under messageIds that anyone can work out.
  "regulens",
]);

/** Sign-ins that ended before they expired; `sort` is when the cookie expires anyway. */
export const revokedSignIns: View = {
  name: REVOKED_VIEW,
  version: 1,
  index: (entry: Entry) => {
    if (entry.channel !== SIGN_INS_CHANNEL || entry.bodyText === null) {
      return [];
    }
    return revokedRows(decodeJson(entry.bodyText));
  },
};

interface SignInsOptions {
  readonly log: Pick<Log, "commit" | "feed" | "query">;
  /** Signs cookies; at least 32 bytes. */
  readonly secret: string;
  readonly now?: () => number;
  readonly newId?: () => string;
  /** Told of a sign-in that another node ended. @default nobody is told */
  readonly ended?: (signIn: { userId: string; signInId: string }) => void;
}

export class SignIns {
  readonly #log: SignInsOptions["log"];
  readonly #ended: SignInsOptions["ended"];
  readonly #secret: string;
  readonly #now: () => number;
  readonly #newId: () => string;
  /** signInId → when its cookie expires, ms since 1970. */
  readonly #revoked = new Map<string, number>();
  #stop: (() => void) | undefined;

  constructor(options: SignInsOptions) {
    this.#log = options.log;
    this.#secret = options.secret;
    this.#now = options.now ?? Date.now;
    this.#newId = options.newId ?? (() => crypto.randomUUID());
    this.#ended = options.ended;
  }

  /**
   * Reads what was revoked in earlier runs, and follows what is revoked from then on, by
   * whichever node; call it before the first request.
   */
  async load(): Promise<void> {
    this.#stop ??= this.#log.feed((entries) => this.#take(entries));
    let cursor: string | undefined;
    do {
      const page = await this.#log.query(REVOKED_VIEW, {
        from: this.#now(),
        limit: 1000,
        cursor,
      });
      for (const row of page.rows) this.#revoked.set(row.key, row.sort);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  close(): void {
    this.#stop?.();
  }

  /**
   * Opens a sign-in; `cookie` is the value to hand to the browser.
   *
   * @param person.userId Of somebody known by other means. @default made of the name
   */
  open(
    person: { name: string; role: RoleName; userId?: string },
  ): { user: User; cookie: string } {
    const user: User = {
      userId: person.userId ?? userIdOf(person.name),
      name: person.name,
      roles: [person.role],
      signInId: this.#newId(),
    };
    const expiresAt = this.#now() + SIGN_IN_LIFETIME_MS;
    const text = Buffer.from(JSON.stringify({ ...user, expiresAt }))
      .toString("base64url");
    return {
      user,
      cookie: `${text}.${this.#sign(text).toString("base64url")}`,
    };
  }

  /** Who a cookie's value names; undefined when it is forged, expired or revoked. */
  verify(cookie: string): User | undefined {
    return this.#read(cookie)?.user;
  }

  isRevoked(signInId: string): boolean {
    return this.#revoked.has(signInId);
  }

  /**
   * Ends a sign-in: at once in this process, durably when the promise resolves.
   * A cookie that is no sign-in of ours any more is left alone.
   */
  async revoke(cookie: string): Promise<User | undefined> {
    const found = this.#read(cookie);
    if (found?.user.signInId === undefined) return undefined;
    const { user, expiresAt } = found;
    this.#forgetExpired();
    this.#revoked.set(found.user.signInId, expiresAt);
    const body = {
      event: "sign_in_revoked",
      signInId: found.user.signInId,
      expiresAt,
    } as const;
    await this.#log.commit({
      writes: [{
        channel: SIGN_INS_CHANNEL,
        entries: [{
          type: "SIGN_IN",
          v: 1,
          subject: "sign_ins",
          at: this.#now(),
          body,
        }],
      }],
      index: revokedRows(body),
      sender: user.userId,
    });
    return user;
  }

  #take(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.channel !== SIGN_INS_CHANNEL) continue;
      for (const { key: signInId, sort } of revokedSignIns.index(entry)) {
        // What this node has ended itself is known, and its sockets are closed.
        if (this.#revoked.has(signInId)) continue;
        this.#revoked.set(signInId, sort ?? 0);
        const userId = entry.sender;
        if (userId !== null) this.#ended?.({ userId, signInId });
      }
    }
  }

  #read(cookie: string): { user: User; expiresAt: number } | undefined {
    const [text, signature, ...rest] = cookie.split(".");
    if (!text || !signature || rest.length > 0) return undefined;
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(text);
    if (
      given.length !== expected.length || !timingSafeEqual(given, expected)
    ) return undefined;
    const value = decodeJson(Buffer.from(text, "base64url").toString());
    if (!isRecord(value)) return undefined;
    const { userId, name, roles, signInId, expiresAt } = value;
    if (
      typeof userId !== "string" || typeof name !== "string" ||
      !Array.isArray(roles) || typeof signInId !== "string" ||
      typeof expiresAt !== "number"
    ) return undefined;
    if (expiresAt <= this.#now() || this.isRevoked(signInId)) return undefined;
    const user = { userId, name, roles: roles.map(String), signInId };
    return { user, expiresAt };
  }

  /** The prefix keeps this signature from being taken for one made for another purpose. */
  #sign(text: string): Buffer {
    return createHmac("sha256", this.#secret).update(`sign-in.1.${text}`)
      .digest();
  }

  #forgetExpired(): void {
    const now = this.#now();
    for (const [signInId, expiresAt] of this.#revoked) {
      if (expiresAt <= now) this.#revoked.delete(signInId);
    }
  }
}

/**
 * The id of a demo visitor: a slug of the name, so signing in again is the same person.
 * A name without Latin letters or digits gets a hash, so two such names stay two people.
 */
export function userIdOf(name: string): string {
  const slug = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 64)
    .replace(/-$/, "");
  if (slug !== "" && !RESERVED_USER_IDS.has(slug)) return slug;
  const digest = createHash("sha256").update(name.trim().normalize("NFKC"));
  return `guest-${digest.digest("hex").slice(0, 16)}`;
}

function revokedRows(body: unknown): readonly IndexRow[] {
  if (!isRecord(body) || body.event !== "sign_in_revoked") return [];
  const { signInId, expiresAt } = body;
  if (typeof signInId !== "string" || typeof expiresAt !== "number") return [];
  return [{ view: REVOKED_VIEW, key: signInId, sort: expiresAt, data: {} }];
}
