/** What a thread can be given to work out, as plain data, and what it says back. */
import type { AnalysisInput } from "../../domain/decisions/analyze.ts";
import type { SmaaInput } from "../../domain/decisions/smaa.ts";
import type { Standing } from "../../domain/rules/backtest.ts";
import type { Thresholds } from "../../domain/rules/risk_score.ts";
import type { FactsRecord } from "../../domain/rules/read_facts.ts";
import type { Rule } from "../../domain/rules/rule.ts";

export type JobTask =
  | { readonly do: "smaa"; readonly input: SmaaInput }
  | { readonly do: "analyze_all"; readonly inputs: readonly AnalysisInput[] }
  | {
    readonly do: "evaluate_all";
    readonly rules: readonly Rule[];
    readonly facts: readonly FactsRecord[];
    /** ms since 1970: which rules are valid. */
    readonly at: number;
    readonly thresholds?: Thresholds;
  }
  | {
    readonly do: "backtest";
    readonly draft: Rule;
    /** How what is in use of it stands now. */
    readonly from: Standing;
    readonly inUse: readonly Rule[];
    readonly facts: readonly FactsRecord[];
    readonly at: number;
  };

export type JobReply =
  | { readonly says: "progress"; readonly done: number; readonly total: number }
  /** JSON, since it only passes through. */
  | { readonly says: "part"; readonly text: string }
  | { readonly says: "done"; readonly text: string }
  | { readonly says: "failed"; readonly message: string };
