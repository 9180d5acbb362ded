/** Outcomes: veto, quorum, threshold, ties, abstentions, weights with decimals. */
import { assertEquals } from "@std/assert";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import type { PollSettings } from "../../../../domain/consensus/polls/events.ts";
import {
  countBallots,
  resultOf,
} from "../../../../domain/consensus/polls/result.ts";
import { turnoutOf } from "../../../../domain/consensus/polls/turnout.ts";
import { EVERY_METHOD, rulesOf } from "./arbitrary.ts";
import { BEN, CLO, FAY, Live, MIA, settings } from "./fixture.ts";

const VOTERS = [FAY, MIA, BEN, CLO];
const ABSTAIN = { abstain: true } as const;
const agree = { choice: "agree" };
const disagree = { choice: "disagree" };
const block = { choice: "block", reason: "no" };

/** The outcome of a poll where the first of four voters say this, in order. */
function outcome(
  more: Partial<PollSettings>,
  ballots: readonly Ballot[],
  weights: readonly number[] = [1, 1, 1, 1],
) {
  const live = new Live(
    VOTERS.map(({ userId }, i) => ({ userId, weight: weights[i] })),
  );
  live.open(more);
  ballots.forEach((ballot, i) => {
    const done = live.cast(VOTERS[i], ballot);
    if (typeof done === "string") throw new Error(done);
  });
  live.close();
  const { state, winner } = live.result;
  return winner === null ? state : `${state}: ${winner}`;
}

const choices = (...ids: readonly string[]) =>
  ids.map((choice) => ({ choice }));

Deno.test("[K6] a block comes before the quorum, the quorum before the threshold", () => {
  const method = "proposal";
  assertEquals(outcome({ method, quorum: 1 }, [agree, agree, block]), "vetoed");
  assertEquals(outcome({ method, quorum: 1 }, [agree, agree]), "no_quorum");
  assertEquals(
    outcome({ method, quorum: 0.5 }, [agree, disagree]),
    "rejected",
  );
  assertEquals(
    outcome({ method, quorum: 0.5 }, [agree, agree, disagree]),
    "passed: agree",
  );
});

Deno.test("[K6] a proposal passes at its threshold, or with more than half where it has none", () => {
  const method = "proposal";
  const three = [agree, agree, disagree];
  assertEquals(outcome({ method, threshold: 2 / 3 }, three), "passed: agree");
  assertEquals(outcome({ method, threshold: 0.67 }, three), "rejected");
  assertEquals(outcome({ method }, [agree, disagree]), "rejected");
  assertEquals(
    outcome({ method, threshold: 0.5 }, [agree, disagree]),
    "passed: agree",
  );
});

Deno.test("[K6] abstentions count for the quorum and for nothing else", () => {
  const said = [agree, { choice: "abstain" }, ABSTAIN];
  assertEquals(
    outcome({ method: "proposal", quorum: 0.75 }, said),
    "passed: agree",
  );
  assertEquals(
    outcome({ method: "majority", quorum: 0.75 }, [
      { choice: "a" },
      ABSTAIN,
      ABSTAIN,
    ]),
    "passed: a",
  );
});

Deno.test("[K6] nobody voting and all abstaining reject, whatever the method", () => {
  for (const method of EVERY_METHOD) {
    const rules = rulesOf(method);
    assertEquals(outcome(rules, []), "rejected", method);
    assertEquals(
      outcome({ ...rules, quorum: 1 }, VOTERS.map(() => ABSTAIN)),
      "rejected",
      method,
    );
    assertEquals(outcome({ ...rules, quorum: 0.25 }, []), "no_quorum", method);
  }
});

Deno.test("[K6] approving of nobody is no tie", () => {
  const nobody = { choices: [] };
  assertEquals(outcome({ method: "approval" }, [nobody, nobody]), "rejected");
});

Deno.test("[K6] a tie is told, and the order of the alternatives breaks none", () => {
  for (const ids of [["a", "b", "c"], ["b", "c", "a"]]) {
    const alternatives = ids.map((id) => ({ id, label: id }));
    assertEquals(
      outcome({ alternatives }, choices("a", "b")),
      "tied",
    );
  }
});

Deno.test("[K6] a threshold keeps a winner with less from passing", () => {
  const half = { method: "plurality", threshold: 0.5 } as const;
  assertEquals(outcome(half, choices("a", "a", "b", "c")), "passed: a");
  assertEquals(
    outcome({ ...half, threshold: 0.51 }, choices("a", "a", "b", "c")),
    "rejected",
  );
  // Both have enough: more than one can where several are approved of.
  const both = { choices: ["a", "b"] };
  assertEquals(
    outcome({ method: "approval", threshold: 0.6 }, [both, both, both]),
    "tied",
  );
});

Deno.test("[K6] exactly two thirds is two thirds, also of weights with decimals", () => {
  for (const unit of [1, 0.1, 0.3, 0.689, 1.001, 0.000001, 3.3]) {
    const weights = [2 * unit, unit, 1, 1].map((weight) =>
      Math.round(weight * 1e6) / 1e6
    );
    for (const method of ["supermajority", "plurality"] as const) {
      assertEquals(
        outcome(
          { method, threshold: 2 / 3 },
          choices("a", "b"),
          weights,
        ),
        "passed: a",
        `${method} ${unit}`,
      );
    }
    assertEquals(
      outcome({ method: "proposal", threshold: 2 / 3 }, [
        agree,
        disagree,
      ], weights),
      "passed: agree",
    );
  }
});

Deno.test("[K7] a quorum is a share of weight, not of heads, and is reached exactly", () => {
  const weights = [0.1, 0.2, 0.3, 0.4];
  const quorum = 0.3;
  assertEquals(outcome({ quorum }, choices("a", "a"), weights), "passed: a");
  assertEquals(outcome({ quorum }, choices("a"), weights), "no_quorum");
  assertEquals(
    outcome({ quorum: 1 }, choices("a", "a", "a", "a"), weights),
    "passed: a",
  );
});

Deno.test("[K7] an electorate of nobody reaches no quorum, not even none", () => {
  const turnout = turnoutOf(
    { weight: 0, count: 0 },
    { weight: 0, count: 0 },
    0,
  );
  assertEquals([turnout.share, turnout.reached], [0, false]);
  const rules = settings();
  assertEquals(resultOf(rules, [], turnout).state, "no_quorum");
});

Deno.test("[K5] weights count as that many votes, to the sixth decimal place", () => {
  const weighted = (choice: string, weight: number) => ({
    ballot: { choice },
    weight,
  });
  const { tally } = countBallots(settings(), [
    weighted("a", 0.1),
    weighted("a", 0.2),
    weighted("b", 0.3),
    weighted("c", 0.000001),
  ]);
  assertEquals(tally.winners, ["a", "b"]);
  assertEquals(tally.details.counts, { a: 0.3, b: 0.3, c: 0.000001 });
  assertEquals(tally.details.total, 0.600001);
});

Deno.test("[K6] a block of any weight vetoes, but not of a voter who is out", () => {
  const live = new Live([{ userId: "mia", weight: 0.000001 }]);
  live.open({ method: "proposal" });
  live.cast(FAY, agree);
  live.cast(MIA, block);
  live.recuse(MIA);
  live.close();
  assertEquals(live.result.winner, "agree");
});
