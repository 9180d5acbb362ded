/** What people and admins do with accounts: each a command, with what must come before it. */
import { changeAccount } from "../../domain/accounts/account_command.ts";
import type { Change } from "../../domain/accounts/account_input.ts";
import type { TokenScope } from "../../domain/accounts/token_scope.ts";
import { SERVER_USER_IDS } from "../../domain/access.ts";
import type { RoleName } from "../../domain/decider.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Logger } from "../../realtime/logger.ts";
import type { User } from "../../realtime/user.ts";
import { SIGN_IN_LIFETIME_MS, type SignIns } from "../auth_sign_ins.ts";
import type { AccountDirectory } from "./account_directory.ts";
import type { Passwords } from "./passwords.ts";
import { newSecret, sha256 } from "./secret_text.ts";
import type { SignInGuard } from "./sign_in_guard.ts";

/** How long a link sets a password. */
export const LINK_LIFETIME_MS = 3 * 24 * 60 * 60_000;

/** Where the secret of a link stands: in the query, which is never logged. */
export const LINK_PATH = "/invite";

/** What the server does by itself. */
export const SERVER: User = {
  userId: "regulens",
  name: "Regulens",
  roles: ["admin"],
};

/** So that whoever finds one in a file knows what it opens. */
const TOKEN_MARK = "rgl_";

export interface AccountsOptions {
  readonly commands: Pick<Commands, "execute">;
  readonly directory: AccountDirectory;
  readonly signIns: SignIns;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly logger: Logger;
  /** ms since 1970. */
  readonly now: () => number;
  readonly newId?: () => string;
}

export interface Attempt {
  readonly userId: string;
  readonly password: string;
  readonly address: string;
  /** What the browser is, as people would say it. */
  readonly agent: string;
}

export type SignInAnswer =
  | {
    readonly state: "signed_in";
    readonly user: User;
    readonly cookie: string;
  }
  /** The same whether there is such a name or not. */
  | { readonly state: "refused" }
  | { readonly state: "locked"; readonly retryAfterMs: number };

