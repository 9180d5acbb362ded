/** A row of the accounts' view, read back into the account it was made of. */
import { z } from "zod";
import type { Account } from "../../domain/accounts/account.ts";
import { ROLES } from "../../domain/access.ts";
import { TOKEN_SCOPES } from "../../domain/accounts/token_scope.ts";

export const AccountRow = z.object({
  status: z.enum(["none", "invited", "active", "deactivated"]),
  userId: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  source: z.enum(["password", "oidc"]),
  password: z.object({
    algorithm: z.literal("scrypt"),
    cost: z.number(),
    blockSize: z.number(),
    parallelism: z.number(),
    salt: z.string(),
    key: z.string(),
    offset: z.number(),
  }).nullable(),
  link: z.object({ hash: z.string(), expiresAt: z.number() }).nullable(),
  signIns: z.array(z.object({
    id: z.string(),
    at: z.number(),
    expiresAt: z.number(),
    agent: z.string(),
    seenAt: z.number(),
  })),
  tokens: z.array(z.object({
    id: z.string(),
    name: z.string(),
    hash: z.string(),
    scope: z.enum(TOKEN_SCOPES),
    at: z.number(),
    expiresAt: z.number(),
    usedAt: z.number().nullable(),
  })),
  lock: z.object({ failures: z.number(), until: z.number() }).nullable(),
  createdAt: z.number(),
  offset: z.number(),
}) satisfies z.ZodType<Account>;
