/** What holds of the count of any poll: it knows no names and no order, and agrees with counts by hand. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Ballot } from "../../../../domain/consensus/polls/ballot.ts";
import type { PollMethod } from "../../../../domain/consensus/polls/methods.ts";
import type { WeightedBallot } from "../../../../domain/consensus/polls/poll.ts";
import {
  countBallots,
  resultOf,
} from "../../../../domain/consensus/polls/result.ts";
import { listOf, recordOf } from "../../../../domain/read_json.ts";
import { turnoutOf } from "../../../../domain/consensus/polls/turnout.ts";
import {
  ballotFor,
  EVERY_METHOD,
  type PollRules,
  rulesOf,
  weights,
} from "./arbitrary.ts";

interface Case {
  readonly rules: PollRules & { readonly threshold: number | null };
  readonly ballots: readonly WeightedBallot[];
}

function cases(
  methods: readonly PollMethod[] = EVERY_METHOD,
): fc.Arbitrary<Case> {
  return fc.constantFrom(...methods).chain((method) => {
    const rules = { ...rulesOf(method), threshold: null };
    const ballot = fc.record({ ballot: ballotFor(rules), weight: weights });
    return fc.record({
      rules: fc.constant(rules),
      ballots: fc.array(ballot, { minLength: 1, maxLength: 9 }),
    });
  });
}

function result({ rules, ballots }: Case) {
  const sum =
    ballots.reduce((total, { weight }) => total + Math.round(weight * 1e6), 0) /
    1e6;
  const all = { weight: sum, count: ballots.length };
  return resultOf(rules, ballots, turnoutOf(all, all, 0));
}

/** A ballot with every name written otherwise. */
function renamed(
  ballot: Ballot,
  name: (id: string) => string,
): Ballot {
  const { choice, choices, ranking, grades } = ballot;
  return {
    ...ballot,
    ...(choice !== undefined && { choice: name(choice) }),
    ...(choices && { choices: choices.map(name) }),
    ...(ranking && { ranking: ranking.map((group) => group.map(name)) }),
    ...(grades && {
      grades: Object.fromEntries(
        Object.entries(grades).map(([id, grade]) => [name(id), grade]),
      ),
    }),
  };
}

const sorted = (groups: readonly (readonly string[])[]) =>
  groups.map((group) => [...group].sort());

Deno.test("[K5] anonymity: it does not matter who of equal weight said what", () => {
  const permuted = cases().chain((one) =>
    fc.tuple(
      fc.constant(one),
      fc.shuffledSubarray([...one.ballots], {
        minLength: one.ballots.length,
      }),
    )
  );
  fc.assert(fc.property(permuted, ([one, ballots]) => {
    assertEquals(result({ ...one, ballots }).tally, result(one).tally);
    assertEquals(result({ ...one, ballots }).state, result(one).state);
  }));
});

Deno.test("[K5] neutrality: other names in another order have the same said of them", () => {
  const methods = EVERY_METHOD.filter((method) => method !== "proposal");
  const turned = cases(methods).chain((one) =>
    fc.tuple(
      fc.constant(one),
      fc.shuffledSubarray(one.rules.alternatives.map(({ id }) => id), {
        minLength: one.rules.alternatives.length,
      }),
    )
  );
  fc.assert(fc.property(turned, ([one, order]) => {
    const ids = one.rules.alternatives.map(({ id }) => id);
    const name = (id: string) => `x-${order[ids.indexOf(id)]}`;
    const there = countBallots(
      {
        ...one.rules,
        alternatives: order.map((id) => ({ id: `x-${id}`, label: id })),
      },
      one.ballots.map(({ ballot, weight }) => ({
        ballot: renamed(ballot, name),
        weight,
      })),
    ).tally;
    const here = countBallots(one.rules, one.ballots).tally;
    assertEquals([...there.winners].sort(), here.winners.map(name).sort());
    assertEquals(
      sorted(there.ranking),
      sorted(here.ranking.map((group) => group.map(name))),
    );
  }));
});

