/** What both sessions decide in the same way: who takes part, what is weighed, and against what. */
import type { Json } from "../../realtime/json.ts";
import { DEMO_PEOPLE, type DemoPersonName } from "./demo_people.ts";
import type { DemoPlan, DemoStep } from "./demo_step.ts";

export const ALTERNATIVES = [
  { id: "report", label: "File a report" },
  { id: "documents", label: "Request documents" },
  { id: "release", label: "Release the payments" },
] as const;

/** Points from 1 to 10, hours as they are. Weights add up to 100. */
export const CRITERIA = [
  {
    id: "risk-left",
    label: "Risk left",
    unit: "1–10",
    direction: "cost",
    weight: 35,
  },
  {
    id: "evidence",
    label: "Evidence for it",
    unit: "1–10",
    direction: "benefit",
    weight: 30,
  },
  {
    id: "burden",
    label: "Burden on the customer",
    unit: "1–10",
    direction: "cost",
    weight: 20,
  },
  {
    id: "effort",
    label: "Effort",
    unit: "hours",
    direction: "cost",
    weight: 15,
  },
] as const;

/** Those who decide beside the facilitator, with their weight in votes. */
const MEMBERS = [
  ["tomas", "facilitator", 1],
  ["aisha", "member", 1],
  ["jonas", "member", 1],
  ["priya", "member", 1],
] as const satisfies readonly (readonly [DemoPersonName, string, number])[];

/** Participants as opening a session takes them; the guest last, if any. */
export function participants(guest: DemoPlan["guest"] = null): Json {
  const people = MEMBERS.map(([person, role, weight]) => {
    const { userId, name } = DEMO_PEOPLE[person];
    return { userId, name, role, weight };
  });
  return guest === null ? people : [...people, { ...guest, weight: 1 }];
}

type Row = readonly [
  riskLeft: number,
  evidence: number,
  burden: number,
  effort: number,
];

/** Scores of one person, a row per alternative in the order of `ALTERNATIVES`. */
export function scoresOf(rows: readonly [Row, Row, Row]): Json {
  return Object.fromEntries(
    ALTERNATIVES.map(({ id }, row) => [
      id,
      Object.fromEntries(
        CRITERIA.map((criterion, column) => [criterion.id, rows[row][column]]),
      ),
    ]),
  );
}

/** Says something in a session. */
export function said(
  key: string,
  { as, sessionId, text }: {
    readonly as: DemoPersonName;
    readonly sessionId: string;
    readonly text: string;
  },
): DemoStep {
  return { key, as, path: `/sessions/${sessionId}/messages`, body: { text } };
}
