/** How long a job waits before it is tried again. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { retryDelay } from "../../../domain/jobs/retry_delay.ts";

Deno.test("[J7] the bound of a delay doubles with each try, up to a minute", () => {
  const bounds = [1, 2, 3, 6, 7, 100]
    .map((attempts) => retryDelay(attempts, 1 - Number.EPSILON / 2) + 1);
  assertEquals(bounds, [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});

Deno.test("[J7] a delay is whole, at least 0 and below its bound", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (attempts, random) => {
      const delay = retryDelay(attempts, random);
      assert(Number.isInteger(delay) && delay >= 0 && delay < 60_000);
    },
  ));
  assertEquals(retryDelay(5, 0), 0);
});