Deno.test("[K5] a ballot of weight three is three ballots", () => {
  fc.assert(fc.property(cases(), (one) => {
    const [first, ...others] = one.ballots;
    const whole = { ...first, weight: 3 };
    const once = { ...first, weight: 1 };
    const said = (ballots: Case["ballots"]) => {
      const { tally } = countBallots(one.rules, ballots);
      return [tally.winners, tally.ranking, tally.abstain];
    };
    assertEquals(
      said([once, once, once, ...others]),
      said([whole, ...others]),
    );
  }));
});

Deno.test("[K5] whoever wins every duel wins by methods on duels", () => {
  fc.assert(
    fc.property(cases(["schulze", "ranked_pairs"]), (one) => {
      const ids = one.rules.alternatives.map(({ id }) => id);
      const beats = (a: string, b: string) =>
        one.ballots.reduce((lead, { ballot, weight }) => {
          if (ballot.abstain) return lead;
          const placeOf = (id: string) => {
            const place = ballot.ranking?.findIndex((group) =>
              group.includes(id)
            ) ?? -1;
            return place < 0 ? Infinity : place;
          };
          const sign = Number(placeOf(a) < placeOf(b)) -
            Number(placeOf(b) < placeOf(a));
          return lead + sign * Math.round(weight * 1e6);
        }, 0) > 0;
      const best = ids.find((a) => ids.every((b) => a === b || beats(a, b)));
      if (best === undefined) return;
      assertEquals(countBallots(one.rules, one.ballots).tally.winners, [best]);
    }),
    { numRuns: 400 },
  );
});

Deno.test("[K5] the first choice of more than half wins by instant runoff and by every majority", () => {
  const methods = ["irv", "majority", "weighted_majority"] as const;
  fc.assert(
    fc.property(cases(methods), (one) => {
      const first = ({ choice, ranking }: Ballot) =>
        choice ?? (ranking?.[0]?.length === 1 ? ranking[0][0] : undefined);
      const units = (ballots: Case["ballots"]) =>
        ballots.reduce((sum, { weight }) => sum + Math.round(weight * 1e6), 0);
      const said = one.ballots.filter(({ ballot }) => !ballot.abstain);
      const best = one.rules.alternatives.find(({ id }) =>
        2 * units(said.filter(({ ballot }) => first(ballot) === id)) >
          units(said)
      );
      if (best === undefined) return;
      assertEquals(countBallots(one.rules, one.ballots).tally.winners, [
        best.id,
      ]);
    }),
    { numRuns: 400 },
  );
});

Deno.test("[K5] saying more for a sole winner never costs them the win, but by instant runoff", () => {
  const methods = EVERY_METHOD.filter((method) =>
    method !== "irv" && method !== "proposal"
  );
  fc.assert(
    fc.property(cases(methods), fc.nat(), (one, pick) => {
      const { winners } = countBallots(one.rules, one.ballots).tally;
      if (winners.length !== 1) return;
      const [winner] = winners;
      const place = pick % one.ballots.length;
      const raised = one.ballots.map((cast, i) =>
        i === place
          ? { ...cast, ballot: raise(cast.ballot, winner, one.rules) }
          : cast
      );
      assertEquals(countBallots(one.rules, raised).tally.winners, [winner]);
    }),
    { numRuns: 500 },
  );
});

/** The same ballot, but better for one; an abstention stays one. */
function raise(ballot: Ballot, id: string, { grades }: PollRules): Ballot {
  if (ballot.abstain) return ballot;
  if (ballot.choice !== undefined) return { choice: id };
  if (ballot.choices) return { choices: [...new Set([...ballot.choices, id])] };
  if (ballot.grades) {
    return { grades: { ...ballot.grades, [id]: grades[grades.length - 1] } };
  }
  const others = (ballot.ranking ?? [])
    .map((group) => group.filter((one) => one !== id));
  return { ranking: [[id], ...others.filter((group) => group.length > 0)] };
}

