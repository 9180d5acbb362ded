/** Weights that somebody accepted, ready to be taken up where a decision has the same criteria. */
import type { Direction } from "../decisions/decision.ts";
import type { Person } from "./events.ts";
import type { Proposal } from "./proposal.ts";

/** Accepted weights, with what they rest on and who stands for them. */
export interface LearnedWeights {
  readonly proposalId: string;
  readonly weights: readonly LearnedWeight[];
  /** Decisions whose outcome counted. */
  readonly outcomes: number;
  readonly acceptedBy: Person;
  /** ms since 1970. */
  readonly acceptedAt: number;
}

export interface LearnedWeight {
  readonly id: string;
  readonly label: string;
  /** Null in proposals that did not keep it yet: it then fits either. */
  readonly direction: Direction | null;
  /** From 0 to 1; all of a proposal sum to 1. */
  readonly weight: number;
}

/** A criterion that weights are looked for; without `id` it has only its name yet. */
export interface Weighed {
  readonly id?: string;
  readonly label: string;
  readonly direction: Direction;
}

export interface Fitting {
  readonly learned: LearnedWeights;
  /** In the order of the criteria; they sum to 1. */
  readonly weights: readonly number[];
}

/** What an accepted proposal says; undefined for one that is open or was rejected. */
export function learnedFrom(proposal: Proposal): LearnedWeights | undefined {
  const { status, proposalId, weights, evidence, settledBy, settledAt } =
    proposal;
  if (status !== "accepted" || settledBy === null || settledAt === null) {
    return undefined;
  }
  return {
    proposalId,
    weights: weights.map(({ id, label, direction, after }) => ({
      id,
      label,
      direction: direction ?? null,
      weight: after,
    })),
    outcomes: evidence.counted,
    acceptedBy: settledBy,
    acceptedAt: settledAt,
  };
}

/**
 * The weights for these criteria that were accepted last. They fit where each criterion is
 * one of theirs and none of theirs is left over: weights say how criteria compare, so they
 * say nothing beside others. Criteria are the same by id, else by name, whatever its case;
 * and more must be better in both, or less in both.
 */
export function fittingWeights(
  accepted: readonly LearnedWeights[],
  criteria: readonly Weighed[],
): Fitting | undefined {
  const newestFirst = accepted.toSorted((a, b) => b.acceptedAt - a.acceptedAt);
  for (const learned of newestFirst) {
    const weights = weightsFor(criteria, learned.weights);
    if (weights) return { learned, weights };
  }
  return undefined;
}

function weightsFor(
  criteria: readonly Weighed[],
  learned: readonly LearnedWeight[],
): readonly number[] | undefined {
  if (criteria.length === 0 || criteria.length !== learned.length) {
    return undefined;
  }
  const sameId = criteria.map((one) => learned.find(({ id }) => id === one.id));
  const left = new Set(learned);
  const weights: number[] = [];
  for (const [index, { label, direction }] of criteria.entries()) {
    // A name finds only what no id names.
    const found = sameId[index] ??
      [...left].find((one) =>
        !sameId.includes(one) && named(one.label) === named(label)
      );
    const isSame = found && left.delete(found) &&
      (found.direction === null || found.direction === direction);
    if (!isSame) return undefined;
    weights.push(found.weight);
  }
  return weights;
}

function named(label: string): string {
  return label.normalize("NFKC").trim().toLowerCase();
}
