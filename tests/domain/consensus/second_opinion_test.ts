/** Our counts against others': the package votes where it is right, and plain enumeration. */
import fc from "fast-check";
import {
  Approbation,
  Borda,
  Copeland,
  InstantRunoff,
  Kemeny,
  Minimax,
  MinimaxVariant,
  Schulze,
  utils,
} from "votes";
import { assert, assertEquals } from "@std/assert";
import {
  copeland,
  duelsOf,
  minimax,
  smithSet,
} from "../../../domain/consensus/condorcet.ts";
import { kemeny } from "../../../domain/consensus/kemeny.ts";
import { readProfile } from "../../../domain/consensus/profile.ts";
import { tally } from "../../../domain/consensus/tally.ts";
import { asSets, inputOf, type Poll, polls, strictPolls } from "./arbitrary.ts";

const wholePolls = polls(fc.integer({ min: 1, max: 5 }));

function theirs({ candidates, ballots }: Poll) {
  const weighted = ballots.map(({ ranking, count = 1 }) => ({
    ranking: ranking.map((group) => [...group]),
    weight: count,
  }));
  const matrix = utils.matrixFromBallots(weighted, [...candidates]);
  return { ballots: weighted, candidates: [...candidates], matrix };
}

function profileOf({ candidates, ballots }: Poll) {
  return readProfile(candidates, ballots);
}

Deno.test("[C1] duels and the Smith set are those of the package votes", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const { matrix } = theirs(poll);
    const duels = duelsOf(profileOf(poll));
    assertEquals(duels.map((row) => [...row]), matrix.array);
    assertEquals(
      smithSet(duels).map((one) => poll.candidates[one]),
      utils.findSmithSet(matrix).candidates,
    );
  }));
});

Deno.test("[C1] minimax and Copeland are those of the package votes", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const { matrix, candidates } = theirs(poll);
    fc.pre(candidates.length > 1);
    const variant = MinimaxVariant.WinningVotes;
    const worst = new Minimax({ ...matrix, variant }).scores();
    const wins = new Copeland(matrix).scores();
    const profile = profileOf(poll);
    for (const name of candidates) {
      const { worstDefeat } = minimax(profile).details;
      const { netWins } = copeland(profile).details;
      assertEquals(valueIn(worstDefeat, name), 0 - worst[name]);
      assertEquals(
        valueIn(netWins, name),
        2 * wins[name] - (candidates.length - 1),
      );
    }
  }));
});

Deno.test("[C1] Schulze has the winners of the package votes, and those it ties with", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const { winners, ranking } = tally(inputOf("schulze", poll));
    const their = new Schulze(theirs(poll).matrix).ranking();
    assert(their[0].every((name) => winners.includes(name)));
    if (ranking.every((group) => group.length === 1)) {
      assertEquals(their, ranking.map((group) => [...group]));
    }
  }));
});

Deno.test("[C1] Borda is that of the package votes on full rankings, from 0 up", () => {
  fc.assert(fc.property(strictPolls(), (poll) => {
    const total = poll.ballots.reduce((sum, { count = 1 }) => sum + count, 0);
    const their = new Borda(theirs(poll)).scores();
    const { scores } = tally(inputOf("borda", poll)).details;
    for (const name of poll.candidates) {
      assertEquals(valueIn(scores, name), their[name] - total);
    }
  }));
});

Deno.test("[C1] instant runoff is that of the package votes where nobody ties for last", () => {
  fc.assert(fc.property(strictPolls(), (poll) => {
    const their = new InstantRunoff(theirs(poll)).ranking();
    fc.pre(their.every((group) => group.length === 1));
    assertEquals(
      asSets(tally(inputOf("irv", poll))).ranking,
      their,
    );
  }));
});

Deno.test("[C4] instant runoff wins as in any order that breaks its ties", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const winners = [...runoffWinners(poll, poll.candidates)].sort();
    assertEquals(asSets(tally(inputOf("irv", poll))).winners, winners);
  }));
});

/** By plain trial; thirds are compared in sixtieths, which hold every split of up to five. */
function runoffWinners(poll: Poll, remaining: readonly string[]): Set<string> {
  if (remaining.length === 1) return new Set(remaining);
  const parts = new Map(remaining.map((name) => [name, 0]));
  for (const { ranking, count = 1 } of poll.ballots) {
    const [first = []] = ranking
      .map((group) => group.filter((name) => remaining.includes(name)))
      .filter((group) => group.length > 0);
    for (const name of first) {
      parts.set(name, parts.get(name)! + 60 / first.length * count);
    }
  }
  const fewest = Math.min(...parts.values());
  const last = remaining.filter((name) => parts.get(name) === fewest);
  return last.reduce(
    (found, gone) =>
      found.union(
        runoffWinners(poll, remaining.filter((name) => name !== gone)),
      ),
    new Set<string>(),
  );
}

