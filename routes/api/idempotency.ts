/**
 * `Idempotency-Key`: a repeated POST gets the first answer again. Where the log keeps
 * messageIds the key is one; elsewhere this process remembers its latest answers.
 */
import { createHash } from "node:crypto";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";

/** Answers remembered at once; the oldest goes first. */
const MAX_ANSWERS = 1000;

/** Longest key, the same as for a messageId. */
const MAX_KEY_LENGTH = 128;

interface Remembered {
  readonly bodyHash: string;
  readonly answer: Promise<Response>;
}

export class IdempotencyKeys {
  readonly #remembered = new Map<string, Remembered>();

  /** Runs `act` once per user, path and key. @throws {RealtimeError} `conflict` on another body */
  async once(
    c: AppContext,
    user: User,
    act: () => Promise<Response>,
  ): Promise<Response> {
    const key = idempotencyKey(c);
    if (key === undefined) return await act();
    const place = JSON.stringify([user.userId, c.req.path, key]);
    const bodyHash = createHash("sha256").update(await c.req.text())
      .digest("hex");
    const first = this.#remembered.get(place);
    if (first !== undefined) {
      if (first.bodyHash !== bodyHash) {
        throw new RealtimeError(
          "conflict",
          "Cannot use this Idempotency-Key again: the body is another",
        );
      }
      return (await first.answer).clone();
    }
    const answer = act();
    this.#remembered.set(place, { bodyHash, answer });
    if (this.#remembered.size > MAX_ANSWERS) {
      const [oldest] = this.#remembered.keys();
      this.#remembered.delete(oldest);
    }
    try {
      const response = await answer;
      // What failed on our side may succeed when it is asked again.
      if (response.status >= 500) this.#remembered.delete(place);
      return response.clone();
    } catch (error) {
      this.#remembered.delete(place);
      throw error;
    }
  }
}

/** The header, checked. @throws {RealtimeError} `invalid` */
export function idempotencyKey(c: AppContext): string | undefined {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return undefined;
  if (key.length >= 1 && key.length <= MAX_KEY_LENGTH) return key;
  throw invalidKey(`Cannot use this key: 1 to ${MAX_KEY_LENGTH} characters`);
}

/**
 * The messageId of a request: the body's, the header's, or none.
 * @throws {RealtimeError} `invalid` when they differ
 */
export function messageIdOf(
  c: AppContext,
  inBody: string | undefined,
): string | undefined {
  const key = idempotencyKey(c);
  if (key !== undefined && inBody !== undefined && key !== inBody) {
    throw invalidKey("Cannot choose between Idempotency-Key and messageId");
  }
  return inBody ?? key;
}

function invalidKey(message: string): RealtimeError {
  const errors = [{ path: "Idempotency-Key", message }];
  return new RealtimeError("invalid", message, { errors });
}