Deno.test("[K5] every round of an instant runoff counts first choices as one would by hand", () => {
  fc.assert(
    fc.property(cases(["irv"]), (one) => {
      const { rounds } = countBallots(one.rules, one.ballots).tally.details;
      for (const round of listOf(rounds)) {
        const counts = recordOf(recordOf(round)?.counts) ?? {};
        const byHand = new Map(Object.keys(counts).map((id) => [id, 0]));
        for (const { ballot, weight } of one.ballots) {
          const first = (ballot.ranking ?? [])
            .map((group) => group.filter((id) => byHand.has(id)))
            .find((group) => group.length > 0) ?? [];
          for (const id of first) {
            byHand.set(id, (byHand.get(id) ?? 0) + weight / first.length);
          }
        }
        for (const [id, votes] of byHand) {
          assert(Math.abs(Number(counts[id]) - votes) < 1e-9, id);
        }
      }
    }),
    { numRuns: 400 },
  );
});

Deno.test("[K5] points of a Borda count are those counted by hand", () => {
  fc.assert(fc.property(cases(["borda"]), (one) => {
    const ids = one.rules.alternatives.map(({ id }) => id);
    const points = new Map(ids.map((id) => [id, 0]));
    for (const { ballot, weight } of one.ballots) {
      if (ballot.abstain) continue;
      const ranking = ballot.ranking ?? [];
      const named = new Set(ranking.flat());
      const groups = [...ranking, ids.filter((id) => !named.has(id))];
      let above = 0;
      for (const group of groups) {
        const share = ids.length - 1 - above - (group.length - 1) / 2;
        for (const id of group) {
          points.set(id, (points.get(id) ?? 0) + share * weight);
        }
        above += group.length;
      }
    }
    const { scores } = countBallots(one.rules, one.ballots).tally.details;
    for (const [id, score] of Object.entries(scores ?? {})) {
      assert(Math.abs(Number(score) - (points.get(id) ?? NaN)) < 1e-9);
    }
    assertEquals(Object.keys(scores ?? {}), ids);
  }));
});

Deno.test("[K5] majority judgment: the winner has the best lower median grade", () => {
  fc.assert(fc.property(cases(["majority_judgment"]), (one) => {
    const { grades } = one.rules;
    const said = one.ballots.filter(({ ballot }) => !ballot.abstain);
    if (said.length === 0) return;
    const medianOf = (id: string) => {
      const ranks = said.flatMap(({ ballot, weight }) => {
        const rank = Math.max(grades.indexOf(ballot.grades?.[id] ?? ""), 0);
        // In tenths, which all weights but one are whole numbers of.
        return Array.from({ length: Math.round(weight * 10) }, () => rank);
      }).sort((a, b) => a - b);
      return ranks[Math.floor((ranks.length - 1) / 2)];
    };
    if (said.some(({ weight }) => weight === 1.000001)) return;
    const { winners } = countBallots(one.rules, one.ballots).tally;
    const best = Math.max(
      ...one.rules.alternatives.map(({ id }) => medianOf(id)),
    );
    assert(winners.length > 0);
    for (const winner of winners) assertEquals(medianOf(winner), best);
  }));
});

Deno.test("[K5] agreement is null or between 0 and 1, and so is what people differ on", () => {
  fc.assert(fc.property(cases(), (one) => {
    const { agreement, dissent } = countBallots(one.rules, one.ballots);
    const { value } = agreement;
    assert(value === null || (value >= 0 && value <= 1), `${value}`);
    for (const share of Object.values(dissent.byCandidate)) {
      assert(share >= 0 && share <= 1, `${share}`);
    }
  }));
});

Deno.test("[K6] a state and its winner say the same as the tally", () => {
  fc.assert(fc.property(cases(), (one) => {
    const { state, winner, tally } = result(one);
    const winners = tally?.winners ?? [];
    assertEquals(winner, state === "passed" ? winners[0] : null);
    if (state === "tied") assert(winners.length > 1);
    if (state === "rejected") assertEquals(winners, []);
  }));
});
