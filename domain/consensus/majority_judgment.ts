/** Majority judgment: the best median grade wins. Source: M. Balinski and R. Laraki, Majority Judgment (MIT Press 2010), chapters 1 and 14. */
import { byCandidate, type Count, groupsBy } from "./order.ts";
import { placeOf, placesOf } from "./profile.ts";
import { unitsOf } from "./units.ts";

export interface GradedBallot {
  /** By candidate; a candidate without a grade gets the worst. */
  readonly grades: { readonly [candidate: string]: string };
  /** @default 1 */
  readonly count?: number;
}

export interface GradedPoll {
  readonly candidates: readonly string[];
  /** Worst to best. */
  readonly grades: readonly string[];
  readonly ballots: readonly GradedBallot[];
}

/** @throws {RangeError} If a ballot names a candidate or a grade that nobody knows. */
export function majorityJudgment(
  { candidates, grades, ballots }: GradedPoll,
): Count {
  const { counts, perVote, total } = gradeCounts({
    candidates,
    grades,
    ballots,
  });
  const medians = counts.map((row) => grades[gradeAt(row, medianOf(total))]);
  return {
    groups: groupsBy(
      candidates.length,
      (a, b) => compareFromMedian(counts[a], counts[b], total),
    ),
    details: {
      medians: byCandidate(candidates, (one) => medians[one]),
      counts: byCandidate(
        candidates,
        (one) => byCandidate(grades, (grade) => counts[one][grade] / perVote),
      ),
    },
  };
}

/** Units of every grade, worst first, for every candidate. */
export function gradeCounts({ candidates, grades, ballots }: GradedPoll) {
  const places = placesOf(candidates);
  const ranks = new Map(grades.map((grade, rank) => [grade, rank]));
  const { units, perVote } = unitsOf(ballots.map(({ count = 1 }) => count));
  const total = units.reduce((sum, more) => sum + more, 0);
  const counts = candidates.map(() => grades.map(() => 0));
  // Everyone gets the worst grade from everyone, and is then moved up.
  for (const row of counts) row[0] = total;
  ballots.forEach((ballot, index) => {
    for (const [name, grade] of Object.entries(ballot.grades)) {
      const rank = ranks.get(grade);
      if (rank === undefined) {
        throw new RangeError(`Cannot count a ballot: no grade is ${grade}`);
      }
      const row = counts[placeOf(name, places)];
      row[0] -= units[index];
      row[rank] += units[index];
    }
  });
  return { counts, perVote, total };
}

/** The lower of two middles, as a distance from the worst: half the people give at least it. */
function medianOf(total: number): number {
  return Math.floor((total - 1) / 2);
}

/** The grade at a place, places counted from the worst, from 0. */
function gradeAt(counts: readonly number[], place: number): number {
  let below = 0;
  const found = counts.findIndex((count) => (below += count) > place);
  return Math.max(found, 0);
}

/**
 * Compares as if the median grade were taken away from both again and again until they
 * differ. What is taken lies ever further from the middle, first below, then above it,
 * so only the places where a grade begins or ends have to be looked at.
 *
 * @returns Below 0 where `a` is better.
 */
function compareFromMedian(
  a: readonly number[],
  b: readonly number[],
  total: number,
): number {
  // Places in halves of a unit: every middle then lies between two places.
  const distances = new Set<number>([0]);
  for (const counts of [a, b]) {
    let edge = 0;
    for (const count of counts) {
      edge += 2 * count;
      distances.add(Math.abs(total - edge));
    }
  }
  for (const distance of [...distances].sort((x, y) => x - y)) {
    for (const place of [total - 1 - distance, total + distance]) {
      if (place < 0 || place >= 2 * total) continue;
      const difference = gradeAt(b, Math.floor(place / 2)) -
        gradeAt(a, Math.floor(place / 2));
      if (difference !== 0) return difference;
    }
  }
  return 0;
}
