/** Error codes and close codes of the wire protocol: plain values, safe in the browser. */

/** What an `ERROR` can say (P7). A published code is never reused. */
export const ERROR_CODES = [
  "malformed",
  "unknown_type",
  "invalid",
  "unauthorized",
  "forbidden",
  "not_found",
  "conflict",
  "too_many_subscriptions",
  "rate_limited",
  "unavailable",
  "internal",
] as const;
export type ErrorCode = typeof ERROR_CODES[number];

/** Close codes (P19). 4000–4499 invite a reconnect, 4500–4999 do not. */
export const CLOSE = {
  unsupportedData: 1003,
  tooBig: 1009,
  restarting: 4001,
  heartbeatTimeout: 4008,
  tooSlow: 4009,
  rateLimited: 4029,
  signedOut: 4501,
  forbidden: 4503,
  protocolViolation: 4508,
} as const;

/** Reports whether a client should come back after this close code (P19, P22). */
export function invitesReconnect(code: number): boolean {
  return code < 4500 || code > 4999;
}

/** Sub-protocol offered and selected in the handshake (P1). */
export const SUBPROTOCOL = "regulens.v1";

/** What an acknowledgement promises (P14). */
export type AckLevel = "accepted" | "stored" | "replicated";
