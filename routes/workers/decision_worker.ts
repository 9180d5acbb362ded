/** Decision calculations that would hold up the server, in a thread of their own: a task in, JSON out. */
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

self.onmessage = ({ data }: MessageEvent<DecisionTask>) => {
  self.postMessage(JSON.stringify(answer(data)));
};

/** What the route answers. */
function answer(task: DecisionTask) {
  switch (task.do) {
    case "analyze":
      return analyze(task.input);
    case "compare":
      return compare(task.input);
    case "smaa":
      return { details: acceptability(task.input) };
  }
}
