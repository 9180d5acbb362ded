/** Instant runoff: whoever is first on the fewest ballots goes, until somebody has more than half. Source: https://en.wikipedia.org/wiki/Instant-runoff_voting */
import {
  countFirstChoices,
  type FirstChoice,
  type Shares,
  votesOf,
} from "./first_choices.ts";
import { byCandidate, type Count, groupsBy, numbersTo } from "./order.ts";
import type { Profile } from "./profile.ts";
import { quotient } from "./units.ts";

/** Bounds of what following ties may cost: sets of remaining candidates, and ballots read in them. */
const MAX_SETS = 256;
const MAX_READS = 4_000_000;

/**
 * A tie for last place is followed in every order it can be broken: a candidate wins
 * who wins in one of them, and stands in the ranking at the best place any of them
 * gives (parallel universes; Conitzer, Rognlie and Xia, IJCAI 2009). Where there are
 * too many orders to follow, tied candidates go together, and details say so.
 */
export function instantRunoff(profile: Profile): Count {
  const runoff = new Runoff(profile);
  const all = numbersTo(profile.candidates.length);
  let ties = "followed";
  let places = runoff.follow(all);
  if (places === undefined) {
    ties = "together";
    places = runoff.together(all);
  }
  const rounds = runoff.rounds();
  const reached = places;
  const eliminated = rounds.flatMap((round) => round.eliminated);
  return {
    groups: groupsBy(all.length, (a, b) => reached[a] - reached[b]),
    details: {
      rounds,
      eliminated,
      ties: runoff.branched ? ties : "none",
    },
  };
}

interface Standing {
  readonly shares: Shares;
  /** Everyone with the fewest votes. */
  readonly last: readonly number[];
  /** Even together they cannot overtake the next: their order does not matter. */
  readonly hopeless: boolean;
  readonly decided: boolean;
}

class Runoff {
  readonly #profile: Profile;
  readonly #rows: FlatRows;
  readonly #known = new Map<string, readonly number[] | undefined>();
  readonly #standings = new Map<string, Standing>();
  readonly #maxSets: number;
  /** A tie for last place came up that could matter. */
  branched = false;

  constructor(profile: Profile) {
    this.#profile = profile;
    const { candidates, rows } = profile;
    this.#rows = new FlatRows(rows, candidates.length);
    const affordable = Math.floor(MAX_READS / Math.max(rows.length, 1));
    this.#maxSets = Math.max(candidates.length, Math.min(MAX_SETS, affordable));
  }

  /** Best place of each of the remaining; undefined where that takes too long. */
  follow(remaining: readonly number[]): readonly number[] | undefined {
    const key = remaining.join();
    if (this.#known.has(key)) return this.#known.get(key);
    if (this.#known.size >= this.#maxSets) return undefined;
    this.#known.set(key, undefined);
    const places = this.#follow(remaining);
    this.#known.set(key, places);
    return places;
  }

  #follow(remaining: readonly number[]): readonly number[] | undefined {
    if (remaining.length === 1) return this.#placed([], remaining, 0);
    const { last, hopeless } = this.#count(remaining);
    const leaving = last.length === 1 || hopeless
      ? [last]
      : last.map((one) => [one]);
    if (leaving.length > 1) this.branched = true;
    let best: number[] | undefined;
    for (const gone of leaving) {
      const stay = without(remaining, gone);
      const after = this.follow(stay);
      if (after === undefined) return undefined;
      const places = this.#placed(after, gone, stay.length);
      best = best?.map((place, one) => Math.min(place, places[one])) ?? places;
    }
    return best;
  }

  /** Places when all that are tied for last go at once; whoever ends tied wins together. */
  together(remaining: readonly number[]): readonly number[] {
    const { last } = this.#count(remaining);
    const stay = without(remaining, last);
    const after = stay.length === 0 ? [] : this.together(stay);
    return this.#placed(after, last, stay.length);
  }

  /** The rounds up to a majority, or to the first tie that could matter. */
  rounds() {
    const { candidates } = this.#profile;
    const names = (numbers: readonly number[]) =>
      numbers.map((one) => candidates[one]);
    const rounds = [];
    let remaining: readonly number[] = numbersTo(candidates.length);
    for (;;) {
      const { shares, last, hopeless, decided } = this.#count(remaining);
      const tied = !decided && last.length > 1 && !hopeless;
      const gone = decided || tied ? [] : last;
      rounds.push({
        counts: byCandidate(
          names(remaining),
          (place) => votesOf(shares, remaining[place]),
        ),
        counted: quotient(shares.counted, shares.perVote),
        eliminated: names(gone),
        tied: tied ? names(last) : [],
      });
      if (gone.length === 0) return rounds;
      remaining = without(remaining, gone);
    }
  }

  #count(remaining: readonly number[]): Standing {
    const key = remaining.join();
    const standing = this.#standings.get(key) ?? this.#stand(remaining);
    this.#standings.set(key, standing);
    return standing;
  }

