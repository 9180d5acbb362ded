/** What an error means to a job: whether its claim still counts, another try helps, its words are told. */
import { Refusal } from "../../domain/refusal.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { JobFault } from "./job_kind.ts";

/** Another holds the claim now, or the job has ended meanwhile. */
export function isLost(error: unknown): boolean {
  return error instanceof Refusal &&
    (error.code === "claim_lost" || error.code === "job_not_found");
}

/** Errors whose words are meant for the submitter. */
export function isTold(error: unknown): error is Error {
  return error instanceof Refusal || error instanceof RealtimeError ||
    error instanceof JobFault;
}

/** What no further try would cure. */
export function isLasting(error: unknown): boolean {
  return error instanceof Refusal ||
    (error instanceof RealtimeError && !isUnavailable(error) &&
      error.code !== "internal" && error.code !== "rate_limited");
}

export function isUnavailable(error: unknown): boolean {
  return error instanceof RealtimeError && error.code === "unavailable";
}
