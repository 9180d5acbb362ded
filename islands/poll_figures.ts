/** The figures of a tally as bars: what each method counts, on one scale, in the poll's own order. */
import type { Json } from "../domain/decider.ts";
import type { PollTally } from "../domain/consensus/polls/outcome.ts";
import type { Poll } from "../domain/consensus/polls/poll.ts";
import { amount, percent } from "../domain/consensus/polls/statement.ts";

export interface PollBar {
  readonly id: string;
  readonly label: string;
  /** 0 to `max` of the figures. */
  readonly value: number;
  readonly text: string;
  /** Place in the method's ranking, from 1; equals share one. */
  readonly place: number;
  /** It is ahead of another. */
  readonly leads: boolean;
}

export interface PollFigures {
  /** What is counted: heads the chart. */
  readonly unit: string;
  readonly max: number;
  /** Some are ahead of others: only then do places say anything. */
  readonly decided: boolean;
  readonly bars: readonly PollBar[];
}

type Asked = Pick<Poll, "method" | "alternatives" | "grades" | "electorate">;
type Figures = Readonly<Record<string, number>>;

interface Measure {
  readonly unit: string;
  readonly max: number;
  readonly of: (id: string) => number;
  readonly text: (value: number, id: string) => string;
}

/** In the order of the alternatives, which does not change as ballots come in. */
export function figuresOf(poll: Asked, tally: PollTally): PollFigures {
  const { unit, max, of, text } = measureOf(poll, tally);
  const places = new Map<string, number>();
  let before = 0;
  for (const group of tally.ranking) {
    for (const id of group) places.set(id, before + 1);
    before += group.length;
  }
  // Agreeing and blocking are no rivals: a proposal has no places.
  const differ = tally.ranking.length > 1 && poll.method !== "proposal";
  const bars = poll.alternatives.map(({ id, label }) => {
    const value = of(id);
    const place = places.get(id) ?? poll.alternatives.length;
    return {
      id,
      label,
      value,
      text: text(value, id),
      place,
      leads: poll.method === "proposal"
        ? tally.winners.includes(id)
        : differ && place === 1 && value > 0,
    };
  });
  return { unit, max, decided: differ, bars };
}

/** Best first; equals keep the order they had. */
export function ranked(bars: readonly PollBar[]): readonly PollBar[] {
  return bars.toSorted((a, b) => a.place - b.place);
}

function measureOf(poll: Asked, { details, abstain }: PollTally): Measure {
  const { method, grades, alternatives, electorate } = poll;
  switch (method) {
    case "borda": {
      const scores = numbersIn(details.scores);
      return {
        unit: "Points",
        max: Math.max(1, ...Object.values(scores)),
        of: (id) => scores[id] ?? 0,
        text: amount,
      };
    }
    case "irv": {
      const [first] = listIn(details.rounds);
      const round = recordIn(first);
      const counts = numbersIn(round.counts);
      const total = numberIn(round.counted);
      return {
        unit: "First choices",
        max: Math.max(total, 1),
        of: (id) => counts[id] ?? 0,
        text: (value) => withShare(value, total),
      };
    }
    case "schulze":
    case "ranked_pairs": {
      const wins = duelsWon(details.pairwise);
      const duels = alternatives.length - 1;
      return {
        unit: "Duels won",
        max: Math.max(duels, 1),
        of: (id) => wins[alternatives.findIndex((one) => one.id === id)] ?? 0,
        text: (value) => `${value} of ${duels}`,
      };
    }
    case "majority_judgment": {
      const medians = recordIn(details.medians);
      const nobody = Object.values(recordIn(details.counts)).every((row) =>
        Object.values(numbersIn(row)).every((count) => count === 0)
      );
      return {
        unit: "Middle grade",
        max: Math.max(grades.length - 1, 1),
        of: (id) => nobody ? 0 : grades.indexOf(String(medians[id])),
        text: (_, id) => nobody ? "–" : String(medians[id] ?? "–"),
      };
    }
    default: {
      const counts: Figures = {
        ...numbersIn(details.counts),
        ...(method === "proposal" && { abstain }),
      };
      const total = numberIn(details.total) +
        (method === "proposal" ? abstain : 0);
      return {
        unit: method === "approval"
          ? "Approvals"
          : weighs(electorate)
          ? "Ballots by weight"
          : "Ballots",
        max: Math.max(total, 1),
        of: (id) => counts[id] ?? 0,
        text: (value) => withShare(value, total),
      };
    }
  }
}

/** Whether anybody counts for more or less than one. */
function weighs({ eligibleUnits, eligibleCount, perVote }: Poll["electorate"]) {
  return eligibleUnits !== eligibleCount * perVote;
}

function withShare(value: number, total: number): string {
  return total > 0 ? `${amount(value)} · ${percent(value / total)}` : "0";
}

function duelsWon(pairwise: Json | undefined): readonly number[] {
  const rows = listIn(pairwise).map(listIn);
  return rows.map((row, one) =>
    row.filter((votes, other) =>
      other !== one && numberIn(votes) > numberIn(rows[other][one])
    ).length
  );
}

export function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function recordIn(
  value: Json | undefined,
): { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !isList(value)
    ? value
    : {};
}

export function numbersIn(value: Json | undefined): Figures {
  return Object.fromEntries(
    Object.entries(recordIn(value)).flatMap(([key, one]) =>
      typeof one === "number" ? [[key, one]] : []
    ),
  );
}

function numberIn(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