  #stand(remaining: readonly number[]): Standing {
    const { candidates, perVote } = this.#profile;
    const stays = new Uint8Array(candidates.length);
    for (const one of remaining) stays[one] = 1;
    const shares = countFirstChoices(this.#rows.firstOf(stays), {
      size: candidates.length,
      perVote,
    });
    const { parts, counted } = shares;
    const groups = groupsBy(remaining.length, (a, b) => {
      const [first, second] = [parts[remaining[a]], parts[remaining[b]]];
      return first === second ? 0 : first < second ? -1 : 1;
    });
    const last = groups[0].map((place) => remaining[place]);
    const next = groups.length > 1 ? parts[remaining[groups[1][0]]] : 0n;
    const together = parts[last[0]] * BigInt(last.length);
    const most = parts[remaining[groups[groups.length - 1][0]]];
    const decided = remaining.length === 1 || 2n * most > counted;
    return { shares, last, hopeless: together < next, decided };
  }

  #placed(
    after: readonly number[],
    gone: readonly number[],
    place: number,
  ): number[] {
    const places = this.#profile.candidates.map((_, one) =>
      after[one] ?? Infinity
    );
    for (const one of gone) places[one] = place;
    return places;
  }
}

/** Ballots laid out flat: they are read once per set of remaining candidates, which are many. */
class FlatRows {
  /** Candidates of ballots without ties, best first, each ended by their number. */
  readonly #orders: Int16Array;
  readonly #starts: readonly number[];
  readonly #units: Float64Array;
  readonly #others: Profile["rows"];

  constructor(rows: Profile["rows"], size: number) {
    const strict = rows.filter(({ groups }) =>
      groups.every((group) => group.length === 1)
    );
    this.#orders = Int16Array.from(
      strict.flatMap(({ groups }) => [...groups.flat(), size]),
    );
    let next = 0;
    this.#starts = strict.map(({ groups }) => {
      const start = next;
      next += groups.length + 1;
      return start;
    });
    this.#units = Float64Array.from(strict.map(({ units }) => units));
    this.#others = rows.filter(({ groups }) =>
      groups.some((group) => group.length > 1)
    );
  }

  /** Whom ballots put first among those who stay; equal first choices are added up. */
  firstOf(stays: Uint8Array): FirstChoice[] {
    const size = stays.length;
    // The end of a ballot stays, so that no place in it has to be checked.
    const stops = new Uint8Array(size + 1);
    stops.set(stays);
    stops[size] = 1;
    const sums = new Float64Array(size + 1);
    const orders = this.#orders;
    const units = this.#units;
    for (let row = 0; row < units.length; row++) {
      let at = this.#starts[row];
      while (stops[orders[at]] === 0) at++;
      sums[orders[at]] += units[row];
    }
    const choices: FirstChoice[] = [];
    for (const { groups, units } of this.#others) {
      const first = groups.find((group) =>
        group.some((one) => stays[one] === 1)
      );
      if (first === undefined) continue;
      if (first.length === 1) sums[first[0]] += units;
      else {
        const among = first.filter((one) => stays[one] === 1);
        choices.push({ among, units });
      }
    }
    for (let one = 0; one < size; one++) {
      if (sums[one] > 0) choices.push({ among: [one], units: sums[one] });
    }
    return choices;
  }
}

function without(
  numbers: readonly number[],
  gone: readonly number[],
): readonly number[] {
  return numbers.filter((one) => !gone.includes(one));
}
