/** Declared kinds: what a value must be, and texts read as the dates and durations asked for. */
import { duration, parseDate, parseDateTime, parseTime } from "feelin";
import { CannotEvaluate } from "./feel/cannot.ts";
import { kindOf } from "./feel/values.ts";
import type { TypeName } from "./table.ts";

const READERS: Partial<Record<TypeName, (text: string) => unknown>> = {
  date: parseDate,
  time: parseTime,
  "date and time": parseDateTime,
  "days and time duration": duration,
  "years and months duration": duration,
};

/**
 * The value as its declared type has it; null is of every type.
 *
 * @throws {CannotEvaluate} If it is of another kind.
 */
export function typed(
  value: unknown,
  type: TypeName | null | undefined,
): unknown {
  if (!type || type === "any" || value === null) return value;
  const read = READERS[type];
  const found = read !== undefined && typeof value === "string"
    ? read(value)
    : value;
  if (found !== null && kindOf(found) === type) return found;
  throw new CannotEvaluate(`Not a ${type}: ${shown(value)}`);
}

/** A value as people read it, in few characters. */
export function shown(value: unknown): string {
  const kind = kindOf(value) ?? "thing";
  if (kind === "list" || kind === "context") return `a ${kind}`;
  const text = typeof value === "string" ? JSON.stringify(value) : `${value}`;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
