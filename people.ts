/** Accounts as the configuration asks for them: none in the demo, passwords, or a provider. */
import type { Config } from "./config.ts";
import {
  type AccountParts,
  type AccountPartsOptions,
  createAccountParts,
} from "./routes/accounts/account_parts.ts";
import type { Oidc } from "./routes/accounts/oidc.ts";
import { readRoleMap } from "./routes/accounts/oidc_roles.ts";

/** @throws {RangeError} When the provider is asked for and not named; the configuration checks that */
export async function createPeople(
  config: Config,
  options: Omit<AccountPartsOptions, "oidc" | "trustProxy">,
): Promise<AccountParts | undefined> {
  if (config.REGULENS_AUTH === "demo") return undefined;
  const oidc = config.REGULENS_AUTH === "oidc"
    ? await createOidc(config)
    : undefined;
  const trustProxy = config.TRUST_PROXY;
  return await createAccountParts({ ...options, oidc, trustProxy });
}

async function createOidc(config: Config): Promise<Oidc> {
  const issuer = config.REGULENS_OIDC_ISSUER;
  const clientId = config.REGULENS_OIDC_CLIENT_ID;
  const roles = readRoleMap(config.REGULENS_OIDC_ROLES ?? "");
  if (issuer === undefined || clientId === undefined || roles === undefined) {
    throw new RangeError("Cannot sign in with a provider that is not named");
  }
  // Loaded only where it is used: it takes its share of the start.
  const { Oidc } = await import("./routes/accounts/oidc.ts");
  return new Oidc({
    issuer,
    clientId,
    clientSecret: config.REGULENS_OIDC_CLIENT_SECRET,
    roleClaim: config.REGULENS_OIDC_ROLE_CLAIM,
    roles,
  });
}
