/** What `realtime/` answers when it cannot do what was asked: one code of the protocol. */
import type { ErrorCode } from "./codes.ts";

/** One thing wrong with an input: where, and what was expected there. */
export interface InputError {
  /** Dotted path into the input, e.g. `participants.0.weight`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface RealtimeErrorOptions extends ErrorOptions {
  /** Set when asking again after that long may succeed. */
  readonly retryAfterMs?: number;
  /** Finer than the code, e.g. `session_closed`; goes beside it on the wire (P7). */
  readonly reason?: string;
  /** Filled for `invalid`: every place where the input is wrong. */
  readonly errors?: readonly InputError[];
}

/** An expected no, or a fault that is safe to show. Caught only at a boundary. */
export class RealtimeError extends Error {
  override readonly name = "RealtimeError";
  readonly retryAfterMs?: number;
  readonly reason?: string;
  readonly errors?: readonly InputError[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: RealtimeErrorOptions = {},
  ) {
    const { retryAfterMs, reason, errors, ...rest } = options;
    super(message, rest);
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
    this.errors = errors;
  }
}
