/** Decision calculations as plain data: what a worker can be sent, and what comes of it. */
import { type AnalysisInput, analyze } from "../../domain/decisions/analyze.ts";
import {
  compare,
  type ComparisonInput,
} from "../../domain/decisions/compare.ts";
import { acceptability, type SmaaInput } from "../../domain/decisions/smaa.ts";

export type DecisionTask =
  | { readonly do: "analyze"; readonly input: AnalysisInput }
  | { readonly do: "compare"; readonly input: ComparisonInput }
  | { readonly do: "smaa"; readonly input: SmaaInput };

/** What the route answers, as JSON. */
export function calculate(task: DecisionTask): string {
  switch (task.do) {
    case "analyze":
      return JSON.stringify(analyze(task.input));
    case "compare":
      return JSON.stringify(compare(task.input));
    case "smaa":
      return JSON.stringify({ details: acceptability(task.input) });
  }
}
