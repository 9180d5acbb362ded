/**
 * Every account as it is now, in memory: who a cookie or a token speaks for is asked with
 * every request, and what has ended must end at once, also on sockets that are open.
 */
import { ACCOUNTS_VIEW } from "../../domain/accounts/account_command.ts";
import {
  type Account,
  evolve,
  initial,
} from "../../domain/accounts/account.ts";
import { ACCOUNT, ACCOUNTS_CHANNEL } from "../../domain/accounts/events.ts";
import { roleOfToken } from "../../domain/accounts/token_scope.ts";
import { CLOSE } from "../../realtime/codes.ts";
import type { Entry, Log } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import { decodeJson, isJsonObject } from "../json_body.ts";
import { textOf } from "../../domain/read_json.ts";
import { AccountRow } from "./account_row.ts";
import { sha256 } from "./secret_text.ts";

/** What the `signInId` of a user begins with who came with a token. */
const TOKEN_PREFIX = "token.";
/** How often what has expired is looked for. */
const SWEEP_MS = 10_000;
/** How exactly is kept when somebody was last seen. */
const DAY_MS = 24 * 60 * 60_000;
const PAGE_ROWS = 500;

export interface DirectoryOptions {
  readonly log: Pick<Log, "feed" | "query">;
  readonly hub: {
    disconnectUser(
      userId: string,
      code: number,
      options?: { readonly signInId?: string },
    ): number;
  };
  /** ms since 1970. */
  readonly now: () => number;
  /** Told once a day and sign-in or token, so that it is noted. */
  readonly seen?: (user: User, id: string) => void;
}

/** Where a token is kept: whose it is, and which. */
interface TokenPlace {
  readonly userId: string;
  readonly tokenId: string;
}

