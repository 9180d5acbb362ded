/** The command a due row names, and what became of it. */
import type { Json } from "./json.ts";
import { RealtimeError } from "./realtime_error.ts";

/** How a command ended: `failed` may succeed later, `refused` hardly. */
export type Fate = "done" | "refused" | "failed";

/** Errors of a command that may pass by themselves. */
const PASSING = new Set(["unavailable", "internal", "rate_limited"]);

/** @throws {RealtimeError} `invalid`, when a row is not `{command, input}`. */
export function commandOf(data: Json): { command: string; input: unknown } {
  if (
    typeof data === "object" && data !== null && "command" in data &&
    "input" in data && typeof data.command === "string"
  ) {
    return { command: data.command, input: data.input };
  }
  throw new RealtimeError("invalid", "Cannot fire a row: it names no command");
}

/** Whoever is refused today is refused tomorrow; a fault may pass. */
export function fateOf(error: unknown): Fate {
  if (error instanceof RealtimeError) {
    return PASSING.has(error.code) ? "failed" : "refused";
  }
  // By shape: the domain's class is handed in, `realtime/` only knows its name.
  return error instanceof Error && error.name === "Refusal"
    ? "refused"
    : "failed";
}

/** Reports whether a command failed because nothing can be written now. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof RealtimeError && error.code === "unavailable";
}
