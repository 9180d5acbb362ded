/** Evaluates rules on chunks of facts in a thread of its own: rules first, then chunk by chunk. */
import {
  type CompiledRule,
  compileRule,
} from "../../domain/rules/compile_rule.ts";
import { evaluateBatch } from "../../domain/rules/evaluate_batch.ts";
import type { RulesMessage, RulesRequest } from "./rules_lane.ts";

let rules: readonly CompiledRule[] = [];
let options: RulesMessage["options"] = { at: 0 };

self.onmessage = ({ data }: MessageEvent<RulesRequest>) => {
  if (data.type === "RULES") {
    options = data.options;
    rules = data.rules.flatMap((rule) => {
      const read = compileRule(rule);
      return read.state === "compiled" ? [read.rule] : [];
    });
    return;
  }
  const { from, facts } = data;
  const chunkSize = facts.length;
  const chunks = evaluateBatch(rules, facts, { ...options, from, chunkSize });
  self.postMessage([...chunks].flat());
};