export class AccountDirectory {
  readonly #options: DirectoryOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, TokenPlace>();
  /** By sign-in or token: when it was last used in this run, and when that was told. */
  readonly #seen = new Map<
    string,
    { readonly at: number; readonly toldAt: number }
  >();
  /** By sign-in: people the server plays itself, who have no account. */
  readonly #played = new Map<string, User>();
  readonly #stops: (() => void)[] = [];
  #sweptAt: number;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#sweptAt = options.now();
  }

  /** Reads what there is and follows it from then on; call it before the first request. */
  async load(): Promise<void> {
    const { log } = this.#options;
    const early: Entry[] = [];
    let isLoaded = false;
    this.#stops.push(log.feed((entries) => {
      if (!isLoaded) return void early.push(...entries);
      this.#take(entries);
    }));
    let cursor: string | undefined;
    do {
      const page = await log.query(ACCOUNTS_VIEW, { limit: PAGE_ROWS, cursor });
      for (const { data } of page.rows) this.#put(AccountRow.parse(data));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    isLoaded = true;
    this.#take(early);
    const timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.#stops.push(() => clearInterval(timer));
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  get(userId: string): Account | undefined {
    return this.#accounts.get(userId);
  }

  /**
   * Lets somebody in whom the server plays itself, as in the demo: their cookie never leaves
   * this process. Nobody who has an account is played.
   */
  play(user: User): void {
    if (user.signInId !== undefined) this.#played.set(user.signInId, user);
  }

  /** In no order. */
  all(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** Whose link this is, used up or not. */
  ofLink(secret: string): Account | undefined {
    const hash = sha256(secret);
    const now = this.#options.now();
    return this.all().find(({ link }) =>
      link !== null && link.hash === hash && link.expiresAt > now
    );
  }

  /** The owner of a token with what it may do; undefined when it is none, or over. */
  ofToken(text: string): User | undefined {
    const place = this.#tokens.get(sha256(text));
    if (place === undefined) return undefined;
    return this.#tokenUser(place.userId, place.tokenId);
  }

  /**
   * The same person as they are today: name, role, whether they may come in at all.
   * Undefined once the sign-in or the token is over. Without either there is nothing to ask.
   */
  today(user: User): User | undefined {
    const { userId, signInId } = user;
    if (signInId === undefined) return user;
    if (signInId.startsWith(TOKEN_PREFIX)) {
      return this.#tokenUser(userId, signInId.slice(TOKEN_PREFIX.length));
    }
    const account = this.#accounts.get(userId);
    if (account === undefined) return this.#played.get(signInId);
    if (account.status !== "active") return undefined;
    const signIn = account.signIns.find(({ id }) => id === signInId);
    const now = this.#options.now();
    if (signIn === undefined || signIn.expiresAt <= now) return undefined;
    const { name, role } = account;
    const current = { userId, name, roles: [role], signInId };
    this.#note(current, signInId, signIn.seenAt);
    return current;
  }

  /** When a sign-in or token was last used, ms since 1970; to the day before this run. */
  seenAt(id: string, noted: number | null): number | null {
    return this.#seen.get(id)?.at ?? noted;
  }

  /** Ends sockets of sign-ins and tokens that have expired since it was last called. */
  sweep(): void {
    const now = this.#options.now();
    const since = this.#sweptAt;
    this.#sweptAt = now;
    const isOver = ({ expiresAt }: { expiresAt: number }) =>
      expiresAt > since && expiresAt <= now;
    for (const { userId, signIns, tokens } of this.#accounts.values()) {
      for (const { id } of signIns.filter(isOver)) this.#end(userId, id);
      for (const { id } of tokens.filter(isOver)) {
        this.#end(userId, TOKEN_PREFIX + id);
      }
    }
  }

  #tokenUser(userId: string, tokenId: string): User | undefined {
    const account = this.#accounts.get(userId);
    if (account?.status !== "active") return undefined;
    const token = account.tokens.find(({ id }) => id === tokenId);
    const now = this.#options.now();
    if (token === undefined || token.expiresAt <= now) return undefined;
    const user: User = {
      userId,
      name: account.name,
      roles: [roleOfToken(account.role, token.scope)],
      signInId: TOKEN_PREFIX + tokenId,
      ...token.scope === "read" && { readOnly: true },
    };
    this.#note(user, tokenId, token.usedAt ?? 0);
    return user;
  }

  #note(user: User, id: string, noted: number): void {
    const now = this.#options.now();
    const toldAt = Math.max(noted, this.#seen.get(id)?.toldAt ?? 0);
    const isTold = now - toldAt < DAY_MS;
    this.#seen.set(id, { at: now, toldAt: isTold ? toldAt : now });
    if (!isTold) this.#options.seen?.(user, id);
  }

  #take(entries: readonly Entry[]): void {
    for (const { channel, type, bodyText, ...entry } of entries) {
      if (channel !== ACCOUNTS_CHANNEL || type !== ACCOUNT) continue;
      const body = bodyText === null ? null : decodeJson(bodyText);
      if (!isJsonObject(body)) continue;
      const event = textOf(body.event);
      const userId = textOf(body.userId);
      if (event === null || userId === null) continue;
      const before = this.#accounts.get(userId) ?? initial();
      if (entry.offset <= before.offset) continue;
      const after = evolve(before, {
        ...entry,
        channel,
        type,
        body: { ...body, event },
      });
      this.#put(after);
      this.#endWhatEnded(before, after);
    }
  }

  #put(account: Account): void {
    const { userId, tokens } = account;
    const before = this.#accounts.get(userId);
    for (const { hash } of before?.tokens ?? []) this.#tokens.delete(hash);
    for (const { id, hash } of tokens) {
      this.#tokens.set(hash, { userId, tokenId: id });
    }
    this.#accounts.set(userId, account);
  }

  #endWhatEnded(before: Account, after: Account): void {
    const { userId } = after;
    const { hub } = this.#options;
    const isOut = before.status === "active" && after.status !== "active";
    if (isOut) hub.disconnectUser(userId, CLOSE.signedOut);
    const left = new Set(
      [...after.signIns, ...after.tokens].map(({ id }) => id),
    );
    for (const { id } of before.signIns) {
      if (!left.has(id)) this.#end(userId, id);
    }
    for (const { id } of before.tokens) {
      if (!left.has(id)) this.#end(userId, TOKEN_PREFIX + id);
    }
    // They come back by themselves, as who they are now.
    const isOther = before.role !== after.role || before.name !== after.name;
    if (isOther && before.status === "active") {
      hub.disconnectUser(userId, CLOSE.restarting);
    }
  }

  #end(userId: string, signInId: string): void {
    const id = signInId.startsWith(TOKEN_PREFIX)
      ? signInId.slice(TOKEN_PREFIX.length)
      : signInId;
    this.#seen.delete(id);
    this.#options.hub.disconnectUser(userId, CLOSE.signedOut, { signInId });
  }
}
