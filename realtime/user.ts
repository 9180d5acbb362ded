/** Who is behind a connection or a request, as far as `realtime/` needs to know. */
export interface User {
  /** 1–128 visible characters without space or `/` (P8). */
  readonly userId: string;
  readonly name: string;
  /** Roles outside any session, e.g. `["member"]`. */
  readonly roles: readonly string[];
  /** The sign-in this user came through; absent for the service token. */
  readonly signInId?: string;
  /** Came with a token that may look but change nothing, whatever the roles. */
  readonly readOnly?: true;
}
