/**
 * Which alerts a list shows: whose and in what state, how urgent, since when, under which
 * heads. Lists in the browser choose with it too, so nothing here may import a schema.
 */
import type { Json } from "../decider.ts";
import { recordOf, textsOf } from "../read_json.ts";
import { ALERT_SEVERITIES, type AlertSeverity } from "./events.ts";

export const SHOWS = ["active", "mine", "unassigned", "resolved"] as const;
export type Show = typeof SHOWS[number];

export const GROUPINGS = ["severity", "source"] as const;
export type Grouping = typeof GROUPINGS[number];

export const PERIODS = ["day", "week"] as const;
export type Period = typeof PERIODS[number];

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far back each goes, in ms. */
export const PERIOD_MS = {
  day: DAY_MS,
  week: 7 * DAY_MS,
} as const satisfies Record<Period, number>;

export interface AlertChoice {
  readonly show: Show;
  /** The most urgent first; none: whatever it is. */
  readonly severities: readonly AlertSeverity[];
  /** Only what happened within it; undefined: whenever it was. */
  readonly since: Period | undefined;
  readonly by: Grouping | undefined;
}

/** What is chosen where nothing is said. */
export const ALL_ACTIVE: AlertChoice = {
  show: "active",
  severities: [],
  since: undefined,
  by: undefined,
};

/** The choice in a stored or sent record; what it does not know is not chosen. */
export function readChoice(value: Json | undefined): AlertChoice {
  const { show, severities, since, by } = recordOf(value) ?? {};
  const chosen = textsOf(severities);
  return {
    show: SHOWS.find((one) => one === show) ?? "active",
    severities: ALERT_SEVERITIES.filter((one) => chosen.includes(one)),
    since: PERIODS.find((one) => one === since),
    by: GROUPINGS.find((one) => one === by),
  };
}

/** As it is stored and shown: what is not chosen is left out. */
export function choiceJson({ show, severities, since, by }: AlertChoice) {
  return {
    show,
    severities,
    ...since && { since },
    ...by && { by },
  } satisfies Json;
}

export function isSameChoice(a: AlertChoice, b: AlertChoice): boolean {
  return a.show === b.show && a.since === b.since && a.by === b.by &&
    a.severities.join() === b.severities.join();
}
