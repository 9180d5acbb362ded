/**
 * What the record says of a poll, entry by entry: who did what, never what somebody voted,
 * not even where everyone could see it. Browser-safe and small: the timeline folds with it.
 */
import type { Json, RecordedEvent } from "../../decider.ts";
import { listOf, numberOf, recordOf, textOf } from "../../read_json.ts";

/** Longest question and label of a line, in characters. */
const MAX_QUESTION = 160;
const MAX_LABEL = 80;
/** People named in a line of votes; the others are counted. */
export const MAX_NAMED = 3;

/** What lines call a poll and its alternatives by. */
export interface PollName {
  readonly question: string;
  /** By id of the alternative; empty for a proposal, whose choices stand for themselves. */
  readonly labels: Readonly<Record<string, string>>;
}

interface Entry {
  /** Offset of its first entry. */
  readonly offset: number;
  /** Offset of its last entry; the same unless several were folded into it. */
  readonly last: number;
  /** When the last one was made, ms since 1970. */
  readonly at: number;
  readonly pollId: string;
  /** Who did it; null when that is not known. */
  readonly userId: string | null;
  readonly name: string | null;
}

/** One line about a poll. */
export type PollLine =
  & Entry
  & (
    | (PollName & {
      readonly event: "consensus_initiated";
      readonly method: string;
      readonly blind: boolean;
      /** Least share of the eligible weight, 0 to 1. */
      readonly quorum: number;
      /** ms since 1970; null: until somebody closes it. */
      readonly closesAt: number | null;
    })
    | {
      readonly event: "vote_cast";
      readonly round: number;
      /** User ids, each once, in the order of their first vote. */
      readonly voters: readonly string[];
      /** Names of the first of them. */
      readonly names: readonly string[];
    }
    | {
      readonly event: "voter_changed";
      readonly voterId: string;
      readonly weight: number;
      readonly recused: boolean;
    }
    | { readonly event: "ballots_revealed" }
    | { readonly event: "round_ended"; readonly round: number }
    | {
      readonly event: "consensus_result";
      readonly question: string;
      /** One of the outcomes, or what another version calls one. */
      readonly state: string;
      /** Id of the alternative that won; null where none did. */
      readonly winner: string | null;
    }
  );

/** The line of an entry of version 1; undefined for what is none, or says less than a line needs. */
export function pollLineOf(
  { offset, at, sender, body }: RecordedEvent,
): PollLine | undefined {
  const pollId = textOf(body?.pollId);
  if (body === null || pollId === null) return undefined;
  const userId = textOf(body.userId) ?? sender;
  const name = textOf(body.name) ?? userId;
  const entry = { offset, last: offset, at, pollId, userId, name };
  switch (body.event) {
    case "consensus_initiated":
      return {
        ...entry,
        ...pollNameOf({
          question: textOf(body.question) ?? "",
          alternatives: alternativesOf(body.alternatives),
        }),
        event: body.event,
        method: textOf(body.method) ?? "",
        blind: body.blind === true,
        quorum: numberOf(body.quorum) ?? 0,
        closesAt: numberOf(body.closesAt),
      };
    case "vote_cast":
      return {
        ...entry,
        event: body.event,
        round: numberOf(body.round) ?? 1,
        voters: userId === null ? [] : [userId],
        names: name === null ? [] : [name],
      };
    case "voter_changed":
      return {
        ...entry,
        event: body.event,
        voterId: userId ?? "",
        weight: numberOf(body.weight) ?? 0,
        recused: body.reason === "recused",
      };
    case "ballots_revealed":
      return { ...entry, event: body.event };
    case "round_ended":
      return { ...entry, event: body.event, round: numberOf(body.round) ?? 1 };
    case "consensus_result": {
      const result = recordOf(body.result);
      return {
        ...entry,
        event: body.event,
        question: cut(textOf(body.question) ?? "", MAX_QUESTION),
        state: textOf(result?.state) ?? "",
        winner: textOf(result?.winner),
      };
    }
    default:
      return undefined;
  }
}

/** Two lines that follow each other as one: votes of one round, parts of one reveal. */
export function joinedLine(
  before: PollLine,
  next: PollLine,
): PollLine | undefined {
  if (before.pollId !== next.pollId) return undefined;
  const { last, at } = next;
  if (before.event === "ballots_revealed" && next.event === before.event) {
    return { ...before, last, at };
  }
  if (
    before.event !== "vote_cast" || next.event !== before.event ||
    before.round !== next.round
  ) return undefined;
  const fresh = next.voters.filter((one) => !before.voters.includes(one));
  if (fresh.length === 0) return { ...before, last, at };
  const named = before.voters.length < MAX_NAMED;
  return {
    ...before,
    last,
    at,
    voters: [...before.voters, ...fresh],
    names: named ? [...before.names, ...next.names] : before.names,
  };
}

/** Shortened for lines. */
export function pollNameOf(
  { question, alternatives }: {
    readonly question: string;
    readonly alternatives: readonly {
      readonly id: string;
      readonly label: string;
    }[];
  },
): PollName {
  const labels = alternatives.map(({ id, label }) =>
    [id, cut(label, MAX_LABEL)] as const
  );
  return {
    question: cut(question, MAX_QUESTION),
    labels: Object.fromEntries(labels),
  };
}

function alternativesOf(value: Json | undefined) {
  return listOf(value).flatMap((one) => {
    const record = recordOf(one);
    const id = textOf(record?.id);
    return id === null ? [] : [{ id, label: textOf(record?.label) ?? id }];
  });
}

/** At most `max` characters; none is cut in half. */
function cut(value: string, max: number): string {
  const characters = [...value];
  return characters.length <= max
    ? value
    : `${characters.slice(0, max - 1).join("")}…`;
}
