/** What may be asked of an account. Only our own routes ask; what people type is checked before. */
import { z } from "zod";
import { ROLES } from "../access.ts";
import { TOKEN_SCOPES } from "./token_scope.ts";

const Time = z.int().nonnegative();
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Id = z.string().min(1).max(128);
const Link = z.object({ hash: Hash, expiresAt: Time });

const Password = z.object({
  algorithm: z.literal("scrypt"),
  cost: z.int().positive(),
  blockSize: z.int().positive(),
  parallelism: z.int().positive(),
  salt: z.base64(),
  key: z.base64(),
});

const SignIn = z.object({
  id: Id,
  agent: z.string().max(80),
  expiresAt: Time,
});

/** How people are shown, and called. */
export const PersonName = z.string().trim().min(1, "Give a name")
  .max(80, "At most 80 characters").regex(/^\P{C}*$/u, "No control characters");

const Change = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("invite"),
    name: PersonName,
    role: z.enum(ROLES),
    link: Link,
  }),
  z.object({ kind: z.literal("link"), link: Link }),
  z.object({
    kind: z.literal("accept"),
    linkHash: Hash,
    name: PersonName.optional(),
    password: Password,
  }),
  z.object({
    kind: z.literal("password"),
    password: Password,
    /** The password that was shown to be known: its entry's offset. */
    basedOn: z.int(),
  }),
  z.object({ kind: z.literal("sign_in"), signIn: SignIn, basedOn: z.int() }),
  z.object({
    kind: z.literal("admit"),
    name: PersonName,
    role: z.enum(ROLES),
    signIn: SignIn,
  }),
  z.object({ kind: z.literal("end_sign_in"), signInId: Id }),
  z.object({ kind: z.literal("end_sign_ins") }),
  z.object({ kind: z.literal("seen"), ids: z.array(Id).min(1).max(200) }),
  z.object({
    kind: z.literal("lock"),
    failures: z.int().positive(),
    until: Time,
  }),
  z.object({ kind: z.literal("role"), role: z.enum(ROLES) }),
  z.object({ kind: z.literal("deactivate") }),
  z.object({ kind: z.literal("reactivate") }),
  z.object({
    kind: z.literal("make_token"),
    token: z.object({
      id: Id,
      name: PersonName,
      hash: Hash,
      scope: z.enum(TOKEN_SCOPES),
      expiresAt: Time,
    }),
  }),
  z.object({ kind: z.literal("revoke_token"), tokenId: Id }),
]);
export type Change = z.infer<typeof Change>;

export const ChangeAccount = z.object({
  userId: Id,
  /** Who asks, when it is not the person: their own account then says whether they may. */
  by: Id.optional(),
  change: Change,
});
export type ChangeAccount = z.infer<typeof ChangeAccount>;