export class Accounts {
  readonly #options: AccountsOptions;
  readonly #newId: () => string;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#newId = options.newId ?? (() => crypto.randomUUID());
  }

  /** Checks a password, slowed down when many were wrong. */
  async signIn(attempt: Attempt): Promise<SignInAnswer> {
    const { directory, guard, logger } = this.#options;
    const { userId, password, address, agent } = attempt;
    const retryAfterMs = guard.waitMs(userId, address);
    if (retryAfterMs > 0) return { state: "locked", retryAfterMs };
    const lock = guard.tried(userId, address);
    const account = directory.get(userId);
    const kept = account?.status === "active" && account.password || undefined;
    if (!await this.#options.passwords.verify(password, kept)) {
      // No name in the line: people type their password there by mistake.
      logger.info("sign-in refused", account && { userId });
      if (lock && account) await this.#lock(userId, lock);
      return { state: "refused" };
    }
    if (account === undefined || kept === undefined) {
      return { state: "refused" };
    }
    guard.succeeded(userId, address);
    try {
      return await this.#open(
        { userId, name: account.name, role: account.role },
        (signIn) => ({ kind: "sign_in", signIn, basedOn: kept.offset }),
        agent,
      );
    } catch (error) {
      // Changed or deactivated in between: no other answer than for a wrong password.
      if (error instanceof Refusal) return { state: "refused" };
      throw error;
    }
  }

  /** Takes in whom the provider vouches for. @throws {Refusal} */
  async admit(
    person: { userId: string; name: string; role: RoleName },
    agent: string,
  ): Promise<{ readonly user: User; readonly cookie: string }> {
    const { name, role } = person;
    return await this.#open(
      person,
      (signIn) => ({ kind: "admit", name, role, signIn }),
      agent,
    );
  }

  /** Ends a sign-in by the cookie's own word. */
  async signOut(user: User): Promise<void> {
    const { userId, signInId } = user;
    if (signInId === undefined) return;
    await this.#change(user, userId, { kind: "end_sign_in", signInId });
  }

  /**
   * Sets a new password and ends every sign-in; the caller gets a fresh one.
   *
   * @throws {Refusal} @returns `refused` for a wrong old password
   */
  async changePassword(
    user: User,
    { old, fresh, address, agent }: {
      readonly old: string;
      readonly fresh: string;
      readonly address: string;
      readonly agent: string;
    },
  ): Promise<SignInAnswer> {
    const { directory, guard, passwords, logger } = this.#options;
    const { userId } = user;
    const kept = directory.get(userId)?.password ?? undefined;
    const retryAfterMs = guard.waitMs(userId, address);
    if (retryAfterMs > 0) return { state: "locked", retryAfterMs };
    const lock = guard.tried(userId, address);
    if (!await passwords.verify(old, kept) || kept === undefined) {
      if (lock) await this.#lock(userId, lock);
      return { state: "refused" };
    }
    guard.succeeded(userId, address);
    const password = await passwords.hash(fresh);
    const basedOn = kept.offset;
    await this.#change(user, userId, { kind: "password", password, basedOn });
    logger.info("password changed", { userId });
    return await this.signIn({ userId, password: fresh, address, agent });
  }

  /** Uses a link up. @throws {Refusal} `link_dead` */
  async accept(
    secret: string,
    { name, password, address, agent }: {
      readonly name?: string;
      readonly password: string;
      readonly address: string;
      readonly agent: string;
    },
  ): Promise<SignInAnswer> {
    const { directory, guard, logger } = this.#options;
    const account = directory.ofLink(secret);
    if (account === undefined) throw new Refusal("link_dead");
    const { userId, role } = account;
    const user = { userId, name: account.name, roles: [role] };
    await this.#change(user, userId, {
      kind: "accept",
      linkHash: sha256(secret),
      password: await this.#options.passwords.hash(password),
      ...name !== undefined && { name },
    });
    guard.succeeded(userId, address);
    logger.info("password set by link", { userId });
    return await this.signIn({ userId, password, address, agent });
  }

  /** Invites somebody; the secret of the link is not kept. @throws {Refusal} */
  async invite(
    by: User,
    person: { userId: string; name: string; role: RoleName },
  ): Promise<{ readonly secret: string; readonly expiresAt: number }> {
    const { userId, name, role } = person;
    return await this.#withLink((link) =>
      this.#change(by, userId, { kind: "invite", name, role, link })
    );
  }

  /** A link that lets somebody set a new password. @throws {Refusal} */
  async passwordLink(
    by: User,
    userId: string,
  ): Promise<{ readonly secret: string; readonly expiresAt: number }> {
    return await this.#withLink((link) =>
      this.#change(by, userId, { kind: "link", link })
    );
  }

  /** Makes a token; its text is not kept. @throws {Refusal} */
  async makeToken(
    user: User,
    { name, scope, expiresAt }: {
      readonly name: string;
      readonly scope: TokenScope;
      readonly expiresAt: number;
    },
  ): Promise<{ readonly id: string; readonly text: string }> {
    const text = TOKEN_MARK + newSecret();
    const id = this.#newId();
    const token = { id, name, hash: sha256(text), scope, expiresAt };
    await this.#change(user, user.userId, { kind: "make_token", token });
    return { id, text };
  }

  /** Roles, states, endings: what needs nothing before the command. @throws {Refusal} */
  async change(
    by: User,
    userId: string,
    change: Extract<
      Change,
      {
        kind:
          | "deactivate"
          | "end_sign_in"
          | "end_sign_ins"
          | "reactivate"
          | "revoke_token"
          | "role";
      }
    >,
  ): Promise<void> {
    await this.#change(by, userId, change);
    const { kind } = change;
    this.#options.logger.info("account changed", {
      userId,
      kind,
      by: by.userId,
    });
  }

  /** Notes, once a day, that a sign-in or token is in use. */
  seen(user: User, id: string): void {
    this.#change(user, user.userId, { kind: "seen", ids: [id] }).catch(
      (error) => this.#options.logger.warn("cannot note a use", { error }),
    );
  }

  async #open(
    person: { userId: string; name: string; role: RoleName },
    changeOf: (
      signIn: { id: string; agent: string; expiresAt: number },
    ) => Change,
    agent: string,
  ): Promise<{ state: "signed_in"; user: User; cookie: string }> {
    const { signIns, now, logger } = this.#options;
    const { userId } = person;
    const expiresAt = now() + SIGN_IN_LIFETIME_MS;
    const { user, cookie } = signIns.open(person);
    const id = user.signInId ?? "";
    await this.#change(user, userId, changeOf({ id, agent, expiresAt }));
    logger.info("signed in", { userId });
    return { state: "signed_in", user, cookie };
  }

  async #withLink(
    keep: (link: { hash: string; expiresAt: number }) => Promise<void>,
  ): Promise<{ secret: string; expiresAt: number }> {
    const secret = newSecret();
    const expiresAt = this.#options.now() + LINK_LIFETIME_MS;
    await keep({ hash: sha256(secret), expiresAt });
    return { secret, expiresAt };
  }

  async #lock(
    userId: string,
    lock: { failures: number; until: number },
  ): Promise<void> {
    this.#options.logger.warn("sign-in locked", { userId, ...lock });
    await this.#change(SERVER, userId, { kind: "lock", ...lock });
  }

  async #change(user: User, userId: string, change: Change): Promise<void> {
    const isServer = SERVER_USER_IDS.includes(user.userId);
    const by = isServer ? {} : { by: user.userId };
    await this.#options.commands.execute(
      changeAccount.name,
      { userId, ...by, change },
      { user },
    );
  }
}
