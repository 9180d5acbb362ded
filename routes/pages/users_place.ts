/** Where the pages of accounts are. */
export const USERS_PATH = "/ops/users";
