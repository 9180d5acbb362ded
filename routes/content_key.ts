/** Names for contents: equal ones have the same, different ones never. */
import { createHash } from "node:crypto";

/** 43 characters that stand for a content: SHA-256 of its canonical text, as base64url. */
export function contentKey(value: unknown): string {
  return createHash("sha256").update(canonicalText(value)).digest("base64url");
}

/**
 * One text for equal contents, whatever the order of keys; never the same for different ones:
 * 1 and "1", 0 and -0, null and undefined, a key that is absent and one that is undefined,
 * and letters that only look alike are told apart.
 *
 * @param value Values of JSON, and undefined, NaN, infinite and big numbers.
 * @throws {TypeError} For anything else, a date say: its text would not tell it from another.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case "string":
      // Escapes half characters too: as UTF-8 they would all be the same one.
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : textOf(value);
    default:
      throw new TypeError(`Cannot name a content: got a ${typeof value}`);
  }
}

function textOf(value: object): string {
  // Not `map`, which would pass over what was never set and write it as nothing.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalText)}]`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError("Cannot name a content: got an object of a class");
  }
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  const texts = entries.map(([key, item]) =>
    `${JSON.stringify(key)}:${canonicalText(item)}`
  );
  return `{${texts}}`;
}
