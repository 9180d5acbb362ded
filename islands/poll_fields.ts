/** A ballot as the fields of a form, and back: the same for a plain form and for the island. */
import type { Ballot } from "../domain/consensus/polls/ballot.ts";
import { METHODS } from "../domain/consensus/polls/methods.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";

export type BallotFields = Readonly<Record<string, string>>;

type Asked = Pick<Poll, "method" | "alternatives">;

/** What the form says. Fields that the poll does not ask for are passed over. */
export function ballotFrom(fields: BallotFields, poll: Asked): Ballot {
  return {
    ...(fields.abstain ? { abstain: true } : saidIn(fields, poll)),
    ...(fields.sure && { confidence: confidenceIn(fields.confidence) }),
    ...(fields.reason?.trim() && { reason: fields.reason.trim() }),
  };
}

/** The form that says this. */
export function fieldsOf(ballot: Ballot | undefined): BallotFields {
  if (!ballot) return {};
  const { choice, choices, ranking, grades, confidence, reason } = ballot;
  return {
    ...(choice !== undefined && { choice }),
    ...Object.fromEntries((choices ?? []).map((id) => [`approve.${id}`, "on"])),
    ...Object.fromEntries(
      (ranking ?? []).flatMap((group, place) =>
        group.map((id) => [`place.${id}`, String(place + 1)])
      ),
    ),
    ...Object.fromEntries(
      Object.entries(grades ?? {}).map(([id, grade]) => [`grade.${id}`, grade]),
    ),
    ...(confidence !== undefined &&
      { sure: "on", confidence: String(Math.round(confidence * 100)) }),
    ...(reason !== undefined && { reason }),
  };
}

/** Ids by the places typed, equal numbers together. */
export function rankingFrom(
  fields: BallotFields,
  { alternatives }: Pick<Poll, "alternatives">,
): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const { id } of alternatives) {
    const place = Number(fields[`place.${id}`]);
    if (!Number.isInteger(place) || place < 1) continue;
    groups.set(place, [...groups.get(place) ?? [], id]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, ids]) => ids);
}

function saidIn(fields: BallotFields, poll: Asked): Ballot {
  const ids = poll.alternatives.map(({ id }) => id);
  switch (METHODS[poll.method].ballot) {
    case "choice":
      return fields.choice ? { choice: fields.choice } : {};
    case "choices":
      return { choices: ids.filter((id) => fields[`approve.${id}`]) };
    case "ranking":
      return { ranking: rankingFrom(fields, poll) };
    case "grades":
      return {
        grades: Object.fromEntries(
          ids.flatMap((id) => {
            const grade = fields[`grade.${id}`];
            return grade ? [[id, grade]] : [];
          }),
        ),
      };
  }
}

function confidenceIn(text = ""): number {
  const percent = Number(text);
  return Number.isFinite(percent)
    ? Math.min(100, Math.max(0, percent)) / 100
    : 0;
}

/**
 * What is missing before it can be cast, by the name of the control; empty when nothing is.
 * An empty list of approvals is a ballot: it approves of none.
 */
export function missingIn(
  ballot: Ballot,
  { method }: Pick<Poll, "method">,
): Readonly<Record<string, string>> {
  if (ballot.abstain) return {};
  const kind = METHODS[method].ballot;
  if (kind === "choice" && ballot.choice === undefined) {
    return { choice: "Choose one first" };
  }
  if (kind === "ranking" && (ballot.ranking?.length ?? 0) === 0) {
    return { ranking: "Rank at least one first" };
  }
  if (kind === "grades" && Object.keys(ballot.grades ?? {}).length === 0) {
    return { grades: "Grade at least one first" };
  }
  if (
    method === "proposal" && ballot.choice === "block" &&
    ballot.reason === undefined
  ) {
    return { reason: "Say why: a block ends the poll for everyone" };
  }
  return {};
}