Deno.test("[C1] Kemeny is the best of all orders, and that of the package votes where there is one", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const duels = duelsOf(profileOf(poll));
    const orders = ordersOf(poll.candidates.map((_, one) => one));
    const scores = orders.map((order) =>
      order.flatMap((one, at) =>
        order.slice(at + 1).map((other) => duels[one][other])
      ).reduce((sum, units) => sum + units, 0)
    );
    const best = Math.max(...scores);
    const bestOrders = orders.filter((_, index) => scores[index] === best);
    const { groups, details } = kemeny(profileOf(poll));
    assertEquals(details.score, best);
    assertEquals(
      [...groups[0]].sort(),
      [...new Set(bestOrders.map(([first]) => first))].sort(),
    );
    if (bestOrders.length > 1) return;
    assertEquals(groups.flat(), bestOrders[0]);
    assertEquals(
      new Kemeny(theirs(poll).matrix).ranking().flat(),
      bestOrders[0].map((one) => poll.candidates[one]),
    );
  }));
});

Deno.test("[C1] ranked pairs locks what no order of equal duels could refuse", () => {
  fc.assert(fc.property(strictPolls(), (poll) => {
    const duels = duelsOf(profileOf(poll));
    const won = duels.flatMap((row, winner) =>
      [...row].map((units, loser) => ({ winner, loser, units })).filter(
        ({ loser, units }) => units > duels[loser][winner],
      )
    ).sort((a, b) => b.units - a.units);
    // Without equals, Tideman's own procedure: one by one, unless it closes a cycle.
    fc.pre(new Set(won.map(({ units }) => units)).size === won.length);
    const locked: [number, number][] = [];
    for (const { winner, loser } of won) {
      if (!leads(locked, loser, winner)) locked.push([winner, loser]);
    }
    const { details } = tally(inputOf("ranked_pairs", poll));
    assertEquals(
      details.locked,
      locked.map((pair) => pair.map((one) => poll.candidates[one])),
    );
  }));
});

function leads(
  arrows: readonly (readonly [number, number])[],
  from: number,
  to: number,
): boolean {
  return from === to ||
    arrows.some(([start, end]) => start === from && leads(arrows, end, to));
}

Deno.test("[C1] approval is that of the package votes", () => {
  fc.assert(fc.property(wholePolls, (poll) => {
    const chosen = poll.ballots.map(({ ranking, count = 1 }) => ({
      choices: ranking[0] ?? [],
      count,
    }));
    const { details } = tally({
      method: "approval",
      candidates: poll.candidates,
      ballots: chosen,
    });
    assertEquals(details.counts, new Approbation(theirs(poll)).scores());
  }));
});

const GRADES = ["bad", "poor", "fair", "good"];

Deno.test("[C1] majority judgment is the comparison by taking medians away, one by one", () => {
  const voters = fc.integer({ min: 1, max: 7 });
  const given = voters.chain((count) =>
    fc.array(
      fc.array(fc.nat(GRADES.length - 1), {
        minLength: count,
        maxLength: count,
      }),
      { minLength: 1, maxLength: 4 },
    )
  );
  fc.assert(fc.property(given, (byCandidate) => {
    const candidates = byCandidate.map((_, one) => `c${one}`);
    const ballots = byCandidate[0].map((_, voter) => ({
      grades: Object.fromEntries(
        candidates.map((name, one) => [name, GRADES[byCandidate[one][voter]]]),
      ),
    }));
    const { ranking, details } = tally({
      method: "majority_judgment",
      candidates,
      grades: GRADES,
      ballots,
    });
    const values = new Map(
      candidates.map((name, one) => [name, majorityValue(byCandidate[one])]),
    );
    const sorted = [...new Set(values.values())].sort().reverse();
    assertEquals(
      ranking,
      sorted.map((value) =>
        candidates.filter((name) => values.get(name) === value)
      ),
    );
    for (const name of candidates) {
      const median = GRADES[Number(values.get(name)![0])];
      assertEquals(valueIn(details.medians, name), median);
    }
  }));
});

/** The grades in the order in which they are the median, each taken away when it was. */
function majorityValue(grades: readonly number[]): string {
  const left = [...grades].sort();
  let value = "";
  while (left.length > 0) {
    value += left.splice(Math.floor((left.length - 1) / 2), 1)[0];
  }
  return value;
}

function valueIn(details: unknown, name: string): unknown {
  return Object.entries(Object(details)).find(([key]) => key === name)?.[1];
}

function ordersOf(numbers: readonly number[]): number[][] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first) =>
    ordersOf(numbers.filter((one) => one !== first))
      .map((rest) => [first, ...rest])
  );
}
