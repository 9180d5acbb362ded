/** API tokens and sign-ins of one's own, over HTTP. */
import { z } from "zod";
import type { ApiToken, SignIn } from "../../domain/accounts/account.ts";
import { TOKEN_SCOPES } from "../../domain/accounts/token_scope.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import type { AccountParts } from "../accounts/account_parts.ts";
import {
  demandInPerson,
  demandScope,
  tokenEnd,
  TokenRequest,
} from "../accounts/token_rules.ts";
import { operation, type Route } from "./operation.ts";
import { IsoTime } from "./schemas.ts";
import { isoTime } from "./times.ts";

const tag = "Accounts";

const Token = z.object({
  tokenId: z.string(),
  name: z.string(),
  scope: z.enum(TOKEN_SCOPES),
  createdAt: IsoTime,
  expiresAt: IsoTime,
  usedAt: IsoTime.nullable(),
});

export const ShownSignIn = z.object({
  signInId: z.string(),
  agent: z.string().meta({ description: 'Such as "Firefox on Linux"' }),
  at: IsoTime,
  seenAt: IsoTime,
  expiresAt: IsoTime,
  current: z.boolean().meta({ description: "The one this call came with" }),
});

export function tokenRoutes(parts: AccountParts): readonly Route[] {
  const { accounts, directory, now } = parts;
  const ofOneself = (user: User) => {
    const account = directory.get(user.userId);
    if (account !== undefined) return account;
    throw new RealtimeError("not_found", "Cannot find an account of yours");
  };
  return [
    operation({
      method: "GET",
      path: "/api/v1/tokens",
      summary: "Lists one's API tokens",
      tag,
      input: {},
      answers: {
        200: {
          description: "Without their texts, which are not kept",
          schema: z.object({ items: z.array(Token) }),
        },
      },
      run: ({ c, user }) => {
        const alive = ofOneself(user).tokens
          .filter((one) => one.expiresAt > now());
        return c.json({ items: alive.map((one) => shownToken(one, parts)) });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/tokens",
      summary: "Makes an API token; takes a cookie, not a token",
      tag,
      input: { body: TokenRequest },
      answers: {
        201: {
          description: "Its text is told this once",
          schema: z.object({
            tokenId: z.string(),
            token: z.string(),
            expiresAt: IsoTime,
          }),
        },
      },
      run: async ({ c, user, body: { name, scope, days } }) => {
        demandInPerson(c);
        demandScope(user, scope);
        const expiresAt = tokenEnd(now(), days);
        const made = await accounts.makeToken(user, { name, scope, expiresAt });
        const { id: tokenId, text: token } = made;
        return c.json({ tokenId, token, expiresAt: isoTime(expiresAt) }, 201);
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/tokens/{tokenId}",
      summary: "Revokes an API token of one's own; its sockets close",
      tag,
      input: { params: z.object({ tokenId: z.string() }) },
      answers: { 204: { description: "It opens nothing any more" } },
      run: async ({ c, user, params: { tokenId } }) => {
        const change = { kind: "revoke_token", tokenId } as const;
        await accounts.change(user, user.userId, change);
        return c.body(null, 204);
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/sign-ins",
      summary: "Lists where one is signed in",
      tag,
      input: {},
      answers: {
        200: {
          description: "Newest first",
          schema: z.object({ items: z.array(ShownSignIn) }),
        },
      },
      run: ({ c, user }) => {
        const alive = ofOneself(user).signIns
          .filter((one) => one.expiresAt > now());
        const items = alive.toReversed()
          .map((one) => shownSignIn(one, parts, user));
        return c.json({ items });
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/sign-ins/{signInId}",
      summary: "Ends one of one's sign-ins: cookie and sockets",
      tag,
      input: { params: z.object({ signInId: z.string() }) },
      answers: { 204: { description: "It is over" } },
      run: async ({ c, user, params: { signInId } }) => {
        const change = { kind: "end_sign_in", signInId } as const;
        await accounts.change(user, user.userId, change);
        return c.body(null, 204);
      },
    }),
  ];
}

export function shownSignIn(
  { id, agent, at, expiresAt, seenAt }: SignIn,
  { directory }: Pick<AccountParts, "directory">,
  user: User,
): z.infer<typeof ShownSignIn> {
  return {
    signInId: id,
    agent,
    at: isoTime(at),
    seenAt: isoTime(directory.seenAt(id, seenAt) ?? at),
    expiresAt: isoTime(expiresAt),
    current: id === user.signInId,
  };
}

function shownToken(
  { id, name, scope, at, expiresAt, usedAt }: ApiToken,
  { directory }: Pick<AccountParts, "directory">,
): z.infer<typeof Token> {
  const used = directory.seenAt(id, usedAt);
  return {
    tokenId: id,
    name,
    scope,
    createdAt: isoTime(at),
    expiresAt: isoTime(expiresAt),
    usedAt: used === null ? null : isoTime(used),
  };
}
