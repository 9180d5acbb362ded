/** The one way sending fails for good: somebody said no, so the message took no effect. */

export class MessageRefused extends Error {
  override readonly name = "MessageRefused";
  constructor(
    /**
     * Error code of the protocol (P7), or ours: `queue_full`, `too_large`, `not_stored`,
     * `closed`, and `unknown` for a request whose answer stayed out (P14).
     */
    readonly code: string,
    message: string,
    /** The domain's reason, e.g. `session_closed`. */
    readonly reason?: string,
  ) {
    super(message);
  }
}
