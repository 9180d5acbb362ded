/** Bradley-Terry: strengths, what no naming changes, and when it cannot tell. */
import fc from "fast-check";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { bradleyTerry } from "../../../domain/learning/bradley_terry.ts";

function strengthsOf(wins: number[][], options?: { prior: number }) {
  const found = bradleyTerry(wins, options);
  assert(found.state === "estimated");
  return found.strength;
}

const tables = fc.integer({ min: 2, max: 6 }).chain((size) =>
  fc.array(
    fc.array(fc.integer({ min: 1, max: 20 }), {
      minLength: size,
      maxLength: size,
    }),
    { minLength: size, maxLength: size },
  )
);

Deno.test("[LE6] at the estimate each wins as often as it is expected to", () => {
  fc.assert(fc.property(tables, (wins) => {
    const p = strengthsOf(wins);
    assertAlmostEquals(p.reduce((a, b) => a + b), 1, 1e-12);
    wins.forEach((row, i) => {
      let won = 0;
      let expected = 0;
      row.forEach((count, j) => {
        if (i === j) return;
        won += count;
        expected += (count + wins[j][i]) * p[i] / (p[i] + p[j]);
      });
      assertAlmostEquals(won, expected, 1e-8);
    });
  }));
});

Deno.test("[LE6] names and order change nothing", () => {
  fc.assert(fc.property(tables, (wins) => {
    const last = wins.length - 1;
    const turned = wins.map((_, i) =>
      wins.map((_, j) => wins[last - i][last - j])
    );
    const back = strengthsOf(turned).toReversed();
    strengthsOf(wins).forEach((one, i) =>
      assertAlmostEquals(one, back[i], 1e-9)
    );
  }));
});

Deno.test("[LE6] a tie is half a win for each", () => {
  const [first, second] = strengthsOf([[0, 2.5], [0.5, 0]]);
  assertAlmostEquals(first, 2.5 / 3, 1e-12);
  assertAlmostEquals(second, 0.5 / 3, 1e-12);
});

Deno.test("[LE6] whoever never lost cannot be measured, nor who never met", () => {
  assertEquals(bradleyTerry([[0, 3], [0, 0]]), {
    state: "cannot_tell",
    groups: [[0], [1]],
  });
  const apart = [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 2], [0, 0, 1, 0]];
  assertEquals(bradleyTerry(apart), {
    state: "cannot_tell",
    groups: [[0, 1], [2, 3]],
  });
});

Deno.test("[LE6] with a prior there is an answer, and without games it is even", () => {
  const [first, second] = strengthsOf([[0, 3], [0, 0]], { prior: 0.5 });
  assertAlmostEquals(first, 3.5 / 4, 1e-12);
  assertAlmostEquals(second, 0.5 / 4, 1e-12);
  assertEquals(strengthsOf([[0, 0], [0, 0]], { prior: 1 }), [0.5, 0.5]);
  assertEquals(strengthsOf([[0]]), [1]);
});

Deno.test("[LE6] what is no table of wins is refused", () => {
  for (const wins of [[], [[0, 1]], [[0, -1], [1, 0]], [[0, NaN], [1, 0]]]) {
    assertThrows(() => bradleyTerry(wins), RangeError);
  }
  assertThrows(() => bradleyTerry([[0]], { prior: Infinity }), RangeError);
});
