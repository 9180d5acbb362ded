/** Single facts about counting: ties, gaps, weights, odd names, and what is refused. */
import { assertEquals, assertThrows } from "@std/assert";
import { tally, type TallyInput } from "../../../domain/consensus/tally.ts";

const ABC = ["A", "B", "C"];

Deno.test("[C4] a tie has several winners and one group", () => {
  const { winners, ranking } = tally({
    method: "plurality",
    candidates: ABC,
    ballots: [{ ranking: [["B"]] }, { ranking: [["A"]] }],
  });
  assertEquals(winners, ["A", "B"]);
  assertEquals(ranking, [["A", "B"], ["C"]]);
});

Deno.test("[C4] a ballot with several first choices is split evenly, and exactly", () => {
  const { details, winners } = tally({
    method: "plurality",
    candidates: ABC,
    ballots: [{ ranking: [["A", "B", "C"]], count: 3 }, { ranking: [["B"]] }, {
      ranking: [["A"]],
    }],
  });
  assertEquals(details, { counts: { A: 2, B: 2, C: 1 }, total: 5 });
  assertEquals(winners, ["A", "B"]);
});

Deno.test("[C2] weights add up exactly: ten tenths tie with one", () => {
  const { winners } = tally({
    method: "plurality",
    candidates: ["A", "B"],
    ballots: [
      ...Array.from({ length: 10 }, () => ({ ranking: [["A"]], count: 0.1 })),
      { ranking: [["B"]] },
    ],
  });
  assertEquals(winners, ["A", "B"]);
});

Deno.test("[C5] a majority is more than half, and half has no winner", () => {
  const winnersOf = (count: number) =>
    tally({
      method: "majority",
      candidates: ["A", "B"],
      ballots: [{ ranking: [["A"]], count }, { ranking: [["B"]], count: 5 }],
    }).winners;
  assertEquals(winnersOf(5), []);
  assertEquals(winnersOf(6), ["A"]);
});

Deno.test("[C5] ballots that rank nobody abstain from a majority", () => {
  const { winners, details } = tally({
    method: "majority",
    candidates: ["A", "B"],
    ballots: [{ ranking: [["A"]], count: 2 }, { ranking: [], count: 9 }],
  });
  assertEquals(winners, ["A"]);
  assertEquals(details.total, 2);
});

Deno.test("[C5] a supermajority is two thirds unless another share is asked for", () => {
  const winnersOf = (yes: number, no: number, threshold?: number) =>
    tally({
      method: "supermajority",
      candidates: ["yes", "no"],
      ballots: [
        { ranking: [["yes"]], count: yes },
        { ranking: [["no"]], count: no },
      ],
      threshold,
    }).winners;
  assertEquals(winnersOf(20, 10), ["yes"]);
  assertEquals(winnersOf(1_999_999, 1_000_000), []);
  assertEquals(winnersOf(20, 10, 0.75), []);
  assertEquals(winnersOf(5, 1, 5 / 6), ["yes"]);
});

Deno.test("[C5] unanimous is everyone who has a choice", () => {
  const winnersOf = (...second: string[]) =>
    tally({
      method: "unanimous",
      candidates: ABC,
      ballots: [{ ranking: [["A"]], count: 99 }, { ranking: [second] }],
    }).winners;
  assertEquals(winnersOf("A"), ["A"]);
  assertEquals(winnersOf(), ["A"]);
  assertEquals(winnersOf("B"), []);
});

Deno.test("[C4] Schulze wins with everyone whom nobody beats, not only with who beats most", () => {
  const { winners, ranking } = tally({
    method: "schulze",
    candidates: ABC,
    ballots: [
      { ranking: [["A"], ["B"], ["C"]] },
      { ranking: [["B"], ["A"], ["C"]] },
      { ranking: [["C"], ["B"], ["A"]] },
      { ranking: [["A"], ["C"], ["B"]] },
    ],
  });
  // A ties with B, B with C; only A beats C.
  assertEquals(winners, ["A", "B"]);
  assertEquals(ranking, [["A", "B"], ["C"]]);
});

Deno.test("[C4] ranked pairs drops all of equal duels that contradict", () => {
  const { winners, details } = tally({
    method: "ranked_pairs",
    candidates: ABC,
    ballots: [
      { ranking: [["A"], ["B"], ["C"]] },
      { ranking: [["B"], ["C"], ["A"]] },
      { ranking: [["C"], ["A"], ["B"]] },
    ],
  });
  assertEquals(winners, ABC);
  assertEquals(details.locked, []);
  assertEquals(details.dropped, [["A", "B"], ["B", "C"], ["C", "A"]]);
});

Deno.test("[C4] instant runoff follows a tie for last instead of dropping a winner", () => {
  const { winners, ranking, details } = tally({
    method: "irv",
    candidates: ABC,
    ballots: [
      { ranking: [["A"]], count: 4 },
      { ranking: [["B"], ["C"]], count: 3 },
      { ranking: [["C"], ["B"]], count: 3 },
    ],
  });
  assertEquals(winners, ["B", "C"]);
  assertEquals(ranking, [["B", "C"], ["A"]]);
  assertEquals(details, {
    rounds: [{
      counts: { A: 4, B: 3, C: 3 },
      counted: 10,
      eliminated: [],
      tied: ["B", "C"],
    }],
    eliminated: [],
    ties: "followed",
  });
});

