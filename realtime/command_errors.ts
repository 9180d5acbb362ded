/** What the caller of a command gets to see when it fails. */
import { LogConflict, LogUnavailable } from "./log/log.ts";
import { RealtimeError } from "./realtime_error.ts";

const RETRY_AFTER_MS = 1000;

/** Refusals as they are, the rest as a code of the protocol. */
export function publicError(error: unknown): unknown {
  if (error instanceof RealtimeError || isRefusal(error)) return error;
  if (error instanceof LogConflict) {
    if (error.reason === "message_id") return messageIdReused(error);
    return new RealtimeError(
      "conflict",
      "Cannot execute: something of this name exists already",
      { reason: "already_exists", cause: error },
    );
  }
  if (error instanceof LogUnavailable) {
    return unavailable("the store cannot write now", error);
  }
  return new RealtimeError("internal", "Cannot execute: a fault on our side", {
    cause: error,
  });
}

/** By shape: the domain hands its class in, `realtime/` only knows its name. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "Refusal" &&
    "code" in error && typeof error.code === "string";
}

export function unavailable(why: string, cause?: unknown): RealtimeError {
  return new RealtimeError("unavailable", `Cannot execute: ${why}`, {
    retryAfterMs: RETRY_AFTER_MS,
    cause,
  });
}

export function messageIdReused(cause?: unknown): RealtimeError {
  return new RealtimeError(
    "conflict",
    "Cannot execute: this messageId was used for another command",
    { reason: "message_id_reused", cause },
  );
}
