/** A ballot: what one voter says, and whether it fits the poll. */
import type { Json } from "../../decider.ts";
import {
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsOf,
} from "../../read_json.ts";
import { METHODS, type PollMethod } from "./methods.ts";

/** One of `choice`, `choices`, `ranking`, `grades`, as the method asks, or `abstain`. */
export interface Ballot {
  /** Id of an alternative; of a proposal `agree`, `disagree`, `abstain` or `block`. */
  readonly choice?: string;
  /** Ids of all approved of. */
  readonly choices?: readonly string[];
  /** Ids best first, equals together; whoever is missing comes last, with all others missing. */
  readonly ranking?: readonly (readonly string[])[];
  /** A grade by alternative; without one an alternative gets the worst. */
  readonly grades?: { readonly [alternative: string]: string };
  /** Counts for quorum and for nothing else. */
  readonly abstain?: true;
  /** How sure the voter is, 0 to 1. Shown, never counted. */
  readonly confidence?: number;
  readonly reason?: string;
}

/** What of a poll a ballot must fit. */
export interface BallotRules {
  readonly method: PollMethod;
  readonly alternatives: readonly { readonly id: string }[];
  readonly grades: readonly string[];
}

export interface BallotMistake {
  readonly path: string;
  readonly message: string;
}

/** Where a ballot does not fit; empty when it does. */
export function mistakesIn(
  ballot: Ballot,
  rules: BallotRules,
): readonly BallotMistake[] {
  const { ballot: kind } = METHODS[rules.method];
  const said = (["choice", "choices", "ranking", "grades", "abstain"] as const)
    .filter((name) => ballot[name] !== undefined);
  const [only] = said;
  if (said.length !== 1 || (only !== kind && only !== "abstain")) {
    const path = said.find((name) => name !== kind) ?? kind;
    const message = rules.method === "proposal"
      ? "A proposal takes one choice: agree, disagree, abstain or block"
      : `This poll takes ${kind}, or abstain, and nothing else beside it`;
    return [{ path, message }];
  }
  return [...contentMistakes(ballot, rules)];
}

function* contentMistakes(
  { choice, choices, ranking, grades }: Ballot,
  rules: BallotRules,
): Generator<BallotMistake> {
  const known = new Set(rules.alternatives.map(({ id }) => id));
  const names = [
    ...choice === undefined ? [] : [["choice", choice] as const],
    ...(choices ?? []).map((name, i) => [`choices.${i}`, name] as const),
    ...(ranking ?? []).flatMap((group, place) =>
      group.map((name, i) => [`ranking.${place}.${i}`, name] as const)
    ),
    ...Object.keys(grades ?? {}).map((name) =>
      [`grades.${name}`, name] as const
    ),
  ];
  const seen = new Set<string>();
  for (const [path, name] of names) {
    if (!known.has(name)) yield { path, message: "Not an alternative" };
    else if (seen.has(name)) yield { path, message: "Named before" };
    seen.add(name);
  }
  for (const [name, grade] of Object.entries(grades ?? {})) {
    if (rules.grades.includes(grade)) continue;
    yield { path: `grades.${name}`, message: "Not a grade" };
  }
}

/** A ballot blocks a proposal, for which it must say why. */
export function blocks(ballot: Ballot, { method }: BallotRules): boolean {
  return method === "proposal" && ballot.choice === "block";
}

/** Counts for quorum alone. */
export function abstains(ballot: Ballot, { method }: BallotRules): boolean {
  return ballot.abstain === true ||
    (method === "proposal" && ballot.choice === "abstain");
}

/** A stored ballot; null when it is none. */
export function readBallot(value: Json | undefined): Ballot | null {
  const record = recordOf(value);
  if (record === null) return null;
  const choice = textOf(record.choice);
  const grades = recordOf(record.grades);
  const confidence = numberOf(record.confidence);
  const reason = textOf(record.reason);
  return {
    ...(choice !== null && { choice }),
    ...(record.choices !== undefined && { choices: textsOf(record.choices) }),
    ...(record.ranking !== undefined &&
      { ranking: listOf(record.ranking).map(textsOf) }),
    ...(grades && { grades: textValues(grades) }),
    ...(record.abstain === true && { abstain: true }),
    ...(confidence !== null && { confidence }),
    ...(reason !== null && { reason }),
  };
}

function textValues(
  record: { readonly [key: string]: Json },
): { readonly [key: string]: string } {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] =>
      typeof entry[1] === "string"
    ),
  );
}
