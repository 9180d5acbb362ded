/** Switch weights and SMAA: what is known exactly, and what a seed must keep. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { analyze } from "../../../domain/decisions/analyze.ts";
import { compare } from "../../../domain/decisions/compare.ts";
import { createRandom } from "../../../domain/decisions/random.ts";
import { switchesOf } from "../../../domain/decisions/sensitivity_switch.ts";
import { acceptability } from "../../../domain/decisions/smaa.ts";
import { winnersOf } from "../../../domain/decisions/ranks.ts";
import { problems, VARIANTS } from "./arbitrary.ts";
import { assertClose } from "./close.ts";

const BENEFITS = ["benefit", "benefit"] as const;

Deno.test("[D8] every switch from 0 to 1 is found, and the nearest is told", () => {
  // 10 − 10w, 7 and 10w: the lead changes at 0.3 and at 0.7.
  const found = switchesOf({
    matrix: [[0, 10], [7, 7], [10, 0]],
    weights: [3, 2],
    directions: BENEFITS,
  }, 0);
  assertEquals(found.currentWeight, 0.6);
  assertClose(found.switches.map(({ weight }) => weight), [0.3, 0.7], 1e-12);
  assertClose(found.switchWeight, 0.7, 1e-12);
  assertEquals([found.winnerBelow, found.winnerAbove], [1, 2]);
  assertEquals(
    found.switches.map(({ winnersBelow, winnersAbove }) => [
      winnersBelow,
      winnersAbove,
    ]),
    [[[0], [1]], [[1], [2]]],
  );
});

Deno.test("[D8] where nobody takes over, the switch is null", () => {
  const found = switchesOf({
    matrix: [[2, 2], [1, 1]],
    weights: [1, 1],
    directions: BENEFITS,
  }, 1);
  assertEquals(found.switchWeight, null);
  assertEquals([found.winnerBelow, found.winnerAbove], [null, null]);
});

Deno.test("[D8] of three lines through one point the steepest takes over", () => {
  const found = switchesOf({
    matrix: [[0, 1], [0.5, 0.5], [1, 0]],
    weights: [1, 1],
    directions: BENEFITS,
  }, 0);
  assertEquals(found.switches.length, 1);
  assertEquals([found.winnerBelow, found.winnerAbove], [0, 2]);
});

Deno.test("[D8] alternatives that are alike win together", () => {
  const { switches } = switchesOf({
    matrix: [[0, 1], [1, 0], [1, 0]],
    weights: [1, 1],
    directions: BENEFITS,
  }, 0);
  assertEquals(switches[0].winnersAbove, [1, 2]);
});

Deno.test("[D8] a criterion that has all the weight leaves the rest to equals", () => {
  const found = switchesOf({
    matrix: [[1, 0, 0], [0, 2, 0]],
    weights: [1, 0, 0],
    directions: ["benefit", "benefit", "benefit"],
  }, 0);
  // w against (1 − w) · 2 / 2.
  assertClose(found.switchWeight, 0.5, 1e-12);
});

Deno.test("[D8] an only criterion has no other weight to switch to", () => {
  const problem = { matrix: [[1], [2]], directions: ["cost"] as const };
  assertEquals(
    switchesOf({ ...problem, weights: [1] }, 0).switches,
    [],
  );
});

Deno.test("[D8] the winners beside a switch are those that an analysis finds there", () => {
  fc.assert(
    fc.property(problems(), fc.nat(), (problem, nat) => {
      const criterion = nat % problem.weights.length;
      const { switches } = switchesOf(problem, criterion);
      const rest = problem.weights.reduce(
        (sum, weight, j) => j === criterion ? sum : sum + weight,
        0,
      );
      const at = (share: number) => {
        const weights = problem.weights.map((weight, j) => {
          if (j === criterion) return share;
          const others = problem.weights.length - 1;
          return (1 - share) * (rest === 0 ? 1 / others : weight / rest);
        });
        return winnersOf(analyze({ method: "wsm", ...problem, weights }).ranks);
      };
      const stops = [0, ...switches.map(({ weight }) => weight), 1];
      switches.forEach(({ weight, winnersBelow, winnersAbove }, k) => {
        const below = (stops[k] + weight) / 2;
        const above = (weight + stops[k + 2]) / 2;
        // Closer than this, doubles cannot tell the sides apart.
        if (weight - below < 1e-6 || above - weight < 1e-6) return;
        assertEquals(at(below), winnersBelow);
        assertEquals(at(above), winnersAbove);
      });
    }),
    { numRuns: 200 },
  );
});

const SMAA = {
  matrix: [[3, 1, 2], [2, 2, 2], [1, 3, 1], [1, 1, 1]],
  directions: ["benefit", "benefit", "benefit"] as const,
  samples: 400,
};

for (const { method, params } of VARIANTS) {
  const name = `${method}${params ? ` ${JSON.stringify(params)}` : ""}`;
  Deno.test(`[D9] SMAA by ${name}: shares of 1, the same for a seed`, () => {
    const input = { ...SMAA, method, params, seed: 5 };
    const first = acceptability(input);
    assertEquals(acceptability(input), first);
    for (const row of first.rankAcceptability) {
      assertClose(row.reduce((a, b) => a + b), 1, 1e-12);
    }
    first.centralWeights.forEach((weights, one) => {
      assertEquals(weights === null, first.rankAcceptability[one][0] === 0);
      if (weights === null) return;
      assertClose(weights.reduce((a, b) => a + b), 1, 1e-12);
    });
  });
}

Deno.test("[D9] SMAA gives whoever is dominated no first rank", () => {
  const found = acceptability({ ...SMAA, method: "wsm" });
  assertEquals(found.rankAcceptability[3][0], 0);
  assertEquals(found.centralWeights[3], null);
  assertEquals(found.seed, 1);
});

Deno.test("[D9] SMAA draws what it drew when this was written", () => {
  const found = acceptability({ ...SMAA, method: "wsm", samples: 8, seed: 42 });
  assertEquals(found.rankAcceptability[0], [0.625, 0.125, 0.25, 0]);
  assertEquals(found.centralWeights[0], [
    0.3760442050773115,
    0.2598789913572041,
    0.3640768035654844,
  ]);
});

Deno.test("[D9] weights are drawn uniformly from the simplex", () => {
  // The largest of Dirichlet(1, 1, 1) has the mean (1 + 1/2 + 1/3) / 3.
  const { centralWeights, rankAcceptability } = acceptability({
    matrix: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    directions: SMAA.directions,
    method: "wsm",
    samples: 20_000,
  });
  assertClose(rankAcceptability[2][0], 1 / 3, 0.01);
  assertClose(centralWeights[1]?.[1], 11 / 18, 0.01);
});

Deno.test("[D9] the generator draws what another program of it draws", () => {
  const random = createRandom(1);
  const drawn = [random(), random(), random()];
  assert(drawn.every((value) => value >= 0 && value < 1));
  assertEquals(drawn, [
    0.09156953175513294,
    0.8881928137485323,
    0.43427017709149285,
  ]);
});

Deno.test("[D10] an alternative that is left out can reverse the others: Belton and Gear 1983", () => {
  // With a copy of the second, shares of the sum put the first ahead; without it they do not.
  const { results } = compare({
    methods: ["wsm"],
    matrix: [[1, 9, 8], [9, 1, 9], [1, 1, 1], [9, 1, 9]],
    weights: [1, 1, 1],
    directions: ["benefit", "benefit", "benefit"],
    params: { normalization: "sum" },
  });
  const [{ ranks, details }] = results;
  assertEquals([ranks[0] < ranks[1]], [true]);
  assertEquals(details.rankReversal, {
    without: 3,
    ranks: [2, 1, 3],
    reversed: true,
    pairs: [[0, 1]],
  });
});

Deno.test("[D10] of one alternative or one method nothing is compared", () => {
  const one = compare({
    methods: ["wsm"],
    matrix: [[1, 2]],
    weights: [1, 1],
    directions: BENEFITS,
  });
  assertEquals(one.results[0].details.rankReversal, null);
  assertEquals(one.agreement, {
    kendallW: null,
    reason: "It takes two raters to agree",
  });
});
