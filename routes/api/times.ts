/** Times in HTTP bodies: ISO 8601 UTC, where the socket and the log have ms since 1970. */
import type { Json } from "../../realtime/json.ts";

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** What holds values by the callers' own names: an alternative or a fact may be called `at`. */
const FIGURES = new Set([
  ...["tally", "agreement", "dissent"],
  ...["scores", "mine", "weights", "params"],
  ...["facts", "trace"],
]);

/** What holds a time though its name does not end in `At`. */
const TIMES = new Set(["at", "acknowledgeBy", "snoozedUntil"]);

/** The same value with every number under `at`, `…At` and their like as a time. Not for callers' own JSON. */
export function withIsoTimes(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(withIsoTimes);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, under(key, item)]),
  );
}

function under(key: string, item: Json): Json {
  if (FIGURES.has(key)) return item;
  const isTime = TIMES.has(key) || key.endsWith("At");
  return typeof item === "number" && isTime
    ? isoTime(item)
    : withIsoTimes(item);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
