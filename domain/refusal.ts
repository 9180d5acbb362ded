/** Refusals: the expected ways the domain says no. A published code is never reused. */
export const REFUSALS = {
  session_not_found: "Cannot find this session",
  session_exists: "Cannot open a session under an id that is taken",
  session_full: "Cannot add another participant to this session",
  session_closed: "Cannot change a session after it was closed",
  not_allowed: "Cannot do this with your role",
  not_a_participant: "Cannot write in a session before you have joined it",
  participant_not_found: "Cannot find this participant in the session",
  participant_exists: "Cannot add a participant who already takes part",
  last_facilitator: "Cannot leave a session without a facilitator",
  notification_not_found: "Cannot find this notification in your inbox",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** A well-formed command that is not allowed. Caught only at a boundary. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly code: RefusalCode, options?: ErrorOptions) {
    super(REFUSALS[code], options);
  }
}
