/** What ends an evaluation without a value: the facts' doing, or a budget that is spent. */

/** Most characters of what a fault says: a path may be as long as the text that names it. */
const MAX_FAULT_LENGTH = 500;

/**
 * An answer, not a bug of ours: thrown by an expression, caught by whoever evaluates it.
 * No Error: thousands of missing facts a second need no stack.
 */
export class CelFault {
  readonly message: string;

  constructor(
    /** `TIMEOUT` passes through every && and ||; `ERROR` may be outweighed there. */
    readonly kind: "ERROR" | "TIMEOUT",
    message: string,
    /** The path of the fact that is missing or unusable. */
    readonly path?: string,
  ) {
    this.message = message.length > MAX_FAULT_LENGTH
      ? `${message.slice(0, MAX_FAULT_LENGTH).toWellFormed()}…`
      : message;
  }
}

/** @throws {CelFault} Always: what a rule asks cannot be answered. */
export function fail(message: string, path?: string): never {
  throw new CelFault("ERROR", message, path);
}

/** @throws {CelFault} Always: a fact that is not there. */
export function failMissing(path: string): never {
  throw new CelFault("ERROR", `${path} is missing`, path);
}
