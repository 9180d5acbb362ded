/** `decisions.batch`: many analyses at once, each with its scores, ranks and working. */
import { z } from "zod";
import { AnalyzeBody } from "../../../domain/decisions/decision_input.ts";
import { MAX_ITEMS } from "../../../domain/jobs/job_input.ts";
import type { JobKind } from "../job_kind.ts";

const Input = z.object({
  decisions: z.array(AnalyzeBody).min(1).max(MAX_ITEMS),
});

export const decisionsBatch: JobKind = {
  type: "decisions.batch",
  summary: "{decisions: [what POST /api/v1/decisions/analyze takes]}",
  input: Input,
  role: "member",
  modes: ["async", "sync", "streaming"],
  isPure: true,
  run: (input, { compute }) =>
    compute({ do: "analyze_all", inputs: Input.parse(input).decisions }),
};
