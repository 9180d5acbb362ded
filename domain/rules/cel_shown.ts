/** Values of expressions as people and JSON get to see them: of bounded size. */
import { Duration, Timestamp } from "./cel_time.ts";
import { isMap, keysOf, valueAt } from "./cel_values.ts";

/** Most characters of one value. */
export const MAX_SHOWN_CHARACTERS = 200;
/** Most elements of one value, and levels of it. */
const MAX_SHOWN = 20;
const MAX_SHOWN_DEPTH = 3;

/** A value as JSON, of bounded size. */
export function shown(value: unknown, depth = MAX_SHOWN_DEPTH): unknown {
  if (typeof value === "string") {
    return value.length > MAX_SHOWN_CHARACTERS
      ? `${value.slice(0, MAX_SHOWN_CHARACTERS)}…`
      : value;
  }
  if (value instanceof Timestamp || value instanceof Duration) {
    return value.toJSON();
  }
  if (Array.isArray(value)) {
    if (depth === 0) return "[…]";
    const items = value.slice(0, MAX_SHOWN).map((item) =>
      shown(item, depth - 1)
    );
    return value.length > MAX_SHOWN ? [...items, "…"] : items;
  }
  if (isMap(value)) {
    if (depth === 0) return "{…}";
    const keys = keysOf(value);
    const entries = keys.slice(0, MAX_SHOWN).map((key) =>
      [String(key), shown(valueAt(value, key), depth - 1)] as const
    );
    return Object.fromEntries(
      keys.length > MAX_SHOWN ? [...entries, ["…", "…"]] : entries,
    );
  }
  return jsonScalar(value);
}

/** Facts from inside the program may hold what JSON does not. */
function jsonScalar(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : String(value);
  }
  return typeof value === "boolean" || value === null ? value : typeof value;
}
