/** Errors over HTTP: RFC 9457 problems, one table from code to status. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { Refusal, type RefusalCode } from "../domain/refusal.ts";
import type { ErrorCode } from "../realtime/codes.ts";
import { LogConflict, LogHeld, LogUnavailable } from "../realtime/log/log.ts";
import { type InputError, RealtimeError } from "../realtime/realtime_error.ts";
import type { Env } from "./env.ts";

/** The status each code of the protocol has over HTTP. */
export const STATUS = {
  malformed: 400,
  unknown_type: 400,
  invalid: 422,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_many_subscriptions: 422,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** The protocol's code for each refusal of the domain; the refusal itself is the `reason`. */
export const REFUSAL_CODES = {
  session_not_found: "not_found",
  session_exists: "conflict",
  session_full: "conflict",
  session_closed: "conflict",
  not_allowed: "forbidden",
  not_a_participant: "forbidden",
  participant_not_found: "not_found",
  participant_exists: "conflict",
  last_facilitator: "conflict",
  notification_not_found: "not_found",
  poll_not_found: "not_found",
  poll_exists: "conflict",
  poll_closed: "conflict",
  round_ended: "conflict",
  closes_in_the_past: "invalid",
  not_a_voter: "forbidden",
  ballot_invalid: "invalid",
  reason_missing: "invalid",
  decision_not_found: "not_found",
  decision_exists: "conflict",
  already_recorded: "conflict",
  decision_closed: "conflict",
  decision_invalid: "invalid",
  alert_not_found: "not_found",
  alert_exists: "conflict",
  alert_resolved: "conflict",
  snooze_in_the_past: "invalid",
  occurred_in_the_future: "invalid",
  too_many_alert_views: "conflict",
  rule_not_found: "not_found",
  rule_exists: "conflict",
  rule_invalid: "invalid",
  draft_changed: "conflict",
  nothing_to_publish: "conflict",
  own_draft: "forbidden",
  proposal_not_found: "not_found",
  proposal_exists: "conflict",
  proposal_settled: "conflict",
  own_proposal: "forbidden",
  hold_exists: "conflict",
  hold_not_found: "not_found",
  too_little_known: "conflict",
  job_not_found: "not_found",
  job_exists: "conflict",
  job_done: "conflict",
  claim_lost: "conflict",
  account_not_found: "not_found",
  account_exists: "conflict",
  account_inactive: "conflict",
  account_of_provider: "conflict",
  own_account: "conflict",
  link_dead: "conflict",
  password_changed: "conflict",
  too_many_tokens: "conflict",
} as const satisfies Record<RefusalCode, ErrorCode>;

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** The body of every error answer. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  reason: z.string().optional(),
  retryAfterMs: z.int().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() }))
    .optional(),
});

/** One error, ready to be answered. */
export interface ProblemDetails {
  readonly code: ErrorCode;
  readonly detail: string;
  /** @default the code's own */
  readonly status?: keyof typeof TITLES;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly errors?: readonly InputError[];
}

/** Answers with a problem. */
export function problem(c: Context<Env>, details: ProblemDetails): Response {
  const { code, status = STATUS[code], retryAfterMs, ...rest } = details;
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="regulens"');
  if (retryAfterMs !== undefined || status === 503) {
    c.header("Retry-After", String(Math.ceil((retryAfterMs ?? 1000) / 1000)));
  }
  const body = {
    type: "about:blank",
    title: TITLES[status],
    status,
    ...rest,
    code,
    retryAfterMs,
  };
  return c.body(JSON.stringify(body), status, {
    "Content-Type": "application/problem+json",
  });
}

/** What an error means to the caller; a fault of ours tells nothing of itself. */
export function problemOf(error: unknown): ProblemDetails {
  if (error instanceof Refusal) return problemOf(refused(error));
  if (error instanceof RealtimeError) {
    const { code, message, retryAfterMs, reason, errors } = error;
    return { code, detail: message, retryAfterMs, reason, errors };
  }
  if (error instanceof z.ZodError) return invalid(error);
  if (error instanceof LogConflict) {
    return { code: "conflict", detail: error.message, reason: error.reason };
  }
  if (error instanceof LogHeld) {
    return { code: "conflict", detail: error.message, reason: "on_hold" };
  }
  if (error instanceof LogUnavailable) {
    return { code: "unavailable", detail: error.message };
  }
  if (error instanceof HTTPException && error.status < 500) {
    return { code: "malformed", detail: error.message || "Cannot read this" };
  }
  return { code: "internal", detail: "Cannot answer: a fault on our side" };
}

/** A refusal of the domain in the words of the protocol, for the socket and for HTTP. */
export function refused(refusal: Refusal): RealtimeError {
  const { code: reason, message, errors } = refusal;
  return new RealtimeError(REFUSAL_CODES[reason], message, { reason, errors });
}

/** Every place where an input is wrong. */
export function invalid(error: z.ZodError): ProblemDetails {
  return {
    code: "invalid",
    detail: "Cannot accept the input: see errors",
    errors: error.issues.map(({ path, message }) => ({
      path: path.map(String).join("."),
      message,
    })),
  };
}
