/** Times in HTTP bodies: ISO 8601 UTC, where the socket and the log have ms since 1970. */
import type { Json } from "../../realtime/json.ts";

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** What holds figures by the callers' own names: an alternative may be called `at`. */
const FIGURES = new Set([
  ...["tally", "agreement", "dissent"],
  ...["scores", "mine", "weights", "params"],
]);

/** The same value with every number under `at` or `…At` as a time. Not for callers' own JSON. */
export function withIsoTimes(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(withIsoTimes);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, under(key, item)]),
  );
}

function under(key: string, item: Json): Json {
  if (FIGURES.has(key)) return item;
  return typeof item === "number" && /^at$|At$/.test(key)
    ? isoTime(item)
    : withIsoTimes(item);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