Deno.test("[C4] instant runoff with too many ties to follow drops them together", () => {
  const candidates = Array.from({ length: 40 }, (_, one) => `c${one}`);
  const { winners, details } = tally({
    method: "irv",
    candidates,
    ballots: candidates.map((name) => ({ ranking: [[name]] })),
  });
  assertEquals(winners, candidates);
  assertEquals(details.ties, "together");
});

Deno.test("[C4] instant runoff spends nothing on ties among those without hope", () => {
  const hopeless = Array.from({ length: 100 }, (_, one) => `c${one}`);
  const { winners, details } = tally({
    method: "irv",
    candidates: [...ABC, ...hopeless],
    ballots: [
      { ranking: [["A"]], count: 4 },
      { ranking: [["B"], ["C"]], count: 3 },
      { ranking: [["C"], ["B"]], count: 3 },
    ],
  });
  assertEquals(winners, ["B", "C"]);
  assertEquals(details.ties, "followed");
});

Deno.test("[C4] of equally strong duels, ranked pairs takes first the one with fewer against", () => {
  const { winners, details } = tally({
    method: "ranked_pairs",
    candidates: ABC,
    ballots: [
      { ranking: [["A"], ["B"], ["C"]], count: 2 },
      { ranking: [["B"], ["C"], ["A"]], count: 3 },
      { ranking: [["C"], ["A"], ["B"]], count: 2 },
      { ranking: [["A"], ["B", "C"]], count: 1 },
    ],
  });
  // A beats B 5 to 3, B beats C 5 to 2, C beats A 5 to 3.
  assertEquals(details.pairwise, [[0, 5, 3], [3, 0, 5], [5, 2, 0]]);
  assertEquals(details.locked, [["B", "C"]]);
  assertEquals(winners, ["A", "B"]);
});

Deno.test("[C7] approval counts every choice once, weights included", () => {
  const { winners, ranking, details } = tally({
    method: "approval",
    candidates: ABC,
    ballots: [
      { choices: ["A", "B"], count: 2 },
      { choices: ["B"], count: 0.5 },
      { choices: [] },
    ],
  });
  assertEquals(winners, ["B"]);
  assertEquals(ranking, [["B"], ["A"], ["C"]]);
  assertEquals(details, { counts: { A: 2, B: 2.5, C: 0 }, total: 3.5 });
});

Deno.test("[C4] majority judgment gives the worst grade where there is none", () => {
  const { winners, details } = tally({
    method: "majority_judgment",
    candidates: ["A", "B"],
    grades: ["bad", "fair", "good"],
    ballots: [
      { grades: { A: "fair", B: "good" } },
      { grades: { A: "fair" } },
      { grades: { A: "bad" } },
    ],
  });
  assertEquals(winners, ["A"]);
  assertEquals(details, {
    medians: { A: "fair", B: "bad" },
    counts: {
      A: { bad: 1, fair: 2, good: 0 },
      B: { bad: 2, fair: 0, good: 1 },
    },
  });
});

Deno.test("[C4] majority judgment ties only those with equal grades throughout", () => {
  const { winners, ranking } = tally({
    method: "majority_judgment",
    candidates: ABC,
    grades: ["bad", "fair", "good"],
    ballots: [
      { grades: { A: "good", B: "fair", C: "fair" } },
      { grades: { A: "fair", B: "good", C: "fair" } },
      { grades: { A: "bad", B: "bad", C: "fair" } },
    ],
  });
  // All have the median fair; below it A and B have bad.
  assertEquals(winners, ["C"]);
  assertEquals(ranking, [["C"], ["A", "B"]]);
});

Deno.test("[C4] nobody's ballots leave everyone tied", () => {
  for (const method of ["plurality", "borda", "irv", "schulze"] as const) {
    const { ranking } = tally({ method, candidates: ABC, ballots: [] });
    assertEquals(ranking, [ABC]);
  }
});

Deno.test("[C3] candidates may have the names of an object's own parts", () => {
  const candidates = ["constructor", "toString", "__proto__", "1", "0"];
  const { winners, details } = tally({
    method: "plurality",
    candidates,
    ballots: [{ ranking: [["__proto__"]], count: 2 }, {
      ranking: [["toString"]],
    }],
  });
  assertEquals(winners, ["__proto__"]);
  assertEquals(
    JSON.stringify(details.counts),
    '{"0":0,"1":0,"constructor":0,"toString":1,"__proto__":2}',
  );
});

Deno.test("[C10] what cannot be counted is a mistake of the caller", () => {
  const refused: readonly [TallyInput, string][] = [
    [rankings([["X"]]), "no candidate is called X"],
    [rankings([["A"], ["A"]]), "ranks A twice"],
    [rankings([["A"]], -1), "weight must be 0 or more"],
    [rankings([["A"]], NaN), "weight must be 0 or more"],
    [rankings([["A"]], Infinity), "Cannot count exactly"],
    [rankings([["A"]], 1e14), "Cannot count exactly"],
    [{ ...rankings([["A"]]), candidates: ["A", "A"] }, "same name"],
  ];
  for (const [input, message] of refused) {
    assertThrows(() => tally(input), RangeError, message);
  }
});

function rankings(ranking: string[][], count = 1): TallyInput {
  return { method: "borda", candidates: ABC, ballots: [{ ranking, count }] };
}
