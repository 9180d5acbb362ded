/** What every count of ballots must keep, tried on polls made up by chance. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  condorcetWinner,
  duelsOf,
  smithSet,
} from "../../../domain/consensus/condorcet.ts";
import { readProfile } from "../../../domain/consensus/profile.ts";
import { tally } from "../../../domain/consensus/tally.ts";
import {
  asSets,
  inputOf,
  type Method,
  METHODS,
  type Poll,
  polls,
  strictPolls,
} from "./arbitrary.ts";

const CONDORCET: readonly Method[] = [
  "schulze",
  "ranked_pairs",
  "copeland",
  "minimax",
  "kemeny",
];
/** Ranking a winner higher never harms them here; under instant runoff it can. */
const MONOTONE: readonly Method[] = [
  "ranked_pairs",
  "plurality",
  "majority",
  "unanimous",
  "supermajority",
  "borda",
  "schulze",
  "copeland",
  "minimax",
  "kemeny",
];

for (const method of METHODS) {
  Deno.test(`[C2] ${method} does not depend on the order of ballots`, () => {
    const shuffled = polls().chain((poll) =>
      fc.tuple(
        fc.constant(poll),
        fc.shuffledSubarray([...poll.ballots], {
          minLength: poll.ballots.length,
        }),
      )
    );
    fc.assert(fc.property(shuffled, ([poll, ballots]) => {
      assertEquals(
        tally(inputOf(method, { ...poll, ballots })),
        tally(inputOf(method, poll)),
      );
    }));
  });

  Deno.test(`[C2] ${method} counts a ballot of weight n as n ballots`, () => {
    fc.assert(fc.property(polls(fc.integer({ min: 0, max: 4 })), (poll) => {
      const ballots = poll.ballots.flatMap(({ ranking, count = 1 }) =>
        Array.from({ length: count }, () => ({ ranking }))
      );
      assertEquals(
        tally(inputOf(method, { ...poll, ballots })),
        tally(inputOf(method, poll)),
      );
    }));
  });

  Deno.test(`[C3] ${method} treats candidates alike, whatever their names and order`, () => {
    const renamed = polls().chain((poll) =>
      fc.tuple(
        fc.constant(poll),
        fc.shuffledSubarray([...poll.candidates], {
          minLength: poll.candidates.length,
        }),
        fc.shuffledSubarray([...poll.candidates], {
          minLength: poll.candidates.length,
        }),
      )
    );
    fc.assert(fc.property(renamed, ([poll, order, names]) => {
      const newName = (name: string) => names[poll.candidates.indexOf(name)];
      const rename = (groups: readonly (readonly string[])[]) =>
        groups.map((group) => group.map(newName));
      const ballots = poll.ballots.map((ballot) => ({
        ...ballot,
        ranking: rename(ballot.ranking),
      }));
      const before = tally(inputOf(method, poll));
      const after = tally(inputOf(method, { candidates: order, ballots }));
      assertEquals(
        asSets(after),
        asSets({
          ...before,
          winners: before.winners.map(newName),
          ranking: rename(before.ranking),
        }),
      );
    }));
  });

  Deno.test(`[C4] ${method} ranks everyone once, winners at the top`, () => {
    fc.assert(fc.property(polls(), (poll) => {
      const { winners, ranking } = tally(inputOf(method, poll));
      assertEquals(ranking.flat().sort(), [...poll.candidates].sort());
      assert(ranking.every((group) => group.length > 0));
      if (winners.length > 0) assertEquals(winners, ranking[0]);
    }));
  });
}

for (const method of [...CONDORCET, "plurality", "irv"] as const) {
  Deno.test(`[C5] ${method} lets the first choice of a majority win`, () => {
    fc.assert(fc.property(strictPolls(), (poll) => {
      const [winner] = tally(inputOf("majority", poll)).winners;
      fc.pre(winner !== undefined);
      assertEquals(tally(inputOf(method, poll)).winners, [winner]);
    }));
  });
}

