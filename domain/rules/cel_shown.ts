/** Values of expressions as people and JSON get to see them: of bounded size. */
import { Duration, Timestamp } from "./cel_time.ts";
import { isMap, type MapValue, valueAt } from "./cel_values.ts";

/** Most characters of one value. */
export const MAX_SHOWN_CHARACTERS = 200;
/** Most elements of one list or map, levels, and parts of one value in all. */
const MAX_SHOWN = 20;
const MAX_SHOWN_DEPTH = 3;
const MAX_SHOWN_PARTS = 60;

/** A value as JSON: 20 elements of each list, 200 characters, 3 levels, 60 parts in all. */
export function shown(value: unknown): unknown {
  let left = MAX_SHOWN_PARTS;
  return show(value, MAX_SHOWN_DEPTH);

  function show(part: unknown, depth: number): unknown {
    left--;
    if (typeof part === "string") {
      return cut(part);
    }
    if (part instanceof Timestamp || part instanceof Duration) {
      return part.toJSON();
    }
    if (Array.isArray(part)) return depth === 0 ? "[…]" : list(part, depth);
    if (isMap(part)) return depth === 0 ? "{…}" : map(part, depth);
    return scalar(part);
  }

  function list(items: readonly unknown[], depth: number): unknown[] {
    const made: unknown[] = [];
    for (const item of items) {
      if (made.length === MAX_SHOWN || left <= 0) return [...made, "…"];
      made.push(show(item, depth - 1));
    }
    return made;
  }

  function map(value: MapValue, depth: number): unknown {
    const made: (readonly [string, unknown])[] = [];
    for (const key of someKeys(value)) {
      if (made.length === MAX_SHOWN || left <= 0) {
        return Object.fromEntries([...made, ["…", "…"]]);
      }
      const name = String(key).toWellFormed();
      made.push([name, show(valueAt(value, key), depth - 1)]);
    }
    return Object.fromEntries(made);
  }
}

/** With a UTF-8 form, as the log demands: a cut, and `split`, may halve a character. */
function cut(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS
    ? `${text.slice(0, MAX_SHOWN_CHARACTERS).toWellFormed()}…`
    : text.toWellFormed();
}

/** One key after the other: of a large map only the first are looked at. */
function* someKeys(map: MapValue): Generator<unknown> {
  if (map instanceof Map) yield* map.keys();
  else {
    for (const key in map) if (Object.hasOwn(map, key)) yield key;
  }
}

/** Facts from inside the program may hold what JSON does not. */
function scalar(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : String(value);
  }
  return typeof value === "boolean" || value === null ? value : typeof value;
}
