/** JSON values as types, for what travels and what is kept. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * Reports whether a value has exactly one text: numbers are finite and strings have a
 * UTF-8 form. `JSON.parse` lets through what fails this: `1e999` and lone surrogates.
 */
export function isProperJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value.isWellFormed();
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isProperJson);
      return Object.entries(value).every(([key, item]) =>
        // A member that is undefined is one left out.
        item === undefined || (key.isWellFormed() && isProperJson(item))
      );
    default:
      return typeof value === "boolean";
  }
}
