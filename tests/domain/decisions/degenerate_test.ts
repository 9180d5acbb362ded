/** Ranks, ties, and decisions with little or nothing to decide. */
import { assertEquals } from "@std/assert";
import { analyze, METHODS } from "../../../domain/decisions/analyze.ts";
import { copras } from "../../../domain/decisions/copras.ts";
import { kernelOf } from "../../../domain/decisions/kernel.ts";
import { ranksOf } from "../../../domain/decisions/ranks.ts";
import { maximize } from "../../../domain/decisions/simplex.ts";
import { weigh } from "../../../domain/decisions/weigh.ts";
import { assertClose } from "./close.ts";

Deno.test("[D7] equal scores share the better rank", () => {
  assertEquals(ranksOf([5, 3, 3, 1], "highest"), [1, 2, 2, 4]);
  assertEquals(ranksOf([5, 3, 3, 1], "lowest"), [4, 2, 2, 1]);
});

Deno.test("[D7] scores are equal within 10^-12 of their size, large or small", () => {
  assertEquals(ranksOf([1, 1 + 1e-13], "highest"), [1, 1]);
  assertEquals(ranksOf([1, 1 + 1e-11], "highest"), [2, 1]);
  assertEquals(ranksOf([1e-20, 2e-20], "highest"), [2, 1]);
});

Deno.test("[D7] what terms cancel to is measured by the terms", () => {
  // 0.1 + 0.2 − 0.3 is 5.6e-17, not 0.
  const { scores, ranks } = analyze({
    method: "wsm",
    matrix: [[0.1, 0.2, 0.3], [0, 0, 0]],
    weights: [1, 1, 1],
    directions: ["benefit", "benefit", "cost"],
  });
  assertEquals(scores[0] === 0, false);
  assertEquals(ranks, [1, 1]);
});

for (const method of METHODS) {
  Deno.test(`[D11] ${method}: a single alternative is ranked 1`, () => {
    const { ranks } = analyze({
      method,
      matrix: [[3, 4]],
      weights: [1, 2],
      directions: ["cost", "benefit"],
    });
    assertEquals(ranks, [1]);
  });

  Deno.test(`[D5] ${method}: alternatives that are alike share rank 1`, () => {
    const { ranks } = analyze({
      method,
      matrix: [[3, 0], [3, 0], [3, 0]],
      weights: [1, 2],
      directions: ["cost", "cost"],
    });
    assertEquals(ranks, [1, 1, 1]);
  });

  Deno.test(`[D6] ${method}: cheaper and better wins`, () => {
    const { ranks, details } = analyze({
      method,
      matrix: [[10, 2], [5, 4], [7, 3]],
      weights: [0.5, 0.5],
      directions: ["cost", "benefit"],
    });
    assertEquals(ranks[1], 1);
    assertEquals(details.dominated, [
      { alternative: 0, by: [1, 2] },
      { alternative: 2, by: [1] },
    ]);
  });
}

Deno.test("[D1] COPRAS does not reward a cost", () => {
  const { scores } = copras(
    { matrix: [[1], [2], [4]], directions: ["cost"] },
    {},
  );
  assertClose(scores([1]), [1, 0.5, 0.25], 1e-12);
});

Deno.test("[D1] COPRAS without costs is the share of the benefits", () => {
  const { scores } = copras(
    { matrix: [[1], [2]], directions: ["benefit"] },
    { scale: 100 },
  );
  assertClose(scores([1]), [50, 100], 1e-12);
});

/** Who outranks whom, as pairs. */
function relation(size: number, pairs: readonly [number, number][]) {
  const at = new Uint8Array(size * size);
  for (const [a, b] of pairs) at[a * size + b] = 1;
  return { size, at };
}

Deno.test("[D1] whom only a beaten alternative outranks is in the kernel", () => {
  assertEquals(kernelOf(relation(3, [[0, 1], [1, 2]])), [0, 2]);
  assertEquals(kernelOf(relation(3, [[0, 1], [1, 2], [0, 2]])), [0]);
});

Deno.test("[D1] a circle is in the kernel or out of it as one", () => {
  const circle: [number, number][] = [[1, 2], [2, 3], [3, 1]];
  assertEquals(kernelOf(relation(4, circle)), [0, 1, 2, 3]);
  assertEquals(kernelOf(relation(4, [...circle, [0, 2]])), [0]);
  assertEquals(kernelOf(relation(4, [...circle, [3, 0]])), [1, 2, 3]);
});

Deno.test("[D2] without a criterion that tells, weights are equal and say why", () => {
  for (const method of ["entropy", "critic", "std", "merec"] as const) {
    const { weights, details } = weigh({ method, matrix: [[1, 2], [1, 2]] });
    assertEquals(weights, [0.5, 0.5]);
    assertEquals(
      details.reason,
      "No criterion tells the alternatives apart",
    );
  }
});

Deno.test("[D2] criteria that agree perfectly count by how much they vary", () => {
  const matrix = [[1, 5, 7], [2, 6, 7], [3, 7, 7]];
  const { weights } = weigh({ method: "critic", matrix });
  assertClose(weights, [0.5, 0.5, 0], 1e-12);
});

Deno.test("[D2] AHP of one and two criteria is always consistent", () => {
  const one = weigh({ method: "ahp", comparisons: [[1]] });
  assertEquals([one.weights, one.details.cr], [[1], 0]);
  const two = weigh({ method: "ahp", comparisons: [[1, 4], [0.25, 1]] });
  assertClose(two.weights, [0.8, 0.2], 1e-12);
  assertEquals(two.details.consistent, true);
});

Deno.test("[D2] linear BWM leaves no comparison further off than xi, and xi is least", () => {
  const params = {
    best: 1,
    worst: 4,
    bestToOthers: [2, 1, 4, 3, 8],
    othersToWorst: [4, 8, 4, 2, 1],
  };
  const { weights, details } = weigh({ method: "bwm", params });
  const worstGap = (weights: readonly number[]) =>
    Math.max(...weights.map((weight, j) =>
      Math.max(
        Math.abs(weights[1] - params.bestToOthers[j] * weight),
        Math.abs(weight - params.othersToWorst[j] * weights[4]),
      )
    ));
  assertClose(worstGap(weights), details.xi, 1e-12);
  // Nobody nearby is better.
  for (let from = 0; from < 5; from++) {
    for (let to = 0; to < 5; to++) {
      const moved = weights.map((weight, j) =>
        weight + (j === to ? 1e-4 : 0) - (j === from ? 1e-4 : 0)
      );
      assertEquals(worstGap(moved) >= worstGap(weights) - 1e-12, true);
    }
  }
});

Deno.test("[D2] the simplex method ends at the best corner, or tells where there is none", () => {
  // max 3x + 2y with x + y ≤ 4, x + 3y ≤ 6, x ≤ 3
  const bounds = { rows: [[1, 1], [1, 3], [1, 0]], limits: [4, 6, 3] };
  assertEquals(maximize([3, 2], bounds), { state: "optimal", at: [3, 1] });
  assertEquals(maximize([1, 1], { rows: [[1, -1]], limits: [1] }), {
    state: "unbounded",
    at: [1, 1],
  });
});
