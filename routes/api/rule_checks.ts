/** Checking a rule while it is written: its mistakes with their places, and facts to try it with. */
import { z } from "zod";
import { exampleFacts } from "../../domain/rules/book/example_facts.ts";
import { checkRule } from "../../domain/rules/compile_rule.ts";
import { RuleShape } from "../../domain/rules/rule_input.ts";
import { operation, type Route } from "./operation.ts";

/** A rule that is not finished: only the condition must be there. */
const Unfinished = RuleShape.partial().extend({
  when: RuleShape.shape.when,
  name: z.string().max(200).optional(),
});

const Mistake = z.object({
  path: z.string().meta({ description: "when, score, message, validUntil …" }),
  message: z.string(),
  from: z.int(),
  to: z.int(),
  line: z.int(),
  column: z.int(),
});

const Answer = z.object({
  mistakes: z.array(Mistake),
  facts: z.record(z.string(), z.unknown()).meta({
    description: "An example of the facts that the expressions ask for",
  }),
});

export function ruleCheckRoutes(): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/rules/check",
      summary: "Finds what can be seen to be wrong with a rule, without facts",
      tag: "Rules",
      input: {
        body: z.object({ rule: Unfinished }).meta({ examples: EXAMPLES }),
      },
      answers: { 200: { description: "Where it is wrong", schema: Answer } },
      run: ({ c, body }) => {
        const rule = { ...FINISHING, ...body.rule };
        return c.json({
          mistakes: checkRule(rule),
          facts: exampleFacts(rule),
        });
      },
    }),
  ];
}

/** What the check does not look at, for rules that do not have it yet. */
const FINISHING = {
  id: "unfinished",
  name: "",
  priority: "MEDIUM",
  type: "VALIDATION",
  riskLevel: "MEDIUM",
} as const;

const EXAMPLES = [{ rule: { when: 'amount > 10000 && method == "cash"' } }];
