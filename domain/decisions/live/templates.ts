/** Decisions that come up again and again, ready to be filled in: what is usually weighed, and how. */
import type { Method } from "../analyze.ts";
import type { Criterion } from "./events.ts";

export interface TemplateCriterion extends Omit<Criterion, "id"> {
  /** How to score it. */
  readonly help: string;
}

export interface DecisionTemplate {
  readonly id: string;
  readonly name: string;
  /** When to take it, in one sentence. */
  readonly help: string;
  /** A title to write over. */
  readonly title: string;
  readonly description: string;
  readonly method: Method;
  readonly blind: boolean;
  /** Labels to write over, or to keep where the courses of action are always the same. */
  readonly alternatives: readonly string[];
  readonly criteria: readonly TemplateCriterion[];
}

/** Weights add up to 100. The methods take any value, 0 and below too: doing nothing costs 0. */
export const DECISION_TEMPLATES: readonly DecisionTemplate[] = [
  {
    id: "vendor-selection",
    name: "Vendor selection",
    help: "Several offers for the same service, compared before a contract.",
    title: "Which vendor do we take?",
    description:
      "Score what the offer and the due diligence show, not what is promised. Money and weeks as they are; points from 1 to 10.",
    method: "topsis",
    blind: true,
    alternatives: ["Vendor A", "Vendor B", "Vendor C"],
    criteria: [
      cost("Cost over three years", "EUR", 25, "All fees, without tax."),
      cost("Residual risk", "1–10", 25, "After contract and controls."),
      benefit("Control evidence", "1–10", 20, "Audits and certificates seen."),
      cost("Time to go live", "weeks", 15, "From signature to first use."),
      benefit("Fit", "1–10", 15, "How much of what we need it does."),
    ],
  },
  {
    id: "alert-disposition",
    name: "Alert disposition",
    help: "What to do about an alert that is neither clear nor harmless.",
    title: "What do we do about this alert?",
    description:
      "Everyone scores alone first. Risk and exposure are what is left if this is what we do.",
    method: "vikor",
    blind: true,
    alternatives: [
      "Close as false positive",
      "Monitor more closely",
      "Escalate to investigation",
      "Restrict and report",
    ],
    criteria: [
      cost("Risk left", "1–10", 35, "What could still happen."),
      benefit("Evidence for it", "1–10", 25, "How far the facts carry it."),
      cost("Regulatory exposure", "1–10", 20, "If it turns out wrong."),
      cost("Effort", "hours", 10, "Until the case is closed."),
      cost("Burden on the customer", "1–10", 10, "If they did nothing wrong."),
    ],
  },
  {
    id: "control-remediation",
    name: "Control remediation",
    help: "How to close a gap that an audit or a test of controls has found.",
    title: "How do we close this gap?",
    description:
      "Compare every way with accepting the risk. Points from 1 to 10 where there is no unit.",
    method: "promethee2",
    blind: false,
    alternatives: [
      "Repair the control",
      "Add a compensating control",
      "Automate it",
      "Accept the risk",
    ],
    criteria: [
      benefit("Risk taken away", "%", 35, "Of what the gap leaves open."),
      cost("Cost", "EUR", 20, "Once, and in the first year."),
      cost("Time until it works", "days", 20, "0 where nothing is done."),
      benefit("Durability", "1–10", 15, "Will it still work in two years?"),
      cost("Disruption", "1–10", 10, "For those who work with it."),
    ],
  },
];

export function templateOf(id: string): DecisionTemplate | undefined {
  return DECISION_TEMPLATES.find((template) => template.id === id);
}

function cost(label: string, unit: string, weight: number, help: string) {
  return { label, unit, direction: "cost" as const, weight, help };
}

function benefit(label: string, unit: string, weight: number, help: string) {
  return { label, unit, direction: "benefit" as const, weight, help };
}
