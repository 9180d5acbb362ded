/** The names of `@std/assert` over Node's assertions: moving to JSR is one line in deno.json. */
import {
  deepStrictEqual,
  notDeepStrictEqual,
  ok,
  rejects,
  strictEqual,
  throws,
} from "node:assert/strict";

/** Fails unless `value` is truthy. */
export function assert(value: unknown, message?: string): asserts value {
  ok(value, message);
}

export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  deepStrictEqual(actual, expected, message);
}

export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  notDeepStrictEqual(actual, expected, message);
}

export function assertStrictEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  strictEqual(actual, expected, message);
}

export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T> {
  ok(actual !== undefined && actual !== null, message ?? "expected a value");
}

export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  ok(
    expected.test(actual),
    message ?? `expected ${JSON.stringify(actual)} to match ${expected}`,
  );
}

export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  ok(
    actual.includes(expected),
    message ??
      `expected ${JSON.stringify(actual)} to include ${
        JSON.stringify(expected)
      }`,
  );
}

/** Fails unless the two are within `tolerance` (absolute) of each other. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = 1e-7,
): void {
  ok(
    Math.abs(actual - expected) <= tolerance,
    `expected ${actual} to be within ${tolerance} of ${expected}`,
  );
}

// deno-lint-ignore no-explicit-any -- the constructor's own arguments do not matter here.
type ErrorClass = new (...args: any[]) => Error;

export function assertThrows(
  run: () => unknown,
  errorClass: ErrorClass = Error,
  includes = "",
): void {
  throws(run, (error) => matches(error, errorClass, includes));
}

export async function assertRejects(
  run: () => Promise<unknown>,
  errorClass: ErrorClass = Error,
  includes = "",
): Promise<void> {
  await rejects(run, (error) => matches(error, errorClass, includes));
}

function matches(
  error: unknown,
  errorClass: ErrorClass,
  includes: string,
): boolean {
  ok(
    error instanceof errorClass,
    `expected a ${errorClass.name}, got ${error}`,
  );
  ok(
    error.message.includes(includes),
    `expected "${error.message}" to include "${includes}"`,
  );
  return true;
}
