/** Latency figures: of the last ten measured round trips, nothing made up. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Latency, ROUND_TRIPS } from "../../../realtime/client/latency.ts";

Deno.test("[P15] there is no figure before the first round trip", () => {
  assertEquals(new Latency().figures(), {
    samples: [],
    medianMs: undefined,
    p90Ms: undefined,
    p95Ms: undefined,
  });
});

Deno.test("[P15] the median of an even number of round trips is the mean of the middle two", () => {
  const latency = new Latency();
  for (const ms of [40, 10, 30, 20]) latency.add(ms);
  assertEquals(latency.figures().medianMs, 25);
});

Deno.test("[P15] percentiles are by nearest rank: the ninth and the tenth of ten", () => {
  const latency = new Latency();
  for (const ms of [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) latency.add(ms);
  const { p90Ms, p95Ms } = latency.figures();
  assertEquals([p90Ms, p95Ms], [9, 10]);
});

Deno.test("[P15] only the last ten count, in the order they were measured", () => {
  fc.assert(fc.property(fc.array(fc.nat(5_000)), (all) => {
    const latency = new Latency();
    for (const ms of all) latency.add(ms);
    const { samples, medianMs, p95Ms } = latency.figures();
    assertEquals([...samples], all.slice(-ROUND_TRIPS));
    if (samples.length === 0) return;
    assert(samples.includes(p95Ms!));
    assert(medianMs! >= Math.min(...samples) && medianMs! <= p95Ms!);
  }));
});
