/** Texts read as what they are compared with: JSON has no dates, so facts bring them as text. */
import {
  readDate,
  readDateAndTime,
  readDuration,
  readTime,
} from "./read_text.ts";
import { kindOf } from "./values.ts";

const READERS = new Map<string, (text: string) => unknown>([
  ["date", readDate],
  ["time", readTime],
  ["date and time", readDateAndTime],
  ["days and time duration", readDuration],
  ["years and months duration", readDuration],
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
