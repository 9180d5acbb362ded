/** Reconnect delays: bounds, jitter, and when the attempts are forgiven. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  Backoff,
  ceilingMs,
  FIRST_RETRY_MS,
  MAX_RETRY_MS,
} from "../../../realtime/client/backoff.ts";

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("[P22] the first retry comes within half a second, whatever the draw", () => {
  fc.assert(fc.property(share, (draw) => {
    const delay = new Backoff(() => draw).next();
    assert(delay >= 0 && delay < FIRST_RETRY_MS);
  }));
});

Deno.test("[P22] ceilings double from the base and stop at 30 s", () => {
  assertEquals(
    [0, 1, 2, 3, 4, 5, 6, 7, 5_000].map(ceilingMs),
    [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  );
});

Deno.test("[P22] the jitter is full: a delay is the draw times its ceiling, also at the cap", () => {
  fc.assert(fc.property(fc.array(share, { minLength: 8 }), (draws) => {
    let n = 0;
    const backoff = new Backoff(() => draws[n++]!);
    draws.forEach((draw, attempt) => {
      assertEquals(backoff.next(), draw * ceilingMs(attempt));
    });
  }));
});

Deno.test("[P22] at the cap two clients with other draws do not come back together", () => {
  const delays = [0.1, 0.9].map((draw) => {
    const backoff = new Backoff(() => draw);
    for (let attempt = 0; attempt < 20; attempt++) backoff.next();
    return backoff.next();
  });
  assertEquals(delays, [0.1 * MAX_RETRY_MS, 0.9 * MAX_RETRY_MS]);
});

Deno.test("[P22] 10 s of connection forgive the attempts before, less does not", () => {
  const backoff = new Backoff(() => 0.5);
  backoff.next();
  backoff.next();
  backoff.established(0);
  backoff.lost(9_999);
  assertEquals(backoff.next(), 0.5 * ceilingMs(2));
  backoff.established(20_000);
  backoff.lost(30_000);
  assertEquals(backoff.next(), 0.5 * FIRST_RETRY_MS);
});

Deno.test("[P22] a failed attempt is no stable connection, however long ago the last one was", () => {
  const backoff = new Backoff(() => 0.5);
  backoff.established(0);
  backoff.lost(60_000);
  backoff.next();
  backoff.lost(600_000);
  assertEquals(backoff.next(), 0.5 * ceilingMs(1));
});
