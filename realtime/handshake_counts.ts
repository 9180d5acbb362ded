/** Handshakes counted: those that opened a socket, and those that were refused, by why. */

export const HANDSHAKE_REFUSALS = [
  "malformed",
  "not_signed_in",
  "ticket_used",
  "foreign_origin",
  "switched_off",
  "restarting",
  "server_full",
  "user_full",
  "address_full",
  "unavailable",
] as const;

export type HandshakeRefusal = typeof HANDSHAKE_REFUSALS[number];

export class HandshakeCounts {
  readonly #refused = new Map<HandshakeRefusal, number>();
  opened = 0;

  refuse(reason: HandshakeRefusal): void {
    this.#refused.set(reason, this.refused(reason) + 1);
  }

  refused(reason: HandshakeRefusal): number {
    return this.#refused.get(reason) ?? 0;
  }
}
