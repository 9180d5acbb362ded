/** Canonical JSON (RFC 8785): one text per value, so that a hash of it means the value. */
import type { Json } from "../json.ts";

/**
 * Writes a value as canonical JSON: keys in the order of their UTF-16 code units, no space.
 * Numbers and strings are already canonical as `JSON.stringify` writes them.
 *
 * @throws {RangeError} If the value is not JSON: NaN, undefined, functions, lone
 * surrogates, objects that are neither plain nor arrays, or nesting without end.
 */
export function canonical(value: Json): string {
  return text(value);
}

function text(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      // JSON.stringify would quietly write null.
      if (!Number.isFinite(value)) throw notJson(`the number ${value}`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? list(value) : members(value);
    default:
      throw notJson(`a value of type ${typeof value}`);
  }
}

function list(items: readonly unknown[]): string {
  let out = "[";
  // By index: a hole in the array must be met as undefined, and refused.
  for (let i = 0; i < items.length; i++) {
    out += i === 0 ? text(items[i]) : "," + text(items[i]);
  }
  return out + "]";
}

function members(value: object): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notJson("an object that is not plain");
  }
  // The default order of sort() is by UTF-16 code units, as RFC 8785 asks.
  const entries: Record<string, unknown> = Object.assign(
    Object.create(null),
    value,
  );
  let out = "{";
  for (const key of Object.keys(value).sort()) {
    if (out.length > 1) out += ",";
    out += quoted(key) + ":" + text(entries[key]);
  }
  return out + "}";
}

function quoted(value: string): string {
  // A lone surrogate has no UTF-8 form: two readers would hash different bytes.
  if (!value.isWellFormed()) throw notJson("a string with a lone surrogate");
  return JSON.stringify(value);
}

function notJson(what: string): RangeError {
  return new RangeError(`Cannot write canonical JSON: got ${what}`);
}
