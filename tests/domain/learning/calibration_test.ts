/** Calibration: its split, what no order changes, and what is no forecast. */
import fc from "fast-check";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { calibrate } from "../../../domain/learning/calibration.ts";

/** Some forecasts repeat, as people's do; the ends are among them. */
const forecast = fc.oneof(
  fc.constantFrom(0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const cases = fc.array(fc.tuple(forecast, fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 60,
});

function measured(pairs: readonly (readonly [number, number])[]) {
  return calibrate({
    predicted: pairs.map(([one]) => one),
    observed: pairs.map(([, one]) => one),
  });
}

Deno.test("[LE2] brier = reliability − resolution + uncertainty, exactly", () => {
  fc.assert(fc.property(cases, (pairs) => {
    const { brier, reliability, resolution, uncertainty } = measured(pairs);
    assertAlmostEquals(brier, reliability - resolution + uncertainty, 1e-12);
  }));
});

Deno.test("[LE2] the order of the cases changes no bit", () => {
  fc.assert(fc.property(cases, fc.infiniteStream(fc.nat()), (pairs, keys) => {
    const shuffled = pairs.map((one) => ({ one, key: keys.next().value }))
      .sort((a, b) => a.key - b.key).map(({ one }) => one);
    assertEquals(measured(shuffled), measured(pairs));
  }));
});

Deno.test("[LE2] no answer holds NaN or Infinity, and shares are 0 to 1", () => {
  fc.assert(fc.property(cases, (pairs) => {
    const { curve, logLoss, ...shares } = measured(pairs);
    for (const share of Object.values(shares)) {
      assert(share >= 0 && share <= 1 + 1e-12);
    }
    assert(logLoss >= 0 && Number.isFinite(logLoss));
    const counts = curve.map(({ count }) => count);
    assertEquals(counts.reduce((a, b) => a + b), pairs.length);
    for (const { count, low, high, predicted, observed, interval95 } of curve) {
      if (count === 0) continue;
      assert(predicted !== null && predicted >= low - 1e-12);
      assert(predicted <= high + 1e-12 && observed !== null);
      assert(interval95 !== null && interval95[0] <= observed + 1e-12);
      assert(interval95[1] >= observed - 1e-12);
    }
  }));
});

Deno.test("[LE2] perfect forecasts cost nothing", () => {
  const { brier, reliability, ece, logLoss } = measured([[0, 0], [1, 1]]);
  assertEquals([brier, reliability, ece, logLoss], [0, 0, 0, 0]);
});

Deno.test("[LE2] where only one thing ever happened nothing was uncertain", () => {
  const { curve: _, ...all } = measured([[0.5, 1], [0.5, 1]]);
  assertEquals(all, {
    brier: 0.25,
    reliability: 0.25,
    resolution: 0,
    uncertainty: 0,
    ece: 0.5,
    logLoss: Math.LN2,
  });
});

Deno.test("[LE2] a forecast on an edge belongs to the bin above, 1 to the last", () => {
  const { curve } = measured([[0.1, 0], [0.3, 0], [0.7, 1], [1, 1]]);
  const filled = curve.flatMap(({ count }, index) => count > 0 ? [index] : []);
  assertEquals(filled, [1, 3, 7, 9]);
});

Deno.test("[LE4] what is no forecast or no outcome is refused", () => {
  const bad: [number[], number[]][] = [
    [[], []],
    [[0.5], [1, 0]],
    [[NaN], [1]],
    [[1.01], [1]],
    [[-0.01], [0]],
    [[0.5], [0.5]],
    [[0.5], [NaN]],
  ];
  for (const [predicted, observed] of bad) {
    assertThrows(() => calibrate({ predicted, observed }), RangeError);
  }
});
