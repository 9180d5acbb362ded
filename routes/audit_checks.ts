/** Verification on demand: one check per channel at a time, whose answer all who ask meanwhile share. */
import type { Log, Verification } from "../realtime/log/log.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";

/** Each check is a thread that walks the whole log. */
const MAX_CHECKS = 2;
const RETRY_AFTER_MS = 1_000;

export class AuditChecks {
  readonly #log: Pick<Log, "verify">;
  readonly #underWay = new Map<string | undefined, Promise<Verification>>();

  constructor(log: Pick<Log, "verify">) {
    this.#log = log;
  }

  /** @param channel Undefined for all of them. @throws {RealtimeError} `unavailable` when too many run */
  check(channel: string | undefined): Promise<Verification> {
    const underWay = this.#underWay.get(channel);
    if (underWay) return underWay;
    if (this.#underWay.size >= MAX_CHECKS) {
      throw new RealtimeError(
        "unavailable",
        "Cannot verify now: too many checks are under way",
        { retryAfterMs: RETRY_AFTER_MS },
      );
    }
    const check = this.#log.verify(channel)
      .finally(() => this.#underWay.delete(channel));
    this.#underWay.set(channel, check);
    return check;
  }
}
