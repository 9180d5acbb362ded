/** Passwords as they are kept and checked: scrypt (RFC 7914), off the loop that delivers messages. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { PasswordHash } from "../../domain/accounts/account.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";

/** 32 MiB three times over, about 0.2 s of one core: what OWASP asks of scrypt (2^15, 8, 3). */
export const SCRYPT: ScryptCost = {
  cost: 2 ** 15,
  blockSize: 8,
  parallelism: 3,
};

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** At once; each takes a core and its memory. */
const MAX_RUNNING = 2;
/** And in line; whoever comes then is asked to wait. */
const MAX_WAITING = 32;
const RETRY_AFTER_MS = 2_000;

export interface ScryptCost {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

export class Passwords {
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  /** What a name nobody has is checked against: it takes as long as a true one. */
  readonly #dummy: PasswordHash;
  #running = 0;

  constructor({ cost = SCRYPT }: { readonly cost?: ScryptCost } = {}) {
    this.#cost = cost;
    this.#dummy = {
      algorithm: "scrypt",
      ...cost,
      salt: randomBytes(SALT_BYTES).toString("base64"),
      key: randomBytes(KEY_BYTES).toString("base64"),
    };
  }

  /** @throws {RealtimeError} `rate_limited` when too many wait already */
  async hash(password: string): Promise<PasswordHash> {
    const salt = randomBytes(SALT_BYTES);
    const key = await this.#derive(password, { ...this.#cost, salt });
    return {
      algorithm: "scrypt",
      ...this.#cost,
      salt: salt.toString("base64"),
      key: key.toString("base64"),
    };
  }

  /**
   * Reports whether this is the password; never without `kept`, and after as much work.
   *
   * @throws {RealtimeError} `rate_limited` when too many wait already
   */
  async verify(
    password: string,
    kept: PasswordHash | undefined,
  ): Promise<boolean> {
    const { salt, key, ...cost } = kept ?? this.#dummy;
    const derived = await this.#derive(password, {
      ...cost,
      salt: Buffer.from(salt, "base64"),
    });
    const expected = Buffer.from(key, "base64");
    const isSame = derived.length === expected.length &&
      timingSafeEqual(derived, expected);
    return isSame && kept !== undefined;
  }

  async #derive(
    password: string,
    { cost, blockSize, parallelism, salt }: ScryptCost & {
      readonly salt: Buffer;
    },
  ): Promise<Buffer> {
    await this.#turn();
    try {
      const options = {
        N: cost,
        r: blockSize,
        p: parallelism,
        maxmem: 256 * cost * blockSize,
      };
      // The same characters however the keyboard composes them (NIST SP 800-63B).
      const text = password.normalize("NFKC");
      return await new Promise((resolve, reject) =>
        scrypt(
          text,
          salt,
          KEY_BYTES,
          options,
          (error, key) => error ? reject(error) : resolve(key),
        )
      );
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new RealtimeError(
          "rate_limited",
          "Cannot check a password now: too many wait",
          { retryAfterMs: RETRY_AFTER_MS },
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
  }
}
