/** `rules.batch`: rules evaluated on many facts. */
import { z } from "zod";
import type { JobKindDeclaration } from "../../../domain/jobs/job_input.ts";
import { MAX_FACTS } from "../../../domain/rules/read_facts.ts";
import type { Rule } from "../../../domain/rules/rule.ts";
import {
  compileRules,
  EvaluationBody,
  FactsShape,
} from "../../../domain/rules/rule_input.ts";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import type { RuleBook } from "../../rule_book.ts";
import type { JobKind } from "../job_kind.ts";

const { rules, ruleIds, thresholds } = EvaluationBody.shape;

const Input = z.object({
  rules,
  ruleIds,
  thresholds,
  facts: z.array(FactsShape).min(1).max(MAX_FACTS),
}).superRefine((body, context) => {
  // What one set of facts may be evaluated by, many may.
  const { facts: [facts = {}], ...rest } = body;
  const { error } = EvaluationBody.safeParse({ ...rest, facts });
  for (const { path, message } of error?.issues ?? []) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
  const { mistakes } = compileRules(body.rules ?? []);
  for (const { path, message } of mistakes) {
    context.addIssue({ code: "custom", path: path.split("."), message });
  }
});

export interface RulesBatchParts {
  readonly book: Pick<RuleBook, "ruleOf" | "inUse">;
  /** ms since 1970. */
  readonly now: () => number;
}

export const RULES_BATCH: JobKindDeclaration = {
  type: "rules.batch",
  summary: "{rules? | ruleIds? (else all in use), facts: [], thresholds?}",
  input: Input,
  role: "member",
  modes: ["async", "sync", "streaming"],
};

export function createRulesBatch({ book, now }: RulesBatchParts): JobKind {
  return {
    ...RULES_BATCH,
    run: async (input, { compute }) => {
      const { rules, ruleIds, facts, thresholds } = Input.parse(input);
      const isNaming = rules !== undefined || ruleIds !== undefined;
      const all = isNaming
        ? [...rules ?? [], ...await stored(book, ruleIds ?? [])]
        : [...(await book.inUse()).values()].map(({ rule }) => rule);
      if (all.length === 0) {
        // No rule at all would approve of anything.
        const message = "Cannot evaluate: no rule is named, and none in use";
        throw new RealtimeError("invalid", message);
      }
      return await compute({
        do: "evaluate_all",
        rules: all,
        facts,
        at: now(),
        thresholds,
      });
    },
  };
}

async function stored(
  book: Pick<RuleBook, "ruleOf">,
  ids: readonly string[],
): Promise<readonly Rule[]> {
  return await Promise.all(ids.map(async (id) => {
    const rule = await book.ruleOf(id);
    if (rule !== undefined) return rule;
    throw new RealtimeError("not_found", `Cannot find the rule ${id}`);
  }));
}
