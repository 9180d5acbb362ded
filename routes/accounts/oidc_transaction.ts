/** A sign-in that is under way at the provider: kept by the browser it began in, signed by us. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { decodeJson } from "../json_body.ts";
import type { Transaction } from "./oidc.ts";

/** How long somebody may take at the provider. */
export const TRANSACTION_LIFETIME_MS = 10 * 60_000;

const Kept = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.url(),
  next: z.string(),
  expiresAt: z.number(),
});

export class Transactions {
  readonly #secret: string;
  readonly #now: () => number;

  /** @param options.secret Signs cookies; at least 32 bytes. */
  constructor(
    { secret, now }: { readonly secret: string; readonly now: () => number },
  ) {
    this.#secret = secret;
    this.#now = now;
  }

  /** The value for a cookie. */
  seal(transaction: Transaction): string {
    const expiresAt = this.#now() + TRANSACTION_LIFETIME_MS;
    const text = Buffer.from(JSON.stringify({ ...transaction, expiresAt }))
      .toString("base64url");
    return `${text}.${this.#sign(text).toString("base64url")}`;
  }

  /** What a cookie's value holds; undefined when it is forged or too old. */
  open(value: string): Transaction | undefined {
    const [text, signature, ...rest] = value.split(".");
    if (!text || !signature || rest.length > 0) return undefined;
    const given = Buffer.from(signature, "base64url");
    const expected = this.#sign(text);
    const isOurs = given.length === expected.length &&
      timingSafeEqual(given, expected);
    if (!isOurs) return undefined;
    const kept = Kept.safeParse(
      decodeJson(Buffer.from(text, "base64url").toString()),
    ).data;
    if (kept === undefined || kept.expiresAt <= this.#now()) return undefined;
    const { expiresAt: _, ...transaction } = kept;
    return transaction;
  }

  /** The prefix keeps this signature from being taken for one made for another purpose. */
  #sign(text: string): Buffer {
    return createHmac("sha256", this.#secret).update(`oidc.1.${text}`).digest();
  }
}
