/** Times in HTTP bodies: ISO 8601 UTC, where the socket and the log have ms since 1970. */
import type { Json } from "../../realtime/json.ts";

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same value with every number under `at` or `…At` as a time. Not for callers' own JSON. */
export function withIsoTimes(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(withIsoTimes);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === "number" && /^at$|At$/.test(key)
        ? isoTime(item)
        : withIsoTimes(item),
    ]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
