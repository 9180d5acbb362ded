/** Accounts over HTTP, for admins: who there is, inviting, roles, putting somebody out. */
import { z } from "zod";
import { ROLES } from "../../domain/access.ts";
import type { Account } from "../../domain/accounts/account.ts";
import { PersonName } from "../../domain/accounts/account_input.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import { LINK_PATH } from "../accounts/accounts.ts";
import { SignInName } from "../accounts/sign_in_name.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageByKey, pageOf } from "./paging.ts";
import { IsoTime, UserId } from "./schemas.ts";
import { isoTime } from "./times.ts";
import { ShownSignIn, shownSignIn } from "./tokens.ts";

const tag = "Accounts";
const action = "manage_users";

const UserParam = z.object({ userId: UserId });

const Shown = z.object({
  userId: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  status: z.enum(["invited", "active", "deactivated"]),
  source: z.enum(["password", "oidc"]),
  createdAt: IsoTime,
  signIns: z.int().meta({ description: "How many are open" }),
  tokens: z.int().meta({ description: "How many are alive" }),
});

const Link = z.object({
  userId: z.string(),
  path: z.string().meta({ description: "Told this once; it works once" }),
  expiresAt: IsoTime,
});

export function accountRoutes(parts: AccountParts): readonly Route[] {
  const { accounts, directory, now } = parts;
  const known = (userId: string) => {
    const account = directory.get(userId);
    if (account !== undefined) return account;
    throw new RealtimeError("not_found", "Cannot find this account");
  };
  const linkTo = (
    userId: string,
    { secret, expiresAt }: { secret: string; expiresAt: number },
  ) => ({
    userId,
    path: `${LINK_PATH}?token=${secret}`,
    expiresAt: isoTime(expiresAt),
  });
  return [
    operation({
      method: "GET",
      path: "/api/v1/accounts",
      summary: "Lists the accounts by user id",
      tag,
      action,
      input: { query: Page },
      answers: { 200: { description: "A page", schema: pageOf(Shown) } },
      run: ({ c, query }) => {
        const page = pageByKey(directory.all(), (one) => one.userId, query);
        const items = page.items.map((one) => shown(one, now()));
        return c.json({ ...page, items });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/accounts",
      summary: "Invites somebody, or again before they have come",
      tag,
      action,
      input: {
        body: z.object({
          userId: SignInName,
          name: PersonName,
          role: z.enum(ROLES).default("member"),
        }),
      },
      answers: { 201: { description: "The link", schema: Link } },
      run: async ({ c, user, body }) => {
        demandPasswords(parts);
        const link = await accounts.invite(user, body);
        return c.json(linkTo(body.userId, link), 201);
      },
    }),
    operation({
      method: "PATCH",
      path: "/api/v1/accounts/{userId}",
      summary: "Changes a role, puts somebody out or takes them back",
      tag,
      action,
      input: {
        params: UserParam,
        body: z.object({
          role: z.enum(ROLES).optional(),
          active: z.boolean().optional(),
        }),
      },
      answers: { 200: { description: "As it is now", schema: Shown } },
      run: async ({ c, user, params: { userId }, body: { role, active } }) => {
        known(userId);
        if (role !== undefined) {
          await accounts.change(user, userId, { kind: "role", role });
        }
        if (active !== undefined) {
          const kind = active ? "reactivate" : "deactivate";
          await accounts.change(user, userId, { kind });
        }
        return c.json(shown(known(userId), now()));
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/accounts/{userId}/password-links",
      summary: "Makes a link by which somebody sets a new password",
      tag,
      action,
      input: { params: UserParam },
      answers: { 201: { description: "The link", schema: Link } },
      run: async ({ c, user, params: { userId } }) => {
        const link = await accounts.passwordLink(user, userId);
        return c.json(linkTo(userId, link), 201);
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/accounts/{userId}/sign-ins",
      summary: "Lists where somebody is signed in",
      tag,
      action,
      input: { params: UserParam },
      answers: {
        200: {
          description: "Newest first",
          schema: z.object({ items: z.array(ShownSignIn) }),
        },
      },
      run: ({ c, user, params: { userId } }) => {
        const alive = known(userId).signIns
          .filter(({ expiresAt }) => expiresAt > now());
        const items = alive.toReversed()
          .map((one) => shownSignIn(one, parts, user));
        return c.json({ items });
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/accounts/{userId}/sign-ins",
      summary: "Ends every sign-in of somebody; tokens go on",
      tag,
      action,
      input: { params: UserParam },
      answers: { 204: { description: "They are over" } },
      run: async ({ c, user, params: { userId } }) => {
        known(userId);
        await accounts.change(user, userId, { kind: "end_sign_ins" });
        return c.body(null, 204);
      },
    }),
  ];
}

/** @throws {RealtimeError} `conflict` where people come from a provider */
export function demandPasswords({ oidc }: Pick<AccountParts, "oidc">): void {
  if (oidc === undefined) return;
  throw new RealtimeError(
    "conflict",
    "Cannot invite: people come from the provider",
    { reason: "account_of_provider" },
  );
}

function shown(account: Account, now: number): z.infer<typeof Shown> {
  const { userId, name, role, source, createdAt } = account;
  const isAlive = ({ expiresAt }: { expiresAt: number }) => expiresAt > now;
  return {
    userId,
    name,
    role,
    status: account.status === "none" ? "invited" : account.status,
    source,
    createdAt: isoTime(createdAt),
    signIns: account.signIns.filter(isAlive).length,
    tokens: account.tokens.filter(isAlive).length,
  };
}
