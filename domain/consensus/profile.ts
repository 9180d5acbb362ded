/** All rankings of a poll, read once: candidates as numbers, weights as whole units. */
import { unitsOf } from "./units.ts";

export interface RankedBallot {
  /** Best first, equals together; whoever is missing comes last, with all others missing. */
  readonly ranking: readonly (readonly string[])[];
  /** Its weight, or how many people said the same. @default 1 */
  readonly count?: number;
}

export interface ProfileRow {
  /** Candidates by their place in `candidates`, best first; those missing are not in it. */
  readonly groups: readonly (readonly number[])[];
  readonly units: number;
}

export interface Profile {
  readonly candidates: readonly string[];
  readonly rows: readonly ProfileRow[];
  /** Units of all rows, those that rank nobody included. */
  readonly total: number;
  /** Units in one vote. */
  readonly perVote: number;
}

/** @throws {RangeError} If a ballot names nobody known, or somebody twice. */
export function readProfile(
  candidates: readonly string[],
  ballots: readonly RankedBallot[],
): Profile {
  const places = placesOf(candidates);
  const { units, perVote } = unitsOf(ballots.map(({ count = 1 }) => count));
  // Equal ballots become one row: what a count costs, and may cost, depends on no grouping.
  const rows = new Map<string, { groups: number[][]; units: number }>();
  ballots.forEach(({ ranking }, index) => {
    const groups = readGroups(ranking, places);
    const key = groups.join(";");
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { groups, units: units[index] });
    else row.units += units[index];
  });
  return {
    candidates,
    rows: [...rows.values()].filter((row) => row.units > 0),
    total: units.reduce((sum, more) => sum + more, 0),
    perVote,
  };
}

/** Where each candidate stands. @throws {RangeError} If two have one name. */
export function placesOf(
  candidates: readonly string[],
): ReadonlyMap<string, number> {
  const places = new Map(candidates.map((name, index) => [name, index]));
  if (places.size < candidates.length) {
    throw new RangeError("Cannot count: two candidates have the same name");
  }
  return places;
}

/** @throws {RangeError} If the candidate is unknown. */
export function placeOf(
  name: string,
  places: ReadonlyMap<string, number>,
): number {
  const place = places.get(name);
  if (place !== undefined) return place;
  throw new RangeError(`Cannot count a ballot: no candidate is called ${name}`);
}

function readGroups(
  ranking: readonly (readonly string[])[],
  places: ReadonlyMap<string, number>,
): number[][] {
  const seen = new Uint8Array(places.size);
  const groups: number[][] = [];
  // Plain loops: a thousand long rankings are read several times for every update.
  for (const names of ranking) {
    if (names.length === 0) continue;
    const group: number[] = [];
    for (const name of names) {
      const place = placeOf(name, places);
      if (seen[place] === 1) {
        throw new RangeError(`Cannot count a ballot: it ranks ${name} twice`);
      }
      seen[place] = 1;
      group.push(place);
    }
    if (group.length > 1) group.sort((a, b) => a - b);
    groups.push(group);
  }
  return groups;
}
