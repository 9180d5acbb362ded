/** What a decision's page says: names of methods, numbers, who leads, and what is in the way. */
import type { Method } from "../domain/decisions/methods.ts";
import type { LiveDecision } from "../domain/decisions/live/live_decision.ts";
import type { Figures, Flip } from "./decision_figures.ts";

export const METHOD_NAMES: Readonly<Record<Method, string>> = {
  wsm: "Weighted sum",
  wpm: "Weighted product",
  waspas: "WASPAS",
  topsis: "TOPSIS",
  vikor: "VIKOR",
  promethee2: "PROMETHEE II",
  electre1: "ELECTRE I",
  electre2: "ELECTRE II",
  copras: "COPRAS",
  aras: "ARAS",
  moora: "MOORA",
  edas: "EDAS",
  mabac: "MABAC",
  spotis: "SPOTIS",
};

const numbers = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });
const spreads = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });
const percents = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/** At most four digits that count. */
export function formatNumber(value: number): string {
  // Rounding leaves a minus before what is 0.
  return numbers.format(Object.is(value, -0) ? 0 : value);
}

/** Two digits: more would say more than so few scores know. */
export function formatSpread(value: number): string {
  return spreads.format(value);
}

/** `27.3`: a share of 1 as percent, without the sign. */
export function formatShare(share: number): string {
  return percents.format(share * 100);
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(
  names: readonly string[],
  link: "and" | "or" = "and",
): string {
  const [last = "", ...before] = names.toReversed();
  return before.length === 0
    ? last
    : `${before.reverse().join(", ")} ${link} ${last}`;
}

export function labelsOf(
  { alternatives }: Pick<LiveDecision, "alternatives">,
  indices: readonly number[],
  link?: "and" | "or",
): string {
  return listed(indices.map((one) => alternatives[one]?.label ?? "?"), link);
}

/** `Beta leads`, `Beta and Gamma share the lead`; empty while nothing can be told. */
export function leaderWords(
  decision: Pick<LiveDecision, "alternatives">,
  { ranks }: Figures,
): string {
  const leaders = ranks.flatMap((rank, one) => rank === 1 ? [one] : []);
  if (leaders.length === 0) return "";
  const names = labelsOf(decision, leaders);
  return leaders.length === 1 ? `${names} leads` : `${names} share the lead`;
}

/** `Beta overtakes at 27 %`, `Nothing flips`. */
export function flipWords(
  decision: Pick<LiveDecision, "alternatives">,
  { share, winners, side }: Flip,
): string {
  if (share === null) return "Nothing flips";
  const names = winners.length > 3
    ? `${winners.length} others`
    : labelsOf(decision, winners);
  const verb = winners.length === 1 ? "overtakes" : "overtake";
  return `${names} ${verb} ${side === "above" ? "at" : "below"} ${
    formatShare(share)
  } %`;
}

/** Cells without a score, by name; the first few of many. */
export function missingWords(
  { alternatives, criteria }: Pick<LiveDecision, "alternatives" | "criteria">,
  cells: readonly (readonly { readonly count: number }[])[],
): string {
  const missing = cells.flatMap((row, i) =>
    row.flatMap(({ count }, j) =>
      count > 0 ? [] : [`${alternatives[i].label} by ${criteria[j].label}`]
    )
  );
  const named = missing.slice(0, 4);
  const rest = missing.length - named.length;
  if (rest > 0) named.push(`${rest} more`);
  const cellsWord = missing.length === 1 ? "cell" : "cells";
  return `${missing.length} ${cellsWord} without a score: ${listed(named)}.`;
}
