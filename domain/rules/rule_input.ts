/** What a rule and a request to evaluate some may look like, checked; mistakes name their place. */
import { z } from "zod";
import { type CompiledRule, compileRule } from "./compile_rule.ts";
import { MAX_EXPRESSION_LENGTH } from "./cel_scan.ts";
import { MAX_MESSAGE_LENGTH } from "./message_template.ts";
import { PRIORITIES, RISK_LEVELS, type Rule, RULE_TYPES } from "./rule.ts";

/** Most rules of one request. */
export const MAX_RULES = 1_000;
/** Most characters of the expressions of one request together: reading them takes time. */
export const MAX_TOTAL_LENGTH = 250_000;
/** Mistakes told at most: a few places are enough. */
const MAX_ISSUES = 20;

const Id = z.string().min(1).max(128);
const Expression = z.string().max(MAX_EXPRESSION_LENGTH);
const Time = z.iso.datetime({ offset: true });

/** A rule's shape; whether its expressions are right is `compileRule`'s to say. */
export const RuleShape = z.object({
  id: Id,
  name: z.string().min(1).max(200),
  description: z.string().max(5_000).optional(),
  priority: z.enum(PRIORITIES).meta({
    description: "CRITICAL is evaluated first",
  }),
  type: z.enum(RULE_TYPES),
  when: Expression.meta({ description: "CEL, true when the rule fires" }),
  score: z.union([z.number().min(0).max(1), Expression]).optional().meta({
    description:
      "0 to 1, or CEL that gives it; by risk level without: LOW 0.1, MEDIUM 0.3, " +
      "HIGH 0.6, CRITICAL 0.95",
  }),
  riskLevel: z.enum(RISK_LEVELS),
  message: z.string().max(MAX_MESSAGE_LENGTH).optional().meta({
    description: "Said when it fires: text with {{ CEL }} in it",
  }),
  active: z.boolean().optional(),
  validFrom: Time.optional(),
  validUntil: Time.optional(),
  version: z.int().min(1).optional(),
});

/** The facts as they came: a record would drop the key `__proto__` without a word. */
export const FactsShape = z.custom<Readonly<Record<string, unknown>>>(
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value),
  { error: "Facts are an object: values of JSON by name" },
).meta({ type: "object", additionalProperties: true });

const Share = z.number().min(0).max(1);

export const EvaluationBody = z.object({
  rules: z.array(RuleShape).max(MAX_RULES).optional(),
  ruleIds: z.array(Id).max(MAX_RULES).optional().meta({
    description:
      "Stored rules, evaluated behind `rules`; without both, all rules in use",
  }),
  facts: FactsShape,
  trace: z.boolean().optional().meta({
    description: "Without it, traces are null and the answer comes sooner",
  }),
  thresholds: z.object({
    block: Share.optional(),
    review: Share.optional(),
  }).optional().meta({
    description: "Least scores for BLOCK (0.9) and REVIEW (0.5)",
  }),
}).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  const { rules = [], ruleIds = [] } = body;
  const issue = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  // Naming none is asking for all in use; an empty list is a mistake of the caller's.
  const isNaming = body.rules !== undefined || body.ruleIds !== undefined;
  if (isNaming && rules.length + ruleIds.length === 0) {
    issue(["rules"], "No rule is named");
  }
  if (rules.length + ruleIds.length > MAX_RULES) {
    issue(["ruleIds"], `At most ${MAX_RULES} rules together`);
  }
  const length = rules.reduce((sum, rule) => sum + lengthOf(rule), 0);
  if (length > MAX_TOTAL_LENGTH) {
    const most = `at most ${MAX_TOTAL_LENGTH} characters of expressions`;
    issue(["rules"], `Too long together: ${most}, got ${length}`);
  }
  const seen = new Set<string>();
  for (
    const [field, ids] of [
      ["rules", rules.map(({ id }) => id)],
      ["ruleIds", ruleIds],
    ] as const
  ) {
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) {
        issue(
          field === "rules" ? [field, index, "id"] : [field, index],
          "Named before",
        );
      }
      seen.add(id);
    }
  }
});
export type EvaluationBody = z.infer<typeof EvaluationBody>;

/** Characters of its expressions. */
export function lengthOf({ when, score = "", message = "" }: Rule): number {
  return when.length + String(score).length + message.length;
}

export interface InputMistake {
  readonly path: string;
  readonly message: string;
}

/** Rules ready to run, or where they are wrong: `rules.0.when`, with line and column. */
export function compileRules(
  rules: readonly Rule[],
  { compile = compileRule }: { readonly compile?: typeof compileRule } = {},
): {
  readonly compiled: readonly CompiledRule[];
  readonly mistakes: readonly InputMistake[];
} {
  const compiled: CompiledRule[] = [];
  const mistakes: InputMistake[] = [];
  for (const [index, rule] of rules.entries()) {
    const read = compile(rule);
    if (read.state === "compiled") compiled.push(read.rule);
    else {
      for (const { path, message, line, column } of read.mistakes) {
        if (mistakes.length === MAX_ISSUES) break;
        const place = `line ${line}, column ${column}`;
        mistakes.push({
          path: `rules.${index}.${path}`,
          message: `${message} (${place})`,
        });
      }
    }
  }
  return { compiled, mistakes };
}
