/** Evaluating rules over HTTP: anyone who is signed in may ask, and nothing is kept but a cache. */
import { z } from "zod";
import {
  RECOMMENDATIONS,
  RULE_RESULTS,
} from "../../domain/rules/risk_score.ts";
import type { RuleResult } from "../../domain/rules/evaluate.ts";
import { RISK_LEVELS, type Rule } from "../../domain/rules/rule.ts";
import { compileRules, EvaluationBody } from "../../domain/rules/rule_input.ts";
import { problem } from "../problem.ts";
import { RuleEvaluations } from "../rule_cache.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";

export interface RuleEvaluationParts {
  /** A stored rule that may be evaluated. @default None is stored. */
  readonly ruleOf?: (
    id: string,
  ) => Rule | undefined | Promise<Rule | undefined>;
  /** What is evaluated when no rule is named. @default None. */
  readonly inUse?: () => Promise<readonly Rule[]>;
  /** @default A cache of its own. */
  readonly evaluations?: RuleEvaluations;
  /** Ms since 1970. @default The system's clock. */
  readonly now?: () => number;
  /** Ms of a clock that never goes back. @default The system's. */
  readonly clock?: () => number;
  /** Told every result of a stored rule, e.g. to count it. */
  readonly count?: (result: RuleResult) => void;
}

const Result = z.object({
  ruleId: z.string(),
  version: z.int(),
  result: z.enum(RULE_RESULTS).meta({
    description:
      "FAIL: it fired; PASS: it did not; SKIPPED: inactive or out of validity",
  }),
  riskLevel: z.enum(RISK_LEVELS),
  score: z.number().meta({ description: "0 to 1; 0 unless it fired" }),
  trace: z.unknown().meta({
    description:
      "How `when` came to its value: {text, from, to, value | error, item?, children}, or null",
  }),
  message: z.string().nullable(),
  durationMs: z.number(),
  cached: z.boolean().meta({
    description: "Taken from an equal evaluation, before or under way",
  }),
  computedAt: z.iso.datetime(),
});

const Answer = z.object({
  results: z.array(Result).meta({ description: "In the order of the rules" }),
  riskScore: z.number().meta({
    description: "1 − Π(1 − score) of the rules that fired",
  }),
  riskLevel: z.enum(RISK_LEVELS).nullable().meta({
    description: "The highest of the rules that fired; null when none did",
  }),
  recommendation: z.enum(RECOMMENDATIONS).meta({
    description: "REVIEW at least, when a rule has no answer",
  }),
});

export function ruleEvaluationRoutes({
  ruleOf = () => undefined,
  inUse = () => Promise.resolve([]),
  evaluations = new RuleEvaluations(),
  now = Date.now,
  clock = () => performance.now(),
  count,
}: RuleEvaluationParts = {}): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/rules/evaluate",
      summary:
        "Evaluates rules on facts: what fires, why, and what it comes to",
      tag: "Calculations",
      input: { body: EvaluationBody.meta({ examples: EXAMPLES }) },
      answers: {
        200: { description: "A result for every rule", schema: Answer },
      },
      run: async ({ c, body }) => {
        const { rules = [], ruleIds = [], facts, trace, thresholds } = body;
        const stored = await Promise.all(ruleIds.map((id) => ruleOf(id)));
        const errors = stored.flatMap((rule, index) =>
          rule === undefined
            ? [{ path: `ruleIds.${index}`, message: "Unknown rule" }]
            : []
        );
        if (errors.length > 0) {
          const detail = "Cannot find every rule: see errors";
          return problem(c, { code: "not_found", detail, errors });
        }
        const isNaming = body.rules !== undefined || body.ruleIds !== undefined;
        const all = isNaming
          ? [...rules, ...stored.filter((rule) => rule !== undefined)]
          : await inUse();
        if (all.length === 0) {
          // No rule at all would approve of anything.
          const detail = "Cannot evaluate: no rule is named, and none in use";
          const errors = [{ path: "rules", message: "No rule is in use" }];
          return problem(c, { code: "invalid", detail, errors });
        }
        const { compiled, mistakes } = compileRules(all, {
          compile: (rule) => evaluations.compile(rule),
        });
        if (mistakes.length > 0) {
          const detail = "Cannot evaluate rules that are wrong: see errors";
          return problem(c, { code: "invalid", detail, errors: mistakes });
        }
        const options = { at: now(), clock, trace, thresholds };
        const { results, ...assessment } = await evaluations.evaluate(
          compiled,
          facts,
          options,
        );
        // Rules that came along may carry the id of a stored one.
        if (count) results.slice(rules.length).forEach(count);
        return c.json({
          results: results.map(({ computedAt, ...result }) => ({
            ...result,
            computedAt: isoTime(computedAt),
          })),
          ...assessment,
        });
      },
    }),
  ];
}

const EXAMPLES = [{
  rules: [{
    id: "large-cash",
    name: "Large cash payment",
    priority: "HIGH",
    type: "VALIDATION",
    when: 'amount > 10000 && method == "cash"',
    riskLevel: "HIGH",
    message: "{{ amount }} in cash",
  }],
  facts: { amount: 12500, method: "cash" },
}];
