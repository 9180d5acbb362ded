/** Declared kinds: what a value must be, and texts read as the dates and durations asked for. */
import { readAs } from "./feel/alike.ts";
import { CannotEvaluate } from "./feel/cannot.ts";
import { kindOf } from "./feel/values.ts";
import type { TypeName } from "./table.ts";

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
  const found = kindOf(value) === type || typeof value !== "string"
    ? value
    : readAs(value, type);
  if (kindOf(found) === type) return found;
  throw new CannotEvaluate(`Not a ${type}: ${shown(value)}`);
}

/** A value as people read it, in few characters. */
export function shown(value: unknown): string {
  const kind = kindOf(value) ?? "thing";
  if (kind === "list" || kind === "context") return `a ${kind}`;
  const text = typeof value === "string" ? JSON.stringify(value) : `${value}`;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
