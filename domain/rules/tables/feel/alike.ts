/** Texts read as what they are compared with: JSON has no dates, so facts bring them as text. */
import { duration, parseDate, parseDateTime, parseTime } from "feelin";
import { kindOf } from "./values.ts";

const READERS = new Map<string, (text: string) => unknown>([
  ["date", parseDate],
  ["time", parseTime],
  ["date and time", parseDateTime],
  ["days and time duration", duration],
  ["years and months duration", duration],
]);

/** The text as a date, time or duration of that kind; `undefined` if it is none. */
export function readAs(text: string, kind: string): unknown {
  const found = READERS.get(kind)?.(text);
  return kindOf(found) === kind ? found : undefined;
}

/** A tested value, read as a date or the like if it is text and is asked of one. */
export function alike(value: unknown, other: unknown): unknown {
  if (typeof value !== "string" || typeof other !== "object") return value;
  const kind = kindOf(other);
  return kind === undefined ? value : readAs(value, kind) ?? value;
}
