/** The provider's way in, with how a browser reaches us taken from its request. */
import type { Hono } from "hono";
import type { Env } from "../env.ts";
import { hostOf, schemeOf } from "../origin.ts";
import type { AccountParts } from "./account_parts.ts";
import type { Oidc } from "./oidc.ts";
import { oidcRoutes } from "./oidc_routes.ts";

export function providerRoutes(parts: AccountParts, oidc: Oidc): Hono<Env> {
  const { trustProxy } = parts;
  return oidcRoutes({ ...parts, oidc }, {
    ownOrigin: ({ req: { raw } }) =>
      `${schemeOf(raw, trustProxy)}://${hostOf(raw, trustProxy)}`,
  });
}
