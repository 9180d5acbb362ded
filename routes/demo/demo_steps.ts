/** The whole case in the order it is built: rules first, because evaluations run them. */
import { alertSteps } from "./case_alerts.ts";
import { decidedSteps } from "./case_decided.ts";
import { openSteps } from "./case_open.ts";
import { ruleSteps } from "./case_rules.ts";
import type { DemoPlan, DemoStep } from "./demo_step.ts";

export function demoSteps(plan: DemoPlan): readonly DemoStep[] {
  return [
    ...ruleSteps(plan),
    ...alertSteps(plan),
    ...decidedSteps(plan),
    ...openSteps(plan),
  ];
}
