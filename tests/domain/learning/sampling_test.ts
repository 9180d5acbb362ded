/** Sampling of dismissed alerts: the share, and that it follows from the id alone. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { hashOf, isSampled } from "../../../domain/learning/sampling.ts";

/** Ids as they are made: a time that hardly moves, then a count. */
const IDS = Array.from(
  { length: 100_000 },
  (_, index) => `0199c0de-${index.toString(16).padStart(4, "0")}-7000-8000`,
);

Deno.test("[LE8] one in twenty is sampled, of ids that follow one another too", () => {
  const count = IDS.filter((id) => isSampled(id)).length;
  // Five standard deviations of a fair draw are 345.
  assert(Math.abs(count - 5_000) < 345, `got ${count}`);
  for (let from = 0; from < IDS.length; from += 10_000) {
    const part = IDS.slice(from, from + 10_000);
    const some = part.filter((id) => isSampled(id)).length;
    assert(Math.abs(some - 500) < 110, `got ${some} from ${from} on`);
  }
});

Deno.test("[LE8] the same id is always answered alike", () => {
  assertEquals(hashOf(""), 2872998923);
  assertEquals(hashOf("alert-1"), 1407425240);
  assertEquals(IDS.slice(0, 60).filter((id) => isSampled(id)), [
    "0199c0de-0013-7000-8000",
  ]);
});

Deno.test("[LE8] share and hash can be given", () => {
  assert(!IDS.slice(0, 100).some((id) => isSampled(id, { share: 0 })));
  assert(IDS.slice(0, 100).every((id) => isSampled(id, { share: 1 })));
  assert(isSampled("x", { hash: () => 2 ** 32 * 0.05 - 1 }));
  assert(!isSampled("x", { hash: () => 2 ** 32 * 0.05 + 1 }));
  assertThrows(() => isSampled("x", { share: 1.1 }), RangeError);
});
