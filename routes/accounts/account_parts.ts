/** Accounts put together: the directory, what slows guessers down, and what people do with them. */
import type { Commands } from "../../realtime/commands.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { Logger } from "../../realtime/logger.ts";
import type { Bus } from "../../realtime/nodes/bus.ts";
import type { SignIns } from "../auth_sign_ins.ts";
import {
  AccountDirectory,
  type DirectoryOptions,
} from "./account_directory.ts";
import { Accounts, LINK_PATH, SERVER } from "./accounts.ts";
import type { Oidc } from "./oidc.ts";
import { Transactions } from "./oidc_transaction.ts";
import { Passwords, type ScryptCost } from "./passwords.ts";
import { SignInGuard } from "./sign_in_guard.ts";

/** Who the first link is for. */
const FIRST_ADMIN = { userId: "admin", name: "Admin", role: "admin" } as const;

export interface AccountPartsOptions {
  readonly log: Pick<Log, "feed" | "query">;
  readonly hub: DirectoryOptions["hub"];
  readonly commands: Pick<Commands, "execute">;
  readonly signIns: SignIns;
  /** Signs what a browser keeps while its user is at the provider; at least 32 bytes. */
  readonly secret: string;
  readonly logger: Logger;
  /** Tells other nodes who guesses passwords. @default there are none */
  readonly bus?: Bus;
  /** People sign in with a provider; absent: with passwords. */
  readonly oidc?: Oidc;
  /** Whether a proxy before us says how the browser reaches us. @default false */
  readonly trustProxy?: boolean;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default what is right for a server */
  readonly cost?: ScryptCost;
}

export interface AccountParts {
  readonly accounts: Accounts;
  readonly directory: AccountDirectory;
  readonly guard: SignInGuard;
  readonly signIns: SignIns;
  readonly oidc: Oidc | undefined;
  readonly transactions: Transactions;
  readonly logger: Logger;
  readonly trustProxy: boolean;
  readonly now: () => number;
  /** Path of the link that makes the first admin; undefined when there is one. */
  setupPath(): Promise<string | undefined>;
  close(): void;
}

/** Reads every account; call it before the first request. */
export async function createAccountParts(
  options: AccountPartsOptions,
): Promise<AccountParts> {
  const { log, hub, commands, signIns, logger, oidc, cost } = options;
  const { trustProxy = false } = options;
  const now = options.now ?? Date.now;
  const directory = new AccountDirectory({
    log,
    hub,
    now,
    seen: (user, id) => accounts.seen(user, id),
  });
  const guard = new SignInGuard({
    now,
    lockOf: (userId) => directory.get(userId)?.lock,
    secret: options.secret,
    ...options.bus && { bus: options.bus },
  });
  const passwords = new Passwords({ cost });
  const accounts = new Accounts({
    commands,
    directory,
    signIns,
    passwords,
    guard,
    logger,
    now,
  });
  await directory.load();
  return {
    accounts,
    directory,
    guard,
    signIns,
    oidc,
    transactions: new Transactions({ secret: options.secret, now }),
    logger,
    trustProxy,
    now,
    setupPath: async () => {
      if (oidc !== undefined || hasAdmin(directory)) return undefined;
      const { secret } = await accounts.invite(SERVER, FIRST_ADMIN);
      return `${LINK_PATH}?token=${secret}`;
    },
    close: () => {
      guard.close();
      directory.close();
    },
  };
}

/** Also one who was put out: an admin's doing, which a restart must not undo. */
function hasAdmin(directory: AccountDirectory): boolean {
  return directory.all().some(({ role, password }) =>
    role === "admin" && password !== null
  );
}
