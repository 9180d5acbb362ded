/** Compares answers with what is expected of them: numbers to a tolerance, all else exactly. */
import { assert, assertEquals } from "@std/assert";

export function assertClose(
  actual: unknown,
  expected: unknown,
  tolerance: number,
  path = "answer",
): void {
  if (typeof expected === "number") {
    assert(typeof actual === "number", `${path}: got ${actual}`);
    assert(
      Math.abs(actual - expected) <= tolerance,
      `${path}: got ${actual}, expected ${expected}`,
    );
  } else if (Array.isArray(expected)) {
    assert(Array.isArray(actual), `${path}: got ${actual}`);
    assertEquals(actual.length, expected.length, path);
    expected.forEach((item, at) =>
      assertClose(actual[at], item, tolerance, `${path}.${at}`)
    );
  } else {
    assertEquals(actual, expected, path);
  }
}
