/** The electorate: who may vote and with what weight, frozen at the opening of a poll. */
import { unitsOf } from "../units.ts";
import type { EligibleVoter } from "./events.ts";

/** Largest weight of one voter: the sum over all of a session stays exact in millionths. */
export const MAX_VOTER_WEIGHT = 10_000;
/** Most voters with any weight, for the same sum. */
export const MAX_VOTERS = 1000;
/** Smallest weight that counts; the only one below is 0. */
export const MIN_VOTER_WEIGHT = 0.000001;

export interface Voter extends EligibleVoter {
  /** The weight as a whole number, so that sums are exact. */
  readonly units: number;
}

export interface Electorate {
  /** In the order of the session; nobody's place changes. */
  readonly voters: readonly Voter[];
  /** Places by user id. */
  readonly places: ReadonlyMap<string, number>;
  /** Units in a weight of 1. */
  readonly perVote: number;
  readonly eligibleUnits: number;
  /** How many have any weight. */
  readonly eligibleCount: number;
}

/** @throws {RangeError} If the weights are too much to count exactly. */
export function createElectorate(
  list: readonly EligibleVoter[],
): Electorate {
  const { units, perVote } = unitsOf(list.map(({ weight }) => weight));
  return {
    voters: list.map(({ userId, weight }, place) => ({
      userId,
      weight,
      units: units[place],
    })),
    places: new Map(list.map(({ userId }, place) => [userId, place])),
    perVote,
    eligibleUnits: units.reduce((sum, more) => sum + more, 0),
    eligibleCount: units.filter((one) => one > 0).length,
  };
}

/** Reports whether a voter may be given a weight: only so many can be counted exactly. */
export function hasRoomFor(
  { voters, places, eligibleCount }: Electorate,
  { userId, weight }: EligibleVoter,
): boolean {
  if (weight > MAX_VOTER_WEIGHT) return false;
  const place = places.get(userId);
  const counts = place !== undefined && voters[place].units > 0;
  return counts || weight === 0 || eligibleCount < MAX_VOTERS;
}

/** The same with another weight for one voter, who is added if new. @throws as `createElectorate` */
export function withVoter(
  electorate: Electorate,
  { userId, weight }: EligibleVoter,
): Electorate {
  const others = electorate.voters;
  const place = electorate.places.get(userId) ?? others.length;
  return createElectorate([
    ...others.slice(0, place),
    { userId, weight },
    ...others.slice(place + 1),
  ]);
}
