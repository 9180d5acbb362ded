/** JSON from outside: parsed, its depth bounded, without surprises from prototype keys. */
import type { Json } from "../realtime/json.ts";
import { exceedsDepth, MAX_JSON_DEPTH } from "../realtime/protocol.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";

/** The JSON of a request's body. @throws {RealtimeError} `malformed` */
export function parseJson(text: string): Json {
  if (exceedsDepth(text, MAX_JSON_DEPTH)) {
    throw new RealtimeError(
      "malformed",
      `Cannot read the body: nested deeper than ${MAX_JSON_DEPTH} levels`,
    );
  }
  const value = decodeJson(text);
  if (value === undefined) {
    throw new RealtimeError("malformed", "Cannot read the body: not JSON");
  }
  return value;
}

/** The value of a JSON text; undefined when it is none. */
export function decodeJson(text: string): Json | undefined {
  try {
    // JSON.parse makes `__proto__` an own key; nothing here assigns keys by name.
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJsonObject(
  value: Json | undefined,
): value is { readonly [key: string]: Json } {
  return isRecord(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
