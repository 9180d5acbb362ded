/** The policy: its order, exact thresholds, and that every count has an answer. */
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  applyPolicy,
  meetsQuorum,
  POLICY_STATES,
} from "../../../domain/consensus/policy.ts";

const NONE = { yes: 0, no: 0, abstain: 0, eligible: 10, vetoes: 0 };
const HALF = { quorum: 0.5, threshold: 0.5 };

Deno.test("[C8] a veto comes before quorum and threshold", () => {
  assertEquals(applyPolicy({ ...NONE, vetoes: 1 }, HALF), "vetoed");
  assertEquals(applyPolicy({ ...NONE, yes: 9, vetoes: 1 }, HALF), "vetoed");
});

Deno.test("[C8] abstentions count for quorum and not for the threshold", () => {
  const votes = { ...NONE, yes: 1, abstain: 4 };
  assertEquals(applyPolicy(votes, HALF), "passed");
  assertEquals(applyPolicy({ ...votes, abstain: 3 }, HALF), "no_quorum");
  assertEquals(applyPolicy({ ...NONE, abstain: 10 }, HALF), "rejected");
});

Deno.test("[C8] the threshold is passed when it is reached", () => {
  const votes = { ...NONE, yes: 5, no: 5 };
  assertEquals(applyPolicy(votes, HALF), "passed");
  const above = { quorum: 0.5, threshold: 0.5000001 };
  assertEquals(applyPolicy(votes, above), "rejected");
});

Deno.test("[C8] a majority is more than one half", () => {
  const rule = { quorum: 0, threshold: "majority" } as const;
  assertEquals(applyPolicy({ ...NONE, yes: 5, no: 5 }, rule), "rejected");
  assertEquals(applyPolicy({ ...NONE, yes: 5, no: 4 }, rule), "passed");
});

Deno.test("[C8] no electorate binds anyone", () => {
  const votes = { ...NONE, eligible: 0 };
  assertEquals(applyPolicy(votes, { quorum: 0, threshold: 0 }), "no_quorum");
});

Deno.test("[C8] every share n/m is reached by n of m, and not by n − 1", () => {
  const share = fc.integer({ min: 1, max: 1000 }).chain((m) =>
    fc.tuple(
      fc.integer({ min: 1, max: m }),
      fc.constant(m),
      fc.integer({ min: 1, max: 1_000_000 }),
    )
  );
  fc.assert(fc.property(share, ([n, m, times]) => {
    const rule = { quorum: n / m, threshold: n / m };
    const [yes, eligible] = [n * times, m * times];
    const votes = { ...NONE, yes, no: eligible - yes, eligible };
    assertEquals(applyPolicy(votes, rule), "passed");
    const less = { ...votes, yes: yes - 1, no: votes.no + 1 };
    assertEquals(applyPolicy(less, rule), "rejected");
    const turnout = { castWeight: yes, eligibleWeight: eligible };
    assert(meetsQuorum(turnout, n / m));
    assert(!meetsQuorum({ ...turnout, castWeight: yes - 1 }, n / m));
  }));
});

Deno.test("[C8] sums of fractions do not miss a threshold they reach", () => {
  const tenth = [...Array(8)].reduce((sum) => sum + 0.1, 0);
  const votes = { ...NONE, yes: tenth, no: 0.2, eligible: 1 };
  assertEquals(
    applyPolicy(votes, { quorum: 1, threshold: 0.8 }),
    "passed",
  );
  const thirds = { ...NONE, yes: 4 / 3, no: 2 / 3, eligible: 2 };
  assertEquals(
    applyPolicy(thirds, { quorum: 1, threshold: 2 / 3 }),
    "passed",
  );
  const even = { ...NONE, yes: 0.1 + 0.2, no: 0.3, eligible: 1 };
  assertEquals(
    applyPolicy(even, { quorum: 0, threshold: "majority" }),
    "rejected",
  );
});

Deno.test("[C8] sums of fractions do not miss a quorum they reach", () => {
  const castWeight = [...Array(8)].reduce((sum) => sum + 0.1, 0);
  assert(castWeight < 0.8);
  assert(meetsQuorum({ castWeight, eligibleWeight: 1 }, 0.8));
  assert(!meetsQuorum({ castWeight: 0.799999, eligibleWeight: 1 }, 0.8));
});

Deno.test("[C8] every count has one of four answers, and more yes never harms", () => {
  const weight = fc.oneof(fc.nat(20), fc.constantFrom(0.1, 0.5, 1e15, 1e-9));
  const share = fc.constantFrom(0, 0.07, 0.5, 2 / 3, 1);
  const count = fc.record({
    yes: weight,
    no: weight,
    abstain: weight,
    spare: weight,
    vetoes: fc.nat(1),
    quorum: share,
    threshold: fc.oneof(share, fc.constant("majority" as const)),
  });
  fc.assert(fc.property(count, ({ spare, ...one }) => {
    const eligible = Math.min(one.yes + one.no + one.abstain + spare, 1e15);
    fc.pre(one.yes + one.no + one.abstain <= eligible);
    const state = applyPolicy({ ...one, eligible }, one);
    assert(POLICY_STATES.includes(state));
    if (state !== "passed") return;
    const turned = { ...one, yes: one.yes + one.no, no: 0, eligible };
    assertEquals(applyPolicy(turned, one), "passed");
  }));
});

Deno.test("[C10] counts and shares that cannot be are refused", () => {
  assertThrows(() => applyPolicy({ ...NONE, yes: 11 }, HALF), RangeError);
  assertThrows(() => applyPolicy({ ...NONE, no: -1 }, HALF), RangeError);
  assertThrows(() => applyPolicy({ ...NONE, yes: NaN }, HALF), RangeError);
  assertThrows(() => applyPolicy({ ...NONE, vetoes: NaN }, HALF), RangeError);
  assertThrows(
    () => applyPolicy(NONE, { quorum: 1.5, threshold: 0.5 }),
    RangeError,
  );
  assertThrows(
    () => applyPolicy(NONE, { quorum: 0.5, threshold: NaN }),
    RangeError,
  );
});
