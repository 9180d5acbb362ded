/** What people differ on, and how far ballots agree. */
import fc from "fast-check";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ballotAgreement } from "../../../domain/consensus/ballot_agreement.ts";
import { dissentOf } from "../../../domain/consensus/dissent.ts";
import type { TallyInput } from "../../../domain/consensus/tally.ts";
import { inputOf, METHODS, polls } from "./arbitrary.ts";

const RANKINGS: TallyInput = {
  method: "schulze",
  candidates: ["A", "B", "C"],
  ballots: [
    { ranking: [["A"], ["B"], ["C"]], count: 2 },
    { ranking: [["C"], ["B"], ["A"]], count: 2 },
  ],
};

Deno.test("[C9] rankings that are opposite differ on the ends and agree on the middle", () => {
  assertEquals(dissentOf(RANKINGS), {
    byCandidate: { A: 1, B: 0, C: 1 },
    most: ["A", "C"],
  });
  assertEquals(ballotAgreement(RANKINGS).value, 0);
});

Deno.test("[C9] grades differ where they lie at both ends", () => {
  const input: TallyInput = {
    method: "majority_judgment",
    candidates: ["A", "B"],
    grades: ["bad", "fair", "good"],
    ballots: [
      { grades: { A: "good", B: "fair" } },
      { grades: { A: "bad", B: "fair" } },
    ],
  };
  assertEquals(dissentOf(input), { byCandidate: { A: 1, B: 0 }, most: ["A"] });
  assertEquals(ballotAgreement(input), {
    value: 0.5,
    details: { byCandidate: { A: 0, B: 1 } },
  });
});

Deno.test("[C9] choices agree as far as the leader's share, and split most at one half", () => {
  const input: TallyInput = {
    method: "approval",
    candidates: ["A", "B", "C"],
    ballots: [{ choices: ["A"], count: 2 }, { choices: ["A", "B"], count: 2 }],
  };
  assertEquals(dissentOf(input), {
    byCandidate: { A: 0, B: 1, C: 0 },
    most: ["B"],
  });
  assertEquals(ballotAgreement(input).value, 1);
  const plurality: TallyInput = {
    method: "plurality",
    candidates: ["A", "B"],
    ballots: [{ ranking: [["A"]], count: 3 }, { ranking: [["B"]] }],
  };
  assertEquals(ballotAgreement(plurality).value, 0.75);
});

Deno.test("[C9] one voter, or none, neither agrees nor differs", () => {
  for (const ballots of [[], [{ ranking: [["A"]] }]]) {
    const input = { ...RANKINGS, ballots } as const;
    assertEquals(ballotAgreement(input).value, null);
    assertEquals(dissentOf(input).most, []);
  }
});

Deno.test("[C9] people of small weight who all agree, agree", () => {
  const ballots = [0.3, 0.3, 0.4].map((count) => ({
    ranking: [["A"], ["B"]],
    count,
  }));
  assertEquals(ballotAgreement({ ...RANKINGS, ballots }).value, 1);
});

Deno.test("[C9] agreement and dissent lie from 0 to 1, in whatever order ballots come", () => {
  fc.assert(
    fc.property(polls(), fc.constantFrom(...METHODS), (poll, method) => {
      const input = inputOf(method, poll);
      const turned = inputOf(method, {
        ...poll,
        ballots: poll.ballots.toReversed(),
      });
      const { value } = ballotAgreement(input);
      assert(value === null || value >= 0 && value <= 1);
      if (value !== null) {
        assertAlmostEquals(ballotAgreement(turned).value ?? NaN, value, 1e-12);
      }
      const dissent = dissentOf(input);
      assert(
        Object.values(dissent.byCandidate).every((one) => one >= 0 && one <= 1),
      );
      assertEquals(dissentOf(turned).most, dissent.most);
    }),
  );
});
