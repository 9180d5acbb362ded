/** The electorate: who may vote and with what weight, frozen at the opening of a poll. */
import { unitsOf } from "../units.ts";
import type { EligibleVoter } from "./events.ts";

/** Largest weight of one voter: the sum over all of a session stays exact in millionths. */
export const MAX_VOTER_WEIGHT = 10_000;

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
