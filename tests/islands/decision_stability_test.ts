/** Rank stability as it was answered: whether it was computed now, or is known since when. */
import { assertEquals } from "@std/assert";
import { smaaFrom } from "../../islands/decision_stability.ts";

const ANSWER = {
  details: { rankAcceptability: [[1, 0], [0, 1]], samples: 10, seed: 3 },
};

Deno.test("[RC5] stability says since when it is known only if it is from the cache", () => {
  const from = (more: object) => smaaFrom("q", { ...ANSWER, ...more }).from;
  const computedAt = "2026-01-02T03:04:05.678Z";
  assertEquals(from({ cached: true, computedAt }), 1_767_323_045_678);
  assertEquals(from({ cached: true, computedAt: 5 }), 5);
  assertEquals(from({ cached: false, computedAt }), undefined);
  assertEquals(from({ cached: true, computedAt: "soon" }), undefined);
  assertEquals(from({}), undefined);
});
