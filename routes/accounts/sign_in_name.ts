/** The names people sign in with: they are their user ids, so each has one spelling. */
import { z } from "zod";
import { RESERVED_USER_IDS } from "../auth_sign_ins.ts";

/** Shorter ones are guessed, longer ones cost us time. */
export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 256;

/** A name for a new account: small letters, digits and `. _ @ + -`, such as an e-mail address. */
export const SignInName = z.string().trim().toLowerCase()
  .min(1, "Give a name to sign in with").max(100, "At most 100 characters")
  .regex(
    /^[a-z0-9][a-z0-9._@+-]*$/,
    "Letters, digits and . _ @ + - only, such as an e-mail address",
  )
  .refine((name) => !RESERVED_USER_IDS.has(name), "This name is reserved");

/** What was typed to sign in: any text; one that cannot be a name is nobody's. */
export function typedName(text: string): string {
  return text.trim().toLowerCase().slice(0, 100);
}

/** Why a password cannot be taken; undefined when it can. Length counts, not its characters. */
export function passwordMistake(
  password: string,
  ...names: readonly string[]
): string | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD) return `At least ${MIN_PASSWORD} characters`;
  if (length > MAX_PASSWORD) return `At most ${MAX_PASSWORD} characters`;
  if (new Set(password).size < 4) return "Too few different characters";
  const plain = password.toLowerCase();
  const isName = names.some((name) =>
    name !== "" && plain.replaceAll(name.toLowerCase(), "").length < 6
  );
  return isName ? "Too close to your name" : undefined;
}
