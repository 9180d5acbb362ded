/** Sealing: a commitment to a value that tells nothing of it until value and salt are shown. */
import { randomBytes } from "node:crypto";
import type { Json } from "./json.ts";
import { canonical } from "./log/canonical.ts";
import { hashBody, SALT_BYTES } from "./log/record.ts";

/** 64 hex digits each; the salt is random, so equal values get different commitments. */
export function seal(value: Json): { salt: string; commitment: string } {
  const salt = randomBytes(SALT_BYTES);
  return {
    salt: salt.toString("hex"),
    commitment: hashBody(salt, canonical(value)),
  };
}

/** The commitment a salt (hex digits) and a value come to, for whoever checks one. */
export function commitmentOf(value: Json, salt: string): string {
  return hashBody(Uint8Array.fromHex(salt), canonical(value));
}
