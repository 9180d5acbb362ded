/** Weight proposals: what choices teach, what they do not, and that nothing blows up. */
import fc from "fast-check";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  learnWeights,
  type PastChoice,
  utilities,
} from "../../../domain/learning/learn_weights.ts";

const CHEAP = { utilities: [[1, 0], [0, 1]], chosen: 0 };
const GOOD = { utilities: [[1, 0], [0, 1]], chosen: 1 };

function learned(choices: readonly PastChoice[], before: readonly number[]) {
  const found = learnWeights(choices, before);
  assert(found.state === "estimated");
  return found;
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const choice = (criteria: number) =>
  fc.array(fc.array(unit, { minLength: criteria, maxLength: criteria }), {
    minLength: 2,
    maxLength: 5,
  }).chain((rows) =>
    fc.record({
      utilities: fc.constant(rows),
      chosen: fc.nat(rows.length - 1),
    })
  );

Deno.test("[LE7] who always takes what is cheap is proposed a heavier price", () => {
  const { weights: [price], before, after } = learned(
    Array.from({ length: 10 }, () => CHEAP),
    [0.5, 0.5],
  );
  assert(price > 0.6, `got ${price}`);
  assert(after > before);
});

Deno.test("[LE7] more choices alike move the weights further the same way", () => {
  const weightAfter = (count: number) =>
    learned(Array.from({ length: count }, () => CHEAP), [0.5, 0.5]).weights[0];
  const path = [3, 6, 12, 24, 48].map(weightAfter);
  assertEquals(path, path.toSorted((a, b) => a - b));
  assert(path[0] > 0.5 && path[4] < 1);
});

Deno.test("[LE7] choices that weigh each other out propose nothing new", () => {
  const { weights } = learned([CHEAP, GOOD, CHEAP, GOOD], [1, 1]);
  assertAlmostEquals(weights[0], 0.5, 1e-9);
});

Deno.test("[LE7] under three choices that tell anything it cannot tell", () => {
  assertEquals(learnWeights([CHEAP, CHEAP], [1, 1]), {
    state: "cannot_tell",
    counted: 2,
  });
  const same = { utilities: [[1, 1], [1, 1]], chosen: 0 };
  assertEquals(learnWeights([CHEAP, CHEAP, same, same], [1, 1]), {
    state: "cannot_tell",
    counted: 2,
  });
});

Deno.test("[LE7] weights are 0 or more and sum to 1, whatever was chosen", () => {
  const inputs = fc.integer({ min: 1, max: 4 }).chain((criteria) =>
    fc.record({
      choices: fc.array(choice(criteria), { minLength: 3, maxLength: 6 }),
      before: fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), {
        minLength: criteria,
        maxLength: criteria,
      }),
    })
  );
  fc.assert(
    fc.property(inputs, ({ choices, before }) => {
      const found = learnWeights(choices, before);
      if (found.state === "cannot_tell") return;
      assert(found.weights.every((one) => one >= 0 && one <= 1));
      assertAlmostEquals(found.weights.reduce((a, b) => a + b), 1, 1e-9);
      assert(Number.isFinite(found.before) && Number.isFinite(found.after));
      const again = learned(choices.toReversed(), before).weights;
      found.weights.forEach((one, k) =>
        assertAlmostEquals(one, again[k], 1e-6)
      );
    }),
    { numRuns: 60 },
  );
});

Deno.test("[LE7] utilities are 1 for the best, 0 for the worst and where all are alike", () => {
  const matrix = [[100, 5, 1], [300, 5, 3], [200, 5, -Number.MAX_VALUE]];
  const found = utilities(matrix, ["cost", "benefit", "benefit"]);
  assertEquals(found.map((row) => row.slice(0, 2)), [[1, 0], [0, 0], [0.5, 0]]);
  assertEquals(found[2][2], 0);
});