for (const method of CONDORCET) {
  Deno.test(`[C5] ${method} lets whoever wins every duel win`, () => {
    fc.assert(fc.property(polls(), (poll) => {
      const winner = condorcetWinner(duelsIn(poll));
      fc.pre(winner !== undefined);
      assertEquals(tally(inputOf(method, poll)).winners, [
        poll.candidates[winner ?? -1],
      ]);
    }));
  });
}

for (
  const method of ["schulze", "ranked_pairs", "copeland", "kemeny"] as const
) {
  Deno.test(`[C6] ${method} takes its winners from the Smith set`, () => {
    fc.assert(fc.property(polls(), (poll) => {
      const members = smithSet(duelsIn(poll)).map((one) =>
        poll.candidates[one]
      );
      const { winners } = tally(inputOf(method, poll));
      assert(winners.every((name) => members.includes(name)));
    }));
  });
}

Deno.test("[C6] the Smith set is the smallest whose members beat all others", () => {
  fc.assert(fc.property(polls(), (poll) => {
    const duels = duelsIn(poll);
    const dominating = subsetsOf(poll.candidates.length).filter((set) =>
      set.every((one) =>
        duels.every((row, other) =>
          set.includes(other) || duels[one][other] > row[one]
        )
      )
    );
    const smallest = dominating.sort((a, b) => a.length - b.length)[0];
    assertEquals(smithSet(duels), smallest);
  }));
});

for (const method of MONOTONE) {
  Deno.test(`[C7] ${method} never drops a winner for being ranked higher`, () => {
    const raised = polls().chain((poll) =>
      fc.tuple(fc.constant(poll), fc.nat(poll.ballots.length - 1), fc.nat(4))
    );
    fc.assert(
      fc.property(raised, ([poll, index, pick]) => {
        const { winners } = tally(inputOf(method, poll));
        fc.pre(winners.length > 0);
        const winner = winners[pick % winners.length];
        const ballots = poll.ballots.map((ballot, at) =>
          at === index
            ? { ...ballot, ranking: raise(ballot.ranking, winner) }
            : ballot
        );
        const after = tally(inputOf(method, { ...poll, ballots })).winners;
        assert(after.includes(winner), `${winner} lost: now ${after}`);
      }),
      { numRuns: 300 },
    );
  });
}

Deno.test("[C7] instant runoff can drop a winner who is ranked higher: it promises no more", () => {
  const before = tally({
    method: "irv",
    candidates: ["A", "B", "C"],
    ballots: [
      { ranking: [["A"], ["B"], ["C"]], count: 39 },
      { ranking: [["B"], ["C"], ["A"]], count: 35 },
      { ranking: [["C"], ["A"], ["B"]], count: 26 },
    ],
  });
  const after = tally({
    method: "irv",
    candidates: ["A", "B", "C"],
    ballots: [
      { ranking: [["A"], ["B"], ["C"]], count: 49 },
      { ranking: [["B"], ["C"], ["A"]], count: 25 },
      { ranking: [["C"], ["A"], ["B"]], count: 26 },
    ],
  });
  assertEquals([before.winners, after.winners], [["A"], ["C"]]);
});

function duelsIn({ candidates, ballots }: Poll) {
  return duelsOf(readProfile(candidates, ballots));
}

function subsetsOf(size: number): number[][] {
  return Array.from(
    { length: 2 ** size - 1 },
    (_, set) =>
      Array.from({ length: size }, (_, one) => one)
        .filter((one) => (set + 1) >> one & 1),
  );
}

/** One step up: out of a tie to above it, or else to above the group before. */
function raise(
  ranking: readonly (readonly string[])[],
  name: string,
): readonly (readonly string[])[] {
  const at = ranking.findIndex((group) => group.includes(name));
  if (at < 0) return [...ranking, [name]];
  const rest = ranking.map((group) => group.filter((other) => other !== name));
  const place = rest[at].length > 0 ? at : Math.max(at - 1, 0);
  return rest.toSpliced(place, 0, [name]).filter((group) => group.length > 0);
}
