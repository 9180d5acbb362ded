/** The user id of whom a provider vouches for: the subject, which it never gives twice. */
import { isUserId } from "../../domain/user_id.ts";
import { RESERVED_USER_IDS } from "../auth_sign_ins.ts";
import { sha256 } from "./secret_text.ts";

/**
 * The subject where it can be a user id, else a digest of it.
 *
 * @param subject At most 255 characters, told apart by capitals (OpenID Connect Core, 2).
 */
export function oidcUserId(subject: string): string {
  const isFit = isUserId(subject) && !RESERVED_USER_IDS.has(subject) &&
    !subject.startsWith("oidc-");
  return isFit ? subject : `oidc-${sha256(subject)}`;
}
