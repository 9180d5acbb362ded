/** The one command on accounts; the server's own, so that nothing typed reaches it unchecked. */
import type {
  Area,
  CommandDeclaration,
  Json,
  Place,
  RecordedEvent,
  ViewRow,
} from "../decider.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { encodeUserId } from "../user_id.ts";
import { type Account, evolve, initial } from "./account.ts";
import { ChangeAccount } from "./account_input.ts";
import { type AccountAlso, type AccountCommand, decide } from "./decide.ts";
import { ACCOUNT, ACCOUNTS_CHANNEL } from "./events.ts";

/** What the subjects begin with. */
export const ACCOUNT_SUBJECT = "account:";

/** Rows by user id, each the whole account: what the directory is read from at the start. */
export const ACCOUNTS_VIEW = "accounts";
/** Raise the version when the rows change: the store then rebuilds the view. */
export const ACCOUNT_VIEWS = [[ACCOUNTS_VIEW, 1]] as const;

export const accounts: Area<Account, AccountCommand, AccountAlso> = {
  name: "accounts",
  initial,
  evolve,
  decide,
  index,
};

export const changeAccount: CommandDeclaration<
  ChangeAccount,
  Account,
  AccountCommand,
  AccountAlso
> = {
  name: "change_account",
  summary: "Change an account",
  input: ChangeAccount,
  // Who may is asked in `decide`, of accounts as they are.
  role: "observer",
  http: { method: "POST", path: "/accounts", status: 200 },
  internal: true,
  area: accounts,
  channel: () => ACCOUNTS_CHANNEL,
  subject: ({ userId }) => accountSubject(userId),
  command: ({ userId, change }) => ({ userId, change }),
  also: ({ by, userId }): { readonly actor?: Place<Account> } =>
    by === undefined || by === userId ? {} : { actor: accountPlace(by) },
};

export function accountSubject(userId: string): string {
  return ACCOUNT_SUBJECT + encodeUserId(userId);
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createAccountIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: ACCOUNT_SUBJECT,
  });
}

function accountPlace(userId: string): Place<Account> {
  return {
    area: accounts,
    channel: ACCOUNTS_CHANNEL,
    subject: accountSubject(userId),
  };
}

function index(account: Account, { type, at }: RecordedEvent) {
  if (type !== ACCOUNT || account.status === "none") return [];
  return [{
    view: ACCOUNTS_VIEW,
    key: account.userId,
    sort: at,
    data: accountJson(account),
  }] satisfies readonly ViewRow[];
}

function accountJson(account: Account): Json {
  const { password, link, lock, signIns, tokens, ...rest } = account;
  return {
    ...rest,
    password: password && { ...password },
    link: link && { ...link },
    lock: lock && { ...lock },
    signIns: signIns.map((one) => ({ ...one })),
    tokens: tokens.map((one) => ({ ...one })),
  };
}
